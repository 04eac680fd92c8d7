//! Reads many keys, some dozens at a time.

use std::collections::{HashMap, HashSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use wire::kv::{KeyDetail, KvPair};

use super::{Content, derive::Seen};
use crate::{
    consul::{Client, Error as ClientError, Query, TxnErrorKind, TxnOp, TxnResult},
    datacenter::Place,
    error::Error,
};

/// What agents of every age take in one transaction.
pub(super) const OPERATIONS_MAX: usize = 64;

/// So many keys are read at a time where they are passed on at once.
const HELD: usize = 16;

/// So many questions are under way at a time: other readers want the agent too.
const AT_A_TIME: usize = 4;

/// Reads `keys`; those that do not exist, or that the token may not see, are missing.
///
/// # Errors
/// [`Error::TooLarge`] where their values have more than `most_bytes` together; else the agent's.
pub(super) async fn keys(
    place: &Place,
    keys: Vec<String>,
    most_bytes: usize,
) -> Result<HashMap<String, Seen>, Error> {
    let chunks: Vec<Vec<String>> = keys.chunks(OPERATIONS_MAX).map(<[_]>::to_vec).collect();
    let mut answers = stream::iter(chunks)
        .map(|chunk| some(place, chunk))
        .buffered(AT_A_TIME);
    let mut found = HashMap::new();
    let mut bytes = 0;
    while let Some(pairs) = answers.try_next().await? {
        for pair in pairs {
            let key = pair.key.clone();
            let seen = seen(place, pair)?;
            bytes += seen.bytes.len();
            found.insert(key, seen);
        }
        if bytes > most_bytes {
            return Err(too_many_bytes(most_bytes));
        }
    }
    Ok(found)
}

/// What keys hold, in their order and some at a time, so that few are in memory; those that do not
/// exist are missing.
pub(crate) fn in_order(
    place: Place,
    names: Vec<String>,
) -> impl Stream<Item = Result<Vec<(String, Content)>, ClientError>> + Send + 'static {
    let chunks: Vec<Vec<String>> = names.chunks(HELD).map(<[_]>::to_vec).collect();
    stream::iter(chunks)
        .map(move |chunk| {
            let place = place.clone();
            async move {
                let mut found = now(&place, chunk.clone()).await?;
                let contents = chunk.into_iter().filter_map(|key| {
                    let seen = found.remove(&key)?;
                    Some((key, (seen.bytes, seen.flags)))
                });
                Ok(contents.collect())
            }
        })
        .buffered(2)
}

/// What is answered where a change would hold more than waggle keeps.
pub(crate) fn too_many_bytes(most_bytes: usize) -> Error {
    Error::TooLarge(format!(
        "the values have more than {} MB together; change fewer keys at a time",
        most_bytes / 1_000_000
    ))
}

/// One key as it is now.
pub(super) async fn key(place: &Place, key: &str) -> Result<Option<Seen>, ClientError> {
    let query = Query::in_datacenter(&place.dc);
    let answer = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().get(key, &query).await }
        })
        .await?;
    answer.value.map(|pair| seen(place, pair)).transpose()
}

/// The names of all keys below `prefix`.
pub(super) async fn names(place: &Place, prefix: &str) -> Result<Vec<String>, ClientError> {
    let query = Query::in_datacenter(&place.dc);
    let answer = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().keys(prefix, None, &query).await }
        })
        .await?;
    Ok(answer.value)
}

/// Some dozens of keys as they are, without their values; those that do not exist are missing.
pub(crate) async fn look_at(
    place: &Place,
    keys: Vec<String>,
) -> Result<Vec<KeyDetail>, ClientError> {
    let found = now(place, keys).await?.into_iter();
    Ok(found
        .map(|(key, seen)| KeyDetail {
            key,
            size_bytes: Some(seen.bytes.len() as u64),
            flags: seen.flags,
            modify_index: seen.modify_index,
            changed: None,
            session: seen.session,
            node: None,
        })
        .collect())
}

/// Some dozens of keys as they are now; those that do not exist are missing.
pub(super) async fn now(
    place: &Place,
    keys: Vec<String>,
) -> Result<HashMap<String, Seen>, ClientError> {
    let mut found = HashMap::new();
    for pair in some(place, keys).await? {
        found.insert(pair.key.clone(), seen(place, pair)?);
    }
    Ok(found)
}

async fn some(place: &Place, keys: Vec<String>) -> Result<Vec<KvPair>, ClientError> {
    let query = Query::in_datacenter(&place.dc);
    place
        .datacenters
        .read(|client| {
            let (keys, query) = (keys.clone(), query.clone());
            async move { some_of(&client, keys, &query).await }
        })
        .await
}

/// A missing key rolls the reading back, and its error says which one it was.
async fn some_of(
    client: &Client,
    mut keys: Vec<String>,
    query: &Query,
) -> Result<Vec<KvPair>, ClientError> {
    while !keys.is_empty() {
        let operations: Vec<TxnOp> = keys.iter().map(|key| TxnOp::get(key.as_str())).collect();
        let errors = match client.txn().apply(&operations, query).await {
            Ok(TxnResult::Applied(pairs)) => return Ok(pairs),
            Ok(TxnResult::RolledBack(errors)) => errors,
            Err(ClientError::AnswerTooLarge { .. }) => {
                return one_by_one(client, keys, query).await;
            }
            Err(error) => return Err(error),
        };
        let missing: HashSet<usize> = errors
            .iter()
            .filter(|error| error.kind == TxnErrorKind::Missing)
            .map(|error| error.op_index)
            .collect();
        if missing.len() < errors.len() || missing.is_empty() {
            return one_by_one(client, keys, query).await;
        }
        let mut place = 0;
        keys.retain(|_| {
            place += 1;
            !missing.contains(&(place - 1))
        });
    }
    Ok(Vec::new())
}

async fn one_by_one(
    client: &Client,
    keys: Vec<String>,
    query: &Query,
) -> Result<Vec<KvPair>, ClientError> {
    let mut pairs = Vec::new();
    for key in keys {
        pairs.extend(client.kv().get(&key, query).await?.value);
    }
    Ok(pairs)
}

fn seen(place: &Place, pair: KvPair) -> Result<Seen, ClientError> {
    let value = pair.value.unwrap_or_default();
    let bytes = STANDARD.decode(value).map_err(|_| ClientError::NotConsul {
        agent: place.datacenters.active(),
        reason: "a value that is not base64".to_owned(),
    })?;
    Ok(Seen {
        bytes: Bytes::from(bytes),
        flags: pair.flags,
        modify_index: pair.modify_index,
        session: pair.session.filter(|session| !session.is_empty()),
    })
}
