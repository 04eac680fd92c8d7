//! Catalog and health.

use std::time::{Duration, Instant};

use server::consul::{CheckRegistration, Deregistration, Filter, Selector, ServiceRegistration};
use wire::health::Health;

use super::{client, here, registration};
use crate::{
    agents::{TestAgent, on_each_agent},
    waggle::PATIENCE,
};

on_each_agent!(
    catalog_lists_what_was_registered,
    catalog_of_nothing,
    services_can_be_filtered,
    health_of_a_service,
    health_by_state_and_node,
    ui_endpoints_count,
    ttl_passes_and_expires,
);

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
            // so long that it is seen to pass, too
            ttl: Some("5s".to_owned()),
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

/// Asks until it answers what is wanted, as long as there is patience; the last answer.
async fn eventually<T: PartialEq>(ask: &impl AsyncFn() -> T, wanted: T) -> T {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let found = ask().await;
        if found == wanted {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ask().await
}
