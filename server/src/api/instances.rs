//! Instances: all of them, those of a service or a node, and one of a service.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    instances::{Instance, InstanceRow},
    live::Subject,
    problem::Problem,
    rows::Rows,
    services::ServiceDetail,
};

use super::{
    acl_rule,
    detail::detail,
    etag::IfNoneMatch,
    lists::{Asked, Lists, Of},
    request::{InDatacenter, Names, Params},
    window::{WindowParams, Windowed},
};
use crate::{datacenter::Clusters, error::Error, state::AppState, watch::Watches};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(one))
}

/// Whose instances.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    dc: Option<String>,
    /// Only those of this service.
    #[serde(default)]
    service: Option<String>,
    /// Only those on this node.
    #[serde(default)]
    node: Option<String>,
}

/// Instances, by what is the matter with them: those of a service or of a node as they are, all
/// of them as they were at most 20 s ago.
#[utoipa::path(
    get,
    path = "/instances",
    tag = "services",
    params(Whose, WindowParams),
    responses((status = 200, body = Rows<InstanceRow>), (status = "default", body = Problem))
)]
async fn all(
    State(lists): State<Lists>,
    has: IfNoneMatch,
    Windowed(whose, wanted): Windowed<Whose>,
) -> Result<Response, Error> {
    let asked = Asked {
        dc: whose.dc,
        wanted: &wanted,
        has: &has,
    };
    let of = Of {
        service: whose.service.filter(|name| !name.is_empty()),
        node: whose.node.filter(|name| !name.is_empty()),
    };
    lists.instances(&of, asked).await
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
async fn one(
    State(clusters): State<Clusters>,
    Names((name, node, id)): Names<(String, String, String)>,
    State(watches): State<Watches>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let rule = acl_rule::service(&name);
    let subject = Subject::Service(name.clone());
    let (_, found) =
        detail::<ServiceDetail>(&clusters, &watches, params.dc, subject, &rule).await?;
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
