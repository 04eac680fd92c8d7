//! `api/instances`: all of them, those of a service or a node; and one of a service.

use wire::{
    health::Health,
    instances::{Instance as Found, InstanceRow},
    problem::ProblemKind,
    rows::Rows,
};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::{part, send},
    seed::{Instance, MICRO_TAGS},
    waggle::Waggle,
};

on_each_agent!(
    instances_are_found_by_address_and_id,
    instances_of_a_service_or_a_node,
    one_instance_with_its_checks,
    text_from_anywhere_comes_back_unchanged,
    maintenance_wins,
    missing_instance_is_not_found,
);

/// Three instances of a service on two nodes: the last one is critical.
async fn three(agent: &TestAgent, service: &str) {
    for (node, id, status) in [
        ("x", "1", "passing"),
        ("x", "2", ""),
        ("y", "3", "critical"),
    ] {
        Instance {
            node: &format!("{service}-{node}"),
            service,
            id: &format!("{service}-{id}"),
            tags: &["blue"],
            status,
            output: "it broke",
        }
        .register(agent)
        .await;
    }
}

fn ids(rows: &Rows<InstanceRow>) -> Vec<&str> {
    let ids = rows.items.iter().map(|row| row.id.as_str());
    ids.map(|id| id.rsplit('-').next().unwrap()).collect()
}

async fn instances_are_found_by_address_and_id(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("sought");
    three(agent, &service).await;
    let ask = async |q: &str| -> Rows<InstanceRow> {
        let path = format!("/api/instances?dc=dc1&q={}", part(q));
        waggle.get(&path).await.read()
    };
    let rows = ask(&service).await;
    assert_eq!(ids(&rows), ["3", "1", "2"], "trouble first");
    assert_eq!(
        (rows.total, rows.health.critical, rows.health.none),
        (3, 1, 1)
    );
    assert!(rows.all >= 3);
    let row = &rows.items[0];
    assert_eq!(row.address, "10.9.9.9:8080");
    assert_eq!(
        (row.service.as_str(), row.datacenter.as_str()),
        (&*service, "dc1")
    );
    assert_eq!(row.meta["team"], "core");
    // what fails is told where one looks at a service or a node
    assert!(row.failing.is_empty());
    for (q, expected) in [
        ("10.9.9.9:8080", 3),
        ("-tag:blue", 0),
        ("status:passing meta.team:core", 1),
        (&*format!("node:{service}-y"), 1),
        (&*format!("id:{service}-2 address:10.9"), 1),
    ] {
        let rows = ask(&format!("service:{service} {q}")).await;
        assert_eq!(rows.total, expected, "{q}");
    }
    let rows: Rows<InstanceRow> = waggle
        .get(&format!(
            "/api/instances?dc=@all&q={service}&sort=-id&limit=1&offset=1"
        ))
        .await
        .read();
    assert_eq!((ids(&rows), rows.total), (vec!["2"], 3));
    for wrong in ["q=colour:red", "sort=colour", "limit=501", "colour=red"] {
        let path = format!("/api/instances?dc=dc1&{wrong}");
        waggle.get(&path).await.problem(400);
    }
}

async fn instances_of_a_service_or_a_node(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("owned");
    three(agent, &service).await;
    let path = format!("/api/instances?dc=dc1&service={service}");
    let reply = waggle.get(&path).await.ok();
    let rows: Rows<InstanceRow> = reply.read();
    assert_eq!((ids(&rows), rows.all), (vec!["3", "1", "2"], 3));
    assert_eq!(rows.items[0].failing[0].output, "it broke");
    // the same version as the service's own, which the stream tells
    let detail = waggle
        .get(&format!("/api/services/{service}?dc=dc1"))
        .await
        .ok();
    assert_eq!(reply.header("etag"), detail.header("etag"));
    let again = waggle.request("GET", &path);
    let again = send(again.header("If-None-Match", reply.header("etag"))).await;
    assert_eq!(again.status, 304);
    for (query, expected) in [
        (format!("dc=dc1&node={service}-x"), 2),
        (format!("dc=dc1&service={service}&node={service}-y"), 1),
        (format!("dc=@all&service={service}&status=critical"), 1),
        (format!("dc=dc1&service={service}&q=id:3&limit=0"), 1),
    ] {
        let path = format!("/api/instances?{query}");
        let rows: Rows<InstanceRow> = waggle.get(&path).await.read();
        assert_eq!(rows.total, expected, "{query}");
    }
    for missing in ["service=never-was", "node=never-was"] {
        let path = format!("/api/instances?dc=dc1&{missing}");
        let problem = waggle.get(&path).await.problem(404);
        assert_eq!(problem.kind, ProblemKind::NotFound);
    }
}

async fn one_instance_with_its_checks(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("single");
    let node = agent.unique("single-node");
    for id in ["one", "two"] {
        Instance {
            node: &node,
            service: &service,
            id,
            tags: &MICRO_TAGS,
            status: "warning",
            output: "a line\nand another",
        }
        .register(agent)
        .await;
    }
    let path = format!("/api/services/{service}/instances/{node}/two");
    let found: Found = waggle.get(&path).await.read();
    assert_eq!(found.service.id, "two");
    assert_eq!(found.node.node, node);
    assert_eq!(found.node.meta["zone"], "a");
    assert_eq!(found.health, Health::Warning);
    assert_eq!(found.version(), Some("1.0.0"));
    let outputs: Vec<_> = found
        .checks
        .iter()
        .map(|check| check.output.as_str())
        .collect();
    assert_eq!(outputs, ["a line\nand another"]);
    assert_eq!(found.checks[0].check_id, "service:two");
}

async fn text_from_anywhere_comes_back_unchanged(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("text");
    let node = agent.unique("text-node");
    for (number, text) in crate::odd::TEXTS.iter().enumerate() {
        let id = format!("id {number}");
        Instance {
            node: &node,
            service: &service,
            id: &id,
            tags: &[text],
            output: text,
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    for (number, text) in crate::odd::TEXTS.iter().enumerate() {
        let id = format!("id {number}");
        let path = format!("/api/services/{service}/instances/{node}/{}", part(&id));
        let reply = waggle.get(&path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let found: Found = reply.read();
        assert_eq!(found.service.id, id);
        assert_eq!(found.service.tags, [*text]);
        let check = found
            .checks
            .iter()
            .find(|check| check.service_id == id)
            .unwrap();
        assert_eq!(check.output, *text);
    }
}

async fn maintenance_wins(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("mended");
    crate::seed::ttl_service(agent, &service, &service, "60s").await;
    agent
        .http()
        .put(
            &format!("/v1/agent/service/maintenance/{service}?enable=true&reason=swap"),
            "",
        )
        .await
        .ok();
    let path = format!("/api/services/{service}/instances/{}/{service}", agent.node);
    let found = waggle
        .until(&path, |reply| {
            let found = (reply.status == 200).then(|| reply.read::<Found>())?;
            (found.health == Health::Maintenance).then_some(found)
        })
        .await;
    assert!(found.checks.iter().any(|check| check.notes == "swap"));
}

async fn missing_instance_is_not_found(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("lonely");
    Instance {
        service: &service,
        id: "here",
        ..Instance::default()
    }
    .register(agent)
    .await;
    for path in [
        format!("/api/services/{service}/instances/external/gone"),
        format!("/api/services/{service}/instances/elsewhere/here"),
        "/api/services/never-was/instances/external/here".to_owned(),
    ] {
        let problem = waggle.get(&path).await.problem(404);
        assert_eq!(problem.kind, ProblemKind::NotFound, "{path}");
    }
}
