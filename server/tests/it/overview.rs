//! `api/overview`: datacenters in a few numbers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use wire::{
    datacenters::Condition, overview::Overview, problem::ProblemKind, rows::Rows,
    services::ServiceRow,
};

use crate::{
    agents::{TestAgent, on_each_agent},
    fake::{Answer, Fake, answer, consul},
    http::send,
    seed::Instance,
    waggle::{self, Waggle},
};

on_each_agent!(a_datacenter_in_numbers, all_datacenters_in_numbers);

async fn a_datacenter_in_numbers(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let (node, name) = (agent.unique("over-node"), agent.unique("over"));
    Instance {
        node: &node,
        service: &name,
        id: &name,
        status: "critical",
        ..Instance::default()
    }
    .register(agent)
    .await;
    let reply = waggle.get("/api/overview?dc=dc1").await.ok();
    let found: Overview = reply.read();
    let [dc1] = found.items.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(dc1.state.name, "dc1");
    assert_eq!(dc1.state.condition, Condition::Ok);
    assert!(dc1.state.agent.is_some());
    assert!(dc1.leader.is_some(), "{dc1:?}");
    assert!(dc1.leader_since.is_some_and(|since| since > 1_700_000_000));
    assert!(!dc1.leader_began, "nobody saw another one before");
    assert!(dc1.servers >= 1 && dc1.servers == dc1.servers_alive);
    assert!(dc1.may_fail().is_some());
    assert!(dc1.members_problem.is_none());
    assert!(!dc1.versions.is_empty());
    assert_eq!(dc1.history.len(), 1);
    let trouble = found.critical.iter().find(|one| one.name == name).unwrap();
    assert_eq!((trouble.node, trouble.counts.critical), (false, 1));
    let rows: Rows<ServiceRow> = waggle.get("/api/services?dc=dc1&limit=0").await.read();
    assert!(dc1.services.critical <= rows.health.critical + 1);

    let etag = reply.header("etag");
    let again = waggle.request("GET", "/api/overview?dc=dc1");
    let again = send(again.header("if-none-match", &etag)).await;
    // others change the same agent meanwhile: then it is news
    assert!(again.status == 304 || again.header("etag") != etag);
}

async fn all_datacenters_in_numbers(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let found: Overview = waggle.get("/api/overview?dc=@all").await.read();
    assert_eq!(found.items[0].state.name, "dc1");
    assert!(found.critical.len() <= 50);
    assert!(found.critical.len() <= found.critical_total);
    let problem = waggle.get("/api/overview?dc=nowhere").await.problem(404);
    assert_eq!(problem.kind, ProblemKind::UnknownDatacenter);
}

/// Two servers, of which the first leads until `leads` says otherwise; raft is as `raft` says.
async fn two_servers(leads: Arc<AtomicBool>, raft: Option<&'static str>) -> Fake {
    Fake::start(move |target| {
        let path = target.split('?').next().unwrap_or_default();
        let node = |name: &str, ip: &str| {
            json!({"Node": name, "Address": ip, "Meta": {},
                "Services": [{"ID": "consul", "Service": "consul", "Port": 8300}],
                "Checks": [{"Node": name, "CheckID": "serfHealth", "Status": "passing"}]})
        };
        if target.contains("index=") {
            return Answer::Hang;
        }
        Answer::Json(match path {
            "/v1/status/leader" if leads.load(Ordering::Relaxed) => json!("10.0.0.2:8300"),
            "/v1/internal/ui/nodes" => json!([node("n1", "10.0.0.1"), node("n2", "10.0.0.2")]),
            "/v1/operator/raft/configuration" => match raft {
                Some(raft) => serde_json::from_str(raft).unwrap(),
                None => return Answer::Raw(answer("403 Forbidden", "", "Permission denied")),
            },
            _ => consul(target),
        })
    })
    .await
}

#[tokio::test]
async fn another_leader_is_seen_within_three_seconds() {
    let leads = Arc::new(AtomicBool::new(false));
    let fake = two_servers(Arc::clone(&leads), None).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let path = "/api/overview?dc=dc1";
    let leader = |reply: &crate::http::Reply| {
        let found: Overview = reply.read();
        found.items[0].leader.clone()
    };
    let first = waggle.get(path).await.ok();
    assert_eq!(leader(&first).as_deref(), Some("n1"));
    // it is asked for, whether anything else happens or not
    tokio::time::sleep(Duration::from_millis(500)).await;
    leads.store(true, Ordering::Relaxed);
    let changed = Instant::now();
    let met = |reply: &crate::http::Reply| {
        (leader(reply).as_deref() == Some("n2")).then(|| reply.header("etag"))
    };
    let etag = waggle.until(path, met).await;
    // the rest is for a machine that is busy: nothing else would tell of it for a minute
    assert!(
        changed.elapsed() < Duration::from_secs(12),
        "{:?}",
        changed.elapsed()
    );
    assert_ne!(etag, first.header("etag"));
    let found: Overview = waggle.get(path).await.read();
    assert!(found.items[0].leader_began);
}

