//! One instance of a service.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{instances::Instance, problem::Problem};

use super::{
    acl_rule,
    request::{InDatacenter, Names, Params, datacenter},
};
use crate::{consul::Query, datacenter::Datacenters, error::Error, state::AppState, view};

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
    State(datacenters): State<Datacenters>,
    Names((name, node, id)): Names<(String, String, String)>,
    Params(params): Params<InDatacenter>,
) -> Result<Json<Instance>, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let query = Query::in_datacenter(&dc);
    let found = datacenters
        .read(|client| {
            let (name, dc, query) = (name.clone(), dc.clone(), query.clone());
            async move { view::services::read_detail(&client, &name, &dc, &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::service(&name)))?;
    found
        .value
        .and_then(|detail| {
            detail
                .instances
                .into_iter()
                .find(|one| one.service.id == id && one.node.node == node)
        })
        .map(Json)
        .ok_or_else(|| {
            Error::NotFound(format!(
                "the service {name} has no instance {id} on the node {node}"
            ))
        })
}
