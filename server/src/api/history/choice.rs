//! What is recorded of a datacenter: what there is to choose from, and the choice.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{StreamExt, stream};
use wire::{
    history::{ChooseRecorded, FolderKeys, RecordingChoice},
    problem::Problem,
};

use crate::{
    api::{
        acl_rule,
        request::{InDatacenter, JsonBody, Params, place},
    },
    consul::Query,
    datacenter::{Clusters, Place},
    error::Error,
    grant::WriteGrant,
    history::{History, LIMITS, NotChosen, Rules},
    shards,
};

/// How many folders are told.
const FOLDERS_MAX: usize = 20;

/// How many values of a folder are read to guess its size.
const SAMPLE: usize = 6;

/// So many of them at once.
const AT_ONCE: usize = 6;

/// What is recorded, and the folders at the top with about what they hold: a few values of each
/// are read for that.
#[utoipa::path(
    get,
    path = "/history/choice",
    tag = "history",
    params(InDatacenter),
    responses((status = 200, body = RecordingChoice), (status = "default", body = Problem))
)]
pub(super) async fn choice(
    State(clusters): State<Clusters>,
    State(history): State<History>,
    Params(InDatacenter { dc }): Params<InDatacenter>,
) -> Result<Json<RecordingChoice>, Error> {
    let place = place(&clusters, dc).await?;
    let rules = history
        .chosen(&place.shown)
        .ok_or_else(|| refused(NotChosen::Off))?;
    let names = shards::names(&place, "").await;
    let (names, _) =
        names.map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::keys("")))?;
    Ok(Json(RecordingChoice {
        datacenter: place.shown.clone(),
        fixed: history.fixed().is_some(),
        prefixes: rules.prefixes,
        exclude: rules.exclude,
        keys: names.len() as u64,
        folders: folders(&place, &names).await,
        ..LIMITS
    }))
}

/// Chooses what is recorded from now on, also after a restart. Refused where the settings' file
/// says it.
#[utoipa::path(
    put,
    path = "/history/choice",
    tag = "history",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = ChooseRecorded,
    responses((status = 204), (status = "default", body = Problem))
)]
pub(super) async fn choose(
    State(clusters): State<Clusters>,
    State(history): State<History>,
    _: WriteGrant,
    JsonBody(wanted): JsonBody<ChooseRecorded>,
) -> Result<http::StatusCode, Error> {
    let place = place(&clusters, Some(wanted.datacenter)).await?;
    let rules = Rules {
        prefixes: wanted.prefixes,
        exclude: wanted.exclude,
    };
    // to the end, as every question to the store
    let chosen = tokio::spawn(async move { history.choose(&place.shown, rules).await }).await;
    chosen.map_err(super::unreadable)?.map_err(refused)?;
    Ok(http::StatusCode::NO_CONTENT)
}

fn refused(why: NotChosen) -> Error {
    match why {
        NotChosen::Off => Error::NotFound("nothing is recorded there".to_owned()),
        NotChosen::Fixed => Error::BadRequest(
            "what is recorded stands in the settings' file, below [history]".to_owned(),
        ),
        NotChosen::Wrong(text) => Error::BadRequest(text),
        NotChosen::Store(text) => Error::Internal(format!("the choice is not kept: {text}")),
    }
}

/// The folders with the most keys, each with about the size of its values.
async fn folders(place: &Place, names: &[String]) -> Vec<FolderKeys> {
    let mut of_folder: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for name in names {
        of_folder.entry(top(name)).or_default().push(name);
    }
    let mut folders: Vec<(&str, Vec<&String>)> = of_folder.into_iter().collect();
    folders.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    folders.truncate(FOLDERS_MAX);
    let sizes = folders.into_iter().map(|(prefix, names)| {
        let sample: Vec<String> = spread(&names).into_iter().cloned().collect();
        let keys = names.len() as u64;
        async move {
            let mut sizes = Vec::new();
            for name in sample {
                sizes.extend(size(place, &name).await);
            }
            let all: u64 = sizes.iter().sum();
            FolderKeys {
                prefix: prefix.to_owned(),
                keys,
                value_bytes: (!sizes.is_empty()).then(|| all * keys / sizes.len() as u64),
            }
        }
    });
    let sizes: Vec<_> = sizes.collect();
    stream::iter(sizes).buffered(AT_ONCE).collect().await
}

/// The folder at the top that a key is in; a key in none is one of its own.
fn top(name: &str) -> &str {
    &name[..name.find('/').map_or(name.len(), |at| at + 1)]
}

/// Some of them, from the first to the last.
fn spread<T: Copy>(all: &[T]) -> Vec<T> {
    let count = SAMPLE.min(all.len());
    (0..count)
        .map(|n| all[n * (all.len() - 1) / (count - 1).max(1)])
        .collect()
}

/// How many bytes a key's value has; none where it cannot be read.
async fn size(place: &Place, name: &str) -> Option<u64> {
    let query = &Query::in_datacenter(&place.dc);
    let pair = place
        .datacenters
        .read(|client| async move { client.kv().get(name, query).await })
        .await
        .ok()?
        .value?;
    let value = STANDARD.decode(pair.value.unwrap_or_default()).ok()?;
    Some(value.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_reaches_from_end_to_end() {
        let all: Vec<usize> = (0..101).collect();
        assert_eq!(spread(&all), [0, 20, 40, 60, 80, 100]);
        assert_eq!(spread(&all[..2]), [0, 1]);
        assert_eq!(spread(&all[..1]), [0]);
        assert!(spread::<usize>(&[]).is_empty());
    }

    #[test]
    fn a_key_beside_the_folders_is_one() {
        assert_eq!((top("a/b/c"), top("a"), top("/a")), ("a/", "a", "/"));
    }
}
