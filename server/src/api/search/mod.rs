//! Search in the names and values below a folder, told as it goes.

mod lines;
mod looks;
mod pattern;
mod run;

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream::BoxStream};
use http::{HeaderValue, header};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    problem::Problem,
    search_hits::{LookIn, PatternKind, SearchEvent},
};

use super::request::{Params, place};
use crate::{config::Config, datacenter::Clusters, error::Error, shards::Walks, state::AppState};
use pattern::Pattern;
use run::Search;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What is looked for, and where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    dc: Option<String>,
    /// Only keys that begin so; empty for the whole store, else it ends with `/`.
    #[serde(default)]
    prefix: String,
    /// What is looked for, at most 1,000 bytes.
    q: String,
    /// `names` (if left out), `values` or `both`.
    #[serde(default, rename = "in")]
    #[param(inline)]
    look_in: LookIn,
    /// `text` (if left out), `fuzzy` (in names) or `regex`.
    #[serde(default)]
    #[param(inline)]
    kind: PatternKind,
    /// The case of letters counts; false if left out.
    #[serde(default)]
    case: bool,
}

/// Looks for a pattern: `data:` with a key that matches, how far it is, at last the end or a
/// problem. Who goes away ends it. Values of keys that are marked secret are not looked at.
#[utoipa::path(
    get,
    path = "/search",
    tag = "search",
    params(Asked),
    responses(
        (status = 200, content_type = "text/event-stream", body = SearchEvent),
        (status = "default", body = Problem)
    )
)]
async fn search(
    State(clusters): State<Clusters>,
    State(walks): State<Walks>,
    State(config): State<Arc<Config>>,
    Params(asked): Params<Asked>,
) -> Result<Response, Error> {
    check_prefix(&asked.prefix)?;
    let pattern = Pattern::new(&asked.q, asked.kind, asked.case)?;
    let place = place(&clusters, asked.dc).await?;
    let search = Search {
        place,
        walks,
        prefix: asked.prefix,
        pattern,
        look_in: asked.look_in,
        is_fuzzy: asked.kind == PatternKind::Fuzzy,
        secret: config.secret_keys.clone(),
    };
    Ok(told(search.begin().await?))
}

/// A folder, or the whole store.
pub(super) fn check_prefix(prefix: &str) -> Result<(), Error> {
    if prefix.is_empty() || prefix.ends_with('/') {
        return Ok(());
    }
    Err(Error::BadRequest("a prefix ends with /".to_owned()))
}

/// As server-sent events: nothing on the way packs or holds them.
fn told(events: BoxStream<'static, SearchEvent>) -> Response {
    let events = events.map(|event| {
        let data = serde_json::to_string(&event).unwrap_or_default();
        Ok::<_, Infallible>(Bytes::from(format!("data: {data}\n\n")))
    });
    let mut response = Body::from_stream(events).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
