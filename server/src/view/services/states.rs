//! In which states a service's instances are, out of summaries and the checks that do not pass.
//! Pure.

use std::collections::{BTreeMap, BTreeSet};

use wire::{
    checks::Check,
    health::{Counts, Health},
    services::ServiceRow,
};

use super::list::tally;
use crate::{consul::UiService, micro};

/// What was asked node by node.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By failing node, the services on it, once for each instance. Of a failing node that is not
    /// in here, the summaries say what is on it: at least one instance of each service that names
    /// it, which is exact where a service has no two instances on one node.
    pub(super) on_node: BTreeMap<String, Vec<String>>,
    /// The services of instances without any check, once for each instance.
    pub(super) bare: Vec<String>,
    /// Nodes without a check of their own that were too many to be asked. Where a service runs on
    /// such nodes only, as many of its instances are taken to be without a check as it has fewer
    /// checks than instances.
    pub(super) unchecked: BTreeSet<String>,
}

/// The failing nodes of which the summaries do not say how many instances are on them.
pub(super) fn unsure(services: &[UiService], failing: &[Check]) -> BTreeSet<String> {
    let of_nodes = of_nodes(failing);
    services
        .iter()
        // old agents name a node once for each instance, new ones once
        .filter(|service| service.nodes.len() != service.instance_count as usize)
        .flat_map(|service| &service.nodes)
        .filter(|node| of_nodes.contains_key(node.as_str()))
        .cloned()
        .collect()
}

/// The nodes on which an instance can be without any check: those that have none of their own.
pub(super) fn bare_candidates(
    services: &[UiService],
    mut external: BTreeSet<String>,
    of_external: &[Check],
) -> BTreeSet<String> {
    for check in of_external {
        external.remove(&check.node);
    }
    if external.is_empty() {
        return external;
    }
    let nodes = services.iter().flat_map(|service| &service.nodes);
    let used: BTreeSet<&String> = nodes.collect();
    external.retain(|node| used.contains(node));
    external
}

