//! `api/sessions`: who holds what, and how that ends.

use serde_json::{Value, json};
use wire::{
    history::{Kind, PlaceState, Recording, Records},
    problem::ProblemKind,
    rows::Rows,
    sessions::{Behavior, Locks, SessionDetail, SessionRow},
};

use crate::{
    agents::{TestAgent, on_each_agent},
    seed,
    waggle::Waggle,
};

on_each_agent!(
    a_session_is_listed_with_what_it_holds,
    an_invalidated_session_gives_its_keys_back,
    a_session_that_deletes_takes_its_keys_along,
    what_ends_with_a_session_is_ours,
    what_is_no_session_is_not_found,
);

pub(crate) async fn session(agent: &TestAgent, name: &str, more: Value) -> String {
    let mut body = json!({"Name": name, "LockDelay": "0s"});
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    let reply = agent
        .http()
        .put("/v1/session/create", body.to_string())
        .await;
    reply.ok().json()["ID"].as_str().unwrap().to_owned()
}

pub(crate) async fn lock(agent: &TestAgent, key: &str, id: &str) {
    let path = format!("/v1/kv/{key}?acquire={id}");
    let reply = agent.http().put(&path, "held").await.ok();
    assert_eq!(reply.text().trim(), "true");
}

async fn a_session_is_listed_with_what_it_holds(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let name = agent.unique("lister");
    let id = session(agent, &name, json!({"TTL": "60s", "LockDelay": "5s"})).await;
    let key = agent.unique("held");
    lock(agent, &key, &id).await;
    let rows: Rows<SessionRow> = waggle.get(&format!("/api/sessions?q={name}")).await.read();
    assert_eq!(rows.total, 1);
    let row = &rows.items[0];
    assert_eq!((&row.id, &row.name, &row.node), (&id, &name, &agent.node));
    assert_eq!((row.ttl.as_str(), row.behavior), ("60s", Behavior::Release));
    assert_eq!(row.lock_delay_milliseconds, 5_000);
    assert_eq!(row.checks, ["serfHealth"]);
    let locks: Locks = waggle.get("/api/sessions/locks").await.read();
    assert!(locks.looked_at <= locks.of && locks.of > 0);
    let held: Vec<&str> = locks
        .items
        .iter()
        .filter(|lock| lock.session == id)
        .map(|lock| lock.key.as_str())
        .collect();
    assert_eq!(held, [key.as_str()]);
    let detail: SessionDetail = waggle.get(&format!("/api/sessions/{id}")).await.read();
    assert_eq!((&detail.session, detail.keys), (row, vec![key]));
}

async fn an_invalidated_session_gives_its_keys_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let name = agent.unique("ender");
    let id = session(agent, &name, json!({})).await;
    let key = agent.unique("released");
    lock(agent, &key, &id).await;
    let path = format!("/api/sessions/{id}");
    waggle
        .request("DELETE", &path)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap_err();
    assert!(seed::kv_get(agent, &key).await.unwrap()["Session"].is_string());
    assert_eq!(waggle.delete(&path).await.status, 204);
    assert!(seed::kv_get(agent, &key).await.unwrap()["Session"].is_null());
    let rows: Rows<SessionRow> = waggle.get(&format!("/api/sessions?q={name}")).await.read();
    assert_eq!(rows.total, 0);
    waggle.delete(&path).await.problem(404);
}

async fn a_session_that_deletes_takes_its_keys_along(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let id = session(agent, &agent.unique("taker"), json!({"Behavior": "delete"})).await;
    let key = agent.unique("taken");
    lock(agent, &key, &id).await;
    let detail: SessionDetail = waggle.get(&format!("/api/sessions/{id}")).await.read();
    assert_eq!(detail.session.behavior, Behavior::Delete);
    assert_eq!(
        waggle.delete(&format!("/api/sessions/{id}")).await.status,
        204
    );
    assert!(seed::kv_get(agent, &key).await.is_none());
}

async fn what_ends_with_a_session_is_ours(agent: &'static TestAgent) {
    for (behavior, kind) in [("release", Kind::Updated), ("delete", Kind::Deleted)] {
        let root = agent.unique("session-end");
        let waggle = Waggle::with(&[agent.address], |config| {
            config.history.on = true;
            config.history.prefixes = vec![format!("{root}/")];
        })
        .await;
        let watched = |state: Recording| {
            let place = state.places.into_iter().next()?;
            (place.state == PlaceState::Watching).then_some(())
        };
        waggle
            .until("/api/history/state", |reply| watched(reply.read()))
            .await;
        let id = session(agent, &root, json!({"Behavior": behavior})).await;
        let keys = ["a", "b"].map(|name| format!("{root}/{name}"));
        for key in &keys {
            lock(agent, key, &id).await;
        }
        let seen = format!("/api/history?prefix={root}%2F");
        let records = |count| {
            let seen = seen.clone();
            let waggle = &waggle;
            async move {
                waggle
                    .until(&seen, |reply| {
                        let records: Records = reply.read();
                        (records.total >= count).then_some(records)
                    })
                    .await
            }
        };
        // they were taken by others
        let taken = records(2).await;
        assert!(taken.items.iter().all(|one| !one.who.through_waggle));
        let path = format!("/api/sessions/{id}");
        assert_eq!(waggle.delete(&path).await.status, 204);
        records(4).await;
        let ours = waggle
            .until(&seen, |reply| {
                let records: Records = reply.read();
                let ours = records.items[..2].iter().all(|one| one.who.through_waggle);
                ours.then_some(records)
            })
            .await;
        assert!(ours.items[..2].iter().all(|one| one.kind == kind));
        assert!(ours.items[2..].iter().all(|one| !one.who.through_waggle));
    }
}

async fn what_is_no_session_is_not_found(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    let problem = waggle
        .get(&format!("/api/sessions/{nobody}"))
        .await
        .problem(404);
    assert_eq!(problem.kind, ProblemKind::NotFound);
    for bad in ["x", "a%2fb"] {
        let status = waggle.get(&format!("/api/sessions/{bad}")).await.status;
        assert_eq!(status, 400, "{bad}");
    }
}

#[tokio::test]
async fn read_only_ends_no_session() {
    let agent = TestAgent::shared(crate::agents::Kind::Demo).await.unwrap();
    let waggle = Waggle::with(&[agent.address], |config| config.read_only = true).await;
    let id = session(agent, &agent.unique("kept"), json!({})).await;
    let problem = waggle
        .delete(&format!("/api/sessions/{id}"))
        .await
        .problem(403);
    assert_eq!(problem.kind, ProblemKind::ReadOnly);
    let body = json!({});
    for path in ["/api/compare/promote", "/api/search/replace"] {
        let problem = waggle.post(path, &body).await.problem(403);
        assert_eq!(problem.kind, ProblemKind::ReadOnly, "{path}");
    }
    waggle.get(&format!("/api/sessions/{id}")).await.ok();
}
