//! The client suite: the same assertions on the demo agent, a new and an old Consul. What keeps
//! the demo honest, and the client right about both. One file a family, and what all of them use.

mod catalog;
mod kv;
mod sessions;
mod txn;
mod waiting;

use base64::{Engine, engine::general_purpose::STANDARD};
use server::consul::{Cas, Client, Error, Query, Registration};
use wire::{checks::Check, instances::AgentService, kv::KvPair};

use crate::agents::{Kind, TestAgent, on_each_agent};

on_each_agent!(agent_knows_itself, members_and_leader, unknown_datacenter,);

fn client(agent: &TestAgent) -> Client {
    agent.client()
}

fn here() -> Query {
    Query::default()
}

fn bytes(pair: &KvPair) -> Vec<u8> {
    STANDARD
        .decode(pair.value.as_deref().unwrap_or_default())
        .unwrap()
}

async fn put(client: &Client, key: &str, value: &[u8]) {
    assert!(
        client
            .kv()
            .put(key, value, 0, Cas::Unchecked, &here())
            .await
            .unwrap(),
        "{key:?}"
    );
}

async fn get(client: &Client, key: &str) -> Option<KvPair> {
    client.kv().get(key, &here()).await.unwrap().value
}

fn registration(node: &str, service: &str, id: &str, status: &str) -> Registration {
    Registration {
        node: node.to_owned(),
        address: "10.1.2.3".to_owned(),
        node_meta: [("external-node".to_owned(), "true".to_owned())].into(),
        service: Some(AgentService {
            id: id.to_owned(),
            service: service.to_owned(),
            tags: vec!["b".to_owned(), "a".to_owned()],
            port: 8080,
            meta: [("team".to_owned(), "core".to_owned())].into(),
            ..AgentService::default()
        }),
        checks: vec![Check {
            node: node.to_owned(),
            check_id: format!("service:{id}"),
            name: "alive".to_owned(),
            status: status.to_owned(),
            output: "line one\nline two".to_owned(),
            service_id: id.to_owned(),
            service_name: service.to_owned(),
            ..Check::default()
        }],
        skip_node_update: false,
    }
}

async fn agent_knows_itself(agent: &'static TestAgent) {
    let own = client(agent).agent().self_().await.unwrap();
    assert_eq!(own.node, agent.node);
    assert_eq!(own.datacenter, "dc1");
    assert!(own.server);
    match agent.kind {
        Kind::New => assert_eq!(own.version, "1.22.6"),
        Kind::Old => assert_eq!(own.version, "1.8.7"),
        Kind::Demo => assert!(!own.version.is_empty()),
    }
}

async fn members_and_leader(agent: &'static TestAgent) {
    let client = client(agent);
    let members = client.agent().members(false).await.unwrap();
    let own = members
        .iter()
        .find(|member| member.name == agent.node)
        .unwrap();
    assert!(own.is_server());
    assert_eq!(own.status, 1);
    assert!(own.version().is_some_and(|version| version.contains('.')));
    let leader = client.status().leader(&here()).await.unwrap().unwrap();
    assert_eq!(Some(&leader), own.rpc_address().as_ref());
    assert!(
        client
            .status()
            .peers(&here())
            .await
            .unwrap()
            .contains(&leader)
    );
    let raft = client.operator().raft_configuration(&here()).await.unwrap();
    assert!(
        raft.value
            .iter()
            .any(|server| server.leader && server.address == leader)
    );
    assert_eq!(client.catalog().datacenters().await.unwrap()[0], "dc1");
}

async fn unknown_datacenter(agent: &'static TestAgent) {
    let client = client(agent);
    let query = Query::in_datacenter("nowhere");
    let outcome = client.catalog().nodes(&query).await;
    assert!(
        matches!(outcome, Err(Error::NoPathToDatacenter { .. })),
        "{outcome:?}"
    );
    let outcome = client.kv().put("x", b"x", 0, Cas::Unchecked, &query).await;
    assert!(
        matches!(outcome, Err(Error::NoPathToDatacenter { .. })),
        "{outcome:?}"
    );
    let own = Query::in_datacenter("dc1");
    assert!(!client.catalog().nodes(&own).await.unwrap().value.is_empty());
}
