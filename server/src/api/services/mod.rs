//! Services: the list with exact counts per instance, and one service with its instances.

use std::borrow::Cow;

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    live::Subject,
    problem::Problem,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use super::{
    acl_rule,
    detail::detail,
    etag::IfNoneMatch,
    lists::{Asked, Lists},
    request::{InDatacenter, InDetail, Names, Params},
    window::{WindowParams, Windowed},
};
use crate::{datacenter::Clusters, error::Error, state::AppState, watch::Watches};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(one))
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
    State(lists): State<Lists>,
    has: IfNoneMatch,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let asked = Asked {
        dc: params.dc,
        wanted: &wanted,
        has: &has,
    };
    lists.services(asked).await
}

/// One service with its instances, by node, then ID.
#[utoipa::path(
    get,
    path = "/services/{name}",
    tag = "services",
    params(("name" = String, Path, description = "The service's name"), InDetail),
    responses((status = 200, body = ServiceDetail), (status = "default", body = Problem))
)]
async fn one(
    State(clusters): State<Clusters>,
    Names(name): Names<String>,
    State(watches): State<Watches>,
    Params(params): Params<InDetail>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let rule = acl_rule::service(&name);
    let subject = Subject::Service(name.clone());
    let (dc, found) =
        detail::<ServiceDetail>(&clusters, &watches, params.dc, subject, &rule).await?;
    match &*found.value {
        Some(detail) if detail.instances.is_empty() => Err(Error::Hidden {
            detail: format!("the token may not see the instances of {name}"),
            acl_rule: rule,
        }),
        Some(detail) => Ok(has.answer(&found.version, || first(detail, params.limit))),
        None => Err(Error::NotFound(format!(
            "no instance of the service {name} is registered in {dc}"
        ))),
    }
}

/// The detail with no more instances than that.
fn first(detail: &ServiceDetail, limit: Option<usize>) -> Cow<'_, ServiceDetail> {
    match limit {
        Some(limit) if limit < detail.instances.len() => Cow::Owned(ServiceDetail {
            instances: detail.instances[..limit].to_vec(),
            name: detail.name.clone(),
            datacenter: detail.datacenter.clone(),
            kind: detail.kind.clone(),
            together: detail.together.clone(),
            ..*detail
        }),
        _ => Cow::Borrowed(detail),
    }
}
