//! The datacenters that the agent knows, and the agent itself.

use serde::{Deserialize, Serialize};

/// Every datacenter, the agent's own first, the others by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Datacenters {
    /// The datacenters.
    pub items: Vec<Datacenter>,
    /// The agent that answered.
    pub agent: AgentSummary,
}

/// One datacenter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Datacenter {
    /// As Consul names it.
    pub name: String,
    /// The agent that we ask belongs to it.
    pub local: bool,
}

/// The agent that waggle asks now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AgentSummary {
    /// `scheme://host:port` or `unix:///path`, never with a user or token.
    pub address: String,
    /// Its node's name.
    pub node: String,
    /// Its datacenter.
    pub datacenter: String,
    /// Consul's version.
    pub version: String,
    /// It is a server, not a client.
    pub server: bool,
}
