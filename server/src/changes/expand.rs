//! From the keys and folders that a request names to a step for each key.

use std::collections::{BTreeSet, HashSet};

use wire::{
    changes::{CopyKeys, KeyPlace, Matching},
    kv::KvEntry,
    search::{Search, Searchable as _},
};

use super::{
    PLAN_MAX_BYTES,
    planned::{PlannedStep, Then},
    read,
};
use crate::{consul::Query, datacenter::Place, error::Error, view::kv::read_folder};

/// A key or folder, and its whole new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    from: String,
    to: String,
}

/// One step for each key that goes.
pub(super) async fn delete(place: &Place, keys: &[String]) -> Result<Vec<PlannedStep>, Error> {
    let mut all = BTreeSet::new();
    for key in keys {
        all.extend(below(place, key).await?);
    }
    let steps = all.into_iter();
    Ok(steps
        .map(|key| PlannedStep::delete(&place.shown, key))
        .collect())
}

/// The folders among `keys`.
pub(super) fn folders(place: &Place, keys: &[String]) -> Vec<KeyPlace> {
    let folders = keys.iter().filter(|key| key.ends_with('/'));
    folders
        .map(|key| KeyPlace {
            datacenter: place.shown.clone(),
            key: key.clone(),
        })
        .collect()
}

/// The keys and folders that a request names, and those that it means by a filter.
///
/// # Errors
/// [`Error::BadRequest`] for a filter that cannot be read, [`Error::NotFound`] where it finds
/// nothing, or why the folder cannot be read.
pub(super) async fn named(
    place: &Place,
    mut keys: Vec<String>,
    matching: Option<&Matching>,
) -> Result<Vec<String>, Error> {
    let Some(wanted) = matching else {
        return Ok(keys);
    };
    if !wanted.folder.is_empty() && !wanted.folder.ends_with('/') {
        return Err(Error::BadRequest("a folder ends with /".to_owned()));
    }
    let search = Search::parse(&wanted.filter, KvEntry::FIELDS)
        .map_err(|_| Error::BadRequest(format!("{} is no filter", wanted.filter)))?;
    let query = Query::in_datacenter(&place.dc);
    let folder = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { read_folder(&client, &wanted.folder, &query).await }
        })
        .await?;
    let rows = &folder.value.rows.items;
    let found = rows.iter().filter(|row| search.matches(*row));
    let except: HashSet<&str> = wanted.except.iter().map(String::as_str).collect();
    keys.extend(
        found
            .filter(|row| !except.contains(row.key.as_str()))
            .map(|row| row.key.clone()),
    );
    if keys.is_empty() {
        return Err(Error::NotFound("the filter finds no key".to_owned()));
    }
    Ok(keys)
}

/// It is the whole store.
pub(super) fn is_everything(wanted: &Matching) -> bool {
    wanted.folder.is_empty() && wanted.filter.trim().is_empty()
}

