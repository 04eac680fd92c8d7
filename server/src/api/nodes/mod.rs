//! Nodes: the list, and one node with its checks and what runs on it.

mod list;

use std::collections::BTreeMap;

use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    health::Health,
    instances::AgentService,
    nodes::{Node, NodeDetail, NodeRow},
    problem::Problem,
    rows::Rows,
};

use super::{
    acl_rule,
    instances::{OnNode, on_node},
    request::{InDatacenter, Names, Params, datacenter},
    versioned::KnownVersions,
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{
    consul::{Client, Error as ClientError, Query},
    datacenter::Datacenters,
    error::Error,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(detail))
}

/// Every node, by name.
#[utoipa::path(
    get,
    path = "/nodes",
    tag = "nodes",
    params(InDatacenter, WindowParams),
    responses((status = 200, body = Rows<NodeRow>), (status = "default", body = Problem))
)]
async fn all(
    State(datacenters): State<Datacenters>,
    State(orders): State<Orders>,
    known: KnownVersions,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let rows = datacenters
        .read(|client| list::read(client, dc.clone()))
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::catalog()))?;
    known.answer("", || window(&rows, "nodes", "", &wanted, &orders))
}

/// One node with its checks and what runs on it.
#[utoipa::path(
    get,
    path = "/nodes/{name}",
    tag = "nodes",
    params(("name" = String, Path, description = "The node's name"), InDatacenter),
    responses((status = 200, body = NodeDetail), (status = "default", body = Problem))
)]
async fn detail(
    State(datacenters): State<Datacenters>,
    Names(name): Names<String>,
    Params(params): Params<InDatacenter>,
) -> Result<Json<NodeDetail>, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let found = datacenters
        .read(|client| read_detail(client, name.clone(), dc.clone()))
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::node(&name)))?;
    found
        .map(Json)
        .ok_or_else(|| Error::NotFound(format!("there is no node {name} in {dc}")))
}

async fn read_detail(
    client: Client,
    name: String,
    datacenter: String,
) -> Result<Option<NodeDetail>, ClientError> {
    let query = Query::in_datacenter(&datacenter);
    let (found, servers) = futures::join!(
        on_node(client.clone(), name, query),
        Servers::ask(&client, &datacenter)
    );
    Ok(found?.map(|found| detail_of(found, &servers)))
}

fn detail_of((node, instances, (checks, filtered)): OnNode, servers: &Servers) -> NodeDetail {
    let services: Vec<&AgentService> = instances.iter().map(|one| &one.service).collect();
    let about = servers.about(&node, &services);
    NodeDetail {
        node,
        health: Health::of(&checks),
        leader: about.leader,
        server: about.server,
        version: about.version,
        checks,
        instances,
        filtered_by_acl: filtered,
    }
}

/// What is known about a datacenter's servers and versions beside the catalog. None of it is
/// worth failing for.
#[derive(Default)]
struct Servers {
    /// `ip:port` of the leader's RPC.
    leader: Option<String>,
    /// By node; only where the agent is in that datacenter.
    versions: BTreeMap<String, String>,
}

/// What of it is about one node.
struct About {
    leader: bool,
    server: bool,
    version: Option<String>,
}

impl Servers {
    async fn ask(client: &Client, datacenter: &str) -> Self {
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

    fn about(&self, node: &Node, services: &[&AgentService]) -> About {
        let server = services.iter().find(|service| service.service == "consul");
        let leader = server.is_some_and(|service| {
            let address = if service.address.is_empty() {
                &node.address
            } else {
                &service.address
            };
            let rpc = if address.contains(':') {
                format!("[{address}]:{}", service.port)
            } else {
                format!("{address}:{}", service.port)
            };
            self.leader.as_deref() == Some(rpc.as_str())
        });
        About {
            leader,
            server: server.is_some(),
            version: node
                .meta
                .get("consul-version")
                .or_else(|| self.versions.get(&node.node))
                .or_else(|| server.and_then(|service| service.meta.get("version")))
                .cloned(),
        }
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
            let about = servers.about(&node("a", node_address), &[&consul(service_address)]);
            assert_eq!(about.leader, expected, "{leader} {node_address}");
            assert!(about.server);
        }
        let about = Servers::default().about(&node("a", ""), &[]);
        assert!(!about.leader && !about.server && about.version.is_none());
    }

    #[test]
    fn the_version_from_wherever_it_is_known() {
        let mut named = node("a", "");
        let servers = Servers {
            leader: None,
            versions: BTreeMap::from([("a".into(), "1.9.0".into())]),
        };
        let version = |servers: &Servers, node: &Node| servers.about(node, &[&consul("")]).version;
        assert_eq!(
            version(&Servers::default(), &named).as_deref(),
            Some("1.8.7")
        );
        assert_eq!(version(&servers, &named).as_deref(), Some("1.9.0"));
        named.meta.insert("consul-version".into(), "1.22.6".into());
        assert_eq!(version(&servers, &named).as_deref(), Some("1.22.6"));
    }
}
