//! The datacenters that the agent knows, and the agent itself.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{datacenters::Datacenters as Answer, problem::Problem};

use super::etag::{IfNoneMatch, current};
use crate::{error::Error, state::AppState, watch::Watches};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Every datacenter, the agent's own first, and the agent.
#[utoipa::path(
    get,
    path = "/datacenters",
    tag = "datacenters",
    responses((status = 200, body = Answer), (status = "default", body = Problem))
)]
async fn list(State(watches): State<Watches>, has: IfNoneMatch) -> Result<Response, Error> {
    let found = current(watches.datacenters().await)?;
    Ok(has.answer(&found.version, || &*found.value))
}
