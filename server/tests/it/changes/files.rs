//! Keys as files: exported, imported, and refused by what is wrong with them.

use serde_json::{Value, json};
use wire::{
    changes::{Change, ExportCount},
    problem::ProblemKind,
};

use super::{apply, apply_with, below, plan, steps, write};
use crate::{
    agents::{Kind, TestAgent, on_each_agent},
    odd, seed,
    waggle::Waggle,
};

on_each_agent!(
    export_wipe_import_is_the_same,
    trees_come_back_as_they_went,
    files_of_other_systems_are_read,
    what_is_there_is_written_only_where_chosen,
);

/// An upload as the page sends it.
pub(super) async fn upload(waggle: &Waggle, path: &str, file: Vec<u8>) -> crate::http::Reply {
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

async fn trees_come_back_as_they_went(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("trees");
    let prefix = format!("{root}/");
    for (key, value) in [
        ("a.yaml", "level: 3\n"),
        ("sub/text", " two\n\nlines"),
        ("sub/empty", ""),
        ("sub/folder/", ""),
        ("中文/键: #", "值"),
    ] {
        write(agent, &format!("{prefix}{key}"), value.as_bytes(), 0).await;
    }
    let before = below(agent, &prefix).await;
    for format in ["json", "yaml"] {
        let body = json!({"Datacenter": "dc1", "Keys": [prefix], "Format": format});
        let file = waggle.post("/api/kv/export", &body).await.ok();
        let wipe = json!({"Datacenter": "dc1", "Keys": [prefix]});
        let wipe = plan(&waggle, "/api/kv/delete", wipe).await;
        apply(&waggle, &wipe).await;
        let change: Change = upload(&waggle, "/api/kv/import?dc=dc1", file.body)
            .await
            .read();
        assert_eq!(change.counts.create, before.len(), "{format}");
        apply(&waggle, &change).await;
        assert_eq!(below(agent, &prefix).await, before, "{format}");
    }
    // what a tree cannot hold is named, and no file is made
    write(agent, &format!("{prefix}flagged"), b"x", 7).await;
    let body = json!({"Datacenter": "dc1", "Keys": [prefix], "Format": "json"});
    let problem = waggle.post("/api/kv/export", &body).await.problem(400);
    assert!(problem.detail.contains("flagged"), "{}", problem.detail);
}

async fn files_of_other_systems_are_read(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("foreign");
    let path = format!("/api/kv/import?dc=dc1&prefix={root}%2F");
    let consul = "\u{feff}[\r\n\t{\r\n\t\t\"key\": \"a//b\",\r\n\t\t\"flags\": \
        18446744073709551615,\r\n\t\t\"value\": \"AP8K\"\r\n\t},\r\n\t{\"key\": \" edge \", \"flags\": 0, \
        \"value\": \"\"},\r\n\t{\"key\": \"../up\", \"flags\": 1, \"value\": \"eA==\"},\r\n\t{\"key\": \
        \"folder/\", \"flags\": 2, \"value\": null}\r\n]\r\n";
    let change: Change = upload(&waggle, &path, consul.as_bytes().to_vec())
        .await
        .read();
    assert_eq!((change.total, change.counts.create), (4, 4));
    let done = apply(&waggle, &change).await;
    assert_eq!(
        done.outcomes.done, 4,
        "newer agents take all of them in a transaction"
    );
    let there = below(agent, &format!("{root}/")).await;
    let at = |key: &str| there[&format!("{root}/{key}")].clone();
    assert_eq!(at("a//b"), ("AP8K".to_owned(), u64::MAX));
    assert_eq!(at("../up"), ("eA==".to_owned(), 1));
    assert_eq!((at(" edge ").1, at("folder/").1), (0, 2));
    // the breaks between lines are the file's, those in a text the value's
    let yaml = "y:\r\n  one: first\r\n  two: \"a\\r\\nb\"\r\n";
    let change: Change = upload(&waggle, &path, yaml.as_bytes().to_vec())
        .await
        .read();
    apply(&waggle, &change).await;
    let there = below(agent, &format!("{root}/y/")).await;
    assert_eq!(there[&format!("{root}/y/one")].0, "Zmlyc3Q=");
    assert_eq!(there[&format!("{root}/y/two")].0, "YQ0KYg==");
}

async fn what_is_there_is_written_only_where_chosen(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("asked");
    for key in ["a", "b"] {
        write(agent, &format!("{root}/{key}"), b"old", 0).await;
    }
    let path = format!("/api/kv/import?dc=dc1&prefix={root}%2F");
    let file = br#"{"a": "new", "b": "new", "c": "new"}"#;
    let plan = async || -> Change { upload(&waggle, &path, file.to_vec()).await.read() };
    let new = "bmV3".to_owned();
    let is_new = async || {
        let there = below(agent, &format!("{root}/")).await;
        ["a", "b", "c"].map(|key| {
            let key = format!("{root}/{key}");
            there.get(&key).is_some_and(|(value, _)| *value == new)
        })
    };
    let change = plan().await;
    assert_eq!((change.counts.overwrite, change.counts.create), (2, 1));
    let done = apply_with(&waggle, &change, json!({"OnConflict": "ask"})).await;
    assert_eq!((done.outcomes.done, done.outcomes.skipped), (1, 2));
    assert_eq!(is_new().await, [false, false, true]);
    let change = plan().await;
    let steps = steps(&waggle, &change, "overwrite").await;
    let number = steps
        .items
        .iter()
        .find(|step| step.key.ends_with("/b"))
        .unwrap()
        .number;
    let how = json!({"OnConflict": "ask", "Chosen": [number]});
    let done = apply_with(&waggle, &change, how).await;
    assert_eq!(done.outcomes.done, 1);
    assert_eq!(is_new().await, [false, true, true]);
}

#[tokio::test]
async fn an_import_of_whole_keys_below_their_folder_is_noticed() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let waggle = Waggle::over(agent).await;
    let file = br#"{"a": {"b": {"x": "1", "y": "2"}}}"#;
    for (prefix, repeats) in [
        ("", None),
        ("a/b/", Some("a/b/")),
        ("a/c/", Some("a/")),
        ("c/", None),
    ] {
        let path = format!("/api/kv/import?dc=dc1&prefix={prefix}");
        let change: Change = upload(&waggle, &path, file.to_vec()).await.read();
        assert_eq!(change.repeats.as_deref(), repeats, "{prefix}");
        assert_eq!(change.folder, format!("{prefix}a/b/"));
    }
}

