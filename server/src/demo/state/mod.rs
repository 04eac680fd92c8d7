//! What one datacenter knows, with Consul's indexes: `kv`, `catalog`, `checks`, `session`, `txn` change it,
//! `query` reads it, `expiry` lets time pass over it. Knows nothing of HTTP.

mod catalog;
mod checks;
mod expiry;
mod kv;
mod local;
mod query;
mod records;
mod session;
mod txn;

use std::collections::{BTreeMap, HashMap};

use tokio::time::Instant;

pub(crate) use catalog::Registration;
pub(crate) use kv::{Guard, KvEntry};
pub(crate) use local::{CheckDefinition, Local, ServiceDefinition};
pub(crate) use records::{Check, Member, MemberStatus, Node, Service, Tags, proxy_defaults};
pub(crate) use session::{Behavior, Session};
pub(crate) use txn::{KvOperation, OperationError};

/// A pair of node name (lower case, as Consul compares them) and the id of a service or check.
pub(crate) type OnNode = (String, String);

/// One datacenter's catalog, health, KV store and sessions.
pub(crate) struct State {
    /// Name of the datacenter.
    pub(crate) datacenter: String,
    /// Last index given out by the pretended raft log.
    pub(crate) index: u64,
    indexes: HashMap<String, u64>,
    nodes: BTreeMap<String, Node>,
    services: BTreeMap<OnNode, Service>,
    checks: BTreeMap<OnNode, Check>,
    kv: BTreeMap<String, KvEntry>,
    graveyard: BTreeMap<String, u64>,
    sessions: BTreeMap<String, Session>,
    lock_delays: HashMap<String, Instant>,
    /// What the agent itself was told to watch over.
    pub(crate) local: Local,
    /// Members of the gossip pool.
    pub(crate) members: Vec<Member>,
    /// Name of the leading server.
    pub(crate) leader: String,
}

impl State {
    /// An empty datacenter, whose agent runs on `agent_node`.
    pub(crate) fn new(datacenter: &str, agent_node: &str) -> Self {
        Self {
            datacenter: datacenter.to_owned(),
            index: 10,
            indexes: HashMap::new(),
            nodes: BTreeMap::new(),
            services: BTreeMap::new(),
            checks: BTreeMap::new(),
            kv: BTreeMap::new(),
            graveyard: BTreeMap::new(),
            sessions: BTreeMap::new(),
            lock_delays: HashMap::new(),
            local: Local::new(agent_node),
            members: Vec::new(),
            leader: agent_node.to_owned(),
        }
    }

    /// Takes the next index; each write has its own, also one that changes nothing.
    fn next_index(&mut self) -> u64 {
        self.index += 1;
        self.index
    }

    fn touch(&mut self, table: &str, index: u64) {
        match self.indexes.get_mut(table) {
            Some(current) => *current = index.max(*current),
            None => {
                self.indexes.insert(table.to_owned(), index);
            }
        }
    }

    fn table_index(&self, tables: &[&str]) -> u64 {
        tables
            .iter()
            .filter_map(|table| self.indexes.get(*table))
            .copied()
            .max()
            .unwrap_or(0)
    }
}
