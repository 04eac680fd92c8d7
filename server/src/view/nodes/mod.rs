//! The list of nodes, and one node with its checks and what runs on it.
//!
//! `internal/ui/nodes` has nodes, services and checks in one answer; without it, the catalog is
//! asked node by node.
//!
//! There is no smaller way to the same rows. A row counts the instances on its node by health, and
//! nothing else says in one answer which node has how many: `catalog/nodes` knows no services,
//! `internal/ui/services` names a service's nodes but not how often, and
//! `health/state/any` (14 MB at 5,000 nodes with 20,000 instances) lacks what has no check. One
//! question a service or node is as many bytes and thousands of requests. So the large one is read
//! as it comes, nothing of it is kept but rows, and only where nodes or instances came or went:
//! what else changes is brought up to date by the checks that do not pass (`patch`).

mod patch;
mod servers;

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use wire::{
    checks::Check,
    health::{Counts, Health},
    instances::AgentService,
    nodes::{NodeDetail, NodeRow},
    rows::Rows,
};

use tokio::time::Instant;

use super::{Ground, Seen, failing, instances};
use crate::consul::{Answer, Client, Contact, Error, Query, UiNode, aside};
use instances::OnNode;
use servers::{Naming, Servers, is_server};

/// How many questions one list may have in flight.
const IN_FLIGHT: usize = 16;

/// How long checks alone bring a list up to date before it is read whole again: how many checks
/// pass is not told by those that do not.
const KEPT: Duration = Duration::from_secs(30);

/// Every node, by name.
pub(crate) async fn read(
    client: &Client,
    query: &Query,
) -> Result<(Seen<Rows<NodeRow>>, Ground<NodeRow>), Error> {
    let made = Instant::now();
    let dc = query.place().to_owned();
    let make = move |node| row(&dc, node);
    let (nodes, servers) = futures::join!(
        read_nodes(client, query, make),
        Servers::ask(client, query.place())
    );
    let nodes = nodes?;
    let mut items: Vec<NodeRow> = nodes
        .value
        .into_iter()
        .map(|(mut row, server)| {
            mark(&mut row, server.as_ref(), &servers);
            row
        })
        .collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    let mut rows = Rows::whole(items);
    rows.filtered_by_acl = nodes.meta.filtered_by_acl;
    let mut ground = Ground::of(&nodes.meta, made, KEPT);
    ground.leader = servers.leader;
    let seen = Seen {
        value: rows,
        // nodes, services and checks, all of one moment
        indexes: vec![ground.index; 3],
        contact: ground.contact,
    };
    Ok((seen, ground))
}

/// The list as checks alone have changed it since `ground` was read of the same datacenter; none
/// where it has to be read whole.
pub(crate) async fn read_checks(
    client: &Client,
    query: &Query,
    ground: &Ground<NodeRow>,
) -> Result<Option<Seen<Rows<NodeRow>>>, Error> {
    if ground.is_old() {
        return Ok(None);
    }
    let status = client.status();
    let asked = Query::in_datacenter(query.place());
    let (failing, leader) = futures::join!(failing::ask(client, query), status.leader(&asked));
    let (failing, leader) = (failing?, leader.ok().flatten());
    if leader != ground.leader {
        return Ok(None);
    }
    let (rows, checks) = (Arc::clone(&ground.rows), failing.value);
    let patched = aside(move || {
        patch::patched(&rows.items, &checks).map(|items| Rows {
            filtered_by_acl: rows.filtered_by_acl,
            ..Rows::whole(items)
        })
    });
    Ok(patched.await.map(|mut rows| {
        rows.filtered_by_acl |= failing.meta.filtered_by_acl;
        Seen {
            value: rows,
            indexes: vec![ground.index, ground.index, failing.meta.index],
            contact: ground.contact.and(Contact::of([&failing.meta])),
        }
    }))
}

/// The node that leads; none where no leader is known, or none is in the catalog. Costs a few
/// hundred bytes for each server, whatever else there is.
pub(crate) async fn leader(client: &Client, query: &Query) -> Result<Option<String>, Error> {
    let (status, catalog) = (client.status(), client.catalog());
    let asked = Query::in_datacenter(query.place());
    let (leader, found) = futures::join!(
        status.leader(&asked),
        catalog.service(servers::SERVICE, query)
    );
    let leader = leader.ok().flatten();
    Ok(found?
        .value
        .into_iter()
        .find(|server| {
            let address = match server.service_address.as_str() {
                "" => server.address.as_str(),
                address => address,
            };
            leader.as_ref() == Some(&servers::rpc(address, server.service_port))
        })
        .map(|server| server.node))
}

/// A row, and what a server among the node's services registered.
type Draft = (NodeRow, Option<AgentService>);

/// What `make` makes of every node with all that is on it.
pub(super) async fn read_nodes<R: Send + 'static>(
    client: &Client,
    query: &Query,
    make: impl Fn(UiNode) -> R + Clone + Send + 'static,
) -> Result<Answer<Vec<R>>, Error> {
    match client.internal().nodes_as(query, make.clone()).await {
        Err(Error::Unsupported { .. }) => read_each(client, query, make).await,
        outcome => outcome,
    }
}

