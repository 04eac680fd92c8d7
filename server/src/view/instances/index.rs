//! Every instance of a datacenter, for those who look for one by its address or ID.
//!
//! It is made of the largest answer there is (36 MB for 20,000 instances), so that `watch` makes
//! it only while somebody looks, and brings it up to date seldom. Its rows are shared: a list where
//! one of 20,000 has changed, the one that was read before, and the list over all datacenters hold
//! the others once.

use std::{
    cmp::{Ordering, Reverse},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;
use wire::{
    checks::Check,
    health::{Counts, Health},
    instances::{AgentService, Instance, InstanceRow, Micro, with_port},
    rows::Rows,
};

use crate::{
    consul::{Client, Contact, Error, Query, UiNode, aside},
    micro,
    view::{
        Ground, Seen,
        failing::{self, Failing, OnNode, counted, health},
        nodes::read_nodes,
    },
};

/// How long checks alone bring the list up to date before it is read whole again.
const KEPT: Duration = Duration::from_secs(120);

/// Every instance, by service, node and ID. Rows that `before`, the list as it was, has already are
/// taken from there.
pub(crate) async fn read(
    client: &Client,
    query: &Query,
    before: Option<Arc<Rows<Arc<InstanceRow>>>>,
) -> Result<(Seen<Rows<Arc<InstanceRow>>>, Ground<Arc<InstanceRow>>), Error> {
    let made = Instant::now();
    let dc = query.place().to_owned();
    let rows = move |node| -> Vec<_> {
        let known = before.as_ref().map_or(&[][..], |rows| &rows.items);
        let rows = rows_of(&dc, node).into_iter();
        rows.map(|row| known_or_new(known, row)).collect()
    };
    let nodes = read_nodes(client, query, rows).await?;
    let ground = Ground::of(&nodes.meta, made, KEPT);
    let filtered_by_acl = nodes.meta.filtered_by_acl;
    let items = aside(move || {
        let mut items: Vec<Arc<InstanceRow>> = nodes.value.into_iter().flatten().collect();
        items.sort_by(|a, b| by_name(a, b));
        items.shrink_to_fit();
        items
    });
    let value = Rows {
        filtered_by_acl,
        ..Rows::whole(items.await)
    };
    let seen = Seen {
        value,
        indexes: vec![ground.index; 3],
        contact: ground.contact,
    };
    Ok((seen, ground))
}

fn by_name(a: &InstanceRow, b: &InstanceRow) -> Ordering {
    (&a.service, &a.node, &a.id).cmp(&(&b.service, &b.node, &b.id))
}

/// The row as it stands among `known`, where it has not changed.
fn known_or_new(known: &[Arc<InstanceRow>], mut row: InstanceRow) -> Arc<InstanceRow> {
    if let Ok(place) = known.binary_search_by(|one| by_name(one, &row)) {
        let one = &known[place];
        // as people know it, which an agent does not
        row.datacenter.clone_from(&one.datacenter);
        if **one == row {
            return Arc::clone(one);
        }
    }
    Arc::new(row)
}

/// The list as checks alone have changed it since `ground` was read of the same datacenter; none
/// where it has to be read whole.
pub(crate) async fn read_checks(
    client: &Client,
    query: &Query,
    ground: &Ground<Arc<InstanceRow>>,
) -> Result<Option<Seen<Rows<Arc<InstanceRow>>>>, Error> {
    if ground.is_old() {
        return Ok(None);
    }
    let failing = failing::ask(client, query).await?;
    let (rows, checks) = (Arc::clone(&ground.rows), failing.value);
    let filtered_by_acl = rows.filtered_by_acl || failing.meta.filtered_by_acl;
    let patched = aside(move || patched(&rows.items, &checks)).await;
    Ok(patched.map(|items| Seen {
        value: Rows {
            filtered_by_acl,
            ..Rows::whole(items)
        },
        indexes: vec![ground.index, ground.index, failing.meta.index],
        contact: ground.contact.and(Contact::of([&failing.meta])),
    }))
}

/// The rows where these are the checks that do not pass now; none where there must be other
/// checks than the rows know of.
fn patched(rows: &[Arc<InstanceRow>], failing: &[Check]) -> Option<Vec<Arc<InstanceRow>>> {
    let failing = Failing::of(failing);
    let all_pass = OnNode::default();
    rows.iter()
        .map(|row| {
            let on_node = failing.on(&row.node).unwrap_or(&all_pass);
            let own = on_node.of_instances.get(row.id.as_str());
            let concern = || on_node.own.iter().chain(own.into_iter().flatten()).copied();
            let checks = counted(&row.checks, concern())?;
            let health = health(&checks, concern());
            if (health, &checks) == (row.health, &row.checks) {
                return Some(Arc::clone(row));
            }
            Some(Arc::new(InstanceRow {
                health,
                checks,
                ..(**row).clone()
            }))
        })
        .collect()
}

fn rows_of(datacenter: &str, found: UiNode) -> Vec<InstanceRow> {
    let UiNode {
        node,
        services,
        checks,
    } = found;
    let row = |service: AgentService| {
        let concern = || {
            let checks = checks.iter();
            checks.filter(|check| check.service_id.is_empty() || check.service_id == service.id)
        };
        let micro = micro::decode(&service.tags);
        let address = if service.address.is_empty() {
            &node.address
        } else {
            &service.address
        };
        InstanceRow {
            node: node.node.clone(),
            datacenter: datacenter.to_owned(),
            address: with_port(address, service.port),
            health: Health::of(concern()),
            checks: concern().map(Check::health).collect(),
            tags: plain_tags(&service.tags, micro.as_ref()),
            version: micro
                .and_then(|micro| micro.version)
                .or_else(|| service.meta.get("version").cloned()),
            service: service.service,
            id: service.id,
            meta: service.meta,
            failing: Vec::new(),
            passing: Vec::new(),
        }
    };
    services.into_iter().map(row).collect()
}

/// The tags that go-micro did not write, sorted, each once.
fn plain_tags(tags: &[String], micro: Option<&Micro>) -> Vec<String> {
    let written = micro.map_or(&[][..], |micro| &micro.tags);
    let plain = tags
        .iter()
        .filter(|tag| written.iter().all(|decoded| decoded.raw != **tag));
    let mut plain: Vec<String> = plain.cloned().collect();
    plain.sort_unstable();
    plain.dedup();
    plain
}

/// The rows of a list of one service or one node, with what fails.
pub(crate) fn rows_with_failing(datacenter: &str, instances: &[Instance]) -> Vec<InstanceRow> {
    instances
        .iter()
        .map(|instance| {
            let mut failing: Vec<Check> = instance
                .checks
                .iter()
                .filter(|check| check.health().is_trouble())
                .cloned()
                .collect();
            failing.sort_by_key(|check| Reverse(check.health()));
            let passing = instance
                .checks
                .iter()
                .filter(|check| !check.health().is_trouble())
                .map(|check| check.title().to_owned());
            let counts: Counts = instance.checks.iter().map(Check::health).collect();
            InstanceRow {
                service: instance.service.service.clone(),
                id: instance.service.id.clone(),
                node: instance.node.node.clone(),
                datacenter: datacenter.to_owned(),
                address: with_port(instance.address(), instance.service.port),
                health: instance.health,
                checks: counts,
                tags: plain_tags(&instance.service.tags, instance.micro.as_ref()),
                version: instance.version().map(str::to_owned),
                meta: instance.service.meta.clone(),
                passing: passing.collect(),
                failing,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wire::nodes::Node;

    use super::*;
    use crate::view::instances;

    fn check(service: &str, id: &str, status: &str) -> Check {
        Check {
            node: "n1".into(),
            check_id: id.into(),
            service_id: service.into(),
            status: status.into(),
            output: format!("{id} is {status}"),
            ..Check::default()
        }
    }

    fn node(checks: &[Check]) -> UiNode {
        let service = |id: &str, address: &str| AgentService {
            id: id.into(),
            service: "web".into(),
            address: address.into(),
            port: 80,
            tags: vec!["b".into(), "a".into(), "v=1.2".into()],
            ..AgentService::default()
        };
        UiNode {
            node: Node {
                node: "n1".into(),
                address: "10.0.0.1".into(),
                ..Node::default()
            },
            services: vec![service("web-1", ""), service("web-2", "fe80::1")],
            checks: checks.to_vec(),
        }
    }

    #[test]
    fn a_row_says_the_same_from_both_sides() {
        let checks = [
            check("", "serfHealth", "passing"),
            check("web-1", "ttl", "warning"),
            check("web-1", "http", "critical"),
        ];
        let found = node(&checks);
        let instances = instances::of_node(&found.node, found.services.clone(), &checks);
        let rows = rows_of("dc1", found);
        let mut with_failing = rows_with_failing("dc1", &instances);
        let failing: Vec<&str> = with_failing[0]
            .failing
            .iter()
            .map(|check| check.check_id.as_str())
            .collect();
        assert_eq!(failing, ["http", "ttl"]);
        assert_eq!(with_failing[0].passing, ["serfHealth"]);
        for row in &mut with_failing {
            row.failing.clear();
            row.passing.clear();
        }
        assert_eq!(with_failing, rows);
        assert_eq!(rows[0].address, "10.0.0.1:80");
        assert_eq!(rows[1].address, "[fe80::1]:80");
        assert_eq!(
            (rows[0].health, rows[1].health),
            (Health::Critical, Health::Passing)
        );
        assert_eq!(rows[0].checks.total(), 3);
        assert_eq!(
            (rows[0].version.as_deref(), rows[0].tags.len()),
            (Some("1.2"), 2)
        );
    }

    #[test]
    fn rows_that_are_known_are_held_once() {
        let rows = |status| {
            let checks = [
                check("", "serfHealth", "passing"),
                check("web-1", "ttl", status),
            ];
            rows_of("dc1", node(&checks))
        };
        let known: Vec<_> = rows("passing")
            .into_iter()
            .map(|row| {
                Arc::new(InstanceRow {
                    datacenter: "dc1@east".into(),
                    ..row
                })
            })
            .collect();
        let again: Vec<_> = rows("critical")
            .into_iter()
            .map(|row| known_or_new(&known, row))
            .collect();
        assert!(!Arc::ptr_eq(&again[0], &known[0]));
        assert_eq!(again[0].health, Health::Critical);
        assert_eq!(again[0].datacenter, "dc1@east");
        assert!(Arc::ptr_eq(&again[1], &known[1]));
        let other = InstanceRow {
            id: "web-3".into(),
            ..rows("passing").remove(0)
        };
        assert_eq!(known_or_new(&known, other).datacenter, "dc1");
    }

    #[test]
    fn checks_alone_bring_it_up_to_date() {
        let before = [
            check("", "serfHealth", "passing"),
            check("web-1", "ttl", "critical"),
        ];
        let after = [
            check("", "serfHealth", "passing"),
            check("web-1", "ttl", "passing"),
        ];
        let rows_of = |checks: &[Check]| -> Vec<Arc<InstanceRow>> {
            let rows = rows_of("dc1", node(checks));
            rows.into_iter().map(Arc::new).collect()
        };
        let rows = rows_of(&before);
        let passing = patched(&rows, &[]).unwrap();
        assert_eq!(passing, rows_of(&after));
        // what did not change is held once
        assert!(!Arc::ptr_eq(&passing[0], &rows[0]));
        assert!(Arc::ptr_eq(&passing[1], &rows[1]));
        let down = [check("", "serfHealth", "critical"), before[1].clone()];
        assert_eq!(patched(&rows, &down), Some(rows_of(&down)));
        assert_eq!(patched(&rows_of(&[]), &down), None);
    }
}
