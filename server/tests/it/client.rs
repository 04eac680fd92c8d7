//! The client suite: the same assertions on the demo agent, a new and an old Consul. What keeps
//! the demo honest, and the client right about both.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use server::consul::{
    Cas, CheckRegistration, Client, Deregistration, Error, Filter, Query, Registration, Selector,
    ServiceRegistration, SessionRequest, TxnOp, TxnResult,
};
use wire::{checks::Check, health::Health, instances::AgentService, kv::KvPair};

use crate::{
    agents::{Kind, TestAgent, on_each_agent},
    seed,
};

on_each_agent!(
    agent_knows_itself,
    members_and_leader,
    catalog_lists_what_was_registered,
    catalog_of_nothing,
    services_can_be_filtered,
    health_of_a_service,
    health_by_state_and_node,
    ui_endpoints_count,
    ttl_passes_and_expires,
    kv_every_byte,
    kv_flags,
    kv_empty_is_not_missing,
    kv_create_only,
    kv_stale_index,
    kv_delete_compares,
    kv_keys_by_level,
    kv_recursive_delete_is_exact,
    kv_odd_keys,
    kv_double_slash,
    kv_indexes_grow,
    kv_size_limit,
    txn_of_64,
    txn_rolls_back_and_names_the_operation,
    blocking_query_wakes_on_change,
    blocking_query_of_a_missing_key_wakes,
    blocking_query_returns_after_its_time,
    blocking_service_query_wakes,
    sessions_and_locks,
    unknown_datacenter,
);

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

async fn catalog_lists_what_was_registered(agent: &'static TestAgent) {
    let client = client(agent);
    let (node, service) = (agent.unique("catalog-node"), agent.unique("catalog"));
    let what = registration(&node, &service, "one", "passing");
    client.catalog().register(&what, &here()).await.unwrap();

    let services = client.catalog().services(&here()).await.unwrap();
    let mut tags = services.value[&service].clone();
    tags.sort();
    assert_eq!(tags, ["a", "b"]);
    assert!(services.meta.index > 0);
    let nodes = client.catalog().nodes(&here()).await.unwrap();
    let listed = nodes
        .value
        .iter()
        .find(|listed| listed.node == node)
        .unwrap();
    assert_eq!(
        (listed.address.as_str(), listed.datacenter.as_str()),
        ("10.1.2.3", "dc1")
    );
    assert_eq!(listed.meta["external-node"], "true");
    let (found, instances) = client
        .catalog()
        .node(&node, &here())
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!((found.node.as_str(), instances.len()), (node.as_str(), 1));
    assert_eq!(instances[0].id, "one");
    assert_eq!(instances[0].port, 8080);
    assert_eq!(instances[0].meta["team"], "core");
    assert_eq!(instances[0].tags, ["b", "a"], "tags keep their order");
    let entries = client
        .catalog()
        .service(&service, &here())
        .await
        .unwrap()
        .value;
    assert_eq!(
        (entries[0].node.as_str(), entries[0].service_id.as_str()),
        (node.as_str(), "one")
    );

    let gone = Deregistration {
        node: node.clone(),
        ..Deregistration::default()
    };
    client.catalog().deregister(&gone, &here()).await.unwrap();
    assert!(
        client
            .catalog()
            .node(&node, &here())
            .await
            .unwrap()
            .value
            .is_none()
    );
    assert!(
        !client
            .catalog()
            .services(&here())
            .await
            .unwrap()
            .value
            .contains_key(&service)
    );
}

async fn catalog_of_nothing(agent: &'static TestAgent) {
    let client = client(agent);
    assert!(
        client
            .catalog()
            .node("never-was", &here())
            .await
            .unwrap()
            .value
            .is_none()
    );
    assert!(
        client
            .catalog()
            .service("never-was", &here())
            .await
            .unwrap()
            .value
            .is_empty()
    );
    assert!(
        client
            .health()
            .service("never-was", &here())
            .await
            .unwrap()
            .value
            .is_empty()
    );
    assert!(
        client
            .health()
            .node("never-was", &here())
            .await
            .unwrap()
            .value
            .is_empty()
    );
    assert!(
        client
            .health()
            .checks("never-was", &here())
            .await
            .unwrap()
            .value
            .is_empty()
    );
}

