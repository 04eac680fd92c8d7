//! Changes that are refused, lost, cancelled or killed in the middle.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use server::config::ClusterConfig;
use wire::{
    changes::{Action, Change, ChangeState, Interrupted, Outcome, Reason},
    problem::ProblemKind,
};

use super::{apply, below, plan, steps, write_many};
use crate::{
    agents::{Kind, TestAgent, on_each_agent},
    between::{Between, Fate},
    waggle::{Waggle, settings},
};

on_each_agent!(
    a_middle_chunk_that_is_refused_is_told_exactly,
    a_request_that_was_lost_is_not_known_and_not_repeated,
    a_change_is_cancelled_between_chunks,
);

/// The states of 300 keys that are copied while something is between: done, and the others.
async fn copy_through(
    agent: &TestAgent,
    fate: impl Fn(usize) -> Fate + Send + Sync + 'static,
) -> (Change, usize) {
    let between = Between::start(agent.address, fate).await;
    let waggle = Waggle::over_addresses(&[between.address]).await;
    let root = agent.unique("middle");
    write_many(agent, &format!("{root}/from/"), 300).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/copy", body).await;
    let done = apply(&waggle, &change).await;
    let there = below(agent, &format!("{root}/to/")).await;
    // the report says of each key what is so
    let steps = steps(&waggle, &done, "").await;
    for step in steps.items {
        let is_done = step.outcome == Some(Outcome::Done);
        assert_eq!(is_done, there.contains_key(&step.key), "{}", step.key);
    }
    (done, there.len())
}

async fn a_middle_chunk_that_is_refused_is_told_exactly(agent: &'static TestAgent) {
    let refuse = |number| {
        if number == 2 {
            Fate::Refuse
        } else {
            Fate::Pass
        }
    };
    let (change, there) = copy_through(agent, refuse).await;
    assert_eq!((change.state, there), (ChangeState::Failed, 128));
    let outcomes = change.outcomes;
    assert_eq!((outcomes.done, outcomes.failed), (128, 64));
    assert_eq!(outcomes.not_sent, 300 - 192);
    assert_eq!(change.problem.unwrap().kind, ProblemKind::Forbidden);
}

async fn a_request_that_was_lost_is_not_known_and_not_repeated(agent: &'static TestAgent) {
    let lose = |number| {
        if number == 2 {
            Fate::LoseRequest
        } else {
            Fate::Pass
        }
    };
    let (change, there) = copy_through(agent, lose).await;
    assert_eq!((change.state, there), (ChangeState::Failed, 128));
    assert_eq!(
        (change.outcomes.unknown, change.outcomes.not_sent),
        (64, 108)
    );
}

/// Two clusters, so that no transaction holds both ends of a move.
async fn over_two(west: &TestAgent, east: &TestAgent, data_folder: Option<&Path>) -> Waggle {
    let agent = settings(east.address);
    Waggle::with(&[west.address], |config| {
        config.history.folder = data_folder.map(Path::to_owned);
        config.cluster = "west".to_owned();
        config.other_clusters = vec![ClusterConfig {
            name: "east".to_owned(),
            agents: vec![agent],
        }];
    })
    .await
}

/// A waggle over two agents that moves 5,000 keys as `body` says; its task and all it began ends
/// with its runtime, between any two of its steps.
async fn killed_while_moving(agents: [std::net::SocketAddr; 2], body: Value, data: &Path) {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let data_folder = data.to_owned();
    let [west, east] = agents;
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async move {
            let waggle = Waggle::with(&[west], |config| {
                config.history.folder = Some(data_folder);
                config.cluster = "west".to_owned();
                config.other_clusters = vec![ClusterConfig {
                    name: "east".to_owned(),
                    agents: vec![settings(east)],
                }];
            })
            .await;
            let change = plan(&waggle, "/api/kv/move", body).await;
            assert_eq!(change.counts.create, 5000);
            let path = format!("/api/changes/{}/apply", change.id);
            waggle.post(&path, &json!({})).await.ok();
            loop {
                let change: Change = waggle
                    .get(&format!("/api/changes/{}", change.id))
                    .await
                    .read();
                if change.outcomes.done > 1000 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        runtime.shutdown_background();
        sender.send(()).unwrap();
    });
    receiver.await.unwrap();
}

