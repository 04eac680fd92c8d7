//! Nodes: the list, and one node with its checks and what runs on it.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::ALL,
    nodes::{NodeDetail, NodeRow},
    problem::Problem,
    rows::Rows,
};

use super::{
    acl_rule,
    all::{AllLists, Asked},
    etag::{IfNoneMatch, current},
    request::{InDatacenter, Names, Params, place},
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{datacenter::Clusters, error::Error, state::AppState, watch::Watches};

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
    State(clusters): State<Clusters>,
    State(lists): State<AllLists>,
    State(orders): State<Orders>,
    State(watches): State<Watches>,
    has: IfNoneMatch,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    if params.dc.as_deref() == Some(ALL) {
        let asked = Asked {
            clusters: &clusters,
            watches: &watches,
            lists: &lists,
            orders: &orders,
            has: &has,
            wanted: &wanted,
        };
        return asked.nodes().await;
    }
    let dc = place(&clusters, params.dc).await?.shown;
    let found = current(watches.nodes(&dc).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::catalog()))?;
    let topic = format!("nodes@{dc}");
    has.try_answer(&found.version, || {
        window(
            &found.value,
            &topic,
            found.version.as_str(),
            &wanted,
            &orders,
        )
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
    State(watches): State<Watches>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let dc = place(&clusters, params.dc).await?.shown;
    let found = current(watches.node(&dc, &name).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::node(&name)))?;
    match &*found.value {
        Some(detail) => Ok(has.answer(&found.version, || detail)),
        None => Err(Error::NotFound(format!("there is no node {name} in {dc}"))),
    }
}