async fn services_can_be_filtered(agent: &'static TestAgent) {
    let client = client(agent);
    let service = agent.unique("filtered");
    for (id, status) in [("x", "passing"), ("y", "critical")] {
        let what = registration(&agent.unique("filter-node"), &service, id, status);
        client.catalog().register(&what, &here()).await.unwrap();
    }
    let only_y = here().filtered(Filter::equals(&Selector::field("Service.ID"), "y"));
    let found = client
        .health()
        .service(&service, &only_y)
        .await
        .unwrap()
        .value;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].service.id, "y");
    let not_passing = here().filtered(Filter::not_equals(&Selector::field("Status"), "passing"));
    let checks = client
        .health()
        .state("any", &not_passing)
        .await
        .unwrap()
        .value;
    assert!(
        checks
            .iter()
            .any(|check| check.service_id == "y" && check.service_name == service)
    );
    assert!(checks.iter().all(|check| check.status != "passing"));
    let node_checks = here().filtered(Filter::equals(&Selector::field("ServiceID"), ""));
    let checks = client
        .health()
        .state("any", &node_checks)
        .await
        .unwrap()
        .value;
    assert!(checks.iter().any(|check| check.check_id == "serfHealth"));
    assert!(checks.iter().all(|check| check.service_id.is_empty()));
}

async fn health_of_a_service(agent: &'static TestAgent) {
    let client = client(agent);
    let (node, service) = (agent.unique("health-node"), agent.unique("health"));
    let what = registration(&node, &service, "sick", "warning");
    client.catalog().register(&what, &here()).await.unwrap();
    let instances = client
        .health()
        .service(&service, &here())
        .await
        .unwrap()
        .value;
    let instance = &instances[0];
    assert_eq!(
        (instance.node.node.as_str(), instance.service.id.as_str()),
        (node.as_str(), "sick")
    );
    let check = &instance.checks[0];
    assert_eq!(
        (check.status.as_str(), check.output.as_str()),
        ("warning", "line one\nline two")
    );
    assert_eq!(Health::of(&instance.checks), Health::Warning);
    let checks = client
        .health()
        .checks(&service, &here())
        .await
        .unwrap()
        .value;
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].service_name, service);
}

async fn health_by_state_and_node(agent: &'static TestAgent) {
    let client = client(agent);
    let node = agent.unique("state-node");
    let what = registration(&node, "state", "state-1", "critical");
    client.catalog().register(&what, &here()).await.unwrap();
    let critical = client
        .health()
        .state("critical", &here())
        .await
        .unwrap()
        .value;
    assert!(critical.iter().any(|check| check.node == node));
    assert!(critical.iter().all(|check| check.status == "critical"));
    let passing = client
        .health()
        .state("passing", &here())
        .await
        .unwrap()
        .value;
    assert!(passing.iter().all(|check| check.node != node));
    let own = client
        .health()
        .node(&agent.node, &here())
        .await
        .unwrap()
        .value;
    assert!(
        own.iter()
            .any(|check| check.check_id == "serfHealth" && check.status == "passing")
    );
}

async fn ui_endpoints_count(agent: &'static TestAgent) {
    let client = client(agent);
    let (node, service) = (agent.unique("ui-node"), agent.unique("ui"));
    let what = registration(&node, &service, "ui-1", "critical");
    client.catalog().register(&what, &here()).await.unwrap();
    let services = client.internal().services(&here()).await.unwrap().value;
    let row = services.iter().find(|row| row.name == service).unwrap();
    assert_eq!(
        (row.checks_critical, row.nodes.clone()),
        (1, vec![node.clone()])
    );
    let nodes = client.internal().nodes(&here()).await.unwrap().value;
    let row = nodes.iter().find(|row| row.node.node == node).unwrap();
    assert_eq!((row.services.len(), row.checks.len()), (1, 1));
}

