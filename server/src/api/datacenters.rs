//! The datacenters that the agent knows, and the agent itself.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{datacenters::Datacenters as Answer, problem::Problem};

use crate::{datacenter::Datacenters, error::Error, state::AppState, view};

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
async fn list(State(datacenters): State<Datacenters>) -> Result<Json<Answer>, Error> {
    let found = datacenters
        .read(|client| async move { view::datacenters::read(&client).await })
        .await?;
    Ok(Json(found.value))
}
