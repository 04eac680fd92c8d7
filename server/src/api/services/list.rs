//! The list of services, with how many of each one's instances are in which state.
//!
//! `internal/ui/services` counts instances, and *checks* by status; what an instance's state is
//! follows from the checks that do not pass, which are few. Two things those do not tell are
//! asked apart: which instances a failing check of a *node* concerns, and which instances have no
//! check at all. The latter are only on nodes without a check of their own, which no agent runs
//! on: those lack the entry that every agent puts into its node's meta. Where the agent has no
//! such endpoint or does not understand the filter, every service is asked for itself.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use wire::{
    checks::Check,
    health::{Counts, Health},
    instances::{AgentService, Instance},
    rows::Rows,
    services::ServiceRow,
};

use super::{instances, kind_of};
use crate::{
    consul::{Client, Error, Filter, Query, Selector, UiService},
    micro,
};

/// How many questions one list may have in flight.
const IN_FLIGHT: usize = 16;

/// Every agent's node has it, be it empty.
const SEGMENT: &str = "consul-network-segment";

/// The whole list.
pub(super) async fn read(client: Client, datacenter: String) -> Result<Rows<ServiceRow>, Error> {
    match read_counted(&client, &datacenter).await {
        Err(Error::Unsupported { .. } | Error::Status { status: 400, .. }) => {
            read_each(&client, &datacenter).await
        }
        outcome => outcome,
    }
}

async fn read_counted(client: &Client, datacenter: &str) -> Result<Rows<ServiceRow>, Error> {
    let query = Query::in_datacenter(datacenter);
    let failing = Filter::not_equals(&Selector::field("Status"), "passing");
    let external = Filter::contains(&Selector::field("Meta"), SEGMENT).negate();
    let (failing, external) = (
        query.clone().filtered(failing),
        query.clone().filtered(external),
    );
    let (internal, health, catalog) = (client.internal(), client.health(), client.catalog());
    let (services, failing, external) = futures::try_join!(
        internal.services(&query),
        health.state("any", &failing),
        catalog.nodes(&external),
    )?;
    let without_agent: BTreeSet<String> = external.value.into_iter().map(|one| one.node).collect();
    let nodes = ask_nodes(client, &query, &failing.value, &without_agent).await?;
    let mut rows = Rows::whole(join(datacenter, services.value, &failing.value, &nodes));
    rows.filtered_by_acl = services.meta.filtered_by_acl || failing.meta.filtered_by_acl;
    Ok(rows)
}

/// What runs on a node; its checks only where some of its instances may have none.
struct Asked {
    services: Vec<AgentService>,
    checks: Option<Vec<Check>>,
}

