//! How instances are made of nodes, services and checks; and the list of all of them.

mod index;

pub(crate) use index::{read, read_checks, rows_with_failing};

use wire::{
    checks::Check,
    health::Health,
    instances::{AgentService, Instance},
    nodes::Node,
};

use super::Seen;
use crate::{
    consul::{Client, Contact, Error, Query},
    micro,
};

/// Everything about one node.
pub(super) struct OnNode {
    pub(super) node: Node,
    /// By service, then ID.
    pub(super) instances: Vec<Instance>,
    /// The node's own.
    pub(super) checks: Vec<Check>,
    /// The token does not see everything.
    pub(super) filtered_by_acl: bool,
}

/// Reads everything about one node; none where there is no such node.
pub(super) async fn on_node(
    client: &Client,
    name: &str,
    query: &Query,
) -> Result<Seen<Option<OnNode>>, Error> {
    let (catalog, health) = (client.catalog(), client.health());
    let (node, checks) = futures::try_join!(catalog.node(name, query), health.node(name, query))?;
    let contact = Contact::of([&node.meta, &checks.meta]);
    let indexes = vec![node.meta.index, checks.meta.index];
    let filtered_by_acl = node.meta.filtered_by_acl || checks.meta.filtered_by_acl;
    let value = node.value.map(|(mut node, services)| {
        if node.datacenter.is_empty() {
            query.place().clone_into(&mut node.datacenter);
        }
        let instances = of_node(&node, services, &checks.value);
        let mut own = checks.value;
        own.retain(|check| check.service_id.is_empty());
        own.sort_by(|a, b| a.check_id.cmp(&b.check_id));
        OnNode {
            node,
            instances,
            checks: own,
            filtered_by_acl,
        }
    });
    Ok(Seen {
        value,
        indexes,
        contact,
    })
}

/// The instances on a node, by service, then ID.
pub(super) fn of_node(node: &Node, services: Vec<AgentService>, checks: &[Check]) -> Vec<Instance> {
    let mut instances: Vec<Instance> = services
        .into_iter()
        .map(|service| {
            let checks = checks
                .iter()
                .filter(|check| check.service_id.is_empty() || check.service_id == service.id)
                .cloned()
                .collect();
            finish(Instance {
                node: node.clone(),
                service,
                checks,
                health: Health::None,
                micro: None,
            })
        })
        .collect();
    instances.sort_by(|a, b| {
        (&a.service.service, &a.service.id).cmp(&(&b.service.service, &b.service.id))
    });
    instances
}

/// The state of each of a node's services.
pub(super) fn states(services: &[AgentService], checks: &[Check]) -> impl Iterator<Item = Health> {
    services.iter().map(|service| {
        Health::of(
            checks
                .iter()
                .filter(|check| check.service_id.is_empty() || check.service_id == service.id),
        )
    })
}

/// The state of a node: that of its own checks.
pub(super) fn of_node_itself(checks: &[Check]) -> Health {
    Health::of(checks.iter().filter(|check| check.service_id.is_empty()))
}

/// Adds what is ours: health, decoded tags, an order that does not change by itself.
pub(super) fn finish(mut instance: Instance) -> Instance {
    instance.checks.sort_by(|a, b| {
        (a.service_id.is_empty(), &a.check_id).cmp(&(b.service_id.is_empty(), &b.check_id))
    });
    instance.service.tags.sort_unstable();
    instance.health = Health::of(&instance.checks);
    instance.micro = micro::decode(&instance.service.tags);
    instance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, service: &str, status: &str) -> Check {
        Check {
            check_id: id.into(),
            service_id: service.into(),
            status: status.into(),
            ..Check::default()
        }
    }

    fn service(name: &str, id: &str) -> AgentService {
        AgentService {
            id: id.into(),
            service: name.into(),
            tags: vec!["b".into(), "a".into(), "v=1.2".into()],
            ..AgentService::default()
        }
    }

    #[test]
    fn an_instance_has_its_own_checks_and_its_nodes() {
        let checks = [
            check("serfHealth", "", "passing"),
            check("service:web-1", "web-1", "critical"),
            check("service:db-1", "db-1", "passing"),
        ];
        let services = vec![service("web", "web-1"), service("db", "db-1")];
        let instances = of_node(&Node::default(), services, &checks);
        assert_eq!(instances[0].service.id, "db-1");
        assert_eq!(instances[0].health, Health::Passing);
        let web = &instances[1];
        assert_eq!(web.health, Health::Critical);
        let ids: Vec<&str> = web
            .checks
            .iter()
            .map(|check| check.check_id.as_str())
            .collect();
        assert_eq!(ids, ["service:web-1", "serfHealth"]);
        assert_eq!(web.version(), Some("1.2"));
        assert_eq!(web.plain_tags().collect::<Vec<_>>(), ["a", "b"]);
    }
}
