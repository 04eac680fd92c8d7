//! A datacenter in a few numbers, out of its lists, its members, and what was seen of it.

use std::collections::{BTreeMap, BTreeSet};

use wire::{
    checks::Check,
    datacenters::DatacenterState,
    health::Health,
    nodes::NodeRow,
    overview::{DatacenterOverview, Trouble, VersionCount},
    services::ServiceRow,
};

use crate::consul::{Client, Error, Filter, Member, Query, RaftServer, Selector};

/// Serf's words for a member's status.
const ALIVE: u8 = 1;
const LEFT: u8 = 3;
const FAILED: u8 = 4;

/// The members of the agent's own datacenter.
pub(crate) async fn members(client: &Client, dc: &str) -> Result<Vec<Member>, Error> {
    let mut members = client.agent().members(false).await?;
    members.retain(|member| member.tags.get("dc").is_none_or(|of| of == dc));
    Ok(members)
}

/// What can be known of the members of another datacenter: its servers, which the agent's own know,
/// and the nodes that its gossip has lost, which its catalog keeps. A client that left is in
/// neither.
pub(crate) async fn far_members(client: &Client, dc: &str) -> Result<Vec<Member>, Error> {
    let serf = Filter::equals(&Selector::field("CheckID"), SERF);
    let query = Query::in_datacenter(dc).stale().filtered(serf);
    let (agent, health) = (client.agent(), client.health());
    let (servers, lost) = futures::join!(agent.members(true), health.state("critical", &query));
    Ok(of_far(dc, servers?, lost?.value))
}

/// Serf's own check of a node.
const SERF: &str = "serfHealth";

fn of_far(dc: &str, servers: Vec<Member>, lost: Vec<Check>) -> Vec<Member> {
    let of_pool = format!(".{dc}");
    let mut members: Vec<Member> = servers
        .into_iter()
        .filter_map(|member| {
            // `name.datacenter` in the pool of all servers
            let name = member.name.strip_suffix(&of_pool)?.to_owned();
            Some(Member { name, ..member })
        })
        .collect();
    // agents before 1.3 take no filter here
    for check in lost.into_iter().filter(|check| check.check_id == SERF) {
        match members.iter_mut().find(|member| member.name == check.node) {
            // those in the datacenter itself know better than those elsewhere
            Some(member) if member.status != LEFT => member.status = FAILED,
            Some(_) => {}
            None => members.push(Member {
                name: check.node,
                status: FAILED,
                ..Member::default()
            }),
        }
    }
    members
}

/// How a datacenter with these services and nodes fares. Who may vote is not known without the
/// right to ask for it: then every server counts.
pub(crate) fn overview(
    state: DatacenterState,
    services: &[ServiceRow],
    nodes: &[NodeRow],
    members: Option<&[Member]>,
    raft: Option<&[RaftServer]>,
) -> DatacenterOverview {
    let (servers, servers_alive) = voters(nodes, members, raft);
    let with_status = |status| {
        let members = members.unwrap_or_default().iter();
        let mut names: Vec<String> = members
            .filter(|member| member.status == status)
            .map(|member| member.name.clone())
            .collect();
        names.sort_unstable();
        names
    };
    DatacenterOverview {
        leader: nodes
            .iter()
            .find(|node| node.leader)
            .map(|node| node.name.clone()),
        servers,
        servers_alive,
        nodes: nodes.iter().map(|node| node.health).collect(),
        services: services.iter().map(|service| service.health).collect(),
        instances: services
            .iter()
            .map(|service| service.instances.total())
            .sum(),
        failed: with_status(FAILED),
        left: with_status(LEFT),
        versions: versions(nodes),
        state,
        ..DatacenterOverview::default()
    }
}

/// How many servers vote, and how many of them are alive: of which gossip says so where it is
/// told, and that the catalog does not know to be lost. What else is wrong with a server, or meant
/// to be, takes no vote from it.
fn voters(
    nodes: &[NodeRow],
    members: Option<&[Member]>,
    raft: Option<&[RaftServer]>,
) -> (u32, u32) {
    let statuses: BTreeMap<&str, u8> = members
        .unwrap_or_default()
        .iter()
        .map(|member| (member.name.as_str(), member.status))
        .collect();
    let alive: BTreeSet<&str> = nodes
        .iter()
        .filter(|node| node.server && !node.lost)
        .map(|node| node.name.as_str())
        .filter(|name| statuses.get(name).is_none_or(|status| *status == ALIVE))
        .collect();
    let Some(raft) = raft else {
        let servers = nodes.iter().filter(|node| node.server);
        return (count(servers.count()), count(alive.len()));
    };
    let voters = raft.iter().filter(|server| server.voter);
    let voters_alive = voters
        .clone()
        .filter(|server| alive.contains(server.node.as_str()));
    (count(voters.clone().count()), count(voters_alive.count()))
}

/// The versions on nodes that tell theirs, most used first.
fn versions(nodes: &[NodeRow]) -> Vec<VersionCount> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for version in nodes.iter().filter_map(|node| node.version.as_deref()) {
        *counts.entry(version).or_default() += 1;
    }
    let mut counts: Vec<VersionCount> = counts
        .into_iter()
        .map(|(version, members)| VersionCount {
            version: version.to_owned(),
            members,
        })
        .collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.members));
    counts
}

