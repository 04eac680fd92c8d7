//! Nodes: the machines that agents run on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    checks::Check,
    health::{Counts, Health},
    instances::Instance,
    null_as_default,
};

/// A node, as the catalog keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Node {
    /// UUID; empty for external nodes.
    #[serde(rename = "ID", deserialize_with = "null_as_default")]
    pub id: String,
    /// The node's name.
    pub node: String,
    /// IP or name.
    pub address: String,
    /// Empty on old agents.
    #[serde(deserialize_with = "null_as_default")]
    pub datacenter: String,
    /// `lan`, `wan`, …
    #[serde(deserialize_with = "null_as_default")]
    pub tagged_addresses: BTreeMap<String, String>,
    /// Pairs that the agent's configuration gave.
    #[serde(deserialize_with = "null_as_default")]
    pub meta: BTreeMap<String, String>,
}

/// A node in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct NodeRow {
    /// The node's name.
    pub name: String,
    /// Where it is.
    pub datacenter: String,
    /// IP or name.
    pub address: String,
    /// Worst of the node's own checks.
    pub health: Health,
    /// The node's own checks by state.
    pub checks: Counts,
    /// Gossip has lost it: its agent does not run, or nobody reaches it.
    #[serde(default)]
    pub lost: bool,
    /// It leads the servers of its datacenter.
    pub leader: bool,
    /// It is a server.
    pub server: bool,
    /// How many instances are registered on it.
    pub instances: u32,
    /// The worst instances first: how many are in each state.
    pub instance_health: Counts,
    /// Consul's version there, where it can be known.
    pub version: Option<String>,
    /// Pairs that the agent's configuration gave.
    pub meta: BTreeMap<String, String>,
}

impl NodeRow {
    /// The leader, then servers, then clients.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match (self.leader, self.server) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        }
    }
}

/// A node with all that runs on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct NodeDetail {
    /// The node; its datacenter is always set.
    pub node: Node,
    /// Worst of the node's own checks.
    pub health: Health,
    /// It leads the servers of its datacenter.
    pub leader: bool,
    /// It is a server.
    pub server: bool,
    /// Consul's version there, where it can be known.
    pub version: Option<String>,
    /// The node's own checks.
    pub checks: Vec<Check>,
    /// What is registered on it, by service, then ID; the first ones where no more were asked for.
    pub instances: Vec<Instance>,
    /// All that is registered on it, by state.
    #[serde(default)]
    pub instance_health: Counts,
    /// The token does not see everything: Consul left rows out.
    #[serde(default)]
    pub filtered_by_acl: bool,
}
