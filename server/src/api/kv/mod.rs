//! Keys and values: reading here, changing in `save` and `remove`.

mod details;
mod remove;
mod save;

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    kv::{KvEntry, KvPair},
    live::{Subject, Topic},
    problem::Problem,
    rows::Rows,
};

use super::{
    acl_rule,
    etag::{IfNoneMatch, current},
    request::{Params, place},
    window::{self, Orders, WindowParams, Windowed},
};
use crate::{
    consul::{Error as ClientError, Query},
    datacenter::{Clusters, Place},
    error::Error,
    state::AppState,
    watch::Watches,
};

pub(crate) use details::LookedAt;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(folder))
        .routes(routes!(details::details))
        .routes(routes!(value, save::save, remove::key))
}

/// A folder.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InFolder {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    dc: Option<String>,
    /// Empty for the top, else with its ending `/`.
    #[serde(default)]
    prefix: String,
}

/// A key.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OneKey {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    pub(super) dc: Option<String>,
    /// The whole key.
    pub(super) key: String,
}

/// What is in a folder, one level: folders first, then by name.
#[utoipa::path(
    get,
    path = "/kv",
    tag = "kv",
    params(InFolder, WindowParams),
    responses((status = 200, body = Rows<KvEntry>), (status = "default", body = Problem))
)]
async fn folder(
    State(clusters): State<Clusters>,
    State(orders): State<Orders>,
    State(watches): State<Watches>,
    has: IfNoneMatch,
    Windowed(InFolder { dc, prefix }, wanted): Windowed<InFolder>,
) -> Result<Response, Error> {
    if !prefix.is_empty() && !prefix.ends_with('/') {
        return Err(Error::BadRequest("a prefix ends with /".to_owned()));
    }
    let dc = place(&clusters, dc).await?.shown;
    let found = current(watches.kv_folder(&dc, &prefix).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::keys(&prefix)))?;
    let folder = &*found.value;
    if !folder.exists && folder.rows.filtered_by_acl {
        return Err(Error::Hidden {
            detail: "the token may not see the keys here".to_owned(),
            acl_rule: acl_rule::keys(&prefix),
        });
    }
    if !folder.exists && !prefix.is_empty() {
        return Err(Error::NotFound(format!("there is no key below {prefix}")));
    }
    let topic = Topic::new(Subject::Kv(prefix), &*dc);
    window::answer(&has, &found, &folder.rows, &topic, &wanted, &orders)
}

/// One key with its value.
#[utoipa::path(
    get,
    path = "/kv/value",
    tag = "kv",
    params(OneKey),
    responses((status = 200, body = KvPair), (status = "default", body = Problem))
)]
async fn value(
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
    Params(OneKey { dc, key }): Params<OneKey>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    check_key(&key)?;
    let dc = place(&clusters, dc).await?.shown;
    let found = current(watches.key(&dc, &key).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::key(&key)))?;
    match &*found.value {
        Some(pair) => Ok(has.answer(&found.version, || pair)),
        None => Err(Error::NotFound(format!("there is no key {key}"))),
    }
}

/// The key as it is now.
pub(super) async fn read(place: &Place, key: &str) -> Result<Option<KvPair>, ClientError> {
    let query = Query::in_datacenter(&place.dc);
    place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().get(key, &query).await }
        })
        .await
        .map(|answer| answer.value)
}

fn check_key(key: &str) -> Result<(), Error> {
    if key.is_empty() {
        return Err(Error::BadRequest(
            "a key has at least one letter".to_owned(),
        ));
    }
    Ok(())
}

/// Whether a write that failed so may still have been done.
fn may_have_landed(error: &ClientError) -> bool {
    error.may_have_landed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_was_refused_did_not_land() {
        use crate::consul::Phase;
        let agent = || "http://a:1".to_owned();
        let timed_out = |phase| ClientError::TimedOut {
            agent: agent(),
            phase,
            seconds: 1,
        };
        assert!(may_have_landed(&timed_out(Phase::Answer)));
        assert!(may_have_landed(&timed_out(Phase::Body)));
        assert!(!may_have_landed(&timed_out(Phase::Connect)));
        assert!(!may_have_landed(&ClientError::Forbidden {
            agent: agent(),
            text: String::new()
        }));
    }
}
