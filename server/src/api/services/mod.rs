//! Services: the list with exact counts per instance, and one service with its instances.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    problem::Problem,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use super::{
    acl_rule,
    etag::{IfNoneMatch, current},
    request::{InDatacenter, Names, Params, datacenter},
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{datacenter::Datacenters, error::Error, state::AppState, watch::Watches};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(detail))
}

/// Every service, by name.
#[utoipa::path(
    get,
    path = "/services",
    tag = "services",
    params(InDatacenter, WindowParams),
    responses((status = 200, body = Rows<ServiceRow>), (status = "default", body = Problem))
)]
async fn all(
    State(datacenters): State<Datacenters>,
    State(orders): State<Orders>,
    State(watches): State<Watches>,
    has: IfNoneMatch,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let found = current(watches.services(&dc).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::catalog()))?;
    let topic = format!("services@{dc}");
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

/// One service with its instances, by node, then ID.
#[utoipa::path(
    get,
    path = "/services/{name}",
    tag = "services",
    params(("name" = String, Path, description = "The service's name"), InDatacenter),
    responses((status = 200, body = ServiceDetail), (status = "default", body = Problem))
)]
async fn detail(
    State(datacenters): State<Datacenters>,
    Names(name): Names<String>,
    State(watches): State<Watches>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let found = current(watches.service(&dc, &name).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::service(&name)))?;
    match &*found.value {
        Some(detail) if detail.instances.is_empty() => Err(Error::Hidden {
            detail: format!("the token may not see the instances of {name}"),
            acl_rule: acl_rule::service(&name),
        }),
        Some(detail) => Ok(has.answer(&found.version, || detail)),
        None => Err(Error::NotFound(format!(
            "no instance of the service {name} is registered in {dc}"
        ))),
    }
}
