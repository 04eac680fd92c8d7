//! `api/datacenters`, `?dc=`, and what happens when agents come and go.

use wire::{datacenters::Datacenters, problem::ProblemKind};

use crate::{
    agents::{TestAgent, on_each_agent},
    fake::{Answer, Fake, answer, consul},
    waggle::{self, Waggle},
};

on_each_agent!(
    the_local_one_comes_first,
    an_unknown_one_is_said_to_be_unknown
);

async fn the_local_one_comes_first(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let found: Datacenters = waggle.get("/api/datacenters").await.read();
    assert_eq!(
        (found.items[0].name.as_str(), found.items[0].local),
        ("dc1", true)
    );
    assert!(found.items[1..].iter().all(|datacenter| !datacenter.local));
    assert_eq!(found.agent.node, agent.node);
    assert_eq!(found.agent.datacenter, "dc1");
    assert_eq!(found.agent.address, format!("http://{}", agent.address));
    assert!(found.agent.server);
}

async fn an_unknown_one_is_said_to_be_unknown(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    for path in [
        "/api/services?dc=nowhere",
        "/api/services/web?dc=nowhere",
        "/api/services/web/instances/n/i?dc=nowhere",
        "/api/nodes?dc=nowhere",
        "/api/nodes/n?dc=nowhere",
        "/api/kv?dc=nowhere",
        "/api/kv/value?dc=nowhere&key=a",
        "/api/kv/details?dc=nowhere&prefix=a/",
    ] {
        let problem = waggle.get(path).await.problem(404);
        assert_eq!(problem.kind, ProblemKind::UnknownDatacenter, "{path}");
        assert_eq!(problem.datacenter.as_deref(), Some("nowhere"), "{path}");
    }
}

#[tokio::test]
async fn no_agent_is_a_problem_that_names_it_and_passes_by_itself() {
    let address = waggle::free_port();
    let waggle = Waggle::over_addresses(&[address]).await;
    let problem = waggle.get("/api/services").await.problem(502);
    assert_eq!(problem.kind, ProblemKind::AgentUnreachable);
    assert_eq!(problem.agent, Some(format!("http://{address}")));
    assert_eq!(
        waggle.get("/healthz").await.status,
        200,
        "waggle itself is well"
    );

    let _fake = Fake::start_at(address, |target| Answer::Json(consul(target))).await;
    waggle
        .until("/api/services", |reply| (reply.status == 200).then_some(()))
        .await;
}

#[tokio::test]
async fn reads_move_on_to_the_next_agent() {
    let second = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[waggle::free_port(), second.address]).await;
    let found: Datacenters = waggle.get("/api/datacenters").await.read();
    assert_eq!(found.agent.address, format!("http://{}", second.address));
    waggle.get("/api/services").await.ok();
}

#[tokio::test]
async fn reads_move_on_when_the_agent_says_it_cannot() {
    for (status, body) in [
        (
            "429 Too Many Requests",
            "Your IP is issuing too many requests",
        ),
        ("500 Internal Server Error", "No cluster leader"),
        ("502 Bad Gateway", "nginx"),
        ("503 Service Unavailable", "busy"),
    ] {
        let first = Fake::start(move |_| Answer::Raw(answer(status, "", body))).await;
        let second = Fake::healthy().await;
        let waggle = Waggle::over_addresses(&[first.address, second.address]).await;
        waggle.get("/api/nodes").await.ok();
        assert!(first.count() > 0 && second.count() > 0, "{status}");
    }
}

#[tokio::test]
async fn answers_about_the_question_are_not_asked_again() {
    // 403 and 404 are answers: the next agent would say the same
    for (status, body) in [
        ("403 Forbidden", "Permission denied"),
        ("404 Not Found", ""),
    ] {
        let first = Fake::start(move |_| Answer::Raw(answer(status, "", body))).await;
        let second = Fake::healthy().await;
        let waggle = Waggle::over_addresses(&[first.address, second.address]).await;
        let reply = waggle.get("/api/kv/value?key=one").await;
        assert!(reply.status.is_client_error(), "{status}: {}", reply.status);
        assert_eq!(second.count(), 0, "{status}");
    }
}

#[tokio::test]
async fn a_write_is_sent_once() {
    for refusal in [
        Vec::new(),
        answer("500 Internal Server Error", "", "No cluster leader"),
        answer("429 Too Many Requests", "", ""),
        answer("502 Bad Gateway", "", ""),
    ] {
        let shown = String::from_utf8_lossy(&refusal).into_owned();
        // well as long as it is only asked
        let first = Fake::start(move |target| match target.contains("cas=") {
            true if refusal.is_empty() => Answer::Reset,
            true => Answer::Raw(refusal.clone()),
            false => Answer::Json(consul(target)),
        })
        .await;
        let second = Fake::healthy().await;
        let waggle = Waggle::over_addresses(&[first.address, second.address]).await;
        let reply = waggle
            .put("/api/kv/value", &crate::kv::save("one", b"x", 0))
            .await;
        assert!(!reply.status.is_success(), "{shown}");
        let writes = |fake: &Fake| {
            let heads = fake.heads();
            heads.iter().filter(|head| !head.starts_with("GET")).count()
        };
        assert_eq!((writes(&first), writes(&second)), (1, 0), "{shown}");
    }
}

#[tokio::test]
async fn a_write_goes_to_an_agent_that_lives() {
    let second = Fake::start(|target| match target.contains("cas=") {
        true => Answer::Json(serde_json::json!(true)),
        false => Answer::Json(consul(target)),
    })
    .await;
    let waggle = Waggle::over_addresses(&[waggle::free_port(), second.address]).await;
    waggle
        .put("/api/kv/value", &crate::kv::save("one", b"x", 0))
        .await
        .ok();
}

#[tokio::test]
async fn the_first_agent_is_used_again_when_it_is_back() {
    let address = waggle::free_port();
    let second = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[address, second.address]).await;
    waggle.get("/api/services").await.ok();
    let first = Fake::start_at(address, |target| Answer::Json(consul(target))).await;
    waggle
        .until("/api/services", |_| (first.count() > 0).then_some(()))
        .await;
}