#[tokio::test]
async fn an_export_tells_how_many_secrets_it_would_hold() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let root = agent.unique("counted");
    let pattern = format!("{root}/secret/");
    let waggle = Waggle::with(&[agent.address], |config| {
        config.secret_keys = vec![pattern]
    })
    .await;
    for key in ["a", "secret/b", "secret/c"] {
        write(agent, &format!("{root}/{key}"), b"v", 0).await;
    }
    let count = async |body: Value| {
        let reply = waggle.post("/api/kv/export/count", &body).await;
        reply.read::<ExportCount>()
    };
    let told = |keys, secret| ExportCount { keys, secret };
    let folder = json!({"Datacenter": "dc1", "Keys": [format!("{root}/")]});
    assert_eq!(count(folder).await, told(3, 2));
    let one = json!({"Datacenter": "dc1", "Keys": [format!("{root}/a")]});
    assert_eq!(count(one).await, told(1, 0));
    let found = json!({"Datacenter": "dc1", "Matching": {"Folder": format!("{root}/"), "Filter": "secret"}});
    assert_eq!(count(found).await, told(2, 2));
    let gone = json!({"Datacenter": "dc1", "Keys": [format!("{root}/none/")]});
    waggle
        .post("/api/kv/export/count", &gone)
        .await
        .problem(404);
}

#[tokio::test]
async fn keys_that_were_found_are_exported_without_what_is_below_them() {
    let agent = TestAgent::shared(Kind::Demo).await.unwrap();
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("exactly");
    for key in ["a/", "a/b", "c"] {
        write(agent, &format!("{root}/{key}"), b"1", 3).await;
    }
    let keys = ["c", "a/", "c", "gone"].map(|key| format!("{root}/{key}"));
    let export = |more: Value| {
        let mut body = json!({"Datacenter": "dc1", "Keys": keys, "Exactly": true});
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        body
    };
    let file = waggle.post("/api/kv/export", &export(json!({}))).await.ok();
    let written: Vec<Value> = serde_json::from_slice(&file.body).unwrap();
    let names: Vec<&str> = written
        .iter()
        .filter_map(|one| one["key"].as_str())
        .collect();
    assert_eq!(names, [format!("{root}/a/"), format!("{root}/c")]);
    // what cannot be meant is refused
    for more in [
        json!({"Keys": [""]}),
        json!({"Matching": {"Folder": "", "Filter": "a", "Except": []}}),
    ] {
        let reply = waggle.post("/api/kv/export", &export(more)).await;
        assert_eq!(reply.problem(400).kind, ProblemKind::BadRequest);
    }
    let gone = json!({"Keys": [format!("{root}/gone")]});
    let reply = waggle.post("/api/kv/export", &export(gone)).await;
    assert_eq!(reply.problem(404).kind, ProblemKind::NotFound);
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