/// What is critical there: services, then nodes, each by name.
pub(crate) fn trouble(dc: &str, services: &[ServiceRow], nodes: &[NodeRow]) -> Vec<Trouble> {
    let services = services
        .iter()
        .filter(|service| service.health == Health::Critical)
        .map(|service| (false, &service.name, service.instances));
    let nodes = nodes
        .iter()
        .filter(|node| node.health == Health::Critical)
        .map(|node| (true, &node.name, node.checks));
    let mut trouble: Vec<Trouble> = services
        .chain(nodes)
        .map(|(node, name, counts)| Trouble {
            datacenter: dc.to_owned(),
            node,
            name: name.clone(),
            counts,
        })
        .collect();
    trouble.sort_by(|a, b| (a.node, &a.name).cmp(&(b.node, &b.name)));
    trouble
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, health: Health, server: bool) -> NodeRow {
        NodeRow {
            name: name.into(),
            health,
            server,
            leader: name == "src-1",
            version: Some(if server { "1.22.6" } else { "1.8.7" }.into()),
            ..NodeRow::default()
        }
    }

    fn service(name: &str, health: Health) -> ServiceRow {
        ServiceRow {
            name: name.into(),
            health,
            instances: [health, Health::Passing].into_iter().collect(),
            ..ServiceRow::default()
        }
    }

    #[test]
    fn far_members_are_servers_and_what_gossip_lost() {
        let member = |name: &str, status| Member {
            name: name.into(),
            status,
            ..Member::default()
        };
        let check = |node: &str, id: &str| Check {
            node: node.into(),
            check_id: id.into(),
            status: "critical".into(),
            ..Check::default()
        };
        let servers = vec![
            member("src-1.dc1", 1),
            member("src-1.dc2", 1),
            member("src-2.dc2", LEFT),
            member("src-3.dc2", 1),
        ];
        let lost = vec![
            check("src-3", SERF),
            check("msa-1", SERF),
            check("msa-2", "disk"),
        ];
        let found = of_far("dc2", servers, lost);
        let told: Vec<(&str, u8)> = found.iter().map(|one| (&*one.name, one.status)).collect();
        assert_eq!(
            told,
            [
                ("src-1", 1),
                ("src-2", LEFT),
                ("src-3", FAILED),
                ("msa-1", FAILED)
            ]
        );
    }

    #[test]
    fn a_datacenter_in_numbers() {
        let nodes = [
            node("src-1", Health::Passing, true),
            node("src-2", Health::Critical, true),
            node("src-3", Health::Warning, true),
            node("msa-1", Health::Passing, false),
        ];
        let services = [
            service("b", Health::Critical),
            service("a", Health::Passing),
        ];
        let member = |name: &str, status| Member {
            name: name.into(),
            status,
            ..Member::default()
        };
        let members = [
            member("src-2", FAILED),
            member("old", LEFT),
            member("src-1", 1),
        ];
        let state = DatacenterState::default();
        let found = overview(state, &services, &nodes, Some(&members), None);
        assert_eq!(found.leader.as_deref(), Some("src-1"));
        assert_eq!((found.servers, found.servers_alive), (3, 2));
        assert_eq!(found.may_fail(), Some(0));
        assert_eq!((found.nodes.critical, found.nodes.warning), (1, 1));
        assert_eq!((found.services.critical, found.instances), (1, 4));
        assert_eq!(
            (found.failed, found.left),
            (vec!["src-2".into()], vec!["old".into()])
        );
        let versions: Vec<(&str, u32)> = found
            .versions
            .iter()
            .map(|one| (one.version.as_str(), one.members))
            .collect();
        assert_eq!(versions, [("1.22.6", 3), ("1.8.7", 1)]);
        // one that is not in the catalog votes, one that only reads does not
        let server = |node: &str, voter| RaftServer {
            node: node.into(),
            voter,
            ..RaftServer::default()
        };
        let raft = [
            server("src-1", true),
            server("src-2", true),
            server("(unknown)", true),
            server("src-3", false),
        ];
        assert_eq!(voters(&nodes, Some(&members), Some(&raft)), (3, 1));
        let trouble = trouble("dc1", &services, &nodes);
        let names: Vec<&str> = trouble.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["b", "src-2"]);
    }

    #[test]
    fn a_server_votes_for_as_long_as_it_is_alive() {
        let server = |number: u8, health, lost| NodeRow {
            lost,
            ..node(&format!("src-{number}"), health, true)
        };
        let member = |number: u8, status| Member {
            name: format!("src-{number}"),
            status,
            ..Member::default()
        };
        let well = |number| server(number, Health::Passing, false);
        let maintained = |lost| [well(1), server(2, Health::Maintenance, lost), well(3)];
        let full = |number| server(number, Health::Critical, false);
        let full_disks = [well(1), full(2), full(3)];
        let gossip = |second, third| vec![member(1, ALIVE), member(2, second), member(3, third)];
        for (what, nodes, members, alive) in [
            (
                "in maintenance when its process stopped, as gossip says",
                maintained(false),
                Some(gossip(FAILED, ALIVE)),
                2,
            ),
            ("the same, as the catalog says", maintained(true), None, 2),
            (
                "in maintenance only",
                maintained(false),
                Some(gossip(ALIVE, ALIVE)),
                3,
            ),
            (
                "full disks",
                full_disks.clone(),
                Some(gossip(ALIVE, ALIVE)),
                3,
            ),
            (
                "full disks, and who is a member is not told",
                full_disks,
                None,
                3,
            ),
            (
                "gone in between, before gossip was asked again",
                [well(1), server(2, Health::Critical, true), well(3)],
                Some(gossip(ALIVE, LEFT)),
                1,
            ),
        ] {
            let found = voters(&nodes, members.as_deref(), None);
            assert_eq!(found, (3, alive), "{what}");
        }
    }
}
