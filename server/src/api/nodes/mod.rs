//! Nodes: the list, and one node with its checks and what runs on it.

use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    nodes::{NodeDetail, NodeRow},
    problem::Problem,
    rows::Rows,
};

use super::{
    acl_rule,
    request::{InDatacenter, Names, Params, datacenter},
    versioned::KnownVersions,
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{datacenter::Datacenters, error::Error, state::AppState, view};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(detail))
}

/// Every node, by name.
#[utoipa::path(
    get,
    path = "/nodes",
    tag = "nodes",
    params(InDatacenter, WindowParams),
    responses((status = 200, body = Rows<NodeRow>), (status = "default", body = Problem))
)]
async fn all(
    State(datacenters): State<Datacenters>,
    State(orders): State<Orders>,
    known: KnownVersions,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let rows = datacenters
        .read(|client| {
            let dc = dc.clone();
            async move { view::nodes::read(&client, &dc).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::catalog()))?;
    known.answer("", || window(&rows.value, "nodes", "", &wanted, &orders))
}

/// One node with its checks and what runs on it.
#[utoipa::path(
    get,
    path = "/nodes/{name}",
    tag = "nodes",
    params(("name" = String, Path, description = "The node's name"), InDatacenter),
    responses((status = 200, body = NodeDetail), (status = "default", body = Problem))
)]
async fn detail(
    State(datacenters): State<Datacenters>,
    Names(name): Names<String>,
    Params(params): Params<InDatacenter>,
) -> Result<Json<NodeDetail>, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let found = datacenters
        .read(|client| {
            let (name, dc) = (name.clone(), dc.clone());
            async move { view::nodes::read_detail(&client, &name, &dc).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::node(&name)))?;
    found
        .value
        .map(Json)
        .ok_or_else(|| Error::NotFound(format!("there is no node {name} in {dc}")))
}
