//! Nodes: the list, and one node with its checks and what runs on it.

use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::ALL,
    nodes::{NodeDetail, NodeRow},
    problem::Problem,
    rows::Rows,
};

use super::{
    acl_rule, all,
    placed::named,
    request::{InDatacenter, Names, Params, place},
    versioned::KnownVersions,
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{datacenter::Clusters, error::Error, state::AppState, view};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
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
async fn list(
    State(clusters): State<Clusters>,
    State(orders): State<Orders>,
    known: KnownVersions,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    if params.dc.as_deref() == Some(ALL) {
        let rows = all::nodes(&clusters).await;
        return known.answer("", || window(&rows, "nodes", "", &wanted, &orders));
    }
    let place = place(&clusters, params.dc).await?;
    let rows = place
        .datacenters
        .read(|client| {
            let dc = place.dc.clone();
            async move { view::nodes::read(&client, &dc).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::catalog()))?;
    known.answer("", || {
        let rows = window(&rows.value, "nodes", "", &wanted, &orders)?;
        Ok(named(rows, &place))
    })
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
    State(clusters): State<Clusters>,
    Names(name): Names<String>,
    Params(params): Params<InDatacenter>,
) -> Result<Json<NodeDetail>, Error> {
    let place = place(&clusters, params.dc).await?;
    let found = place
        .datacenters
        .read(|client| {
            let (name, dc) = (name.clone(), place.dc.clone());
            async move { view::nodes::read_detail(&client, &name, &dc).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::node(&name)))?;
    found
        .value
        .map(|found| Json(named(found, &place)))
        .ok_or_else(|| Error::NotFound(format!("there is no node {name} in {}", place.shown)))
}
