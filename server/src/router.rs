//! The one port: what is served where, and what every request passes first.

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRef,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{any, get},
};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    api, assets,
    changes::Changes,
    config::Config,
    error::Error,
    metrics::{self, Metrics},
    middleware::{compress, host, limits, read_only, request_log, same_origin, security_headers},
    page::{self, Pages},
    state::AppState,
};

/// Everything that waggle serves, below the base path.
pub fn router(state: AppState) -> Router {
    let config = Arc::<Config>::from_ref(&state);
    let base = config.base_path.clone();
    let measure = from_fn_with_state(Metrics::from_ref(&state), metrics::measure);
    let shown = Router::new()
        .route(&format!("{base}/metrics"), get(metrics::serve))
        .with_state(state.clone());
    let changes = Changes::from_ref(&state);
    let api = api::routes(&base).with_state(state);
    let pages = Pages::new(Arc::clone(&config), changes, api.clone());

    let ui = Router::new()
        .route(&format!("{base}/ui"), get(page::entry))
        .route(&format!("{base}/ui/"), get(page::entry))
        .route(&format!("{base}/ui/{{*page}}"), get(page::page))
        .route("/", get(page::root));
    let ui = if base.is_empty() {
        ui
    } else {
        ui.route(&base, get(page::root))
            .route(&format!("{base}/"), get(page::root))
    };
    let routes = ui
        .with_state(pages)
        .nest(&format!("{base}/api"), api.layer(compress::layer()))
        .route(&format!("{base}/assets/{{*name}}"), any(assets::serve))
        .route(&format!("{base}/healthz"), get(async || "ok\n"))
        .merge(shown)
        .layer(measure)
        .method_not_allowed_fallback(async || Error::NoSuchMethod)
        .fallback(async || Error::NoSuchRoute);

    // around the routes as a whole, so that nothing is routed before it has passed them
    let layers = ServiceBuilder::new()
        .layer(from_fn(request_log::layer))
        .layer(from_fn_with_state(
            Arc::clone(&config),
            security_headers::layer,
        ))
        .layer(CatchPanicLayer::custom(panicked as Panicked))
        .layer(from_fn_with_state(Arc::clone(&config), host::layer))
        .layer(from_fn_with_state(Arc::clone(&config), limits::layer))
        .layer(from_fn_with_state(Arc::clone(&config), same_origin::layer))
        .layer(same_origin::csrf())
        .layer(from_fn_with_state(config, read_only::layer));
    Router::new().fallback_service(layers.service(routes))
}

type Panicked = fn(Box<dyn std::any::Any + Send>) -> axum::response::Response;

/// The panic's words may hold anything, so they go to the hook's output and not to the visitor.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    Error::Internal("a handler panicked".to_owned()).into_response()
}