async fn ttl_passes_and_expires(agent: &'static TestAgent) {
    let client = client(agent);
    let id = agent.unique("expiring");
    let service = ServiceRegistration {
        id: id.clone(),
        name: id.clone(),
        tags: vec!["x".to_owned()],
        port: 1,
        checks: vec![CheckRegistration {
            ttl: Some("1s".to_owned()),
            ..CheckRegistration::default()
        }],
        ..ServiceRegistration::default()
    };
    client.agent().register_service(&service).await.unwrap();
    let status = async || {
        let found = client.health().service(&id, &here()).await.unwrap().value;
        found.first().map(|instance| Health::of(&instance.checks))
    };
    assert_eq!(
        eventually(&status, Some(Health::Critical)).await,
        Some(Health::Critical)
    );
    client
        .agent()
        .pass_ttl(&format!("service:{id}"), "well")
        .await
        .unwrap();
    assert_eq!(
        eventually(&status, Some(Health::Passing)).await,
        Some(Health::Passing)
    );
    let found = client.health().service(&id, &here()).await.unwrap().value;
    let check = found[0]
        .checks
        .iter()
        .find(|check| check.service_id == id)
        .unwrap();
    assert_eq!(check.output, "well");
    assert_eq!(
        eventually(&status, Some(Health::Critical)).await,
        Some(Health::Critical)
    );
    client.agent().deregister_service(&id).await.unwrap();
    assert_eq!(eventually(&status, None).await, None);
}

