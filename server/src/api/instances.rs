//! One instance of a service.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{instances::Instance, problem::Problem};

use super::{
    acl_rule,
    etag::{IfNoneMatch, current},
    request::{InDatacenter, Names, Params, place},
};
use crate::{datacenter::Clusters, error::Error, state::AppState, watch::Watches};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(detail))
}

/// One instance with its checks.
#[utoipa::path(
    get,
    path = "/services/{name}/instances/{node}/{id}",
    tag = "services",
    params(
        ("name" = String, Path, description = "The service's name"),
        ("node" = String, Path, description = "The node's name"),
        ("id" = String, Path, description = "The instance's ID, unique on its node"),
        InDatacenter
    ),
    responses((status = 200, body = Instance), (status = "default", body = Problem))
)]
async fn detail(
    State(clusters): State<Clusters>,
    Names((name, node, id)): Names<(String, String, String)>,
    State(watches): State<Watches>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let dc = place(&clusters, params.dc).await?.shown;
    let found = current(watches.service(&dc, &name).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::service(&name)))?;
    let instances = found
        .value
        .as_ref()
        .as_ref()
        .map(|detail| &detail.instances);
    let instance = instances
        .into_iter()
        .flatten()
        .find(|one| one.service.id == id && one.node.node == node)
        .ok_or_else(|| {
            Error::NotFound(format!(
                "the service {name} has no instance {id} on the node {node}"
            ))
        })?;
    Ok(has.answer(&found.version, || instance))
}
