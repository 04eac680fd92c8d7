//! `api/instances`: all of them, those of a service or a node; and one of a service.

use wire::{
    health::Health,
    instances::{Instance as Found, InstanceRow},
    nodes::NodeDetail,
    problem::ProblemKind,
    rows::Rows,
    services::ServiceDetail,
};

use crate::{
    agents::{TestAgent, on_each_agent},
    fake::Fake,
    http::{part, send},
    seed::{Instance, MICRO_TAGS},
    waggle::Waggle,
};

on_each_agent!(
    instances_are_found_by_address_and_id,
    instances_of_a_service_or_a_node,
    a_node_narrows_a_service_everywhere,
    windows_of_one_service,
    names_from_anywhere_have_windows,
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
    let few: ServiceDetail = waggle
        .get(&format!("/api/services/{service}?dc=dc1&limit=1"))
        .await
        .read();
    assert_eq!((few.instances.len(), few.instance_health.total()), (1, 3));
    let few: NodeDetail = waggle
        .get(&format!("/api/nodes/{service}-x?dc=dc1&limit=0"))
        .await
        .read();
    assert_eq!((few.instances.len(), few.instance_health.total()), (0, 2));
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
        (
            format!("dc=dc1&service={service}&q=id:{service}-3&limit=0"),
            1,
        ),
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

/// What was made of the same instances for one question is no answer to another.
async fn a_node_narrows_a_service_everywhere(agent: &'static TestAgent) {
    let service = agent.unique("narrowed");
    three(agent, &service).await;
    let wide = (format!("service={service}"), 3);
    let narrow = (format!("service={service}&node={service}-y"), 1);
    let node = (format!("node={service}-x"), 2);
    for questions in [[&wide, &narrow, &node], [&node, &narrow, &wide]] {
        let waggle = Waggle::over(agent).await;
        for (whose, expected) in questions {
            let path = format!("/api/instances?dc=@all&{whose}");
            let rows: Rows<InstanceRow> = waggle.settled(&path).await.read();
            assert_eq!(
                (rows.total, rows.items.len()),
                (*expected, *expected),
                "{whose}"
            );
        }
    }
}

/// What a page asks for of a service is as much of one with many instances as of one with few.
async fn windows_of_one_service(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let service = agent.unique("crowded");
    let node = agent.unique("crowded-node");
    for number in 0..130 {
        Instance {
            node: &node,
            service: &service,
            id: &format!("{service}-{number:03}"),
            tags: &["blue", &format!("own-{number:03}")],
            status: if number < 3 { "critical" } else { "passing" },
            output: "it broke",
        }
        .register(agent)
        .await;
    }
    let of_service = format!("service={service}");
    let of_node = format!("node={node}");
    for whose in [&of_service, &of_node] {
        let ask = async |rest: &str| -> Rows<InstanceRow> {
            let path = format!("/api/instances?dc=dc1&{whose}{rest}");
            waggle.get(&path).await.read()
        };
        let first = ask("").await;
        assert_eq!((first.items.len(), first.total, first.all), (100, 130, 130));
        assert_eq!(ids(&first)[..4], ["000", "001", "002", "003"]);
        let (failing, passing) = (&first.items[0], &first.items[3]);
        assert_eq!(failing.failing[0].output, "it broke");
        assert_eq!(
            (passing.failing.len(), &*passing.passing),
            (0, &["alive".to_owned()][..])
        );
        let last = ask("&offset=100").await;
        assert_eq!((last.items.len(), last.trouble_before), (30, 3));
        assert_eq!(ids(&last)[29], "129");
        let found = ask("&q=tag:own-077&sort=-id").await;
        assert_eq!((ids(&found), found.total), (vec!["077"], 1));
        let critical = ask("&status=critical&sort=-id&limit=2").await;
        assert_eq!((ids(&critical), critical.total), (vec!["002", "001"], 3));
        waggle
            .get(&format!("/api/instances?dc=dc1&{whose}&q=colour:red"))
            .await
            .problem(400);
    }
    let path = format!("/api/services/{service}?dc=dc1&limit=0");
    let detail: ServiceDetail = waggle.get(&path).await.read();
    assert!(detail.instances.is_empty());
    assert_eq!(detail.instance_health.total(), 130);
    let together = detail.together;
    assert_eq!((together.tags.items.len(), together.tags.total), (100, 131));
    let blue = &together.tags.items[0];
    assert_eq!((blue.value.as_str(), blue.instances), ("blue", 130));
    let team = &together.meta.items[0];
    assert_eq!((team.key.as_str(), team.values.total), ("team", 1));
}

async fn names_from_anywhere_have_windows(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    for odd in ["a&service=b", "ü 50%", "a+b#c", "<b>\"'"] {
        let service = format!("{}{odd}", agent.unique("odd"));
        let node = format!("{}{odd}", agent.unique("odd-node"));
        Instance {
            node: &node,
            service: &service,
            id: odd,
            ..Instance::default()
        }
        .register(agent)
        .await;
        for whose in [
            format!("service={}", part(&service)),
            format!("node={}", part(&node)),
        ] {
            let path = format!("/api/instances?dc=dc1&{whose}");
            let rows: Rows<InstanceRow> = waggle.get(&path).await.read();
            let row = &rows.items[0];
            assert_eq!(
                (&*row.id, &row.service, &row.node, rows.total),
                (odd, &service, &node, 1)
            );
        }
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

#[tokio::test]
async fn all_instances_are_read_only_for_who_looks_for_one() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let large = || {
        let heads = fake.heads();
        let lines = heads
            .iter()
            .filter(|head| head.contains("/v1/internal/ui/nodes"));
        lines.count()
    };
    for path in [
        "/ui/dc1/services?q=web",
        "/api/services?dc=dc1&q=web",
        "/api/services?dc=@all",
        "/api/services/web?dc=dc1",
        "/api/instances?dc=dc1&service=web",
        "/api/instances?dc=dc1&node=n1",
    ] {
        waggle.get(path).await;
        assert_eq!(large(), 0, "{path}");
    }
    for letters in ["1", "10", "10.0"] {
        let path = format!("/api/instances?dc=dc1&q={letters}");
        let rows: Rows<InstanceRow> = waggle.get(&path).await.read();
        assert_eq!((rows.items.len(), large()), (1, 1), "{letters}");
    }
}