/// Asks until it answers what is wanted, at most 20 s; the last answer.
async fn eventually<T: PartialEq>(ask: &impl AsyncFn() -> T, wanted: T) -> T {
    for _ in 0..400 {
        let found = ask().await;
        if found == wanted {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ask().await
}

async fn kv_every_byte(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("bytes");
    let value: Vec<u8> = (0..=255).collect();
    put(&client, &key, &value).await;
    let pair = get(&client, &key).await.unwrap();
    assert_eq!(
        (pair.key.as_str(), bytes(&pair)),
        (key.as_str(), value.clone())
    );
    // what Consul's own API says, not only our reading of it
    let raw = seed::kv_get(agent, &key).await.unwrap();
    assert_eq!(raw["Value"], STANDARD.encode(value).as_str());
}

async fn kv_flags(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("flags");
    for flags in [0, 42, u64::MAX] {
        assert!(
            client
                .kv()
                .put(&key, b"x", flags, Cas::Unchecked, &here())
                .await
                .unwrap()
        );
        assert_eq!(get(&client, &key).await.unwrap().flags, flags);
    }
}

async fn kv_empty_is_not_missing(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("empty");
    assert_eq!(get(&client, &key).await, None);
    put(&client, &key, b"").await;
    assert_eq!(bytes(&get(&client, &key).await.unwrap()), b"");
    let missing = client
        .kv()
        .get(&agent.unique("missing"), &here())
        .await
        .unwrap();
    assert!(
        missing.meta.index > 0,
        "a missing key can be waited for too"
    );
}

async fn kv_create_only(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("created");
    let create = async |value: &[u8]| {
        client
            .kv()
            .put(&key, value, 0, Cas::CreateOnly, &here())
            .await
            .unwrap()
    };
    assert!(create(b"first").await);
    assert!(!create(b"second").await);
    assert_eq!(bytes(&get(&client, &key).await.unwrap()), b"first");
}

async fn kv_stale_index(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("stale");
    put(&client, &key, b"one").await;
    let old = get(&client, &key).await.unwrap().modify_index;
    let save = async |value: &[u8], index: u64| {
        client
            .kv()
            .put(&key, value, 0, Cas::Index(index), &here())
            .await
            .unwrap()
    };
    assert!(save(b"two", old).await);
    assert!(!save(b"three", old).await);
    assert!(!save(b"three", u64::MAX).await);
    assert!(!save(b"three", (1 << 53) + 1).await);
    let now = get(&client, &key).await.unwrap();
    assert_eq!(bytes(&now), b"two");
    assert!(now.modify_index > old);
    let missing = agent.unique("never");
    assert!(
        !client
            .kv()
            .put(&missing, b"x", 0, Cas::Index(7), &here())
            .await
            .unwrap()
    );
    assert_eq!(get(&client, &missing).await, None);
}

async fn kv_delete_compares(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("doomed");
    put(&client, &key, b"x").await;
    let index = get(&client, &key).await.unwrap().modify_index;
    let delete = async |cas: Cas| client.kv().delete(&key, cas, &here()).await;
    assert!(!delete(Cas::Index(index + 1_000_000)).await.unwrap());
    assert!(delete(Cas::Index(0)).await.is_err());
    assert!(delete(Cas::CreateOnly).await.is_err());
    assert!(get(&client, &key).await.is_some());
    assert!(delete(Cas::Index(index)).await.unwrap());
    assert_eq!(get(&client, &key).await, None);
}

async fn kv_keys_by_level(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("levels");
    for key in ["a", "b/c", "b/d/e", "f/"] {
        put(&client, &format!("{root}/{key}"), b"").await;
    }
    let prefix = format!("{root}/");
    let named = |keys: Vec<String>| -> Vec<String> {
        keys.iter()
            .map(|key| key[prefix.len()..].to_owned())
            .collect()
    };
    let level = client.kv().keys(&prefix, Some("/"), &here()).await.unwrap();
    assert_eq!(named(level.value), ["a", "b/", "f/"]);
    let all = client.kv().keys(&prefix, None, &here()).await.unwrap();
    assert_eq!(named(all.value), ["a", "b/c", "b/d/e", "f/"]);
    let none = client
        .kv()
        .keys(&agent.unique("no-prefix"), Some("/"), &here())
        .await
        .unwrap();
    assert!(none.value.is_empty());
    let pairs = client.kv().list(&prefix, &here()).await.unwrap();
    assert_eq!(pairs.value.len(), 4);
}

async fn kv_recursive_delete_is_exact(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("tree");
    for key in ["app/a", "app/b/c", "apple", "app"] {
        put(&client, &format!("{root}/{key}"), b"v").await;
    }
    assert!(
        client
            .kv()
            .delete_prefix(&format!("{root}/app/"), &here())
            .await
            .unwrap()
    );
    let left = client
        .kv()
        .keys(&format!("{root}/"), None, &here())
        .await
        .unwrap()
        .value;
    assert_eq!(left, [format!("{root}/app"), format!("{root}/apple")]);
    assert!(matches!(
        client.kv().delete_prefix("", &here()).await,
        Err(Error::Refused { .. })
    ));
    assert_eq!(seed::kv_keys(agent, &format!("{root}/")).await.len(), 2);
}

async fn kv_odd_keys(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("odd");
    for odd in crate::odd::keys() {
        let key = if odd.starts_with('/') {
            odd.clone()
        } else {
            format!("{root}/{odd}")
        };
        match client
            .kv()
            .put(&key, odd.as_bytes(), 0, Cas::Unchecked, &here())
            .await
        {
            Ok(written) => {
                assert!(written, "{key:?}");
                let pair = get(&client, &key)
                    .await
                    .unwrap_or_else(|| panic!("{key:?} was written"));
                assert_eq!(
                    (pair.key.as_str(), bytes(&pair)),
                    (key.as_str(), odd.as_bytes().to_vec())
                );
                assert!(
                    client
                        .kv()
                        .delete(&key, Cas::Index(pair.modify_index), &here())
                        .await
                        .unwrap()
                );
                assert_eq!(get(&client, &key).await, None, "{key:?}");
            }
            Err(Error::Refused { .. }) => {
                assert!(
                    matches!(client.kv().get(&key, &here()).await, Ok(answer) if answer.value.is_none())
                        || matches!(
                            client.kv().get(&key, &here()).await,
                            Err(Error::Refused { .. })
                        ),
                    "{key:?}"
                );
            }
            Err(error) => panic!("{key:?}: {error}"),
        }
    }
    assert!(seed::kv_keys(agent, &format!("{root}/")).await.is_empty());
}

async fn kv_double_slash(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("slashes");
    let (single, double) = (format!("{root}/b"), format!("{root}//b"));
    put(&client, &single, b"single").await;
    assert_eq!(get(&client, &double).await, None);
    put(&client, &double, b"double").await;
    assert_eq!(bytes(&get(&client, &double).await.unwrap()), b"double");
    assert_eq!(bytes(&get(&client, &single).await.unwrap()), b"single");
    let below = client
        .kv()
        .keys(&format!("{root}//"), Some("/"), &here())
        .await
        .unwrap();
    assert_eq!(below.value, std::slice::from_ref(&double));
    assert!(
        client
            .kv()
            .delete(&double, Cas::Unchecked, &here())
            .await
            .unwrap()
    );
    assert_eq!(bytes(&get(&client, &single).await.unwrap()), b"single");
}

async fn kv_indexes_grow(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("grows");
    put(&client, &key, b"1").await;
    let first = client.kv().get(&key, &here()).await.unwrap();
    put(&client, &key, b"2").await;
    let second = client.kv().get(&key, &here()).await.unwrap();
    assert!(second.meta.index > first.meta.index);
    let (first, second) = (first.value.unwrap(), second.value.unwrap());
    assert_eq!(first.create_index, second.create_index);
    assert_eq!(first.create_index, first.modify_index);
    assert!(second.modify_index > first.modify_index);
}

async fn kv_size_limit(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("sized");
    put(&client, &key, &vec![7; wire::kv::VALUE_MAX_BYTES]).await;
    let more = vec![7; wire::kv::VALUE_MAX_BYTES + 1];
    let outcome = client
        .kv()
        .put(&key, &more, 0, Cas::Unchecked, &here())
        .await;
    assert!(
        matches!(outcome, Err(Error::TooLarge { .. })),
        "{outcome:?}"
    );
    assert_eq!(
        bytes(&get(&client, &key).await.unwrap()).len(),
        wire::kv::VALUE_MAX_BYTES
    );
}

async fn txn_of_64(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("txn");
    let operations: Vec<TxnOp> = (0..64)
        .map(|number| TxnOp::cas(format!("{root}/{number:02}"), &[number], 7, 0))
        .collect();
    let TxnResult::Applied(pairs) = client.txn().apply(&operations, &here()).await.unwrap() else {
        panic!("64 operations are applied");
    };
    assert_eq!(pairs.len(), 64);
    assert!(
        pairs
            .iter()
            .all(|pair| pair.modify_index == pairs[0].modify_index)
    );
    let all = client
        .kv()
        .list(&format!("{root}/"), &here())
        .await
        .unwrap()
        .value;
    assert_eq!(all.len(), 64);
    assert_eq!((bytes(&all[9]), all[9].flags), (vec![9], 7));
}

async fn txn_rolls_back_and_names_the_operation(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("rolled");
    put(&client, &format!("{root}/there"), b"x").await;
    let operations = [
        TxnOp::set(format!("{root}/new"), b"1", 0),
        TxnOp::get(format!("{root}/there")),
        TxnOp::cas(format!("{root}/there"), b"2", 0, 0),
    ];
    let TxnResult::RolledBack(errors) = client.txn().apply(&operations, &here()).await.unwrap()
    else {
        panic!("it cannot be applied");
    };
    assert_eq!(
        errors
            .iter()
            .map(|error| error.op_index)
            .collect::<Vec<_>>(),
        [2]
    );
    assert!(!errors[0].what.is_empty());
    assert_eq!(get(&client, &format!("{root}/new")).await, None);
    assert_eq!(
        bytes(&get(&client, &format!("{root}/there")).await.unwrap()),
        b"x"
    );
}

/// A read that waits from the index of this one.
fn waiting(index: u64, seconds: u32) -> Query {
    Query {
        index: Some(index),
        wait_seconds: Some(seconds),
        ..Query::default()
    }
}

async fn blocking_query_wakes_on_change(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("watched");
    put(&client, &key, b"before").await;
    let index = client.kv().get(&key, &here()).await.unwrap().meta.index;
    let query = waiting(index, 60);
    let wait = async { client.kv().get(&key, &query).await.unwrap() };
    let change = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        put(&client, &key, b"after").await;
    };
    let (woken, ()) = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::join!(wait, change)
    })
    .await
    .expect("the waiting read wakes long before its 60 s");
    assert_eq!(bytes(&woken.value.unwrap()), b"after");
    assert!(woken.meta.index > index);
}