/// The rows, by name.
pub(super) fn join(
    datacenter: &str,
    services: &[UiService],
    failing: &[Check],
    known: &Known,
) -> Vec<ServiceRow> {
    let counts = count_not_passing(services, failing, known);
    let mut rows: Vec<ServiceRow> = services
        .iter()
        .zip(counts)
        .map(|(service, mut instances)| {
            // a moment lies between the answers, so this can be off by what changed in it
            instances.passing = service.instance_count.saturating_sub(instances.total());
            let (tags, versions) = micro::split(&service.tags);
            ServiceRow {
                name: service.name.clone(),
                datacenter: datacenter.to_owned(),
                kind: service.kind.clone(),
                health: instances.worst(),
                instances,
                tags,
                versions,
                places: Vec::new(),
            }
        })
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

fn of_nodes(failing: &[Check]) -> BTreeMap<&str, Vec<&Check>> {
    let mut of_nodes: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
    for check in failing.iter().filter(|check| check.service_id.is_empty()) {
        of_nodes.entry(&check.node).or_default().push(check);
    }
    of_nodes
}

/// For each of `services`, its instances that are in another state than passing.
fn count_not_passing(services: &[UiService], failing: &[Check], known: &Known) -> Vec<Counts> {
    let of_nodes = of_nodes(failing);
    let none = Vec::new();
    // by service, then node and instance: the checks that concern it
    let mut troubled: BTreeMap<&str, BTreeMap<(&str, &str), Vec<&Check>>> = BTreeMap::new();
    for check in failing.iter().filter(|check| !check.service_id.is_empty()) {
        troubled
            .entry(&check.service_name)
            .or_default()
            .entry((&check.node, &check.service_id))
            // the node's checks concern it too
            .or_insert_with(|| of_nodes.get(check.node.as_str()).unwrap_or(&none).clone())
            .push(check);
    }
    let asked: BTreeMap<&str, BTreeMap<&str, u32>> = known
        .on_node
        .iter()
        .map(|(node, names)| (node.as_str(), tally(names)))
        .collect();
    let bare = tally(&known.bare);
    services
        .iter()
        .map(|service| {
            let own = troubled.get(service.name.as_str());
            let mut counts: Counts = own
                .into_iter()
                .flat_map(BTreeMap::values)
                .map(|checks| Health::of(checks.iter().copied()))
                .collect();
            for (node, times) in tally(&service.nodes) {
                let Some(checks) = of_nodes.get(node) else {
                    continue;
                };
                let times = match asked.get(node) {
                    Some(on_node) => on_node.get(service.name.as_str()).copied().unwrap_or(0),
                    None => times,
                };
                let counted = own.map_or(0, |own| own.keys().filter(|(on, _)| *on == node).count());
                let health = Health::of(checks.iter().copied());
                for _ in counted..times as usize {
                    counts.add(health);
                }
            }
            counts.none += bare.get(service.name.as_str()).copied().unwrap_or(0);
            counts.none += bare_by_number(service, &known.unchecked);
            counts
        })
        .collect()
}

fn bare_by_number(service: &UiService, unchecked: &BTreeSet<String>) -> u32 {
    if unchecked.is_empty() || !service.nodes.iter().all(|node| unchecked.contains(node)) {
        return 0;
    }
    let checks = service.checks_passing + service.checks_warning + service.checks_critical;
    service.instance_count.saturating_sub(checks)
}

#[cfg(test)]
mod tests {
    use wire::{
        instances::{AgentService, Instance},
        nodes::Node,
    };

    use super::*;
    use crate::view::{instances, services::list::row_of};

    fn check(node: &str, service: &str, id: &str, status: &str) -> Check {
        Check {
            node: node.into(),
            check_id: id.into(),
            status: status.into(),
            service_name: service.split('-').next().unwrap().into(),
            service_id: service.into(),
            ..Check::default()
        }
    }

    fn service(id: &str) -> AgentService {
        AgentService {
            id: id.into(),
            service: id.split('-').next().unwrap().into(),
            ..AgentService::default()
        }
    }

    /// Every check of a small cluster, and what runs where.
    fn cluster() -> (BTreeMap<&'static str, Vec<AgentService>>, Vec<Check>) {
        let nodes = BTreeMap::from([
            ("n1", vec![service("web-1"), service("db-1")]),
            ("n2", vec![service("web-2"), service("web-3")]),
            ("n3", vec![service("web-4"), service("db-2")]),
            ("external", vec![service("db-3"), service("db-4")]),
        ]);
        let checks = vec![
            check("n1", "", "serfHealth", "passing"),
            check("n1", "web-1", "service:web-1", "warning"),
            check("n2", "", "serfHealth", "critical"),
            check("n2", "web-2", "service:web-2", "passing"),
            check("n3", "", "serfHealth", "passing"),
            check("n3", "web-4", "service:web-4", "critical"),
            check("n3", "web-4", "_service_maintenance:web-4", "critical"),
            check("external", "db-4", "service:db-4", "passing"),
        ];
        (nodes, checks)
    }

    /// As the agent sums it up.
    fn summaries(
        by_service: &BTreeMap<String, Vec<Instance>>,
        deduplicated: bool,
    ) -> Vec<UiService> {
        let summary = |(name, found): (&String, &Vec<Instance>)| {
            let mut nodes: Vec<String> = found.iter().map(|one| one.node.node.clone()).collect();
            if deduplicated {
                nodes.dedup();
            }
            UiService {
                name: name.clone(),
                nodes,
                instance_count: u32::try_from(found.len()).unwrap(),
                ..UiService::default()
            }
        };
        by_service.iter().rev().map(summary).collect()
    }

    #[test]
    fn both_ways_give_the_same_and_exact_counts() {
        let (nodes, checks) = cluster();
        // as the agent's own join has it
        let mut by_service: BTreeMap<String, Vec<Instance>> = BTreeMap::new();
        for (node, services) in &nodes {
            let on_node: Vec<Check> = checks
                .iter()
                .filter(|check| check.node == *node)
                .cloned()
                .collect();
            let node = Node {
                node: (*node).into(),
                ..Node::default()
            };
            for instance in instances::of_node(&node, services.clone(), &on_node) {
                by_service
                    .entry(instance.service.service.clone())
                    .or_default()
                    .push(instance);
            }
        }
        let expected: Vec<ServiceRow> = by_service
            .iter()
            .map(|(name, found)| row_of("dc1", name.clone(), &[], found.clone()))
            .collect();

        let failing: Vec<Check> = checks
            .iter()
            .filter(|check| check.status != "passing")
            .cloned()
            .collect();
        let names = |node: &str| {
            let services = nodes[node].iter();
            services.map(|service| service.service.clone()).collect()
        };
        // an old agent names nodes once for each instance, a new one once
        for deduplicated in [false, true] {
            let summaries = summaries(&by_service, deduplicated);
            let asked = unsure(&summaries, &failing);
            let expected_asked: &[&str] = if deduplicated { &["n2"] } else { &[] };
            assert_eq!(asked.iter().collect::<Vec<_>>(), expected_asked);
            let external = BTreeSet::from(["external".to_owned(), "empty".to_owned()]);
            let unchecked = bare_candidates(&summaries, external, &[]);
            assert_eq!(unchecked.iter().collect::<Vec<_>>(), ["external"]);
            let known = Known {
                on_node: asked
                    .into_iter()
                    .map(|node| (node.clone(), names(&node)))
                    .collect(),
                bare: vec!["db".into()],
                unchecked: BTreeSet::new(),
            };
            let rows = join("dc1", &summaries, &failing, &known);
            assert_eq!(rows, expected);
        }

        let rows = expected;
        let web = &rows[1];
        assert_eq!(web.name, "web");
        assert_eq!(
            web.instances,
            Counts {
                warning: 1,
                critical: 2,
                maintenance: 1,
                ..Counts::default()
            }
        );
        assert_eq!(web.health, Health::Critical);
        let db = &rows[0];
        assert_eq!((db.instances.passing, db.instances.none), (3, 1));
    }

    #[test]
    fn too_many_nodes_to_ask_leave_what_the_numbers_say() {
        let service = |name: &str, nodes: &[&str], instance_count, checks_passing| UiService {
            name: name.into(),
            nodes: nodes.iter().map(|node| (*node).to_owned()).collect(),
            instance_count,
            checks_passing,
            ..UiService::default()
        };
        let services = vec![
            service("bare", &["e1", "e2"], 3, 1),
            service("mixed", &["e1", "n1"], 2, 1),
            service("sick", &["n2"], 2, 4),
        ];
        let failing = [check("n2", "", "disk", "warning")];
        let known = Known {
            unchecked: BTreeSet::from(["e1".to_owned(), "e2".to_owned()]),
            ..Known::default()
        };
        let rows = join("dc1", &services, &failing, &known);
        let counts: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.instances.passing,
                    row.instances.warning,
                    row.instances.none,
                )
            })
            .collect();
        assert_eq!(counts, [(1, 0, 2), (2, 0, 0), (1, 1, 0)]);
    }

    #[test]
    fn nodes_with_checks_of_their_own_leave_nobody_bare() {
        let services = [UiService {
            nodes: vec!["e1".into(), "e2".into()],
            ..UiService::default()
        }];
        let external = BTreeSet::from(["e1".to_owned(), "e2".to_owned()]);
        let of_external = [check("e1", "", "ping", "passing")];
        let left = bare_candidates(&services, external, &of_external);
        assert_eq!(left.iter().collect::<Vec<_>>(), ["e2"]);
    }
}
