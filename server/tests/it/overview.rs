//! `api/overview`: datacenters in a few numbers.

use wire::{
    datacenters::Condition, overview::Overview, problem::ProblemKind, rows::Rows,
    services::ServiceRow,
};

use crate::{
    agents::{TestAgent, on_each_agent},
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
