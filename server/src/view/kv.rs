//! One level of keys, and one key.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use wire::{
    kv::{KvEntry, KvPair},
    rows::Rows,
};

use super::Seen;
use crate::consul::{Answer, Client, Contact, Error, Query, aside};

/// One level of keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Folder {
    /// Folders first, then by name.
    #[serde(serialize_with = "whole")]
    pub(crate) rows: Arc<Rows<KvEntry>>,
    /// There is a key here or below, be it the folder's own.
    pub(crate) exists: bool,
}

fn whole<S: Serializer>(rows: &Rows<KvEntry>, serializer: S) -> Result<S::Ok, S::Error> {
    rows.serialize(serializer)
}

/// The keys of a folder, one level; waits where `query` says so.
pub(crate) async fn read_folder(
    client: &Client,
    prefix: &str,
    query: &Query,
) -> Result<Seen<Folder>, Error> {
    let Answer { value: keys, meta } = client.kv().keys(prefix, Some("/"), query).await?;
    let exists = !keys.is_empty();
    let prefix = prefix.to_owned();
    let entries = if keys.len() < MANY {
        level(&prefix, keys)
    } else {
        aside(move || level(&prefix, keys)).await
    };
    let mut rows = Rows::whole(entries);
    rows.filtered_by_acl = meta.filtered_by_acl;
    Ok(Seen {
        value: Folder {
            rows: Arc::new(rows),
            exists,
        },
        indexes: vec![meta.index],
        contact: Contact::of([&meta]),
    })
}

/// From so many keys on, sorting them takes a while.
const MANY: usize = 2_000;

/// A key; waits where `query` says so.
pub(crate) async fn read_key(
    client: &Client,
    key: &str,
    query: &Query,
) -> Result<Seen<Option<KvPair>>, Error> {
    let Answer { value, meta } = client.kv().get(key, query).await?;
    Ok(Seen {
        value,
        indexes: vec![meta.index],
        contact: Contact::of([&meta]),
    })
}

/// The lines of a folder from what `?keys&separator=/` names.
fn level(prefix: &str, keys: Vec<String>) -> Vec<KvEntry> {
    let mut entries: Vec<KvEntry> = keys
        .into_iter()
        // the folder's own key is the folder, not something in it
        .filter(|key| key != prefix)
        .filter_map(|key| {
            let rest = key.strip_prefix(prefix)?;
            let folder = rest.ends_with('/');
            Some(KvEntry {
                name: rest.strip_suffix('/').unwrap_or(rest).to_owned(),
                folder,
                key,
            })
        })
        .collect();
    entries.sort_by(|a, b| (!a.folder, &a.name).cmp(&(!b.folder, &b.name)));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_first_then_by_name() {
        let keys = [
            "omo/",
            "omo/z",
            "omo/msa/",
            "omo/a.yaml",
            "omo/msa",
            "omo//",
        ];
        let entries = level("omo/", keys.map(str::to_owned).to_vec());
        let lines: Vec<(&str, &str, bool)> = entries
            .iter()
            .map(|entry| (entry.key.as_str(), entry.name.as_str(), entry.folder))
            .collect();
        assert_eq!(
            lines,
            [
                ("omo//", "", true),
                ("omo/msa/", "msa", true),
                ("omo/a.yaml", "a.yaml", false),
                ("omo/msa", "msa", false),
                ("omo/z", "z", false),
            ]
        );
        assert_eq!(level("", vec!["/".into(), "a".into()]).len(), 2);
    }
}
