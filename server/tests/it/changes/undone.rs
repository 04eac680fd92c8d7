//! What can be undone, for whom it is told, and what became of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use wire::changes::{Change, ChangeState};

use super::{apply, apply_with, below, files::upload, plan, steps, undo, write, write_many};
use crate::{
    agents::{Kind, TestAgent, on_each_agent},
    between::{Between, Fate},
    seed,
    waggle::Waggle,
};

on_each_agent!(
    what_can_be_undone_is_listed,
    a_copy_is_taken_back,
    an_import_is_taken_back,
    a_replacement_is_taken_back,
    a_promotion_is_taken_back,
    an_undo_that_failed_is_repeated,
    an_undo_of_some_leaves_the_others,
);

/// What `GET /api/changes` tells of this change; none where it tells nothing.
async fn recent(waggle: &Waggle, change: &Change) -> Option<Change> {
    let all: Vec<Change> = waggle.get("/api/changes").await.read();
    all.into_iter().find(|one| one.id == change.id)
}

async fn what_can_be_undone_is_listed(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    assert_eq!(waggle.get("/api/changes").await.json(), json!([]));
    let root = agent.unique("recent");
    write_many(agent, &format!("{root}/a/"), 3).await;
    seed::kv(agent, &format!("{root}/b"), "v").await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/a/")]});
    let first = plan(&waggle, "/api/kv/delete", body).await;
    assert_eq!(recent(&waggle, &first).await, None, "a preview is none");
    let first = apply(&waggle, &first).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/b")]});
    let second = plan(&waggle, "/api/kv/delete", body).await;
    let second = apply(&waggle, &second).await;
    let all: Vec<Change> = waggle.get("/api/changes").await.read();
    assert_eq!(all, [second.clone(), first.clone()]);
    assert_eq!((first.undoable, first.folder), (3, format!("{root}/a/")));
    let left = first.undo_until.unwrap() - first.ended_at.unwrap();
    assert!((599_000..=601_000).contains(&left), "{left}");
    // what is taken back is gone from the list, and what took it back is on it
    let back = undo(&waggle, &second).await;
    let back = apply(&waggle, &back).await;
    assert_eq!(recent(&waggle, &second).await, None);
    assert_eq!(recent(&waggle, &back).await.unwrap().undoable, 1);
    // what wrote nothing cannot be
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/none")]});
    let none = plan(&waggle, "/api/kv/delete", body).await;
    let none = apply(&waggle, &none).await;
    assert_eq!(recent(&waggle, &none).await, None);
}

/// Applies it and takes it back: all is as it was before.
async fn there_and_back(agent: &TestAgent, waggle: &Waggle, change: &Change, prefix: &str) {
    let before = below(agent, prefix).await;
    let done = apply(waggle, change).await;
    assert_eq!(done.state, ChangeState::Done);
    assert!(done.outcomes.done > 0);
    assert_ne!(below(agent, prefix).await, before);
    let back = undo(waggle, &done).await;
    assert_eq!(back.total, done.outcomes.done);
    let back = apply(waggle, &back).await;
    assert_eq!(back.outcomes.done, done.outcomes.done);
    assert_eq!(below(agent, prefix).await, before);
}

async fn a_copy_is_taken_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("copied");
    for (key, value, flags) in [
        ("from/a", "1", 7),
        ("from/b", "2", 0),
        ("to/from/a", "0", 9),
    ] {
        write(agent, &format!("{root}/{key}"), value.as_bytes(), flags).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "ToFolder": format!("{root}/to/")});
    let change = plan(&waggle, "/api/kv/copy", body).await;
    there_and_back(agent, &waggle, &change, &format!("{root}/")).await;
}

async fn an_import_is_taken_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("imported");
    write(agent, &format!("{root}/a"), b"old", 5).await;
    let file = json!([
        {"key": "a", "flags": 3, "value": STANDARD.encode("new")},
        {"key": "sub/", "flags": 0, "value": ""},
        {"key": "sub/b", "flags": 0, "value": STANDARD.encode("b")},
    ]);
    let path = format!("/api/kv/import?dc=dc1&prefix={root}%2F");
    let file = file.to_string().into_bytes();
    let change: Change = upload(&waggle, &path, file).await.read();
    there_and_back(agent, &waggle, &change, &format!("{root}/")).await;
}