/// One step for each key that is copied, with the value that it has now.
pub(super) async fn copy(
    from: &Place,
    to: &Place,
    targets: &[Target],
    is_move: bool,
) -> Result<Vec<PlannedStep>, Error> {
    let mut pairs = Vec::new();
    for target in targets {
        for key in below(from, &target.from).await? {
            let rest = key.strip_prefix(&target.from).unwrap_or_default();
            let name = format!("{}{rest}", target.to);
            pairs.push((key, name));
        }
    }
    let mut wanted: Vec<String> = pairs.iter().map(|(key, _)| key.clone()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let found = read::keys(from, wanted, PLAN_MAX_BYTES).await?;
    let mut steps = Vec::new();
    for (key, name) in pairs {
        let Some(seen) = found.get(&key) else {
            // gone since it was named
            continue;
        };
        let step = PlannedStep::put(&to.shown, name, seen.bytes.clone(), seen.flags);
        let place = KeyPlace {
            datacenter: from.shown.clone(),
            key,
        };
        steps.push(if is_move {
            step.moved_from(place, seen.modify_index, Then::Delete)
        } else {
            step.copied_from(place, seen.modify_index)
        });
    }
    if steps.is_empty() {
        return Err(Error::NotFound("none of these keys exists".to_owned()));
    }
    Ok(steps)
}

/// The new name of each key and folder of a request.
pub(super) fn targets(request: &CopyKeys, same_datacenter: bool) -> Result<Vec<Target>, Error> {
    let bad = |text: String| Err(Error::BadRequest(text));
    if !request.names.is_empty() && request.names.len() != request.keys.len() {
        return bad(format!(
            "{} names are given for {} keys",
            request.names.len(),
            request.keys.len()
        ));
    }
    let mut targets = Vec::new();
    for (place, from) in request.keys.iter().enumerate() {
        check_name(from)?;
        let to = match (request.names.get(place), &request.to_folder) {
            (Some(name), _) => name.clone(),
            (None, Some(folder)) if folder.is_empty() || folder.ends_with('/') => {
                format!("{folder}{}", last_name(from))
            }
            (None, Some(folder)) => return bad(format!("the folder {folder} does not end with /")),
            (None, None) => return bad("neither ToFolder nor Names says where to".to_owned()),
        };
        check_name(&to)?;
        if from.ends_with('/') != to.ends_with('/') {
            return bad(format!(
                "{from} cannot become {to}: a folder ends with /, a key does not"
            ));
        }
        if same_datacenter && from.ends_with('/') && to.starts_with(from.as_str()) {
            return bad(if to == *from {
                format!("{from} is there already")
            } else {
                format!("the folder {from} cannot go into itself, to {to}")
            });
        }
        targets.push(Target {
            from: from.clone(),
            to,
        });
    }
    Ok(targets)
}

/// The last part of a key, with a folder's `/`.
fn last_name(key: &str) -> &str {
    let inner = key.strip_suffix('/').unwrap_or(key);
    let start = inner.rfind('/').map_or(0, |slash| slash + 1);
    &key[start..]
}

/// The key itself, or all keys of a folder.
pub(super) async fn below(place: &Place, key: &str) -> Result<Vec<String>, Error> {
    check_name(key)?;
    if !key.ends_with('/') {
        return Ok(vec![key.to_owned()]);
    }
    let names = read::names(place, key).await?;
    if names.is_empty() {
        return Err(Error::NotFound(format!("there is no key below {key}")));
    }
    Ok(names)
}

fn check_name(key: &str) -> Result<(), Error> {
    if key.is_empty() {
        return Err(Error::BadRequest(
            "an empty key would be the whole store".to_owned(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(keys: &[&str], to_folder: Option<&str>, names: &[&str]) -> CopyKeys {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        CopyKeys {
            datacenter: "dc1".into(),
            keys: owned(keys),
            matching: None,
            to_datacenter: None,
            to_folder: to_folder.map(str::to_owned),
            names: owned(names),
        }
    }

    #[test]
    fn each_key_keeps_its_last_name() {
        for (key, name) in [
            ("a", "t/a"),
            ("a/b", "t/b"),
            ("a/b/", "t/b/"),
            ("a//", "t//"),
            ("a//b", "t/b"),
            ("/x", "t/x"),
        ] {
            let found = targets(&request(&[key], Some("t/"), &[]), true).unwrap();
            assert_eq!(found[0].to, name, "{key}");
        }
        let top = targets(&request(&["a/b/"], Some(""), &[]), true).unwrap();
        assert_eq!(top[0].to, "b/");
        let renamed = targets(&request(&["a/b/", "c"], None, &["x/", "d/e"]), true).unwrap();
        assert_eq!(
            (renamed[0].to.as_str(), renamed[1].to.as_str()),
            ("x/", "d/e")
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (request, same) in [
            (request(&[""], Some("t/"), &[]), true),
            (request(&["a"], Some("t"), &[]), true),
            (request(&["a"], None, &[]), true),
            (request(&["a", "b"], None, &["x"]), true),
            (request(&["a"], None, &[""]), true),
            (request(&["a/"], None, &["x"]), true),
            (request(&["a"], None, &["x/"]), true),
            (request(&["a/"], Some("a/"), &[]), true),
            (request(&["a/"], None, &["a/"]), true),
            (request(&["a/b/"], Some("a/"), &[]), true),
        ] {
            let found = targets(&request, same);
            assert!(matches!(found, Err(Error::BadRequest(_))), "{request:?}");
        }
        // a neighbour, and another datacenter
        assert!(targets(&request(&["app/"], None, &["apple/"]), true).is_ok());
        assert!(targets(&request(&["a/"], Some("a/"), &[]), false).is_ok());
    }
}