async fn ask_nodes(
    client: &Client,
    query: &Query,
    failing: &[Check],
    without_agent: &BTreeSet<String>,
) -> Result<BTreeMap<String, Asked>, Error> {
    let names: BTreeSet<String> = failing
        .iter()
        .filter(|check| check.service_id.is_empty())
        .map(|check| &check.node)
        .chain(without_agent)
        .cloned()
        .collect();
    stream::iter(names)
        .map(|name| async move {
            let services = client.catalog().node(&name, query).await?.value;
            let checks = if without_agent.contains(&name) {
                Some(client.health().node(&name, query).await?.value)
            } else {
                None
            };
            let services = services.map(|(_, services)| services).unwrap_or_default();
            Ok((name, Asked { services, checks }))
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await
}

fn join(
    datacenter: &str,
    services: Vec<UiService>,
    failing: &[Check],
    nodes: &BTreeMap<String, Asked>,
) -> Vec<ServiceRow> {
    let counts = count_not_passing(failing, nodes);
    let mut rows: Vec<ServiceRow> = services
        .into_iter()
        .map(|service| {
            let mut instances = counts
                .get(service.name.as_str())
                .copied()
                .unwrap_or_default();
            // a moment lies between the answers, so this can be off by what changed in it
            instances.passing = service.instance_count.saturating_sub(instances.total());
            let (tags, versions) = micro::split(&service.tags);
            ServiceRow {
                name: service.name,
                datacenter: datacenter.to_owned(),
                kind: service.kind,
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

/// By service, its instances that are in another state than passing.
fn count_not_passing<'a>(
    failing: &'a [Check],
    nodes: &'a BTreeMap<String, Asked>,
) -> BTreeMap<&'a str, Counts> {
    // by node and instance: its service, and the checks that concern it
    let mut troubled: BTreeMap<(&str, &str), (&str, Vec<&Check>)> = BTreeMap::new();
    let mut of_nodes: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
    for check in failing {
        if check.service_id.is_empty() {
            of_nodes.entry(&check.node).or_default().push(check);
        } else {
            troubled
                .entry((&check.node, &check.service_id))
                .or_insert_with(|| (&check.service_name, Vec::new()))
                .1
                .push(check);
        }
    }
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for (node, asked) in nodes {
        let of_node = of_nodes.get(node.as_str());
        for service in &asked.services {
            if let Some(checks) = of_node {
                troubled
                    .entry((node, &service.id))
                    .or_insert_with(|| (&service.service, Vec::new()))
                    .1
                    .extend(checks);
            }
            let is_bare = asked.checks.as_ref().is_some_and(|checks| {
                !checks
                    .iter()
                    .any(|check| check.service_id.is_empty() || check.service_id == service.id)
            });
            if is_bare {
                counts
                    .entry(&service.service)
                    .or_default()
                    .add(Health::None);
            }
        }
    }
    for (service, checks) in troubled.into_values() {
        counts.entry(service).or_default().add(Health::of(checks));
    }
    counts
}

/// The same from public endpoints alone.
async fn read_each(client: &Client, datacenter: &str) -> Result<Rows<ServiceRow>, Error> {
    let query = &Query::in_datacenter(datacenter);
    let services = client.catalog().services(query).await?;
    let mut filtered = services.meta.filtered_by_acl;
    let answers: Vec<_> = stream::iter(services.value)
        .map(|(name, tags)| async move {
            let found = client.health().service(&name, query).await?;
            let row = row_of(datacenter, name, &tags, found.value);
            Ok::<_, Error>((row, found.meta.filtered_by_acl))
        })
        .buffered(IN_FLIGHT)
        .try_collect()
        .await?;
    let mut rows = Vec::with_capacity(answers.len());
    for (row, hidden) in answers {
        rows.push(row);
        filtered |= hidden;
    }
    rows.sort_by(|a: &ServiceRow, b| a.name.cmp(&b.name));
    let mut rows = Rows::whole(rows);
    rows.filtered_by_acl = filtered;
    Ok(rows)
}

fn row_of(datacenter: &str, name: String, tags: &[String], found: Vec<Instance>) -> ServiceRow {
    let found: Vec<Instance> = found.into_iter().map(instances::finish).collect();
    let counts: Counts = found.iter().map(|instance| instance.health).collect();
    let (tags, versions) = micro::split(tags);
    ServiceRow {
        name,
        datacenter: datacenter.to_owned(),
        kind: kind_of(&found),
        health: counts.worst(),
        instances: counts,
        tags,
        versions,
        places: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use wire::nodes::Node;

    use super::*;

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

        let summaries = by_service
            .iter()
            .rev()
            .map(|(name, found)| UiService {
                name: name.clone(),
                instance_count: u32::try_from(found.len()).unwrap(),
                ..UiService::default()
            })
            .collect();
        let failing: Vec<Check> = checks
            .iter()
            .filter(|check| check.status != "passing")
            .cloned()
            .collect();
        let asked = |name: &str, with_checks: bool| {
            let asked = Asked {
                services: nodes[name].clone(),
                checks: with_checks.then(|| {
                    let of_node = checks.iter().filter(|check| check.node == name);
                    of_node.cloned().collect()
                }),
            };
            (name.to_owned(), asked)
        };
        let asked = BTreeMap::from([asked("n2", false), asked("external", true)]);
        let rows = join("dc1", summaries, &failing, &asked);
        assert_eq!(rows, expected);

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
}
