//! A datacenter's servers: which node leads, which is one, and what version runs there.

use std::collections::BTreeMap;

use wire::{instances::AgentService, nodes::Node};

use crate::consul::{Client, Query};

/// What is known about a datacenter's servers and versions beside the catalog. None of it is
/// worth failing for.
#[derive(Clone, Default)]
pub(super) struct Servers {
    /// `ip:port` of the leader's RPC.
    pub(super) leader: Option<String>,
    /// By node; only where the agent is in that datacenter.
    versions: BTreeMap<String, String>,
}

/// What tells one node from another.
pub(super) struct Naming<'a> {
    pub(super) name: &'a str,
    pub(super) address: &'a str,
    pub(super) meta: &'a BTreeMap<String, String>,
}

impl<'a> From<&'a Node> for Naming<'a> {
    fn from(node: &'a Node) -> Self {
        Self {
            name: &node.node,
            address: &node.address,
            meta: &node.meta,
        }
    }
}

/// What of it is about one node.
pub(super) struct About {
    pub(super) leader: bool,
    pub(super) server: bool,
    pub(super) version: Option<String>,
}

impl Servers {
    pub(super) async fn ask(client: &Client, datacenter: &str) -> Self {
        let query = Query::in_datacenter(datacenter);
        let (status, agent) = (client.status(), client.agent());
        let (leader, members) = futures::join!(status.leader(&query), agent.members(false));
        let versions = members
            .unwrap_or_default()
            .into_iter()
            // members are those of the agent's own datacenter, whichever was asked for
            .filter(|member| member.tags.get("dc").is_some_and(|dc| dc == datacenter))
            .filter_map(|member| {
                let version = member.version()?.to_owned();
                Some((member.name, version))
            })
            .collect();
        Self {
            leader: leader.ok().flatten(),
            versions,
        }
    }

    /// `server` is what a node's services have under the name that servers register.
    pub(super) fn about(&self, node: &Naming<'_>, server: Option<&AgentService>) -> About {
        let leader = server.is_some_and(|service| {
            let address = if service.address.is_empty() {
                node.address
            } else {
                &service.address
            };
            self.leader.as_deref() == Some(rpc(address, service.port).as_str())
        });
        About {
            leader,
            server: server.is_some(),
            version: node
                .meta
                .get("consul-version")
                .or_else(|| self.versions.get(node.name))
                .or_else(|| server.and_then(|service| service.meta.get("version")))
                .cloned(),
        }
    }
}

/// What servers register under.
pub(super) const SERVICE: &str = "consul";

pub(super) fn is_server(service: &AgentService) -> bool {
    service.service == SERVICE
}

/// An address as a leader is told by.
pub(super) fn rpc(address: &str, port: impl std::fmt::Display) -> String {
    if address.contains(':') {
        format!("[{address}]:{port}")
    } else {
        format!("{address}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, address: &str) -> Node {
        Node {
            node: name.into(),
            address: address.into(),
            ..Node::default()
        }
    }

    fn consul(address: &str) -> AgentService {
        AgentService {
            service: "consul".into(),
            address: address.into(),
            port: 8300,
            meta: BTreeMap::from([("version".into(), "1.8.7".into())]),
            ..AgentService::default()
        }
    }

    #[test]
    fn the_leader_is_found_by_its_rpc_address() {
        for (leader, node_address, service_address, expected) in [
            ("10.0.0.1:8300", "10.0.0.1", "", true),
            ("10.0.0.1:8300", "1.2.3.4", "10.0.0.1", true),
            ("10.0.0.1:8300", "10.0.0.1", "10.0.0.9", false),
            ("10.0.0.1:8310", "10.0.0.1", "", false),
            ("[::1]:8300", "::1", "", true),
        ] {
            let servers = Servers {
                leader: Some(leader.into()),
                ..Servers::default()
            };
            let about = servers.about(
                &Naming::from(&node("a", node_address)),
                Some(&consul(service_address)),
            );
            assert_eq!(about.leader, expected, "{leader} {node_address}");
            assert!(about.server);
        }
        let about = Servers::default().about(&Naming::from(&node("a", "")), None);
        assert!(!about.leader && !about.server && about.version.is_none());
    }

    #[test]
    fn the_version_from_wherever_it_is_known() {
        let mut named = node("a", "");
        let servers = Servers {
            leader: None,
            versions: BTreeMap::from([("a".into(), "1.9.0".into())]),
        };
        let version = |servers: &Servers, node: &Node| {
            servers
                .about(&Naming::from(node), Some(&consul("")))
                .version
        };
        assert_eq!(
            version(&Servers::default(), &named).as_deref(),
            Some("1.8.7")
        );
        assert_eq!(version(&servers, &named).as_deref(), Some("1.9.0"));
        named.meta.insert("consul-version".into(), "1.22.6".into());
        assert_eq!(version(&servers, &named).as_deref(), Some("1.22.6"));
    }
}