/// The same from public endpoints alone.
async fn read_each<R>(
    client: &Client,
    query: &Query,
    make: impl Fn(UiNode) -> R,
) -> Result<Answer<Vec<R>>, Error> {
    let make = &make;
    let nodes = client.catalog().nodes(query).await?;
    let mut meta = nodes.meta;
    let answers: Vec<(R, bool)> = stream::iter(nodes.value)
        .map(|node| async move {
            let (catalog, health) = (client.catalog(), client.health());
            let (found, checks) = futures::try_join!(
                catalog.node(&node.node, query),
                health.node(&node.node, query)
            )?;
            let hidden = found.meta.filtered_by_acl || checks.meta.filtered_by_acl;
            let services: Vec<AgentService> = found
                .value
                .map(|(_, services)| services)
                .unwrap_or_default();
            let row = make(UiNode {
                node,
                services,
                checks: checks.value,
            });
            Ok::<_, Error>((row, hidden))
        })
        .buffered(IN_FLIGHT)
        .try_collect()
        .await?;
    let mut value = Vec::with_capacity(answers.len());
    for (row, hidden) in answers {
        value.push(row);
        meta.filtered_by_acl |= hidden;
    }
    Ok(Answer { value, meta })
}

fn row(datacenter: &str, found: UiNode) -> Draft {
    let UiNode {
        node,
        services,
        checks,
    } = found;
    let own: Counts = checks
        .iter()
        .filter(|check| check.service_id.is_empty())
        .map(Check::health)
        .collect();
    let instance_health: Counts = instances::states(&services, &checks).collect();
    let row = NodeRow {
        name: node.node,
        datacenter: datacenter.to_owned(),
        address: node.address,
        health: instances::of_node_itself(&checks),
        checks: own,
        lost: checks.iter().any(Check::is_loss),
        leader: false,
        server: false,
        instances: instance_health.total(),
        instance_health,
        version: None,
        meta: node.meta,
    };
    (row, services.into_iter().find(is_server))
}

fn mark(row: &mut NodeRow, server: Option<&AgentService>, servers: &Servers) {
    let naming = Naming {
        name: &row.name,
        address: &row.address,
        meta: &row.meta,
    };
    let about = servers.about(&naming, server);
    row.leader = about.leader;
    row.server = about.server;
    row.version = about.version;
}

/// One node; none where there is no such node.
pub(crate) async fn read_detail(
    client: &Client,
    name: &str,
    query: &Query,
) -> Result<Seen<Option<NodeDetail>>, Error> {
    let (found, servers) = futures::join!(
        instances::on_node(client, name, query),
        Servers::ask(client, query.place())
    );
    let Seen {
        value,
        indexes,
        contact,
    } = found?;
    Ok(Seen {
        value: value.map(|found| detail_of(found, &servers)),
        indexes,
        contact,
    })
}

fn detail_of(found: OnNode, servers: &Servers) -> NodeDetail {
    let mut services = found.instances.iter().map(|one| &one.service);
    let server = services.find(|service| is_server(service));
    let about = servers.about(&Naming::from(&found.node), server);
    NodeDetail {
        health: Health::of(&found.checks),
        node: found.node,
        leader: about.leader,
        server: about.server,
        version: about.version,
        checks: found.checks,
        instance_health: found.instances.iter().map(|one| one.health).collect(),
        instances: found.instances,
        filtered_by_acl: found.filtered_by_acl,
    }
}

#[cfg(test)]
mod tests {
    use wire::{health::Health, nodes::Node};

    use super::*;

    fn check(service: &str, id: &str, status: &str) -> Check {
        Check {
            check_id: id.into(),
            service_id: service.into(),
            status: status.into(),
            ..Check::default()
        }
    }

    #[test]
    fn a_row_counts_checks_and_instances() {
        let service = |id: &str| AgentService {
            id: id.into(),
            ..AgentService::default()
        };
        let found = UiNode {
            node: Node {
                node: "msa-1".into(),
                ..Node::default()
            },
            services: vec![service("a"), service("b")],
            checks: vec![
                check("", "serfHealth", "passing"),
                check("", "disk", "warning"),
                check("a", "service:a", "critical"),
            ],
        };
        let row = row("dc1", found).0;
        assert_eq!((row.checks.passing, row.checks.warning), (1, 1));
        assert_eq!((row.health, row.lost), (Health::Warning, false));
        assert_eq!(row.instances, 2);
        assert_eq!(
            (row.instance_health.critical, row.instance_health.warning),
            (1, 1)
        );
    }

    #[test]
    fn a_node_without_checks_is_neither_well_nor_ill() {
        let row = row("dc1", UiNode::default()).0;
        assert_eq!(row.health, Health::None);
        assert_eq!(row.checks.total(), 0);
    }
}
