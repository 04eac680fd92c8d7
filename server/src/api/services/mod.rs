//! Services: the list with exact counts per instance, and one service with its instances.

use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    problem::Problem,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use super::{
    acl_rule,
    request::{InDatacenter, Names, Params, datacenter},
    versioned::KnownVersions,
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{consul::Query, datacenter::Datacenters, error::Error, state::AppState, view};

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
    known: KnownVersions,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let rows = datacenters
        .read(|client| {
            let dc = dc.clone();
            async move { view::services::read(&client, &dc).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::catalog()))?;
    known.answer("", || window(&rows.value, "services", "", &wanted, &orders))
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
    Params(params): Params<InDatacenter>,
) -> Result<Json<ServiceDetail>, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let query = Query::in_datacenter(&dc);
    let found = datacenters
        .read(|client| {
            let (name, dc, query) = (name.clone(), dc.clone(), query.clone());
            async move { view::services::read_detail(&client, &name, &dc, &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::service(&name)))?;
    match found.value {
        Some(detail) if detail.instances.is_empty() => Err(Error::Hidden {
            detail: format!("the token may not see the instances of {name}"),
            acl_rule: acl_rule::service(&name),
        }),
        Some(detail) => Ok(Json(detail)),
        None => Err(Error::NotFound(format!(
            "no instance of the service {name} is registered in {dc}"
        ))),
    }
}
