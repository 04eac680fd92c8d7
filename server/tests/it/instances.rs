//! `api/services/{name}/instances/{node}/{id}`: one instance.

use wire::{health::Health, instances::Instance as Found, problem::ProblemKind};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::part,
    seed::{Instance, MICRO_TAGS},
    waggle::Waggle,
};

on_each_agent!(
    one_instance_with_its_checks,
    text_from_anywhere_comes_back_unchanged,
    maintenance_wins,
    missing_instance_is_not_found,
);

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
