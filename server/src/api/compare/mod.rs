//! Two folders side by side, and what is taken from one to the other.

mod merge;
mod promote;
mod sides;

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    compare::{Comparison, ShownPairs},
    problem::Problem,
    window::{LIMIT_DEFAULT, LIMIT_MAX},
};

pub(crate) use sides::Compared;

use super::{
    request::{Params, place},
    search::check_prefix,
};
use crate::{datacenter::Clusters, error::Error, shards::Walks, state::AppState};
use sides::Sides;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(compare))
        .routes(routes!(promote::promote))
}

/// Which folders, and which of their keys.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The left datacenter; the agent's own if left out.
    #[serde(default)]
    dc: Option<String>,
    /// The left folder; empty for the whole store, else with its ending `/`.
    #[serde(default)]
    prefix: String,
    /// The right datacenter.
    with: String,
    /// The right folder; the left one's name if left out.
    #[serde(default)]
    with_prefix: Option<String>,
    /// `unequal` (if left out), `different`, `left`, `right`, `equal` or `all`.
    #[serde(default)]
    #[param(inline)]
    show: ShownPairs,
    /// How many rows are left out before the first.
    #[serde(default)]
    offset: usize,
    /// How many rows at most: 100 if left out, 500 at most.
    #[serde(default)]
    limit: Option<usize>,
}

/// Two folders side by side: every key counted, and those that are asked for.
#[utoipa::path(
    get,
    path = "/compare",
    tag = "compare",
    params(Asked),
    responses((status = 200, body = Comparison), (status = "default", body = Problem))
)]
async fn compare(
    State(clusters): State<Clusters>,
    State(walks): State<Walks>,
    State(compared): State<Compared>,
    Params(asked): Params<Asked>,
) -> Result<Json<Comparison>, Error> {
    let with_prefix = asked.with_prefix.unwrap_or_else(|| asked.prefix.clone());
    check_prefix(&asked.prefix)?;
    check_prefix(&with_prefix)?;
    let limit = asked.limit.unwrap_or(LIMIT_DEFAULT);
    if limit > LIMIT_MAX {
        return Err(Error::BadRequest(format!(
            "limit is at most {LIMIT_MAX}, not {limit}"
        )));
    }
    let sides = Sides {
        left: (place(&clusters, asked.dc).await?, asked.prefix),
        right: (place(&clusters, Some(asked.with)).await?, with_prefix),
    };
    let found = compared.read(&walks, &sides).await?;
    let rows = || found.rows.iter().filter(|row| asked.show.has(row.state));
    Ok(Json(Comparison {
        items: rows().skip(asked.offset).take(limit).cloned().collect(),
        total: rows().count(),
        offset: asked.offset,
        counts: found.counts,
        cut: found.cut,
    }))
}