#[tokio::test]
async fn a_quorum_is_of_those_who_vote() {
    const RAFT: &str = r#"{"Index": 1, "Servers": [
        {"ID": "a", "Node": "n1", "Address": "10.0.0.1:8300", "Leader": true, "Voter": true},
        {"ID": "b", "Node": "n2", "Address": "10.0.0.2:8300", "Voter": false},
        {"ID": "c", "Node": "(unknown)", "Address": "10.0.0.3:8300", "Voter": true},
        {"ID": "d", "Node": "gone", "Address": "10.0.0.4:8300", "Voter": true}]}"#;
    for (raft, expected) in [
        (Some(RAFT), (3, 1, None)),
        // who may not know it counts every server
        (None, (2, 2, Some(0))),
        (Some("[]"), (2, 2, Some(0))),
    ] {
        let fake = two_servers(Arc::default(), raft).await;
        let waggle = Waggle::over_addresses(&[fake.address]).await;
        let found: Overview = waggle.get("/api/overview?dc=dc1").await.read();
        let dc1 = &found.items[0];
        assert_eq!((dc1.servers, dc1.servers_alive, dc1.may_fail()), expected);
        assert_eq!(dc1.state.condition, Condition::Ok);
    }
}

#[tokio::test]
async fn a_server_has_its_vote_while_it_is_alive() {
    let node = |name: &str, checks: &[(&str, &str)]| {
        let checks = checks.iter().map(
            |(id, status)| json!({"Node": name, "CheckID": id, "Status": status, "ServiceID": ""}),
        );
        json!({"Node": name, "Address": name, "Meta": {}, "Checks": checks.collect::<Vec<_>>(),
            "Services": [{"ID": "consul", "Service": "consul", "Port": 8300}]})
    };
    let nodes = json!([
        node("n1", &[("serfHealth", "passing")]),
        node(
            "n2",
            &[
                ("serfHealth", "critical"),
                ("_node_maintenance", "critical")
            ]
        ),
        node("n3", &[("serfHealth", "passing"), ("disk", "critical")]),
    ]);
    let statuses = [("n1", 1), ("n2", 4), ("n3", 1)];
    let members = statuses.map(|(name, status)| {
        json!({"Name": name, "Addr": name, "Port": 8301, "Status": status,
            "Tags": {"role": "consul", "dc": "dc1"}})
    });
    for members in [Some(json!(members)), None] {
        let nodes = nodes.clone();
        let fake = Fake::start(move |target| {
            let path = target.split('?').next().unwrap_or_default();
            Answer::Json(match path {
                "/v1/internal/ui/nodes" => nodes.clone(),
                "/v1/agent/members" => match &members {
                    Some(members) => members.clone(),
                    None => return Answer::Raw(answer("403 Forbidden", "", "Permission denied")),
                },
                _ => consul(target),
            })
        })
        .await;
        let waggle = Waggle::over_addresses(&[fake.address]).await;
        let found: Overview = waggle.get("/api/overview?dc=dc1").await.read();
        let dc1 = &found.items[0];
        assert_eq!((dc1.servers, dc1.servers_alive), (3, 2));
        assert_eq!(dc1.may_fail(), Some(0));
        assert_eq!((dc1.nodes.maintenance, dc1.nodes.critical), (1, 1));
    }
}

#[tokio::test]
async fn a_datacenter_that_fails_says_why() {
    let address = waggle::free_port();
    let waggle = Waggle::over_addresses(&[address]).await;
    let found: Overview = waggle.get("/api/overview?dc=dc1").await.read();
    let state = &found.items[0].state;
    assert_eq!(state.condition, Condition::Unreachable);
    let problem = state.problem.as_ref().unwrap();
    assert_eq!(problem.kind, ProblemKind::AgentUnreachable);
    assert!(found.items[0].members_problem.is_some());
    assert_eq!(found.items[0].may_fail(), None);
}