async fn blocking_query_of_a_missing_key_wakes(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("awaited");
    let missing = client.kv().get(&key, &here()).await.unwrap();
    assert!(missing.value.is_none());
    let mut index = missing.meta.index;
    let wait = async {
        loop {
            // other tests write keys too, and that wakes a read of what is missing
            let answer = client.kv().get(&key, &waiting(index, 60)).await.unwrap();
            if answer.value.is_some() {
                break answer;
            }
            index = answer.meta.index;
        }
    };
    let change = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        put(&client, &key, b"there").await;
    };
    let (woken, ()) = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::join!(wait, change)
    })
    .await
    .expect("the waiting read wakes");
    assert_eq!(bytes(&woken.value.unwrap()), b"there");
}

async fn blocking_query_returns_after_its_time(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("quiet");
    put(&client, &key, b"x").await;
    let first = client.kv().get(&key, &here()).await.unwrap();
    let again = client
        .kv()
        .get(&key, &waiting(first.meta.index, 1))
        .await
        .unwrap();
    assert_eq!(again.value, first.value);
}

async fn blocking_service_query_wakes(agent: &'static TestAgent) {
    let client = client(agent);
    let (node, service) = (agent.unique("live-node"), agent.unique("live"));
    let what = registration(&node, &service, "one", "passing");
    client.catalog().register(&what, &here()).await.unwrap();
    let mut index = client
        .health()
        .service(&service, &here())
        .await
        .unwrap()
        .meta
        .index;
    let wait = async {
        loop {
            let answer = client
                .health()
                .service(&service, &waiting(index, 60))
                .await
                .unwrap();
            if Health::of(&answer.value[0].checks) == Health::Critical {
                break;
            }
            index = answer.meta.index;
        }
    };
    let change = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let what = registration(&node, &service, "one", "critical");
        client.catalog().register(&what, &here()).await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(30), async {
        tokio::join!(wait, change)
    })
    .await
    .expect("the waiting read wakes");
}

