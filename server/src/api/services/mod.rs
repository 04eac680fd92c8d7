//! Services: the list with exact counts per instance, and one service with its instances.

use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::ALL,
    problem::Problem,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use super::{
    acl_rule, all,
    placed::named,
    request::{InDatacenter, Names, Params, place},
    versioned::KnownVersions,
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{consul::Query, datacenter::Clusters, error::Error, state::AppState, view};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
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
async fn list(
    State(clusters): State<Clusters>,
    State(orders): State<Orders>,
    known: KnownVersions,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    if params.dc.as_deref() == Some(ALL) {
        let rows = all::services(&clusters).await;
        return known.answer("", || window(&rows, "services", "", &wanted, &orders));
    }
    let place = place(&clusters, params.dc).await?;
    let rows = place
        .datacenters
        .read(|client| {
            let dc = place.dc.clone();
            async move { view::services::read(&client, &dc).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::catalog()))?;
    known.answer("", || {
        let rows = window(&rows.value, "services", "", &wanted, &orders)?;
        Ok(named(rows, &place))
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
    Params(params): Params<InDatacenter>,
) -> Result<Json<ServiceDetail>, Error> {
    let place = place(&clusters, params.dc).await?;
    let query = Query::in_datacenter(&place.dc);
    let found = place
        .datacenters
        .read(|client| {
            let (name, dc, query) = (name.clone(), place.dc.clone(), query.clone());
            async move { view::services::read_detail(&client, &name, &dc, &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::service(&name)))?;
    match found.value {
        Some(detail) if detail.instances.is_empty() => Err(Error::Hidden {
            detail: format!("the token may not see the instances of {name}"),
            acl_rule: acl_rule::service(&name),
        }),
        Some(detail) => Ok(Json(named(detail, &place))),
        None => Err(Error::NotFound(format!(
            "no instance of the service {name} is registered in {}",
            place.shown
        ))),
    }
}
