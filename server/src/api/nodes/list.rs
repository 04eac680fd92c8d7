//! The list of nodes: `internal/ui/nodes` has nodes, services and checks in one answer; without
//! it, the catalog is asked node by node.

use futures::{StreamExt, TryStreamExt, stream};
use wire::{checks::Check, health::Counts, instances::AgentService, nodes::NodeRow, rows::Rows};

use super::Servers;
use crate::{
    api::instances,
    consul::{Answer, Client, Error, Query, UiNode},
};

/// How many questions one list may have in flight.
const IN_FLIGHT: usize = 16;

/// The whole list.
pub(super) async fn read(client: Client, datacenter: String) -> Result<Rows<NodeRow>, Error> {
    let query = Query::in_datacenter(&datacenter);
    let (nodes, servers) = futures::join!(
        read_nodes(&client, &query),
        Servers::ask(&client, &datacenter)
    );
    let nodes = nodes?;
    let mut rows: Vec<NodeRow> = nodes
        .value
        .into_iter()
        .map(|node| row(&datacenter, node, &servers))
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    let mut rows = Rows::whole(rows);
    rows.filtered_by_acl = nodes.meta.filtered_by_acl;
    Ok(rows)
}

async fn read_nodes(client: &Client, query: &Query) -> Result<Answer<Vec<UiNode>>, Error> {
    match client.internal().nodes(query).await {
        Err(Error::Unsupported { .. }) => read_each(client, query).await,
        outcome => outcome,
    }
}

/// The same from public endpoints alone.
async fn read_each(client: &Client, query: &Query) -> Result<Answer<Vec<UiNode>>, Error> {
    let nodes = client.catalog().nodes(query).await?;
    let mut meta = nodes.meta;
    let answers: Vec<(UiNode, bool)> = stream::iter(nodes.value)
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
            let checks = checks.value;
            Ok::<_, Error>((
                UiNode {
                    node,
                    services,
                    checks,
                },
                hidden,
            ))
        })
        .buffered(IN_FLIGHT)
        .try_collect()
        .await?;
    let mut value = Vec::with_capacity(answers.len());
    for (node, hidden) in answers {
        value.push(node);
        meta.filtered_by_acl |= hidden;
    }
    Ok(Answer { value, meta })
}

fn row(datacenter: &str, found: UiNode, servers: &Servers) -> NodeRow {
    let UiNode {
        node,
        services,
        checks,
    } = found;
    let about = servers.about(&node, &services.iter().collect::<Vec<_>>());
    let own: Counts = checks
        .iter()
        .filter(|check| check.service_id.is_empty())
        .map(Check::health)
        .collect();
    let instance_health: Counts = instances::states(&services, &checks).collect();
    NodeRow {
        name: node.node,
        datacenter: datacenter.to_owned(),
        address: node.address,
        health: instances::of_node_itself(&checks),
        checks: own,
        leader: about.leader,
        server: about.server,
        instances: instance_health.total(),
        instance_health,
        version: about.version,
        meta: node.meta,
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
        let row = row("dc1", found, &Servers::default());
        assert_eq!((row.checks.passing, row.checks.warning), (1, 1));
        assert_eq!(row.health, Health::Warning);
        assert_eq!(row.instances, 2);
        assert_eq!(
            (row.instance_health.critical, row.instance_health.warning),
            (1, 1)
        );
    }

    #[test]
    fn a_node_without_checks_is_neither_well_nor_ill() {
        let row = row("dc1", UiNode::default(), &Servers::default());
        assert_eq!(row.health, Health::None);
        assert_eq!(row.checks.total(), 0);
    }
}
