//! The page's API: one file a domain, each with thin handlers and, below them, the pure joins.
//! Imports `changes`, `watch`, `view`, `datacenter`, `consul`, `validate` and wire; only `router` imports it.

mod acl_rule;
mod changes;
mod compare;
mod datacenters;
mod detail;
mod etag;
mod history;
mod instances;
mod kv;
mod lists;
mod live;
mod nodes;
mod overview;
pub(crate) mod request;
mod schemas;
mod search;
mod services;
mod sessions;
mod validate;
mod window;

use axum::{Router, routing::get};
use http::{HeaderValue, header};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{error::Error, state::AppState};

pub(crate) use {
    compare::Compared,
    kv::LookedAt,
    lists::{AllLists, Lists},
    sessions::HeldLocks,
    window::Orders,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "waggle",
        description = "What waggle's own page uses, for scripts too. Everything that changes \
something needs the header `X-Waggle: 1`, and a body `Content-Type: application/json`. Errors are \
`application/problem+json`.",
        license(name = "Apache-2.0 OR MIT")
    ),
    components(schemas(wire::problem::Problem))
)]
struct Document;

/// The routes below `api/`, the document that describes them among them.
pub(crate) fn routes(base_path: &str) -> Router<AppState> {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .merge(datacenters::routes())
        .merge(services::routes())
        .merge(instances::routes())
        .merge(nodes::routes())
        .merge(overview::routes())
        .merge(kv::routes())
        .merge(history::routes())
        .merge(changes::routes())
        .merge(live::routes())
        .merge(validate::routes())
        .merge(schemas::routes())
        .merge(sessions::routes())
        .merge(search::routes())
        .merge(compare::routes())
        .split_for_parts();
    document.servers = Some(vec![utoipa::openapi::Server::new(format!(
        "{base_path}/api"
    ))]);
    let document = document.to_json().unwrap_or_default();
    router
        .route(
            "/openapi.json",
            get(move || {
                let document = document.clone();
                async move {
                    let json = HeaderValue::from_static("application/json");
                    ([(header::CONTENT_TYPE, json)], document)
                }
            }),
        )
        .method_not_allowed_fallback(async || Error::NoSuchMethod)
        .fallback(async || Error::NoSuchRoute)
}
