//! `api/changes`: what is planned is what happens, what is told is what happened.

use std::{collections::BTreeMap, path::Path, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use server::config::ClusterConfig;
use wire::{
    changes::{Action, Change, ChangeState, Interrupted, Outcome, Reason, StepDetail, Steps},
    problem::ProblemKind,
};

use crate::{
    agents::{Kind, TestAgent, on_each_agent},
    between::{Between, Fate},
    odd, seed,
    waggle::{Waggle, settings},
};

on_each_agent!(
    a_folder_goes_and_its_neighbour_stays,
    a_key_that_comes_after_the_preview_stays,
    all_that_a_filter_finds,
    a_copy_keeps_every_byte_and_flag,
    odd_keys_are_moved_and_put_back,
    a_move_never_overwrites_what_changed,
    locked_keys_stay_unless_asked_for,
    large_values_go_alone,
    an_undo_leaves_what_was_changed_since,
    a_lost_answer_is_found_out,
    four_editors_lose_nothing,
    export_wipe_import_is_the_same,
);

/// Plans by `path`.
async fn plan(waggle: &Waggle, path: &str, body: Value) -> Change {
    waggle.post(path, &body).await.read()
}

async fn apply_with(waggle: &Waggle, change: &Change, how: Value) -> Change {
    let path = format!("/api/changes/{}/apply", change.id);
    waggle.post(&path, &how).await.ok();
    waggle
        .until(&format!("/api/changes/{}", change.id), |reply| {
            let change: Change = reply.read();
            change.state.is_over().then_some(change)
        })
        .await
}

async fn apply(waggle: &Waggle, change: &Change) -> Change {
    apply_with(waggle, change, json!({})).await
}

async fn undo(waggle: &Waggle, change: &Change) -> Change {
    plan(
        waggle,
        &format!("/api/changes/{}/undo", change.id),
        json!({}),
    )
    .await
}

async fn steps(waggle: &Waggle, change: &Change, only: &str) -> Steps {
    let path = format!("/api/changes/{}/steps?limit=500&only={only}", change.id);
    waggle.get(&path).await.read()
}

/// What is below a prefix, read by a transaction, which takes every key: value and flags.
async fn below(agent: &TestAgent, prefix: &str) -> BTreeMap<String, (String, u64)> {
    let body = json!([{"KV": {"Verb": "get-tree", "Key": prefix}}]);
    let reply = agent.http().put("/v1/txn", body.to_string()).await.ok();
    let rows = reply.json()["Results"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    rows.iter()
        .map(|row| {
            let pair = &row["KV"];
            let text = |name: &str| pair[name].as_str().unwrap_or_default().to_owned();
            (
                text("Key"),
                (text("Value"), pair["Flags"].as_u64().unwrap()),
            )
        })
        .collect()
}

async fn write(agent: &TestAgent, key: &str, value: &[u8], flags: u64) {
    let body = json!([{"KV": {"Verb": "set", "Key": key, "Value": STANDARD.encode(value),
        "Flags": flags}}]);
    agent.http().put("/v1/txn", body.to_string()).await.ok();
}

async fn write_many(agent: &TestAgent, prefix: &str, count: usize) {
    let keys: Vec<usize> = (0..count).collect();
    for chunk in keys.chunks(64) {
        let operations: Vec<Value> = chunk
            .iter()
            .map(|number| {
                json!({"KV": {"Verb": "set", "Key": format!("{prefix}{number:05}"),
                    "Value": STANDARD.encode(format!("value {number}"))}})
            })
            .collect();
        let body = Value::from(operations).to_string();
        agent.http().put("/v1/txn", body).await.ok();
    }
}

async fn a_folder_goes_and_its_neighbour_stays(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("delete");
    for key in ["app/a", "app/b/c", "app/", "apple", "app"] {
        seed::kv(
            agent,
            &format!("{root}/{key}"),
            if key.ends_with('/') { "" } else { "v" },
        )
        .await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/app/")]});
    let change = plan(&waggle, "/api/kv/delete", body).await;
    assert_eq!(change.counts.delete, 3);
    assert_eq!(change.state, ChangeState::Planned);
    assert_eq!(
        seed::kv_keys(agent, &root).await.len(),
        5,
        "nothing is written"
    );
    let done = apply(&waggle, &change).await;
    assert_eq!((done.state, done.outcomes.done), (ChangeState::Done, 3));
    let left = seed::kv_keys(agent, &root).await;
    assert_eq!(left, [format!("{root}/app"), format!("{root}/apple")]);
    let back = undo(&waggle, &done).await;
    assert_eq!((back.counts.create, back.total), (3, 3));
    assert_eq!(apply(&waggle, &back).await.outcomes.done, 3);
    assert_eq!(seed::kv_keys(agent, &root).await.len(), 5);
    // what was undone cannot be undone again
    let again = format!("/api/changes/{}/undo", done.id);
    waggle.post(&again, &json!({})).await.problem(400);
    for keys in [json!([""]), json!([])] {
        let body = json!({"Datacenter": "dc1", "Keys": keys});
        waggle.post("/api/kv/delete", &body).await.problem(400);
    }
}

async fn a_key_that_comes_after_the_preview_stays(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("late");
    for key in ["app/a", "app/b", "application"] {
        seed::kv(agent, &format!("{root}/{key}"), "v").await;
    }
    let folder = format!("{root}/app/");
    for (path, late, more) in [
        ("/api/kv/delete", "late", json!({})),
        (
            "/api/kv/move",
            "later",
            json!({"ToFolder": format!("{root}/elsewhere/")}),
        ),
    ] {
        let late = format!("{folder}{late}");
        let mut body = json!({"Datacenter": "dc1", "Keys": [folder]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let change = plan(&waggle, path, body).await;
        assert_eq!((change.total, change.appeared), (2, 0));
        seed::kv(agent, &late, "v").await;
        let done = apply(&waggle, &change).await;
        assert_eq!((done.outcomes.done, done.appeared), (2, 1), "{path}");
        assert_eq!(seed::kv_keys(agent, &folder).await, [late]);
        seed::kv(agent, &format!("{folder}a"), "v").await;
    }
}

async fn all_that_a_filter_finds(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("matching");
    let prefix = format!("{root}/");
    write_many(agent, &prefix, 130).await;
    for key in ["00-folder/x", "00-folder/y", "other"] {
        seed::kv(agent, &format!("{prefix}{key}"), "v").await;
    }
    let matching = json!({"Folder": prefix, "Filter": "00", "Except": [format!("{prefix}00000")]});
    let body = json!({"Datacenter": "dc1", "Matching": matching});
    let file = waggle.post("/api/kv/export", &body).await.ok();
    // 00001 to 00129, and the two of the folder
    assert_eq!(file.json().as_array().unwrap().len(), 131);
    let change = plan(&waggle, "/api/kv/delete", body).await;
    assert_eq!(change.counts.delete, 131);
    assert_eq!(apply(&waggle, &change).await.outcomes.done, 131);
    let left = ["00000", "other"].map(|name| format!("{prefix}{name}"));
    assert_eq!(seed::kv_keys(agent, &prefix).await, left);
    for (matching, status) in [
        (json!({"Folder": ""}), 400),
        (json!({"Folder": "", "Filter": "  "}), 400),
        (json!({"Folder": root}), 400),
        (json!({"Folder": prefix, "Filter": "\""}), 400),
        (json!({"Folder": prefix, "Filter": "nothing-like-it"}), 404),
    ] {
        let body = json!({"Datacenter": "dc1", "Matching": matching});
        waggle.post("/api/kv/delete", &body).await.problem(status);
    }
    assert_eq!(seed::kv_keys(agent, &prefix).await, left);
}

async fn a_copy_keeps_every_byte_and_flag(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("copy");
    let value: Vec<u8> = (0..=255).collect();
    write(agent, &format!("{root}/from/bytes"), &value, u64::MAX).await;
    write(agent, &format!("{root}/from/sub/"), b"", 3).await;
    write(agent, &format!("{root}/from/sub/same"), b"same", 0).await;
    write(agent, &format!("{root}/to/from/sub/same"), b"same", 0).await;
    write(agent, &format!("{root}/to/from/bytes"), b"old", 9).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "ToFolder": format!("{root}/to/")});
    let change = plan(&waggle, "/api/kv/copy", body.clone()).await;
    let counts = change.counts;
    assert_eq!((counts.create, counts.overwrite, counts.equal), (1, 1, 1));
    let skipped = apply_with(&waggle, &change, json!({"OnConflict": "skip"})).await;
    assert_eq!((skipped.outcomes.done, skipped.outcomes.skipped), (1, 2));
    let change = plan(&waggle, "/api/kv/copy", body).await;
    let steps = steps(&waggle, &change, "overwrite").await;
    assert_eq!(steps.total, 1);
    let path = format!("/api/changes/{}/steps/{}", change.id, steps.items[0].number);
    let detail: StepDetail = waggle.get(&path).await.read();
    assert_eq!(detail.before, Some(STANDARD.encode("old")));
    assert_eq!(detail.after, Some(STANDARD.encode(&value)));
    assert_eq!((detail.before_flags, detail.after_flags), (9, u64::MAX));
    apply(&waggle, &change).await;
    let from = below(agent, &format!("{root}/from/")).await;
    let to = below(agent, &format!("{root}/to/from/")).await;
    assert_eq!(
        from.values().collect::<Vec<_>>(),
        to.values().collect::<Vec<_>>()
    );
    assert_eq!(to.len(), 3);
}

async fn odd_keys_are_moved_and_put_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("odd");
    for (number, key) in odd::keys().iter().enumerate() {
        write(
            agent,
            &format!("{root}/from/{key}"),
            key.as_bytes(),
            number as u64,
        )
        .await;
    }
    let prefix = format!("{root}/from/");
    let before = below(agent, &prefix).await;
    assert!(before.len() > 40);
    let body = json!({"Datacenter": "dc1", "Keys": [prefix], "Names": [format!("{root}//to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    assert_eq!(change.counts.create, before.len());
    let done = apply(&waggle, &change).await;
    assert_eq!(
        done.outcomes.done,
        before.len(),
        "{:?}",
        steps(&waggle, &done, "failed").await
    );
    assert!(below(agent, &prefix).await.is_empty());
    let there = below(agent, &format!("{root}//to/")).await;
    assert_eq!(
        before.values().collect::<Vec<_>>(),
        there.values().collect::<Vec<_>>()
    );
    let back = undo(&waggle, &done).await;
    apply(&waggle, &back).await;
    assert_eq!(below(agent, &prefix).await, before);
    assert!(below(agent, &format!("{root}//")).await.is_empty());
}

async fn a_move_never_overwrites_what_changed(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("race");
    for key in ["from/a", "from/b", "from/c", "to/c"] {
        seed::kv(agent, &format!("{root}/{key}"), key).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    // the source of one, the destinations of the others
    seed::kv(agent, &format!("{root}/from/a"), "newer").await;
    seed::kv(agent, &format!("{root}/to/b"), "theirs").await;
    seed::kv(agent, &format!("{root}/to/c"), "theirs").await;
    let done = apply(&waggle, &change).await;
    assert_eq!(done.outcomes.changed, 3);
    let texts = below(agent, &format!("{root}/")).await;
    let text = |key: &str| texts[&format!("{root}/{key}")].0.clone();
    assert_eq!(text("from/a"), STANDARD.encode("newer"));
    assert_eq!(text("to/b"), STANDARD.encode("theirs"));
    assert_eq!(text("from/c"), STANDARD.encode("from/c"));
    assert!(!texts.contains_key(&format!("{root}/to/a")));
    let inside = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "ToFolder": format!("{root}/from/")});
    let problem = waggle.post("/api/kv/move", &inside).await.problem(400);
    assert!(problem.detail.contains("into itself"), "{}", problem.detail);
}

async fn locked_keys_stay_unless_asked_for(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("locked");
    let session = agent
        .http()
        .put("/v1/session/create", json!({"Name": "holder"}).to_string())
        .await
        .json()["ID"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/kv/{root}/held?acquire={session}");
    agent.http().put(&path, "v").await.ok();
    seed::kv(agent, &format!("{root}/free"), "v").await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/")]});
    let change = plan(&waggle, "/api/kv/delete", body.clone()).await;
    assert_eq!((change.counts.locked, change.counts.delete), (1, 1));
    let step = &steps(&waggle, &change, "locked").await.items[0];
    assert_eq!(step.session.as_deref(), Some(session.as_str()));
    apply(&waggle, &change).await;
    assert_eq!(seed::kv_keys(agent, &root).await, [format!("{root}/held")]);
    let change = plan(&waggle, "/api/kv/delete", body).await;
    apply_with(&waggle, &change, json!({"WithLocked": true})).await;
    assert!(seed::kv_keys(agent, &root).await.is_empty());
}

async fn large_values_go_alone(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("large");
    for (key, size) in [("a", 1), ("b", 512 * 1024), ("c", 380 * 1024), ("d", 1)] {
        seed::kv(agent, &format!("{root}/from/{key}"), vec![b'x'; size]).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    let done = apply(&waggle, &change).await;
    assert_eq!(
        done.outcomes.done,
        4,
        "{:?}",
        steps(&waggle, &done, "").await
    );
    let there = below(agent, &format!("{root}/to/")).await;
    let sizes: Vec<usize> = there
        .values()
        .map(|(value, _)| STANDARD.decode(value).unwrap().len())
        .collect();
    assert_eq!(sizes, [1, 512 * 1024, 380 * 1024, 1]);
    assert!(below(agent, &format!("{root}/from/")).await.is_empty());
    let back = undo(&waggle, &done).await;
    assert_eq!(apply(&waggle, &back).await.outcomes.done, 4);
    // no way for a large value to a key that no path carries
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/b")],
        "Names": [format!("{root}//b")]});
    let change = plan(&waggle, "/api/kv/copy", body).await;
    let step = &steps(&waggle, &change, "refused").await.items[0];
    assert_eq!(step.reason, Some(Reason::NoWay));
}

async fn an_undo_leaves_what_was_changed_since(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("undo");
    for key in ["from/a", "from/b", "to/b"] {
        seed::kv(agent, &format!("{root}/{key}"), key).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    assert_eq!((change.counts.create, change.counts.overwrite), (1, 1));
    let done = apply(&waggle, &change).await;
    seed::kv(agent, &format!("{root}/to/a"), "since").await;
    let back = undo(&waggle, &done).await;
    assert_eq!((back.counts.create, back.counts.refused), (1, 1));
    let refused = &steps(&waggle, &back, "refused").await.items[0];
    assert_eq!(refused.reason, Some(Reason::ChangedSince));
    apply(&waggle, &back).await;
    let texts = below(agent, &format!("{root}/")).await;
    let text = |key: &str| {
        texts
            .get(&format!("{root}/{key}"))
            .map(|(text, _)| text.clone())
    };
    assert_eq!(text("to/a"), Some(STANDARD.encode("since")));
    assert_eq!(text("from/a"), None);
    assert_eq!(text("from/b"), Some(STANDARD.encode("from/b")));
    assert_eq!(text("to/b"), Some(STANDARD.encode("to/b")));
}

async fn a_lost_answer_is_found_out(agent: &'static TestAgent) {
    // 300 keys of a move are 10 chunks of 32: the third landed and its answer was lost
    let lose = |number| {
        if number == 2 {
            Fate::LoseAnswer
        } else {
            Fate::Pass
        }
    };
    let between = Between::start(agent.address, lose).await;
    let waggle = Waggle::over_addresses(&[between.address]).await;
    let root = agent.unique("lost");
    write_many(agent, &format!("{root}/from/"), 300).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    let done = apply(&waggle, &change).await;
    assert_eq!((done.state, done.outcomes.done), (ChangeState::Done, 300));
    assert_eq!(below(agent, &format!("{root}/to/")).await.len(), 300);
    assert!(below(agent, &format!("{root}/from/")).await.is_empty());
    let bodies = between.bodies();
    assert_eq!(bodies.len(), 10, "nothing is sent twice");
    // what it learned is enough to take it back
    let back = undo(&waggle, &done).await;
    assert_eq!(back.counts.create, 300);
}

async fn four_editors_lose_nothing(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("editors");
    for number in 0..50 {
        seed::kv(agent, &format!("{root}/{number:02}"), "0").await;
    }
    let editors = (0..4).map(|_| async {
        let mut saved = 0_u32;
        for number in 0..50 {
            let key = format!("{root}/{number:02}");
            // each adds one to what it read, as often as it loses
            loop {
                let pair: Value = waggle
                    .get(&format!("/api/kv/value?key={}", crate::http::part(&key)))
                    .await
                    .json();
                let now: u32 =
                    String::from_utf8(STANDARD.decode(pair["Value"].as_str().unwrap()).unwrap())
                        .unwrap()
                        .parse()
                        .unwrap();
                let body = json!({"Datacenter": "dc1", "Key": key, "Cas": pair["ModifyIndex"],
                    "Value": STANDARD.encode((now + 1).to_string())});
                if waggle.put("/api/kv/value", &body).await.status == 200 {
                    saved += 1;
                    break;
                }
            }
        }
        saved
    });
    let saved: u32 = futures::future::join_all(editors).await.iter().sum();
    assert_eq!(saved, 200);
    for (value, _) in below(agent, &format!("{root}/")).await.values() {
        assert_eq!(*value, STANDARD.encode("4"));
    }
}

/// The states of 300 keys that are copied while something is between: done, and the others.
async fn copy_through(fate: impl Fn(usize) -> Fate + Send + Sync + 'static) -> (Change, usize) {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
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

#[tokio::test]
async fn a_middle_chunk_that_is_refused_is_told_exactly() {
    let refuse = |number| {
        if number == 2 {
            Fate::Refuse
        } else {
            Fate::Pass
        }
    };
    let (change, there) = copy_through(refuse).await;
    assert_eq!((change.state, there), (ChangeState::Failed, 128));
    let outcomes = change.outcomes;
    assert_eq!((outcomes.done, outcomes.failed), (128, 64));
    assert_eq!(outcomes.not_sent, 300 - 192);
    assert_eq!(change.problem.unwrap().kind, ProblemKind::Forbidden);
}

#[tokio::test]
async fn a_request_that_was_lost_is_not_known_and_not_repeated() {
    let lose = |number| {
        if number == 2 {
            Fate::LoseRequest
        } else {
            Fate::Pass
        }
    };
    let (change, there) = copy_through(lose).await;
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
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn a_move_between_datacenters_is_exact_after_a_kill() {
    let west = TestAgent::shared(Kind::Demo).await.unwrap();
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
    let (left, there) = (below(west, &from).await, below(east, &to).await);
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

#[tokio::test]
async fn a_change_is_cancelled_between_chunks() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
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

/// An upload as the page sends it.
async fn upload(waggle: &Waggle, path: &str, file: Vec<u8>) -> crate::http::Reply {
    let request = waggle
        .request("POST", path)
        .header("X-Waggle", "1")
        .header("Content-Type", "application/octet-stream")
        .body(file);
    crate::http::send(request).await
}

async fn export_wipe_import_is_the_same(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("files");
    for (number, key) in odd::keys().iter().enumerate() {
        let key = format!("{root}/{key}");
        write(agent, &key, key.as_bytes(), number as u64).await;
    }
    let bytes: Vec<u8> = (0..=255).collect();
    write(agent, &format!("{root}/bytes"), &bytes, u64::MAX).await;
    write(agent, &format!("{root}/folder/"), b"", 5).await;
    let prefix = format!("{root}/");
    let before = below(agent, &prefix).await;
    for format in ["consul", "zip"] {
        let body = json!({"Datacenter": "dc1", "Keys": [prefix], "Format": format});
        let file = waggle.post("/api/kv/export", &body).await.ok();
        assert!(
            file.headers["content-disposition"]
                .to_str()
                .unwrap()
                .contains(&root)
        );
        let wipe = json!({"Datacenter": "dc1", "Keys": [prefix]});
        let wipe = plan(&waggle, "/api/kv/delete", wipe).await;
        apply(&waggle, &wipe).await;
        assert!(below(agent, &prefix).await.is_empty());
        let change: Change = upload(&waggle, "/api/kv/import?dc=dc1", file.body)
            .await
            .read();
        assert_eq!(change.counts.create, before.len(), "{format}");
        assert!(
            below(agent, &prefix).await.is_empty(),
            "nothing is written yet"
        );
        apply(&waggle, &change).await;
        assert_eq!(below(agent, &prefix).await, before, "{format}");
    }
    let path = format!(
        "/api/kv/export?dc=dc1&prefix={}&format=yaml",
        crate::http::part(&prefix)
    );
    let problem = waggle.get(&path).await.problem(400);
    assert!(problem.detail.contains("do not fit"), "{}", problem.detail);
}

#[tokio::test]
async fn an_export_is_what_consul_itself_reads() {
    let Some(agent) = TestAgent::shared(Kind::New).await else {
        return;
    };
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("cli");
    seed::kv(agent, &format!("{root}/a.yaml"), "a: 1\n").await;
    seed::kv(agent, &format!("{root}/sub/"), "").await;
    write(agent, &format!("{root}/flagged"), b"\xff", 42).await;
    let path = format!("/api/kv/export?dc=dc1&prefix={root}%2F");
    let ours = waggle.get(&path).await.ok();
    let binary = agent.kind.binary().unwrap();
    let output = std::process::Command::new(&binary)
        .args([
            "kv",
            "export",
            &format!("-http-addr=http://{}", agent.address),
        ])
        .arg(format!("{root}/"))
        .output()
        .unwrap();
    let theirs: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ours.json(), theirs);
    // ours is read by theirs
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    std::fs::write(&file, &ours.body).unwrap();
    let before = below(agent, &format!("{root}/")).await;
    let wipe = json!({"Datacenter": "dc1", "Keys": [format!("{root}/")]});
    let wipe = plan(&waggle, "/api/kv/delete", wipe).await;
    apply(&waggle, &wipe).await;
    let output = std::process::Command::new(&binary)
        .args([
            "kv",
            "import",
            &format!("-http-addr=http://{}", agent.address),
        ])
        .arg(format!("@{}", file.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(below(agent, &format!("{root}/")).await, before);
}

#[tokio::test]
async fn bad_uploads_are_refused_by_what_is_wrong() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let waggle = Waggle::over(agent).await;
    for (file, word) in [
        (&b"<html></html>"[..], "HTML"),
        (b"", "empty"),
        (b"{\"a\":1}", "a text in quotes"),
        (b"[{\"key\":\"a\",\"value\":\"?\"}]", "base64"),
    ] {
        let reply = upload(&waggle, "/api/kv/import?dc=dc1", file.to_vec()).await;
        let problem = reply.problem(400);
        assert!(problem.detail.contains(word), "{}", problem.detail);
    }
    // larger than other bodies may be
    let root = agent.unique("upload");
    let value = "x".repeat(400_000);
    let tree: serde_json::Map<String, Value> = (0..20)
        .map(|number| (number.to_string(), Value::from(value.as_str())))
        .collect();
    let file = Value::from(tree).to_string().into_bytes();
    let path = format!("/api/kv/import?dc=dc1&prefix={root}%2F");
    let change: Change = upload(&waggle, &path, file).await.read();
    assert_eq!(change.counts.create, 20);
    // the same key twice writes neither
    let file = br#"[{"key":"a","value":""},{"key":"a","value":"eA=="},{"key":"b","value":""}]"#;
    let change: Change = upload(&waggle, &path, file.to_vec()).await.read();
    assert_eq!((change.counts.refused, change.counts.create), (2, 1));
    let huge = vec![b' '; 64 * 1024 * 1024 + 1];
    let problem = upload(&waggle, &path, huge).await.problem(413);
    assert_eq!(problem.kind, ProblemKind::TooLarge);
}
