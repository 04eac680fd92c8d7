//! `api/services`: the list and one service.

use wire::{
    health::Health,
    problem::ProblemKind,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::part,
    seed::{self, Instance, MICRO_TAGS},
    waggle::Waggle,
};

on_each_agent!(
    list_counts_instances_by_health,
    list_is_spelled_as_promised,
    list_is_by_name,
    detail_is_by_node_then_id,
    gomicro_tags_are_decoded,
    instances_without_checks_have_none,
    odd_names_are_found,
    missing_service_is_not_found,
    ttl_service_of_the_agent_itself,
);

async fn row(waggle: &Waggle, name: &str) -> Option<ServiceRow> {
    let rows: Rows<ServiceRow> = waggle.get("/api/services?limit=500&sort=name").await.read();
    assert_eq!(rows.total, rows.items.len());
    rows.items.into_iter().find(|row| row.name == name)
}

async fn list_counts_instances_by_health(agent: &'static TestAgent) {
    let service = agent.unique("counted");
    let waggle = Waggle::over(agent).await;
    for (number, status) in ["passing", "warning", "critical", "critical", ""]
        .iter()
        .enumerate()
    {
        Instance {
            node: &format!("{service}-node-{number}"),
            service: &service,
            id: &format!("{service}-{number}"),
            tags: if number == 0 {
                &["zeta", "alpha"]
            } else {
                &["alpha", "beta"]
            },
            status,
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    let row = row(&waggle, &service).await.unwrap();
    assert_eq!(row.health, Health::Critical);
    assert_eq!(row.datacenter, "dc1");
    assert_eq!(row.tags, ["alpha", "beta", "zeta"]);
    let counts = row.instances;
    assert_eq!(
        (
            counts.passing,
            counts.warning,
            counts.critical,
            counts.none,
            counts.total()
        ),
        (1, 1, 2, 1, 5)
    );
}

async fn list_is_spelled_as_promised(agent: &'static TestAgent) {
    let service = agent.unique("spelled");
    let waggle = Waggle::over(agent).await;
    Instance {
        service: &service,
        id: &service,
        tags: &["one"],
        ..Instance::default()
    }
    .register(agent)
    .await;
    let reply = waggle.get("/api/services?dc=dc1").await.ok();
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
    let rows = reply.json();
    let row = rows["Items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["Name"] == service.as_str())
        .unwrap();
    assert_eq!(
        *row,
        serde_json::json!({
            "Name": service, "Datacenter": "dc1", "Kind": "", "Health": "passing",
            "Instances": {"Passing": 1, "Warning": 0, "Critical": 0, "Maintenance": 0, "None": 0},
            "Tags": ["one"], "Versions": [],
        })
    );
}

async fn list_is_by_name(agent: &'static TestAgent) {
    let base = agent.unique("ordered");
    let waggle = Waggle::over(agent).await;
    for end in ["b", "a", "c"] {
        let service = format!("{base}-{end}");
        Instance {
            service: &service,
            id: &service,
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    let rows: Rows<ServiceRow> = waggle.get("/api/services?limit=500&sort=name").await.read();
    let names: Vec<_> = rows.items.iter().map(|row| row.name.clone()).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted);
    assert_eq!(
        names.iter().filter(|name| name.starts_with(&base)).count(),
        3
    );
}

async fn detail_is_by_node_then_id(agent: &'static TestAgent) {
    let service = agent.unique("detailed");
    let waggle = Waggle::over(agent).await;
    for (node, id, status) in [
        ("n2", "b", "passing"),
        ("n1", "b", "warning"),
        ("n1", "a", "passing"),
    ] {
        Instance {
            node: &format!("{service}-{node}"),
            service: &service,
            id: &format!("{service}-{id}"),
            status,
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    let detail: ServiceDetail = waggle.get(&format!("/api/services/{service}")).await.read();
    assert_eq!(
        (detail.name.as_str(), detail.datacenter.as_str()),
        (service.as_str(), "dc1")
    );
    assert_eq!(detail.health, Health::Warning);
    let found: Vec<_> = detail
        .instances
        .iter()
        .map(|instance| (instance.node.node.clone(), instance.service.id.clone()))
        .collect();
    let expected = [("n1", "a"), ("n1", "b"), ("n2", "b")]
        .map(|(node, id)| (format!("{service}-{node}"), format!("{service}-{id}")));
    assert_eq!(found, expected);
    let warned = &detail.instances[1];
    assert_eq!(warned.health, Health::Warning);
    assert_eq!((warned.address(), warned.service.port), ("10.9.9.9", 8080));
    assert_eq!(warned.service.meta["team"], "core");
    assert_eq!(warned.checks[0].notes, "written by a test");
}

async fn gomicro_tags_are_decoded(agent: &'static TestAgent) {
    let service = agent.unique("micro");
    let waggle = Waggle::over(agent).await;
    let mut tags = MICRO_TAGS.to_vec();
    // not a tag of go-micro's, however much it looks like one
    tags.extend(["v-zz", "t-789c00", "plain"]);
    Instance {
        service: &service,
        id: &service,
        tags: &tags,
        ..Instance::default()
    }
    .register(agent)
    .await;
    let detail: ServiceDetail = waggle.get(&format!("/api/services/{service}")).await.read();
    let instance = &detail.instances[0];
    let micro = instance.micro.as_ref().unwrap();
    assert_eq!(micro.version.as_deref(), Some("1.0.0"));
    assert_eq!(micro.metadata["protocol"], "mucp");
    assert_eq!(micro.metadata["broker"], "http");
    assert_eq!(micro.tags.len(), 3);
    let mut plain: Vec<_> = instance.plain_tags().collect();
    plain.sort_unstable();
    assert_eq!(plain, ["plain", "t-789c00", "v-zz"]);
    let row = row(&waggle, &service).await.unwrap();
    assert_eq!(row.tags, ["plain", "t-789c00", "v-zz"]);
    assert_eq!(row.versions, ["1.0.0"]);
}

async fn instances_without_checks_have_none(agent: &'static TestAgent) {
    let service = agent.unique("unchecked");
    let waggle = Waggle::over(agent).await;
    Instance {
        node: &agent.unique("unchecked-node"),
        service: &service,
        id: &service,
        status: "",
        ..Instance::default()
    }
    .register(agent)
    .await;
    assert_eq!(row(&waggle, &service).await.unwrap().health, Health::None);
}

async fn odd_names_are_found(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    for odd in [
        "a b",
        "ü/é",
        "100%",
        "q?x=1&y#z",
        "<b>\"'`",
        "中文服务",
        "a+b;c",
    ] {
        let service = format!("{} {odd}", agent.unique("odd"));
        Instance {
            service: &service,
            id: &service,
            ..Instance::default()
        }
        .register(agent)
        .await;
        let path = format!("/api/services/{}", part(&service));
        let detail: ServiceDetail = waggle.get(&path).await.read();
        assert_eq!(detail.name, service);
        assert_eq!(detail.instances.len(), 1, "{service}");
    }
}

async fn missing_service_is_not_found(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let problem = waggle.get("/api/services/never-was").await.problem(404);
    assert_eq!(problem.kind, ProblemKind::NotFound);
}

async fn ttl_service_of_the_agent_itself(agent: &'static TestAgent) {
    let service = agent.unique("ttl");
    let waggle = Waggle::over(agent).await;
    seed::ttl_service(agent, &service, &service, "60s").await;
    let row = waggle
        .until("/api/services?limit=500", |reply| {
            let rows: Rows<ServiceRow> = reply.read();
            rows.items.into_iter().find(|row| row.name == service)
        })
        .await;
    assert_eq!((row.health, row.instances.passing), (Health::Passing, 1));
    seed::ttl_service(agent, &service, &service, "1s").await;
    waggle
        .until(&format!("/api/services/{service}"), |reply| {
            let detail: ServiceDetail = reply.read();
            (detail.health == Health::Critical).then_some(())
        })
        .await;
    agent
        .http()
        .put(&format!("/v1/agent/service/deregister/{service}"), "")
        .await
        .ok();
    waggle
        .until(&format!("/api/services/{service}"), |reply| {
            (reply.status == 404).then_some(())
        })
        .await;
}
