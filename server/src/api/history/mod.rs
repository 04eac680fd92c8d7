//! What became of keys: windows over the records here, a range of them as one file in `export`,
//! what is recorded in `choice`, the latest over datacenters in `recent`.
//! Restoring is an ordinary save of `kv`.

mod choice;
mod export;
mod recent;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::ALL,
    history::{DeletedKeys, LIMIT_DEFAULT, LIMIT_MAX, RecordDetail, Recording, Records},
    problem::Problem,
};

use super::{
    etag::IfNoneMatch,
    request::{Names, Params, place},
};
use crate::{
    datacenter::Clusters,
    error::Error,
    history::{History, Range, Store, Wanted, now},
    state::AppState,
    watch::Version,
};

/// Looking further back costs more, and is what `until` is for.
const OFFSET_MAX: usize = 100_000;

/// The same over all datacenters, of which each is read as far.
const OFFSET_MAX_EVERYWHERE: usize = 10_000;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(records))
        .routes(routes!(state))
        .routes(routes!(deleted))
        .routes(routes!(export::export))
        .routes(routes!(recent::recent))
        .routes(routes!(choice::choice, choice::choose))
        .routes(routes!(record))
}

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Where; the agent's own datacenter if left out, `@all` for every one that was recorded.
    #[serde(default)]
    dc: Option<String>,
    /// Of this key alone. Also tells that it was there when recording began.
    #[serde(default)]
    key: Option<String>,
    /// Of keys that begin so.
    #[serde(default)]
    prefix: Option<String>,
    /// `outside`, `waggle` (through waggle without a token), or a token's accessor id.
    #[serde(default)]
    who: Option<String>,
    /// Not before, in milliseconds since 1970.
    #[serde(default)]
    since: Option<u64>,
    /// Of the last so many seconds; not together with `since`.
    #[serde(default)]
    last: Option<u64>,
    /// Before, in milliseconds since 1970.
    #[serde(default)]
    until: Option<u64>,
    /// How many to leave out, at most 100,000; of `@all` 10,000.
    #[serde(default)]
    offset: usize,
    /// How many to answer, at most 500.
    #[serde(default)]
    limit: Option<usize>,
}

impl Which {
    /// The question, of a datacenter that is known.
    async fn wanted(self, clusters: &Clusters) -> Result<Wanted, Error> {
        let bad = |text: &str| Err(Error::BadRequest(text.to_owned()));
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if limit == 0 || limit > LIMIT_MAX {
            return bad("limit is between 1 and 500");
        }
        let everywhere = self.dc.as_deref() == Some(ALL);
        if self.offset > OFFSET_MAX {
            return bad("offset is at most 100000; go on with until");
        }
        if everywhere && self.offset > OFFSET_MAX_EVERYWHERE {
            return bad("offset is at most 10000 over all datacenters; go on with until");
        }
        let since = match (self.since, self.last) {
            (Some(_), Some(_)) => return bad("either since or last"),
            (since, None) => since,
            (None, Some(seconds)) => Some(now().saturating_sub(seconds.saturating_mul(1000))),
        };
        let range = match (self.key, self.prefix) {
            (Some(_), Some(_)) => return bad("either key or prefix"),
            (Some(key), None) if key.is_empty() => {
                return bad("a key has at least one letter");
            }
            (Some(key), None) => Some(Range::Exactly(key)),
            (None, Some(prefix)) if !prefix.is_empty() => Some(Range::Below(prefix)),
            (None, _) => None,
        };
        Ok(Wanted {
            datacenter: if everywhere {
                ALL.to_owned()
            } else {
                place(clusters, self.dc).await?.shown
            },
            range,
            who: self.who.filter(|who| !who.is_empty()),
            since,
            until: self.until,
            offset: self.offset,
            limit,
        })
    }
}

/// What became of keys, newest first. Nothing where nothing is recorded: `history/state` tells, and
/// which datacenters cannot be read just now.
#[utoipa::path(
    get,
    path = "/history",
    tag = "history",
    params(Which),
    responses((status = 200, body = Records), (status = "default", body = Problem))
)]
async fn records(
    State(clusters): State<Clusters>,
    State(history): State<History>,
    Params(which): Params<Which>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let wanted = which.wanted(&clusters).await?;
    let found = ask(&history, async move |store| store.records(&wanted).await).await?;
    Ok(answer(&has, &found.unwrap_or_default()))
}

/// One change, with its values.
#[utoipa::path(
    get,
    path = "/history/{id}",
    tag = "history",
    params(("id" = u64, Path, description = "the record's number")),
    responses((status = 200, body = RecordDetail), (status = "default", body = Problem))
)]
async fn record(
    State(history): State<History>,
    Names(id): Names<u64>,
) -> Result<Json<RecordDetail>, Error> {
    let found = ask(&history, async move |store| store.record(id).await).await?;
    found
        .flatten()
        .map(Json)
        .ok_or_else(|| Error::NotFound(format!("there is no record {id}")))
}

/// How the recording fares, what it costs, and why it is off where it is.
#[utoipa::path(
    get,
    path = "/history/state",
    tag = "history",
    responses((status = 200, body = Recording), (status = "default", body = Problem))
)]
async fn state(State(history): State<History>) -> Result<Json<Recording>, Error> {
    let state = tokio::spawn(async move { history.state().await }).await;
    state.map(Json).map_err(unreadable)
}

/// The keys that are gone, newest first; `before` of such a record is what was seen in them last.
/// Where its `Notes` have `may_have_missed` or `unwatched`, they may have held something newer.
#[utoipa::path(
    get,
    path = "/history/deleted",
    tag = "history",
    params(Which),
    responses((status = 200, body = DeletedKeys), (status = "default", body = Problem))
)]
async fn deleted(
    State(clusters): State<Clusters>,
    State(history): State<History>,
    Params(which): Params<Which>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let of_time = which.since.or(which.last).or(which.until);
    if which.who.is_some() || of_time.is_some() {
        return Err(Error::BadRequest(
            "deleted keys are asked for by key or prefix only".to_owned(),
        ));
    }
    let wanted = which.wanted(&clusters).await?;
    let found = ask(&history, async move |store| store.deleted(&wanted).await).await?;
    Ok(answer(&has, &found.unwrap_or_default()))
}

/// Asks the store; none where there is none. To the end, even where nobody waits for the answer
/// any more: a query that is left alone takes its connection along, and in memory the connection
/// is the database.
pub(super) async fn ask<T, Answer>(
    history: &History,
    question: impl FnOnce(Store) -> Answer,
) -> Result<Option<T>, Error>
where
    T: Send + 'static,
    Answer: Future<Output = Result<T, sqlx::Error>> + Send + 'static,
{
    let Some(store) = history.store() else {
        return Ok(None);
    };
    let answer = tokio::spawn(question(store.clone()))
        .await
        .map_err(unreadable)?;
    answer.map(Some).map_err(unreadable)
}

fn answer<T: Serialize>(has: &IfNoneMatch, found: &T) -> Response {
    has.answer(&Version::of(found), || found).into_response()
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("history cannot be read: {error}"))
}
