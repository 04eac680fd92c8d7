//! What handlers are given: small and named parts.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::{
    api::{AllLists, Compared, HeldLocks, Lists, LookedAt, Orders},
    changes::Changes,
    config::Config,
    datacenter::Clusters,
    history::History,
    metrics::Metrics,
    observer::Observer,
    shards::Walks,
    watch::Watches,
};

/// Everything that handlers share.
#[derive(Clone)]
pub struct AppState {
    changes: Changes,
    config: Arc<Config>,
    clusters: Clusters,
    history: History,
    lists: AllLists,
    metrics: Metrics,
    observer: Observer,
    orders: Orders,
    watches: Watches,
    walks: Walks,
    locks: HeldLocks,
    compared: Compared,
    looked_at: LookedAt,
}

impl AppState {
    /// The state of a waggle that runs as `config` says and asks these clusters, or the agents of
    /// only one.
    #[must_use]
    pub fn new(config: Arc<Config>, clusters: impl Into<Clusters>) -> Self {
        let clusters = clusters.into();
        let watches = Watches::new(clusters.clone());
        Self {
            changes: Changes::new(
                clusters.clone(),
                watches.clone(),
                config.history.folder.as_deref(),
            ),
            compared: Compared::new(&config.secret_keys),
            config,
            watches,
            clusters,
            history: History::off(),
            lists: AllLists::default(),
            metrics: Metrics::default(),
            observer: Observer::default(),
            orders: Orders::default(),
            walks: Walks::default(),
            locks: HeldLocks::default(),
            looked_at: LookedAt::default(),
        }
    }

    /// Looks at every datacenter once a minute from now on, so that pages can tell of the last
    /// hour. For as long as the process runs.
    pub async fn observe(self) {
        self.observer.run(&self.clusters, &self.watches).await;
    }

    /// The same, with what is recorded of keys.
    #[must_use]
    pub fn with_history(self, history: History) -> Self {
        Self {
            changes: self.changes.with_history(history.clone()),
            history,
            ..self
        }
    }

    /// Records what becomes of keys, for as long as it is polled.
    pub async fn record(self) {
        self.history.record(&self.clusters).await;
    }

    /// Ends what would not end by itself: the streams to browsers.
    pub fn close(&self) {
        self.watches.close();
    }
}

impl FromRef<AppState> for Changes {
    fn from_ref(state: &AppState) -> Self {
        state.changes.clone()
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

impl FromRef<AppState> for History {
    fn from_ref(state: &AppState) -> Self {
        state.history.clone()
    }
}

impl FromRef<AppState> for Metrics {
    fn from_ref(state: &AppState) -> Self {
        state.metrics.clone()
    }
}

impl FromRef<AppState> for Orders {
    fn from_ref(state: &AppState) -> Self {
        state.orders.clone()
    }
}

impl FromRef<AppState> for Watches {
    fn from_ref(state: &AppState) -> Self {
        state.watches.clone()
    }
}

impl FromRef<AppState> for Walks {
    fn from_ref(state: &AppState) -> Self {
        state.walks.clone()
    }
}

impl FromRef<AppState> for Compared {
    fn from_ref(state: &AppState) -> Self {
        state.compared.clone()
    }
}

impl FromRef<AppState> for LookedAt {
    fn from_ref(state: &AppState) -> Self {
        state.looked_at.clone()
    }
}

impl FromRef<AppState> for HeldLocks {
    fn from_ref(state: &AppState) -> Self {
        state.locks.clone()
    }
}

impl FromRef<AppState> for Lists {
    fn from_ref(state: &AppState) -> Self {
        Self {
            clusters: state.clusters.clone(),
            watches: state.watches.clone(),
            merged: state.lists.clone(),
            orders: state.orders.clone(),
        }
    }
}

impl FromRef<AppState> for Observer {
    fn from_ref(state: &AppState) -> Self {
        state.observer.clone()
    }
}