async fn sessions_and_locks(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("locked");
    let request = SessionRequest {
        name: agent.unique("session"),
        ttl: Some("60s".to_owned()),
        lock_delay: Some("0s".to_owned()),
        ..SessionRequest::default()
    };
    let id = client.session().create(&request, &here()).await.unwrap();
    let listed = client.session().list(&here()).await.unwrap().value;
    let entry = listed.iter().find(|entry| entry.id == id).unwrap();
    assert_eq!(
        (entry.name.as_str(), entry.node.as_str()),
        (request.name.as_str(), agent.node.as_str())
    );
    let path = format!("/v1/kv/{key}?acquire={id}");
    assert_eq!(
        agent.http().put(&path, "held").await.ok().text().trim(),
        "true"
    );
    let pair = get(&client, &key).await.unwrap();
    assert_eq!(
        (pair.session.as_deref(), pair.lock_index),
        (Some(id.as_str()), 1)
    );
    // a lock is advice: who saves without asking for it may
    assert!(
        client
            .kv()
            .put(&key, b"saved", 0, Cas::Index(pair.modify_index), &here())
            .await
            .unwrap()
    );
    assert_eq!(
        get(&client, &key).await.unwrap().session.as_deref(),
        Some(id.as_str())
    );
    client.session().destroy(&id, &here()).await.unwrap();
    assert!(
        client
            .session()
            .info(&id, &here())
            .await
            .unwrap()
            .value
            .is_none()
    );
    assert_eq!(get(&client, &key).await.unwrap().session, None);
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
