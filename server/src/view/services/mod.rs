//! Services: the list with exact counts per instance, and one service with its instances.

mod list;
mod states;
mod together;

pub(crate) use list::{Ground, read, read_checks};

use wire::{health::Counts, instances::Instance, services::ServiceDetail};

use super::{Seen, instances};
use crate::consul::{Client, Contact, Error, Query};

/// One service with its instances; waits where `query` says so. None where no instance is
/// registered; no instances where the token may see none.
pub(crate) async fn read_detail(
    client: &Client,
    name: &str,
    query: &Query,
) -> Result<Seen<Option<ServiceDetail>>, Error> {
    let found = client.health().service(name, query).await?;
    let filtered_by_acl = found.meta.filtered_by_acl;
    let exists = filtered_by_acl || !found.value.is_empty();
    let value = exists.then(|| ServiceDetail {
        filtered_by_acl,
        ..detail_of(name.to_owned(), query.place().to_owned(), found.value)
    });
    Ok(Seen {
        value,
        indexes: vec![found.meta.index],
        contact: Contact::of([&found.meta]),
    })
}

fn detail_of(name: String, datacenter: String, found: Vec<Instance>) -> ServiceDetail {
    let mut instances: Vec<Instance> = found.into_iter().map(instances::finish).collect();
    instances.sort_by(|a, b| (&a.node.node, &a.service.id).cmp(&(&b.node.node, &b.service.id)));
    let counts: Counts = instances.iter().map(|instance| instance.health).collect();
    ServiceDetail {
        kind: kind_of(&instances),
        name,
        datacenter,
        health: counts.worst(),
        together: together::together(&instances),
        instances,
        instance_health: counts,
        filtered_by_acl: false,
    }
}

/// All instances of a service are of one kind; where they are not, the odd one is what matters.
fn kind_of(instances: &[Instance]) -> String {
    instances
        .iter()
        .map(|instance| instance.service.kind.as_str())
        .find(|kind| !kind.is_empty())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use wire::{checks::Check, health::Health, instances::AgentService, nodes::Node};

    use super::*;

    #[test]
    fn instances_are_by_node_then_id_and_the_worst_decides() {
        let instance = |node: &str, id: &str, status: &str| Instance {
            node: Node {
                node: node.into(),
                ..Node::default()
            },
            service: AgentService {
                id: id.into(),
                ..AgentService::default()
            },
            checks: vec![Check {
                status: status.into(),
                ..Check::default()
            }],
            ..Instance::default()
        };
        let detail = detail_of(
            "web".into(),
            "dc1".into(),
            vec![
                instance("msa-2", "a", "passing"),
                instance("msa-1", "b", "warning"),
                instance("msa-1", "a", "passing"),
            ],
        );
        let order: Vec<(&str, &str)> = detail
            .instances
            .iter()
            .map(|one| (one.node.node.as_str(), one.service.id.as_str()))
            .collect();
        assert_eq!(order, [("msa-1", "a"), ("msa-1", "b"), ("msa-2", "a")]);
        assert_eq!(detail.health, Health::Warning);
    }
}
