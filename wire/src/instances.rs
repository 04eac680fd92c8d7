//! Instances of services, as `health/service/:name` lists them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    checks::Check,
    health::{Counts, Health},
    nodes::Node,
    null_as_default, port_or_none,
};

/// One instance: a service registered on a node, with its checks and its node's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Instance {
    /// Where it is registered.
    pub node: Node,
    /// The registration.
    pub service: AgentService,
    /// Its own checks and its node's.
    #[serde(default, deserialize_with = "null_as_default")]
    pub checks: Vec<Check>,
    /// Worst of the checks. Ours: Consul does not send it.
    #[serde(default)]
    pub health: Health,
    /// What go-micro wrote into the tags, decoded. Ours: Consul does not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro: Option<Micro>,
}

/// A registration, as an agent keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct AgentService {
    /// Unique on its node.
    #[serde(rename = "ID")]
    pub id: String,
    /// The service's name.
    pub service: String,
    /// All tags, as registered.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<String>,
    /// Empty: the node's address holds.
    #[serde(deserialize_with = "null_as_default")]
    pub address: String,
    /// 0: none.
    #[serde(deserialize_with = "port_or_none")]
    pub port: u16,
    /// Pairs that the service gave.
    #[serde(deserialize_with = "null_as_default")]
    pub meta: BTreeMap<String, String>,
    /// `lan`, `wan`, …
    #[serde(deserialize_with = "null_as_default")]
    pub tagged_addresses: BTreeMap<String, ServiceAddress>,
    /// DNS weights.
    #[serde(deserialize_with = "null_as_default")]
    pub weights: Weights,
    /// Empty for a typical service, else `connect-proxy`, `mesh-gateway`, …
    #[serde(deserialize_with = "null_as_default")]
    pub kind: String,
    /// Raft index at which it was registered.
    pub create_index: u64,
    /// Raft index of its last change.
    pub modify_index: u64,
}

/// An address and its port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct ServiceAddress {
    /// IP or name.
    pub address: String,
    /// Port.
    #[serde(deserialize_with = "port_or_none")]
    pub port: u16,
}

/// DNS SRV weights by health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Weights {
    /// While passing.
    pub passing: i32,
    /// While warning.
    pub warning: i32,
}

impl Instance {
    /// The address that clients get: the service's own, else the node's.
    #[must_use]
    pub fn address(&self) -> &str {
        if self.service.address.is_empty() {
            &self.node.address
        } else {
            &self.service.address
        }
    }

    /// Tags that go-micro did not write.
    pub fn plain_tags(&self) -> impl Iterator<Item = &str> {
        self.service.tags.iter().map(String::as_str).filter(|tag| {
            !self
                .micro
                .as_ref()
                .is_some_and(|micro| micro.tags.iter().any(|decoded| decoded.raw == *tag))
        })
    }

    /// The version: go-micro's, else `version` in the registration's meta.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.micro
            .as_ref()
            .and_then(|micro| micro.version.as_deref())
            .or_else(|| self.service.meta.get("version").map(String::as_str))
    }
}

/// An instance in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct InstanceRow {
    /// Its service's name.
    pub service: String,
    /// Unique on its node.
    #[serde(rename = "ID")]
    pub id: String,
    /// The node's name.
    pub node: String,
    /// Where it is.
    pub datacenter: String,
    /// What clients get, the service's own or the node's: `address:port`, an IPv6 address in
    /// brackets; the address alone where it has no port.
    pub address: String,
    /// Worst of its own checks and its node's.
    pub health: Health,
    /// These checks by state.
    pub checks: Counts,
    /// Its tags, sorted; what go-micro encoded is left out.
    pub tags: Vec<String>,
    /// go-micro's, else `version` in the registration's meta.
    pub version: Option<String>,
    /// Pairs that the service gave.
    pub meta: BTreeMap<String, String>,
    /// The checks that do not pass, worst first, with their output; only in lists of one service
    /// or of one node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<Check>,
    /// The names of those that pass, its own first; in the same lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passing: Vec<String>,
}

impl InstanceRow {
    /// The port in its address; none where it has none.
    #[must_use]
    pub fn port(&self) -> Option<&str> {
        let (host, port) = self.address.rsplit_once(':')?;
        // the colons of an address without a port are not before one
        (!host.contains(':') || host.ends_with(']')).then_some(port)
    }
}

/// An address and its port as one writes them; 0 is none.
#[must_use]
pub fn with_port(address: &str, port: u16) -> String {
    match port {
        0 => address.to_owned(),
        port if address.contains(':') && !address.starts_with('[') => format!("[{address}]:{port}"),
        port => format!("{address}:{port}"),
    }
}

/// What go-micro's registry wrote into an instance's tags.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Micro {
    /// From the `v` tag.
    pub version: Option<String>,
    /// From the `t` tags.
    pub metadata: BTreeMap<String, String>,
    /// From the `e` tags, by name.
    pub endpoints: Vec<Endpoint>,
    /// Each tag that could be decoded, raw and as text, sorted.
    pub tags: Vec<DecodedTag>,
}

/// One tag of go-micro's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct DecodedTag {
    /// As registered.
    pub raw: String,
    /// What it says.
    pub text: String,
}

/// One endpoint (a handler's method) of a go-micro service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Endpoint {
    /// `Handler.Method`.
    pub name: String,
    /// What it takes.
    pub request: Option<EndpointValue>,
    /// What it gives.
    pub response: Option<EndpointValue>,
    /// Pairs, such as `stream`.
    pub metadata: BTreeMap<String, String>,
}

/// A type in an endpoint's signature, with its fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(no_recursion))]
#[serde(rename_all = "PascalCase", default)]
pub struct EndpointValue {
    /// Field or type name.
    pub name: String,
    /// Type.
    pub r#type: String,
    /// Fields.
    pub values: Vec<EndpointValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_follow_brackets() {
        for (address, port, expected) in [
            ("10.0.0.1", 80, "10.0.0.1:80"),
            ("::1", 80, "[::1]:80"),
            ("[::1]", 80, "[::1]:80"),
            ("::1", 0, "::1"),
            ("db.local", 5432, "db.local:5432"),
        ] {
            assert_eq!(with_port(address, port), expected);
            let row = InstanceRow {
                address: expected.to_owned(),
                ..InstanceRow::default()
            };
            let there = (port > 0).then(|| port.to_string());
            assert_eq!(row.port(), there.as_deref());
        }
    }
}
