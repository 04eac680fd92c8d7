//! Nodes: the list, and one node with its checks and what runs on it.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    live::Subject,
    nodes::{NodeDetail, NodeRow},
    problem::Problem,
    rows::Rows,
};

use super::{
    acl_rule,
    detail::detail,
    etag::IfNoneMatch,
    lists::{Asked, Lists},
    request::{InDatacenter, Names, Params},
    window::{WindowParams, Windowed},
};
use crate::{datacenter::Clusters, error::Error, state::AppState, watch::Watches};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(one))
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
    State(lists): State<Lists>,
    has: IfNoneMatch,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let asked = Asked {
        dc: params.dc,
        wanted: &wanted,
        has: &has,
    };
    lists.nodes(asked).await
}

/// One node with its checks and what runs on it.
#[utoipa::path(
    get,
    path = "/nodes/{name}",
    tag = "nodes",
    params(("name" = String, Path, description = "The node's name"), InDatacenter),
    responses((status = 200, body = NodeDetail), (status = "default", body = Problem))
)]
async fn one(
    State(clusters): State<Clusters>,
    Names(name): Names<String>,
    State(watches): State<Watches>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let rule = acl_rule::node(&name);
    let subject = Subject::Node(name.clone());
    let (dc, found) = detail::<NodeDetail>(&clusters, &watches, params.dc, subject, &rule).await?;
    match &*found.value {
        Some(detail) => Ok(has.answer(&found.version, || detail)),
        None => Err(Error::NotFound(format!("there is no node {name} in {dc}"))),
    }
}
