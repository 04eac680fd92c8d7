//! The datacenters of one demo agent, each behind a lock with a counter that tells waiting queries of a change.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::state::State;

/// One datacenter: its state, and the counter that moves after each change.
pub(crate) struct Datacenter {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl Datacenter {
    pub(crate) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the state.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state, then wakes whoever waits.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let outcome = change(&mut self.lock());
        self.changed.send_modify(|count| *count += 1);
        outcome
    }

    /// A receiver that sees each later change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

/// All datacenters that the agent can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct Cluster {
    local: Arc<str>,
    datacenters: Arc<BTreeMap<String, Arc<Datacenter>>>,
}

impl Cluster {
    /// The first state is the agent's own datacenter.
    pub(crate) fn new(local: State, others: Vec<State>) -> Self {
        let name: Arc<str> = local.datacenter.as_str().into();
        let datacenters = std::iter::once(local)
            .chain(others)
            .map(|state| (state.datacenter.clone(), Arc::new(Datacenter::new(state))))
            .collect();
        Self {
            local: name,
            datacenters: Arc::new(datacenters),
        }
    }

    /// The agent's own datacenter.
    pub(crate) fn local(&self) -> Arc<Datacenter> {
        self.datacenter(&self.local)
            .expect("the local datacenter is always there")
    }

    /// A datacenter by name; the empty name is the agent's own.
    pub(crate) fn datacenter(&self, name: &str) -> Option<Arc<Datacenter>> {
        let name = if name.is_empty() { &*self.local } else { name };
        self.datacenters.get(name).cloned()
    }

    /// The names of all datacenters, the agent's own first.
    pub(crate) fn names(&self) -> Vec<String> {
        let others = self
            .datacenters
            .keys()
            .filter(|name| ***name != *self.local)
            .cloned();
        std::iter::once(self.local.to_string())
            .chain(others)
            .collect()
    }

    /// Every datacenter.
    pub(crate) fn all(&self) -> impl Iterator<Item = Arc<Datacenter>> + '_ {
        self.datacenters.values().cloned()
    }
}