#[tokio::test]
async fn a_move_between_datacenters_is_exact_after_a_kill() {
    let Some(west) = TestAgent::shared(Kind::Old).await else {
        return;
    };
    let Some(east) = TestAgent::shared(Kind::New).await else {
        return;
    };
    let root = west.unique("killed");
    let (from, to) = (format!("{root}/from/"), format!("{root}/to/"));
    write_many(west, &from, 5000).await;
    let before = below(west, &from).await;
    let body = json!({"Datacenter": "dc1", "Keys": [&from], "ToDatacenter": "dc1@east",
        "Names": [&to]});
    let data = tempfile::tempdir().unwrap();
    killed_while_moving([west.address, east.address], body.clone(), data.path()).await;
    // what was on its way lands, or does not
    let (left, there) = loop {
        let before = (below(west, &from).await, below(east, &to).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = (below(west, &from).await, below(east, &to).await);
        if now == before {
            break now;
        }
    };
    assert!(
        !left.is_empty() && !there.is_empty(),
        "{} {}",
        left.len(),
        there.len()
    );
    let mut both = 0;
    for (key, value) in &before {
        let name = key.replace(&from, &to);
        let ends = (left.get(key), there.get(&name));
        assert!(ends.0.is_some() || ends.1.is_some(), "{key} is lost");
        assert!(ends.0.is_none_or(|left| left == value));
        assert!(ends.1.is_none_or(|there| there == value));
        both += usize::from(ends.0.is_some() && ends.1.is_some());
    }
    // the same move again shows exactly what remains
    let waggle = over_two(west, east, Some(data.path())).await;
    let again = plan(&waggle, "/api/kv/move", body).await;
    assert_eq!((again.total, again.counts.equal), (left.len(), both));
    // and so does what was noted, which ends it
    let interrupted: Vec<Interrupted> = waggle.get("/api/changes/interrupted").await.read();
    assert_eq!((interrupted.len(), interrupted[0].total), (1, 5000));
    let known = interrupted[0].done;
    assert!(known > 1000 && known <= 5000 - left.len(), "{known}");
    // what may be written beside them is told, and no more is
    let most = known + interrupted[0].unsure;
    assert!(interrupted[0].unsure <= 64 && there.len() <= most, "{most}");
    let path = format!("/api/changes/interrupted/{}", interrupted[0].id);
    let rest = plan(&waggle, &format!("{path}/rest"), json!({})).await;
    assert_eq!((rest.total, rest.counts.equal), (left.len(), both));
    let done = apply(&waggle, &rest).await;
    assert_eq!(done.outcomes.done, left.len());
    waggle
        .post(&format!("{path}/forget"), &json!({}))
        .await
        .problem(404);
    assert_eq!(
        std::fs::read_dir(data.path().join("changes"))
            .unwrap()
            .count(),
        0
    );
    assert!(below(west, &from).await.is_empty());
    let there = below(east, &to).await;
    assert_eq!(
        there.values().collect::<Vec<_>>(),
        before.values().collect::<Vec<_>>()
    );
}

async fn a_change_is_cancelled_between_chunks(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("cancel");
    write_many(agent, &format!("{root}/"), 3000).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/")]});
    let change = plan(&waggle, "/api/kv/delete", body.clone()).await;
    let path = format!("/api/changes/{}", change.id);
    waggle.post(&format!("{path}/apply"), &json!({})).await.ok();
    waggle
        .post(&format!("{path}/cancel"), &json!({}))
        .await
        .ok();
    let over = waggle
        .until(&path, |reply| {
            let change: Change = reply.read();
            change.state.is_over().then_some(change)
        })
        .await;
    assert_eq!(over.state, ChangeState::Cancelled);
    let left = below(agent, &format!("{root}/")).await.len();
    assert_eq!(over.outcomes.done, 3000 - left);
    assert_eq!(over.outcomes.not_sent, left);
    // a plan that is cancelled is forgotten
    let change = plan(&waggle, "/api/kv/delete", body).await;
    let path = format!("/api/changes/{}", change.id);
    waggle
        .post(&format!("{path}/cancel"), &json!({}))
        .await
        .ok();
    waggle.get(&path).await.problem(404);
}

#[tokio::test]
async fn a_read_only_waggle_plans_nothing() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let waggle = Waggle::with(&[agent.address], |config| config.read_only = true).await;
    for path in [
        "/api/kv/delete",
        "/api/kv/copy",
        "/api/kv/move",
        "/api/changes/x/apply",
        "/api/changes/x/cancel",
        "/api/changes/x/undo",
    ] {
        let problem = waggle.post(path, &json!({})).await.problem(403);
        assert_eq!(problem.kind, ProblemKind::ReadOnly, "{path}");
    }
}

#[tokio::test]
async fn a_plan_has_bounds() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let waggle = Waggle::over(agent).await;
    let keys: Vec<String> = (0..20_001).map(|number| format!("k{number}")).collect();
    let body = json!({"Datacenter": "dc1", "Keys": keys});
    let problem = waggle.post("/api/kv/delete", &body).await.problem(413);
    assert!(problem.detail.contains("20001"), "{}", problem.detail);
    let body = json!({"Datacenter": "dc1", "Keys": ["never-was"]});
    let change = plan(&waggle, "/api/kv/delete", body).await;
    let step = &steps(&waggle, &change, "").await.items[0];
    assert_eq!(
        (step.action, step.reason),
        (Action::Refused, Some(Reason::Missing))
    );
    waggle
        .get(&format!("/api/changes/{}/steps?only=nonsense", change.id))
        .await
        .problem(400);
}
