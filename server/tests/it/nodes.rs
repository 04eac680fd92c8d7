//! `api/nodes`: the list and one node.

use wire::{
    health::Health,
    nodes::{NodeDetail, NodeRow},
    problem::ProblemKind,
    rows::Rows,
};

use crate::{
    agents::{Kind, TestAgent, on_each_agent},
    http::part,
    seed::Instance,
    waggle::Waggle,
};

on_each_agent!(
    list_marks_the_leader,
    list_counts_what_runs_there,
    detail_has_instances_and_checks,
    missing_node_is_not_found,
    a_check_among_many_nodes_is_told,
);

async fn rows(waggle: &Waggle) -> Vec<NodeRow> {
    let rows: Rows<NodeRow> = waggle.get("/api/nodes?limit=500&sort=name").await.read();
    assert_eq!(rows.total, rows.items.len());
    let names: Vec<_> = rows.items.iter().map(|row| row.name.clone()).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted);
    rows.items
}

async fn list_marks_the_leader(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    Instance {
        node: "zz-external",
        id: "lead",
        ..Instance::default()
    }
    .register(agent)
    .await;
    let rows = rows(&waggle).await;
    let own = rows.iter().find(|row| row.name == agent.node).unwrap();
    assert!(own.leader && own.server);
    assert_eq!(own.health, Health::Passing);
    assert_eq!(own.datacenter, "dc1");
    match agent.kind {
        Kind::Old => assert_eq!(own.version.as_deref(), Some("1.8.7")),
        Kind::New => assert_eq!(own.version.as_deref(), Some("1.22.6")),
        Kind::Demo => assert!(own.version.is_some()),
    }
    let external = rows.iter().find(|row| row.name == "zz-external").unwrap();
    assert!(!external.leader && !external.server);
    assert_eq!(external.version, None);
    assert_eq!(external.address, "10.1.2.3");
    assert_eq!(external.meta["zone"], "a");
}

async fn list_counts_what_runs_there(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let node = agent.unique("busy");
    for (id, status) in [("a", "passing"), ("b", "critical"), ("c", "")] {
        Instance {
            node: &node,
            service: "crowd",
            id,
            status,
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    let row = rows(&waggle)
        .await
        .into_iter()
        .find(|row| row.name == node)
        .unwrap();
    assert_eq!(row.instances, 3);
    assert_eq!(
        row.health,
        Health::None,
        "checks of services are not the node's"
    );
    let counts = row.instance_health;
    assert_eq!((counts.passing, counts.critical, counts.none), (1, 1, 1));
}

async fn detail_has_instances_and_checks(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let node = format!("{} ü/x", agent.unique("shown"));
    for (service, id) in [("b", "b-1"), ("a", "a-2"), ("a", "a-1")] {
        Instance {
            node: &node,
            service,
            id,
            status: "warning",
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    let detail: NodeDetail = waggle
        .get(&format!("/api/nodes/{}", part(&node)))
        .await
        .read();
    assert_eq!(
        (detail.node.node.as_str(), detail.node.datacenter.as_str()),
        (node.as_str(), "dc1")
    );
    let ids: Vec<_> = detail
        .instances
        .iter()
        .map(|instance| instance.service.id.as_str())
        .collect();
    assert_eq!(ids, ["a-1", "a-2", "b-1"]);
    assert!(
        detail
            .instances
            .iter()
            .all(|instance| instance.health == Health::Warning)
    );
    assert!(detail.checks.is_empty(), "{:?}", detail.checks);

    let own: NodeDetail = waggle
        .get(&format!("/api/nodes/{}", part(&agent.node)))
        .await
        .read();
    assert!(own.leader && own.server);
    assert!(
        own.checks
            .iter()
            .any(|check| check.check_id == "serfHealth")
    );
}

async fn missing_node_is_not_found(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let problem = waggle.get("/api/nodes/never-was").await.problem(404);
    assert_eq!(problem.kind, ProblemKind::NotFound);
}

/// From so many nodes on, a change of checks reads only those that fail.
async fn a_check_among_many_nodes_is_told(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let base = agent.unique("many");
    let names: Vec<String> = (0..110)
        .map(|number| format!("{base}-{number:03}"))
        .collect();
    let register = async |node: &str, status: &str| {
        Instance {
            node,
            service: "many",
            id: node,
            status,
            ..Instance::default()
        }
        .register(agent)
        .await;
    };
    for name in &names {
        register(name, "passing").await;
    }
    let path = format!("/api/nodes?dc=dc1&q={base}&sort=name&limit=500");
    let states = |reply: &crate::http::Reply| -> String {
        let rows: Rows<NodeRow> = reply.read();
        let state = |row: &NodeRow| match row.instance_health.worst() {
            Health::Passing => 'p',
            Health::Warning => 'w',
            Health::Critical => 'c',
            _ => '?',
        };
        rows.items.iter().map(state).collect()
    };
    let until = async |expected: String| {
        let met = |reply: &crate::http::Reply| (states(reply) == expected).then_some(());
        waggle.until(&path, met).await;
    };
    until("p".repeat(110)).await;
    for (status, letter) in [("critical", "c"), ("warning", "w"), ("passing", "p")] {
        register(&names[7], status).await;
        until(format!("{}{letter}{}", "p".repeat(7), "p".repeat(102))).await;
    }
}
