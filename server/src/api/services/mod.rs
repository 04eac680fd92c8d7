//! Services: the list with exact counts per instance, and one service with its instances.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::ALL,
    problem::Problem,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
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

/// Every service, by name.
#[utoipa::path(
    get,
    path = "/services",
    tag = "services",
    params(InDatacenter, WindowParams),
    responses((status = 200, body = Rows<ServiceRow>), (status = "default", body = Problem))
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
        return asked.services().await;
    }
    let dc = place(&clusters, params.dc).await?.shown;
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
    State(clusters): State<Clusters>,
    Names(name): Names<String>,
    State(watches): State<Watches>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let dc = place(&clusters, params.dc).await?.shown;
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
