//! `api/history`: what became of keys, whoever changed them, and what is kept of it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use server::config::Config;
use wire::{
    changes::Change,
    history::{
        DeletedKeys, Kind as What, Note, Off, PlaceState, RecordDetail, Recording, RecordingChoice,
        Records,
    },
    kv::KvPair,
};

use crate::{
    agents::{Kind, TestAgent, on_each_agent, run},
    http::part,
    kv::save,
    seed,
    waggle::{PATIENCE, Waggle},
};

on_each_agent!(
    changes_of_others_are_seen,
    changes_through_waggle_are_ours,
    bulk_changes_are_ours,
    what_happened_meanwhile_is_told_as_such,
    what_is_recorded_can_be_chosen,
    odd_keys_are_recorded,
    secrets_are_never_kept,
    a_burst_ends_with_its_last_values,
    deleted_keys_can_be_restored,
    what_a_deleted_key_held_last_may_not_be_known,
    folder_keys_with_a_value_come_back,
    the_cost_is_what_came,
);

/// A waggle that records, once its folder is free: it is when its last user is gone.
async fn recorder(agent: &TestAgent, change: impl Fn(&mut Config)) -> Waggle {
    let started = Instant::now();
    loop {
        let waggle = Waggle::with(&[agent.address], |config| {
            config.history.on = true;
            change(config);
        })
        .await;
        let state: Recording = waggle.get("/api/history/state").await.read();
        if state.off != Some(Off::InUse) {
            return waggle;
        }
        assert!(started.elapsed() < PATIENCE, "the folder is in use");
        drop(waggle);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A waggle that records what begins with `prefix`.
async fn recording(agent: &TestAgent, folder: Option<&Path>, prefix: &str) -> Waggle {
    let waggle = recorder(agent, |config| {
        config.history.folder = folder.map(Path::to_owned);
        config.history.prefixes = vec![prefix.to_owned()];
        config.secret_keys = vec!["*/secret/".to_owned()];
    })
    .await;
    until_watching(&waggle).await;
    waggle
}

async fn until_watching(waggle: &Waggle) {
    waggle
        .until("/api/history/state", |reply| {
            let state: Recording = reply.read();
            state
                .places
                .iter()
                .any(|place| place.state == PlaceState::Watching)
                .then_some(())
        })
        .await;
}

fn of_key(key: &str) -> String {
    format!("/api/history?key={}", part(key))
}

/// The records of a key, newest first, once there are so many.
async fn records(waggle: &Waggle, key: &str, count: usize) -> Records {
    waggle
        .until(&of_key(key), |reply| {
            let records: Records = reply.read();
            (records.items.len() >= count).then_some(records)
        })
        .await
}

async fn values(waggle: &Waggle, id: u64) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let detail: RecordDetail = waggle.get(&format!("/api/history/{id}")).await.read();
    let bytes = |text: Option<String>| text.map(|text| STANDARD.decode(text).unwrap());
    (bytes(detail.before), bytes(detail.after))
}

async fn delete(agent: &TestAgent, key: &str) {
    let path = format!("/v1/kv/{key}");
    crate::http::send(agent.http().request("DELETE", &path))
        .await
        .ok();
}

async fn changes_of_others_are_seen(agent: &'static TestAgent) {
    let root = agent.unique("history");
    let (old, new) = (format!("{root}/old"), format!("{root}/new"));
    seed::kv(agent, &old, "one").await;
    let waggle = recording(agent, None, &format!("{root}/")).await;
    let first = records(&waggle, &old, 1).await;
    assert_eq!(first.items[0].kind, What::Baseline);

    seed::kv(agent, &old, "two").await;
    seed::kv(agent, &new, "ü").await;
    let changed = records(&waggle, &old, 2).await.items.remove(0);
    let pair = seed::kv_get(agent, &old).await.unwrap();
    assert_eq!(changed.kind, What::Updated);
    assert_eq!(changed.index_after, pair["ModifyIndex"].as_u64());
    assert!(changed.index_before < changed.index_after);
    assert_eq!(
        (changed.size_before, changed.size_after),
        (Some(3), Some(3))
    );
    assert!(!changed.who.through_waggle);
    assert_eq!(
        values(&waggle, changed.id).await,
        (Some(b"one".to_vec()), Some(b"two".to_vec()))
    );
    let created = records(&waggle, &new, 1).await.items.remove(0);
    assert_eq!(created.kind, What::Created);
    assert!(!created.notes.contains(&Note::MayHaveMissed), "{created:?}");
    delete(agent, &new).await;
    let deleted = records(&waggle, &new, 2).await.items.remove(0);
    assert_eq!((deleted.kind, deleted.index_after), (What::Deleted, None));
    assert_eq!(
        values(&waggle, deleted.id).await,
        (Some("ü".as_bytes().to_vec()), None)
    );
    // a folder's history has the changes, not that keys were there
    let all: Records = waggle
        .get(&format!("/api/history?prefix={root}%2F"))
        .await
        .read();
    assert_eq!((all.total, all.items.len()), (3, 3));
    assert_eq!(all.items[0].id, deleted.id);
    let since = format!("/api/history?prefix={root}%2F&since={}", deleted.seen);
    let late: Records = waggle.get(&since).await.read();
    assert!(late.items.iter().all(|record| record.seen >= deleted.seen));
    assert!(late.items.iter().any(|record| record.id == deleted.id));
    for dc in ["dc1", "@all"] {
        let path = format!("/api/history/recent?dc={dc}");
        let latest: Records = waggle.get(&path).await.read();
        assert_eq!((latest.items[0].id, latest.total), (deleted.id, 3));
    }
    let text = waggle
        .get(&format!("/api/history/export?prefix={root}%2F"))
        .await
        .ok();
    let exported: Vec<RecordDetail> = text.read();
    assert_eq!(exported.len(), 3);
    assert_eq!(exported[2].record.id, deleted.id);
}

async fn changes_through_waggle_are_ours(agent: &'static TestAgent) {
    let root = agent.unique("ours");
    let key = format!("{root}/a");
    let waggle = recording(agent, None, &format!("{root}/")).await;
    let saved: KvPair = waggle
        .put("/api/kv/value", &save(&key, b"1", 0))
        .await
        .read();
    records(&waggle, &key, 1).await;
    let path = format!("/api/kv/value?key={key}&cas={}", saved.modify_index);
    waggle.delete(&path).await.ok();
    records(&waggle, &key, 2).await;
    let ours = waggle
        .until(&of_key(&key), |reply| {
            let records: Records = reply.read();
            let ours = records.items.iter().all(|one| one.who.through_waggle);
            ours.then_some(records)
        })
        .await;
    assert_eq!(ours.items[1].index_after, Some(saved.modify_index));
    let theirs: Records = waggle
        .get(&format!("/api/history?prefix={root}%2F&who=outside"))
        .await
        .read();
    assert_eq!(theirs.total, 0);
}

/// Applies what was planned.
async fn apply(waggle: &Waggle, change: &Change) {
    let path = format!("/api/changes/{}", change.id);
    waggle.post(&format!("{path}/apply"), &json!({})).await.ok();
    let over = |change: Change| change.state.is_over().then_some(change);
    let done = waggle.until(&path, |reply| over(reply.read())).await;
    assert_eq!(done.outcomes.done, done.total, "{done:?}");
}

async fn bulk_changes_are_ours(agent: &'static TestAgent) {
    let root = agent.unique("bulk");
    let at = |name: &str| format!("{root}/{name}");
    seed::kv(agent, &at("a/x"), "1").await;
    seed::kv(agent, &at("a/y"), "2").await;
    let waggle = recording(agent, None, &at("")).await;
    let undo = async |change: &Change| -> Change {
        let path = format!("/api/changes/{}/undo", change.id);
        waggle.post(&path, &json!({})).await.read()
    };
    let copy =
        |from: &str, to: &str| json!({"Datacenter": "dc1", "Keys": [at(from)], "Names": [at(to)]});
    let plan = async |path: &str, body: serde_json::Value| -> Change {
        waggle.post(path, &body).await.read()
    };
    let mut records = 0;
    // each is seen before the next one, and each record is ours
    let mut ours = async |more: usize, what: &str| {
        records += more;
        let path = format!("/api/history?prefix={}", part(&at("")));
        let all = waggle
            .until(&path, |reply| {
                let all: Records = reply.read();
                let ours = all.items.iter().all(|one| one.who.through_waggle);
                (all.total >= records && ours).then_some(all)
            })
            .await;
        assert_eq!(all.total, records, "{what}: {all:?}");
    };
    let change = plan("/api/kv/copy", copy("a/", "b/")).await;
    apply(&waggle, &change).await;
    ours(2, "copy").await;
    let change = plan("/api/kv/move", copy("b/", "c/")).await;
    apply(&waggle, &change).await;
    ours(4, "move").await;
    let back = undo(&change).await;
    apply(&waggle, &back).await;
    ours(4, "undo of a move").await;
    let body = json!({"Datacenter": "dc1", "Prefix": at("a/"), "Pattern": "1", "Kind": "text",
        "Replacement": "one"});
    apply(&waggle, &plan("/api/search/replace", body).await).await;
    ours(1, "replace in all").await;
    // over a key that is there, back, and once more
    let over = plan("/api/kv/move", copy("a/x", "b/x")).await;
    apply(&waggle, &over).await;
    ours(2, "move over a key").await;
    let back = undo(&over).await;
    apply(&waggle, &back).await;
    ours(2, "undo of it").await;
    let again = undo(&back).await;
    apply(&waggle, &again).await;
    ours(2, "undo of the undo").await;
    assert_eq!(seed::kv_keys(agent, &at("a/")).await, [at("a/y")]);
    let pair = seed::kv_get(agent, &at("b/x")).await.unwrap();
    assert_eq!(pair["Value"], STANDARD.encode("one"));
    let body = json!({"Datacenter": "dc1", "Prefix": at("a/"), "ToDatacenter": "dc1",
        "ToPrefix": at("d/"), "Keys": ["y"]});
    apply(&waggle, &plan("/api/compare/promote", body).await).await;
    ours(1, "promote").await;
    let file = waggle
        .get(&format!("/api/kv/export?dc=dc1&prefix={}", part(&at("d/"))))
        .await
        .ok();
    let body = json!({"Datacenter": "dc1", "Keys": [at("d/")]});
    apply(&waggle, &plan("/api/kv/delete", body).await).await;
    ours(1, "delete").await;
    let upload = waggle
        .request("POST", "/api/kv/import?dc=dc1")
        .header("X-Waggle", "1")
        .header("Content-Type", "application/octet-stream")
        .body(file.body);
    apply(&waggle, &crate::http::send(upload).await.read()).await;
    ours(1, "import").await;
    let body = json!({"Datacenter": "dc1", "Keys": [at("b/")]});
    apply(&waggle, &plan("/api/kv/delete", body).await).await;
    ours(2, "delete of a folder").await;
}

async fn what_happened_meanwhile_is_told_as_such(agent: &'static TestAgent) {
    let folder = tempfile::tempdir().unwrap();
    let root = agent.unique("meanwhile");
    let prefix = format!("{root}/");
    for name in ["stays", "changes", "goes"] {
        seed::kv(agent, &format!("{root}/{name}"), "before").await;
    }
    drop(recording(agent, Some(folder.path()), &prefix).await);
    // it sees nothing of what comes
    tokio::time::sleep(Duration::from_millis(300)).await;
    seed::kv(agent, &format!("{root}/changes"), "after").await;
    seed::kv(agent, &format!("{root}/comes"), "after").await;
    delete(agent, &format!("{root}/goes")).await;
    let waggle = recording(agent, Some(folder.path()), &prefix).await;
    for (name, kind) in [
        ("changes", What::Updated),
        ("comes", What::Created),
        ("goes", What::Deleted),
    ] {
        let found = waggle
            .until(&of_key(&format!("{root}/{name}")), |reply| {
                let records: Records = reply.read();
                records
                    .items
                    .first()
                    .filter(|one| one.kind == kind)
                    .cloned()
            })
            .await;
        assert!(found.notes.contains(&Note::Unwatched), "{found:?}");
    }
    let stays = records(&waggle, &format!("{root}/stays"), 1).await;
    assert_eq!(stays.items.len(), 1);
}

async fn what_is_recorded_can_be_chosen(agent: &'static TestAgent) {
    let folder = tempfile::tempdir().unwrap();
    let root = agent.unique("choice");
    let at = |name: &str| format!("{root}/{name}");
    for name in ["in/a", "in/secret", "out/a"] {
        seed::kv(agent, &at(name), "12345678").await;
    }
    let open = async || {
        let waggle = recorder(agent, |config| {
            config.history.folder = Some(folder.path().to_owned());
        })
        .await;
        // the agent may hold more than is recorded unasked
        let known = |state: Recording| (!state.places.is_empty()).then_some(());
        let state = "/api/history/state";
        waggle.until(state, |reply| known(reply.read())).await;
        waggle
    };
    let waggle = open().await;
    let choice: RecordingChoice = waggle.get("/api/history/choice?dc=dc1").await.read();
    assert!(choice.prefixes.is_empty() && !choice.fixed);
    let ours = format!("{root}/");
    let found = choice.folders.iter().find(|one| one.prefix == ours);
    if let Some(found) = found {
        assert_eq!((found.keys, found.value_bytes), (3, Some(24)));
    }
    let all = json!({"Datacenter": "dc1", "Prefixes": [at("")]});
    waggle.put("/api/history/choice", &all).await.ok();
    for name in ["in/a", "in/secret", "out/a"] {
        records(&waggle, &at(name), 1).await;
    }
    let body = json!({"Datacenter": "dc1", "Prefixes": [at("in/")], "Exclude": ["*/secret"]});
    let put = waggle.put("/api/history/choice", &body).await;
    assert_eq!(put.status, 204);
    let chosen = |reply: &crate::http::Reply| {
        let state: Recording = reply.read();
        let place = state
            .places
            .into_iter()
            .find(|one| one.datacenter == "dc1")?;
        let is_ours = place.prefixes == [at("in/")] && place.exclude == ["*/secret"];
        (is_ours && place.state == PlaceState::Watching).then_some(())
    };
    waggle.until("/api/history/state", chosen).await;
    seed::kv(agent, &at("out/a"), "changed").await;
    seed::kv(agent, &at("in/secret"), "changed").await;
    seed::kv(agent, &at("in/a"), "changed").await;
    records(&waggle, &at("in/a"), 2).await;
    for name in ["out/a", "in/secret"] {
        // that it was there is known from before; nothing since, and not that it is gone
        let found: Records = waggle.get(&of_key(&at(name))).await.read();
        assert_eq!(found.items.len(), 1, "{found:?}");
    }
    drop(waggle);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let waggle = open().await;
    waggle.until("/api/history/state", chosen).await;
    let body = json!({"Datacenter": "dc1", "Prefixes": [], "Exclude": [""]});
    waggle.put("/api/history/choice", &body).await.problem(400);
    let body = json!({"Datacenter": "nowhere", "Prefixes": []});
    waggle.put("/api/history/choice", &body).await.problem(404);
    // what was left out is seen again, and told as what happened meanwhile
    waggle.put("/api/history/choice", &all).await.ok();
    let again = records(&waggle, &at("out/a"), 2).await.items.remove(0);
    assert_eq!(again.kind, What::Updated);
    assert!(again.notes.contains(&Note::Unwatched), "{again:?}");
    let fixed = recording(agent, None, &at("in/")).await;
    let choice: RecordingChoice = fixed.get("/api/history/choice?dc=dc1").await.read();
    assert!(choice.fixed && choice.prefixes == [at("in/")]);
    fixed.put("/api/history/choice", &all).await.problem(400);
}

#[tokio::test]
async fn read_only_chooses_nothing() {
    run(Kind::Demo, "read-only", |agent| async {
        let waggle = Waggle::with(&[agent.address], |config| {
            config.history.on = true;
            config.read_only = true;
        })
        .await;
        let body = json!({"Datacenter": "dc1", "Prefixes": ["a/"]});
        waggle.put("/api/history/choice", &body).await.problem(403);
    })
    .await;
}

async fn odd_keys_are_recorded(agent: &'static TestAgent) {
    let root = agent.unique("odd");
    let waggle = recording(agent, None, &format!("{root}/")).await;
    let mut written = Vec::new();
    for name in ["a//b", ".", "%2F", "a b", "🐝", "%", "x'y\"z"] {
        let key = format!("{root}/{name}");
        let reply = waggle.put("/api/kv/value", &save(&key, b"v", 0)).await;
        if reply.status.is_success() {
            written.push(key);
        }
    }
    assert!(written.len() >= 4, "{written:?}");
    for key in written {
        let found = records(&waggle, &key, 1).await;
        assert_eq!(found.items[0].key, key);
    }
}

async fn secrets_are_never_kept(agent: &'static TestAgent) {
    let folder = tempfile::tempdir().unwrap();
    let root = agent.unique("hidden");
    let key = format!("{root}/secret/password");
    seed::kv(agent, &key, "canary-before").await;
    let waggle = recording(agent, Some(folder.path()), &format!("{root}/")).await;
    seed::kv(agent, &key, "canary-after").await;
    seed::kv(agent, &format!("{root}/open"), "not-a-canary").await;
    let found = records(&waggle, &key, 2).await.items.remove(0);
    assert!(found.secret && found.hash_before != found.hash_after);
    assert_eq!(values(&waggle, found.id).await, (None, None));
    records(&waggle, &format!("{root}/open"), 1).await;
    assert!(!in_files(folder.path(), "canary-before"));
    assert!(!in_files(folder.path(), "canary-after"));
    assert!(in_files(folder.path(), "not-a-canary"));
}

/// Whether any file of the folder holds this text.
fn in_files(folder: &Path, text: &str) -> bool {
    let holds = |path: std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    std::fs::read_dir(folder)
        .unwrap()
        .any(|entry| holds(entry.unwrap().path()))
}

async fn a_burst_ends_with_its_last_values(agent: &'static TestAgent) {
    let root = agent.unique("burst");
    let waggle = recording(agent, None, &format!("{root}/")).await;
    let http = agent.http();
    // 50 keys, 1,000 writes, as fast as the agent takes them
    for n in 0..1_000_u32 {
        let key = format!("/v1/kv/{root}/key-{:02}", n % 50);
        http.put(&key, format!("value {n}")).await.ok();
    }
    let ended = Instant::now();
    for n in 950..1_000_u32 {
        let key = format!("{root}/key-{:02}", n % 50);
        loop {
            let records: Records = waggle.get(&of_key(&key)).await.read();
            let id = records.items.first().map(|record| record.id);
            let last = match id {
                Some(id) => values(&waggle, id).await.1,
                None => None,
            };
            if last.as_deref() == Some(format!("value {n}").as_bytes()) {
                for record in records.items {
                    let text = String::from_utf8(values(&waggle, record.id).await.1.unwrap());
                    let number: u32 = text.unwrap()["value ".len()..].parse().unwrap();
                    assert_eq!(number % 50, n % 50, "a value that never was");
                }
                break;
            }
            // what is asked here takes its time, too
            assert!(ended.elapsed() < PATIENCE, "{key}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn deleted_keys_can_be_restored(agent: &'static TestAgent) {
    let root = agent.unique("gone");
    let key = format!("{root}/deep/a");
    seed::kv(agent, &key, "precious").await;
    let waggle = recording(agent, None, &format!("{root}/")).await;
    delete(agent, &key).await;
    let path = format!("/api/history/deleted?prefix={root}%2Fdeep%2F");
    let gone = waggle
        .until(&path, |reply| {
            let gone: DeletedKeys = reply.read();
            gone.items.into_iter().next()
        })
        .await;
    assert_eq!(gone.key, key);
    let before = values(&waggle, gone.id).await.0.unwrap();
    let body = json!({
        "Datacenter": "dc1", "Key": key, "Value": STANDARD.encode(&before), "Cas": 0,
    });
    waggle.put("/api/kv/value", &body).await.ok();
    waggle
        .until(&path, |reply| {
            let gone: DeletedKeys = reply.read();
            (gone.total == 0).then_some(())
        })
        .await;
}

async fn what_a_deleted_key_held_last_may_not_be_known(agent: &'static TestAgent) {
    let root = agent.unique("between");
    let at = |name: &str| format!("{root}/{name}");
    for name in ["quick", "slow"] {
        seed::kv(agent, &at(name), "seen").await;
    }
    let waggle = recording(agent, None, &at("")).await;
    // alone, with nothing before it for a while: it is all that happened
    tokio::time::sleep(Duration::from_secs(2)).await;
    delete(agent, &at("slow")).await;
    let slow = records(&waggle, &at("slow"), 2).await.items.remove(0);
    assert_eq!((slow.kind, &slow.notes[..]), (What::Deleted, &[][..]));
    // once a change was seen there is a pause before the next look
    seed::kv(agent, &at("other"), "1").await;
    records(&waggle, &at("other"), 1).await;
    seed::kv(agent, &at("quick"), "unseen").await;
    delete(agent, &at("quick")).await;
    // where the pause is over before both are done, the write is seen by itself
    let quick = waggle
        .until(&of_key(&at("quick")), |reply| {
            let newest = reply.read::<Records>().items.into_iter().next();
            newest.filter(|one| one.kind == What::Deleted)
        })
        .await;
    let before = values(&waggle, quick.id).await.0;
    // whichever was seen last: where it is not what the key held last, that is said
    if before.as_deref() != Some(b"unseen") {
        assert!(quick.notes.contains(&Note::MayHaveMissed), "{quick:?}");
    }
    let path = format!("/api/history/deleted?prefix={root}%2F");
    let gone: DeletedKeys = waggle.get(&path).await.read();
    let listed = gone.items.iter().find(|one| one.id == quick.id).unwrap();
    assert_eq!(listed.notes, quick.notes);
}

/// Their page does it so: a save takes such a key for a folder.
async fn folder_keys_with_a_value_come_back(agent: &'static TestAgent) {
    let root = agent.unique("folder-key");
    let key = format!("{root}/deep/");
    seed::kv(agent, &key, "precious").await;
    let waggle = recording(agent, None, &format!("{root}/")).await;
    delete(agent, &key).await;
    let path = format!("/api/history/deleted?prefix={root}%2F");
    let gone = waggle
        .until(&path, |reply| {
            let gone: DeletedKeys = reply.read();
            gone.items.into_iter().next()
        })
        .await;
    let before = values(&waggle, gone.id).await.0.unwrap();
    let file = json!([{"key": key, "flags": 7, "value": STANDARD.encode(&before)}]);
    let upload = waggle
        .request("POST", "/api/kv/import?dc=dc1&prefix=")
        .header("X-Waggle", "1")
        .header("Content-Type", "application/octet-stream")
        .body(file.to_string());
    apply(&waggle, &crate::http::send(upload).await.read()).await;
    let pair = seed::kv_get(agent, &key).await.unwrap();
    assert_eq!(pair["Value"], STANDARD.encode("precious"));
    assert_eq!(pair["Flags"], 7);
}

/// What recording is said to have read is no less than the values that it has.
async fn the_cost_is_what_came(agent: &'static TestAgent) {
    let root = agent.unique("cost");
    let value = "v".repeat(100_000);
    for n in 0..6 {
        seed::kv(agent, &format!("{root}/{n}"), value.clone()).await;
    }
    let waggle = recording(agent, None, &format!("{root}/")).await;
    let state: Recording = waggle.get("/api/history/state").await.read();
    let place = &state.places[0];
    assert_eq!((place.keys, place.value_bytes), (6, 600_000));
    let read = place.bytes_per_second * 60;
    assert!(read >= 800_000, "{place:?}");
}

#[tokio::test]
async fn a_second_waggle_reads_what_the_first_records() {
    run(Kind::Demo, "second", |agent| async {
        let folder = tempfile::tempdir().unwrap();
        let root = agent.unique("second");
        let key = format!("{root}/a");
        let first = recording(agent, Some(folder.path()), &format!("{root}/")).await;
        seed::kv(agent, &key, "1").await;
        records(&first, &key, 1).await;
        let second = Waggle::with(&[agent.address], |config| {
            config.history.on = true;
            config.history.folder = Some(folder.path().to_owned());
        })
        .await;
        let state: Recording = second.get("/api/history/state").await.read();
        assert_eq!(state.off, Some(Off::InUse));
        assert_eq!(records(&second, &key, 1).await.items[0].key, key);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_no_reason_to_stop() {
    run(Kind::Demo, "broken", |agent| async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-file");
        std::fs::write(&file, "x").unwrap();
        let broken = folder.path().join("broken");
        std::fs::create_dir(&broken).unwrap();
        std::fs::write(broken.join("history.db"), vec![7; 9_000]).unwrap();
        for (folder, off) in [(file.join("below"), Off::Folder), (broken, Off::Store)] {
            let waggle = Waggle::with(&[agent.address], |config| {
                config.history.on = true;
                config.history.folder = Some(folder.clone());
            })
            .await;
            let state: Recording = waggle.get("/api/history/state").await.read();
            assert_eq!(state.off, Some(off));
            assert!(!state.off_detail.is_empty());
            waggle.get("/api/kv").await.ok();
            let none: Records = waggle.get("/api/history").await.read();
            assert_eq!(none.total, 0);
        }
    })
    .await;
}

/// In memory the connection is the database.
#[tokio::test]
async fn questions_that_nobody_waits_for_lose_nothing() {
    run(Kind::Demo, "left", |agent| async {
        let root = agent.unique("left");
        let key = format!("{root}/a");
        let waggle = recording(agent, None, &format!("{root}/")).await;
        seed::kv(agent, &key, "kept").await;
        records(&waggle, &key, 1).await;
        for address in [
            of_key(&key),
            "/api/history/state".to_owned(),
            format!("/api/history/deleted?prefix={root}/"),
        ] {
            for microseconds in (0..4_000).step_by(40) {
                let wait = Duration::from_micros(microseconds);
                // left alone where it is not there by then
                drop(tokio::time::timeout(wait, waggle.get(&address)).await);
            }
        }
        assert_eq!(records(&waggle, &key, 1).await.items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn wrong_questions_are_refused() {
    run(Kind::Demo, "questions", |agent| async {
        let waggle = recording(agent, None, "questions/").await;
        for query in [
            "limit=0",
            "limit=501",
            "offset=100001",
            "key=a&prefix=b",
            "key=",
            "since=x",
            "since=1&last=1",
            "colour=red",
            "dc=nowhere",
        ] {
            let status = waggle.get(&format!("/api/history?{query}")).await.status;
            assert!(status.is_client_error(), "{query}");
        }
        waggle.get("/api/history/999999999").await.problem(404);
        waggle.get("/api/history/x").await.problem(400);
        waggle
            .get("/api/history/deleted?who=outside")
            .await
            .problem(400);
        let empty: Vec<RecordDetail> = waggle
            .get("/api/history/export?prefix=nothing")
            .await
            .read();
        assert!(empty.is_empty());
    })
    .await;
}