async fn a_replacement_is_taken_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("replaced");
    for key in ["a", "b"] {
        write(agent, &format!("{root}/{key}"), b"level: 3\nlevel: 3\n", 4).await;
    }
    let body = json!({"Datacenter": "dc1", "Prefix": format!("{root}/"), "Pattern": "level: 3",
        "Replacement": "level: 4"});
    let change = plan(&waggle, "/api/search/replace", body).await;
    there_and_back(agent, &waggle, &change, &format!("{root}/")).await;
}

async fn a_promotion_is_taken_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("promoted");
    for (key, value) in [("l/a", "1"), ("l/b", "2"), ("r/a", "0")] {
        seed::kv(agent, &format!("{root}/{key}"), value).await;
    }
    let body = json!({"Datacenter": "dc1", "Prefix": format!("{root}/l/"),
        "ToDatacenter": "dc1", "ToPrefix": format!("{root}/r/"), "Keys": ["a", "b"]});
    let change = plan(&waggle, "/api/compare/promote", body).await;
    there_and_back(agent, &waggle, &change, &format!("{root}/")).await;
}

async fn an_undo_that_failed_is_repeated(agent: &'static TestAgent) {
    // 150 deletions are three writes; the undo's second is refused, and so its third is not sent
    let refuse = |number| {
        if number == 4 {
            Fate::Refuse
        } else {
            Fate::Pass
        }
    };
    let between = Between::start(agent.address, refuse).await;
    let waggle = Waggle::over_addresses(&[between.address]).await;
    let root = agent.unique("again");
    let prefix = format!("{root}/");
    write_many(agent, &prefix, 150).await;
    let before = below(agent, &prefix).await;
    let body = json!({"Datacenter": "dc1", "Keys": [prefix]});
    let change = plan(&waggle, "/api/kv/delete", body).await;
    let done = apply(&waggle, &change).await;
    assert_eq!(done.outcomes.done, 150);
    let back = undo(&waggle, &done).await;
    let back = apply(&waggle, &back).await;
    assert_eq!((back.state, back.outcomes.done), (ChangeState::Failed, 64));
    let left = recent(&waggle, &done).await.unwrap();
    assert_eq!(left.undoable, 86);
    let again = undo(&waggle, &done).await;
    assert_eq!((again.total, again.counts.create), (86, 86));
    apply(&waggle, &again).await;
    assert_eq!(below(agent, &prefix).await, before);
    assert_eq!(recent(&waggle, &done).await, None);
    // and each part of it is made again by itself
    let redo = undo(&waggle, &back).await;
    assert_eq!((redo.total, redo.counts.delete), (64, 64));
}

async fn an_undo_of_some_leaves_the_others(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("some");
    for key in ["a", "b", "c"] {
        seed::kv(agent, &format!("{root}/{key}"), key).await;
    }
    let keys = ["a", "b", "c"].map(|key| format!("{root}/{key}"));
    let body = json!({"Datacenter": "dc1", "Keys": keys});
    let change = plan(&waggle, "/api/kv/delete", body).await;
    let done = apply(&waggle, &change).await;
    let back = undo(&waggle, &done).await;
    let except: Vec<usize> = steps(&waggle, &back, "")
        .await
        .items
        .iter()
        .filter(|step| !step.key.ends_with("/b"))
        .map(|step| step.number)
        .collect();
    apply_with(&waggle, &back, json!({"Except": except})).await;
    let rest = undo(&waggle, &done).await;
    let keys: Vec<String> = steps(&waggle, &rest, "")
        .await
        .items
        .into_iter()
        .map(|s| s.key)
        .collect();
    assert_eq!(keys, ["a", "c"].map(|key| format!("{root}/{key}")));
    apply(&waggle, &rest).await;
    assert_eq!(seed::kv_keys(agent, &root).await.len(), 3);
    let path = format!("/api/changes/{}/undo", done.id);
    waggle.post(&path, &json!({})).await.problem(400);
}

#[tokio::test]
async fn the_page_knows_whether_there_is_something_to_undo() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("known");
    seed::kv(agent, &root, "v").await;
    let says = async |is: bool| {
        let page = waggle.get("/ui/dc1/kv").await;
        // 503 where the page was not built, or is not yet
        if page.status != 503 {
            let page = page.text();
            assert!(page.contains(&format!("\"Undoable\":{is}")), "{page}");
        }
    };
    says(false).await;
    let body: Value = json!({"Datacenter": "dc1", "Keys": [root]});
    let change = plan(&waggle, "/api/kv/delete", body).await;
    apply(&waggle, &change).await;
    says(true).await;
}
