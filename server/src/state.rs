//! What handlers are given: small and named parts.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::{api::Orders, config::Config, datacenter::Clusters};

/// Everything that handlers share.
#[derive(Clone)]
pub struct AppState {
    config: Arc<Config>,
    clusters: Clusters,
    orders: Orders,
}

impl AppState {
    /// The state of a waggle that runs as `config` says and asks these clusters, or the agents of
    /// only one.
    #[must_use]
    pub fn new(config: Arc<Config>, clusters: impl Into<Clusters>) -> Self {
        Self {
            config,
            clusters: clusters.into(),
            orders: Orders::default(),
        }
    }
}

impl FromRef<AppState> for Arc<Config> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.config)
    }
}

impl FromRef<AppState> for Clusters {
    fn from_ref(state: &AppState) -> Self {
        state.clusters.clone()
    }
}

impl FromRef<AppState> for Orders {
    fn from_ref(state: &AppState) -> Self {
        state.orders.clone()
    }
}
