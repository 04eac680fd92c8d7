//! `api/kv`: folders, values, saves that never lose anything, deletes that take what was named.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use wire::{
    format::Severity,
    kv::{KeyDetails, KvEntry, KvPair},
    problem::ProblemKind,
    rows::Rows,
};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::part,
    seed,
    waggle::Waggle,
};

on_each_agent!(
    folders_come_first,
    missing_folder_is_not_found,
    value_round_trip_of_every_byte,
    empty_is_not_missing,
    create_never_overwrites,
    save_that_lost_the_race_shows_the_other,
    save_of_a_deleted_key_conflicts,
    flags_survive,
    invalid_yaml_is_refused_with_its_place,
    a_json_that_does_not_parse_is_refused_too,
    folders_can_be_created,
    delete_compares,
    delete_needs_a_cas,
    too_large_is_said,
    odd_keys_round_trip_or_are_refused,
    double_slash_never_touches_the_single,
    numbers_are_exact,
    what_is_told_of_keys_follows_a_write,
);

/// A save's body.
pub(crate) fn save(key: &str, value: &[u8], cas: u64) -> Value {
    json!({"Datacenter": "dc1", "Key": key, "Value": STANDARD.encode(value), "Cas": cas})
}

fn value_path(key: &str) -> String {
    format!("/api/kv/value?key={}", part(key))
}

fn bytes(pair: &KvPair) -> Vec<u8> {
    STANDARD
        .decode(pair.value.as_deref().unwrap_or_default())
        .unwrap()
}

async fn folders_come_first(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("folders");
    for key in ["b", "a", "z/1", "m/", "m/x", "a/deep/er", "b/c"] {
        seed::kv(agent, &format!("{root}/{key}"), "v").await;
    }
    let rows: Rows<KvEntry> = waggle
        .get(&format!("/api/kv?prefix={root}%2F"))
        .await
        .read();
    let found: Vec<_> = rows
        .items
        .iter()
        .map(|row| (row.name.as_str(), row.folder))
        .collect();
    assert_eq!(
        found,
        [
            ("a", true),
            ("b", true),
            ("m", true),
            ("z", true),
            ("a", false),
            ("b", false)
        ]
    );
    assert_eq!(rows.items[0].key, format!("{root}/a/"));
    assert_eq!(rows.items[5].key, format!("{root}/b"));
    let top: Rows<KvEntry> = waggle.get("/api/kv?limit=500").await.read();
    assert!(top.items.iter().any(|row| row.folder && row.name == root));
}

async fn what_is_told_of_keys_follows_a_write(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("told");
    let key = format!("{root}/key");
    let path = format!("/api/kv/details?prefix={root}%2F");
    for value in ["a", "twelve bytes", "b"] {
        seed::kv(agent, &key, value).await;
        let size = value.len() as u64;
        waggle
            .until(&path, |reply| {
                let details: KeyDetails = reply.clone().read();
                let sizes: Vec<_> = details.items.iter().map(|item| item.size_bytes).collect();
                (sizes == [Some(size)]).then_some(())
            })
            .await;
    }
}

async fn missing_folder_is_not_found(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let problem = waggle.get("/api/kv?prefix=never-was%2F").await.problem(404);
    assert_eq!(problem.kind, ProblemKind::NotFound);
    let problem = waggle.get("/api/kv/value?key=never-was").await.problem(404);
    assert_eq!(problem.kind, ProblemKind::NotFound);
}

async fn value_round_trip_of_every_byte(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("bytes");
    let value: Vec<u8> = (0..=255).collect();
    let saved: KvPair = waggle
        .put("/api/kv/value", &save(&key, &value, 0))
        .await
        .read();
    assert_eq!(saved.key, key);
    assert_eq!(bytes(&saved), value);
    assert!(saved.modify_index > 0);
    let read: KvPair = waggle.get(&value_path(&key)).await.read();
    assert_eq!(read, saved);
    let there = seed::kv_get(agent, &key).await.unwrap();
    assert_eq!(there["Value"], STANDARD.encode(&value).as_str());
}

async fn empty_is_not_missing(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("empty");
    waggle.get(&value_path(&key)).await.problem(404);
    waggle.put("/api/kv/value", &save(&key, b"", 0)).await.ok();
    let read: KvPair = waggle.get(&value_path(&key)).await.read();
    assert_eq!(bytes(&read), b"");
    waggle
        .put("/api/kv/value", &save(&key, b"", 0))
        .await
        .problem(409);
}

async fn create_never_overwrites(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("there");
    seed::kv(agent, &key, "theirs").await;
    let problem = waggle
        .put("/api/kv/value", &save(&key, b"mine", 0))
        .await
        .problem(409);
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert_eq!(bytes(&problem.current.unwrap()), b"theirs");
    let read: KvPair = waggle.get(&value_path(&key)).await.read();
    assert_eq!(bytes(&read), b"theirs");
}

async fn save_that_lost_the_race_shows_the_other(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("raced");
    let mine: KvPair = waggle
        .put("/api/kv/value", &save(&key, b"one", 0))
        .await
        .read();
    let theirs: KvPair = waggle
        .put("/api/kv/value", &save(&key, b"two", mine.modify_index))
        .await
        .read();
    assert!(theirs.modify_index > mine.modify_index);
    let problem = waggle
        .put("/api/kv/value", &save(&key, b"three", mine.modify_index))
        .await
        .problem(409);
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert_eq!(problem.current, Some(theirs.clone()));
    waggle
        .put("/api/kv/value", &save(&key, b"three", theirs.modify_index))
        .await
        .ok();
}

async fn save_of_a_deleted_key_conflicts(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("gone");
    let problem = waggle
        .put("/api/kv/value", &save(&key, b"x", 99_999))
        .await
        .problem(409);
    assert_eq!(
        (problem.kind, problem.current),
        (ProblemKind::Conflict, None)
    );
    waggle.get(&value_path(&key)).await.problem(404);
}

async fn flags_survive(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("flagged");
    let mut body = save(&key, b"x", 0);
    body["Flags"] = json!(u64::MAX);
    let saved: KvPair = waggle.put("/api/kv/value", &body).await.read();
    assert_eq!(saved.flags, u64::MAX);
    let mut body = save(&key, b"y", saved.modify_index);
    body["Flags"] = json!(saved.flags);
    waggle.put("/api/kv/value", &body).await.ok();
    let read: KvPair = waggle.get(&value_path(&key)).await.read();
    assert_eq!((read.flags, bytes(&read)), (u64::MAX, b"y".to_vec()));
    assert!(
        waggle
            .get(&value_path(&key))
            .await
            .text()
            .contains("18446744073709551615")
    );
}

async fn invalid_yaml_is_refused_with_its_place(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = format!("{}/default.yaml", agent.unique("config"));
    let mut body = save(&key, b"logger:\n  level: [3\n", 0);
    body["Format"] = json!("yaml");
    let problem = waggle.put("/api/kv/value", &body).await.problem(422);
    assert_eq!(problem.kind, ProblemKind::InvalidValue);
    let error = &problem.diagnostics[0];
    assert_eq!(error.severity, Severity::Error);
    assert!(error.line >= 2 && error.column >= 1, "{error:?}");
    assert!(!error.message.contains('\n'));
    waggle.get(&value_path(&key)).await.problem(404);

    body["AllowInvalid"] = json!(true);
    let saved: KvPair = waggle.put("/api/kv/value", &body).await.read();
    assert_eq!(bytes(&saved), b"logger:\n  level: [3\n");

    let mut body = save(&key, b"logger:\n  level: 3\n", saved.modify_index);
    body["Format"] = json!("yaml");
    waggle.put("/api/kv/value", &body).await.ok();
}

async fn a_json_that_does_not_parse_is_refused_too(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    for (format, wrong, right) in [
        ("json", "{\"a\": 1,}", "{\"a\": 1}"),
        ("toml", "a = \n", "a = 1\n"),
        ("hcl", "a = {", "a = 1\n"),
        ("xml", "<a><b></a>", "<a><b/></a>"),
        ("plain", "", "{\"a\": 1,}"),
    ] {
        let key = agent.unique("typed");
        if !wrong.is_empty() {
            let mut body = save(&key, wrong.as_bytes(), 0);
            body["Format"] = json!(format);
            let problem = waggle.put("/api/kv/value", &body).await.problem(422);
            assert_eq!(problem.kind, ProblemKind::InvalidValue, "{format}");
            assert!(!problem.diagnostics.is_empty(), "{format}");
        }
        let mut body = save(&key, right.as_bytes(), 0);
        body["Format"] = json!(format);
        waggle.put("/api/kv/value", &body).await.ok();
    }
}

async fn folders_can_be_created(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("made");
    waggle
        .put("/api/kv/value", &save(&format!("{root}/inner/"), b"", 0))
        .await
        .ok();
    assert_eq!(
        seed::kv_keys(agent, &root).await,
        [format!("{root}/inner/")]
    );
    let rows: Rows<KvEntry> = waggle
        .get(&format!("/api/kv?prefix={root}%2F"))
        .await
        .read();
    assert_eq!(
        (rows.items[0].name.as_str(), rows.items[0].folder),
        ("inner", true)
    );
    // an empty folder is there, and empty
    let inside: Rows<KvEntry> = waggle
        .get(&format!("/api/kv?prefix={root}%2Finner%2F"))
        .await
        .read();
    assert!(inside.items.is_empty());
}

async fn delete_compares(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("doomed");
    let first: KvPair = waggle
        .put("/api/kv/value", &save(&key, b"one", 0))
        .await
        .read();
    let second: KvPair = waggle
        .put("/api/kv/value", &save(&key, b"two", first.modify_index))
        .await
        .read();
    let path = |cas: u64| format!("{}&cas={cas}", value_path(&key));
    let problem = waggle.delete(&path(first.modify_index)).await.problem(409);
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert_eq!(problem.current, Some(second.clone()));
    assert_eq!(waggle.delete(&path(second.modify_index)).await.status, 204);
    assert!(seed::kv_get(agent, &key).await.is_none());
}

async fn delete_needs_a_cas(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("kept");
    seed::kv(agent, &key, "v").await;
    for end in [
        "",
        "&cas=",
        "&cas=0",
        "&cas=-1",
        "&cas=x",
        "&cas=18446744073709551616",
    ] {
        let problem = waggle
            .delete(&format!("{}{end}", value_path(&key)))
            .await
            .problem(400);
        assert_eq!(problem.kind, ProblemKind::BadRequest, "{end}");
    }
    assert!(seed::kv_get(agent, &key).await.is_some());
}

async fn too_large_is_said(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("large");
    let most = vec![b'x'; wire::kv::VALUE_MAX_BYTES];
    waggle
        .put("/api/kv/value", &save(&key, &most, 0))
        .await
        .ok();
    let read: KvPair = waggle.get(&value_path(&key)).await.read();
    assert_eq!(bytes(&read).len(), most.len());
    let more = vec![b'x'; wire::kv::VALUE_MAX_BYTES + 1];
    let other = agent.unique("larger");
    let problem = waggle
        .put("/api/kv/value", &save(&other, &more, 0))
        .await
        .problem(413);
    assert_eq!(problem.kind, ProblemKind::TooLarge);
}

async fn odd_keys_round_trip_or_are_refused(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("odd");
    for odd in crate::odd::keys() {
        // what begins with a slash is below nothing; others write such keys at the same time
        let key = if odd.starts_with('/') {
            format!("{odd}/{root}")
        } else {
            format!("{root}/{odd}")
        };
        let reply = waggle
            .put("/api/kv/value", &save(&key, odd.as_bytes(), 0))
            .await;
        if reply.status.is_success() {
            let saved: KvPair = reply.read();
            assert_eq!(saved.key, key);
            let read: KvPair = waggle.get(&value_path(&key)).await.read();
            assert_eq!(
                (read.key.as_str(), bytes(&read)),
                (key.as_str(), odd.as_bytes().to_vec())
            );
            let gone = waggle
                .delete(&format!("{}&cas={}", value_path(&key), read.modify_index))
                .await;
            assert_eq!(gone.status, 204, "{key:?}: {}", gone.text());
            waggle.get(&value_path(&key)).await.problem(404);
        } else {
            let status = reply.status.as_u16();
            assert!(
                matches!(status, 400 | 422),
                "{key:?}: {status} {}",
                reply.text()
            );
            let problem = reply.problem(status);
            assert!(
                matches!(problem.kind, ProblemKind::Refused | ProblemKind::BadRequest),
                "{key:?}: {problem:?}"
            );
        }
    }
    // nothing was written where it did not belong
    assert!(seed::kv_keys(agent, &format!("{root}/")).await.is_empty());
}

async fn double_slash_never_touches_the_single(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("slashes");
    let (single, double) = (format!("{root}/b"), format!("{root}//b"));
    seed::kv(agent, &single, "single").await;
    waggle.get(&value_path(&double)).await.problem(404);
    let reply = waggle
        .put("/api/kv/value", &save(&double, b"double", 0))
        .await;
    if reply.status.is_success() {
        let read: KvPair = waggle.get(&value_path(&double)).await.read();
        assert_eq!(bytes(&read), b"double");
        let path = format!("{}&cas={}", value_path(&double), read.modify_index);
        assert_eq!(waggle.delete(&path).await.status, 204);
    } else {
        reply.problem(422);
    }
    let read: KvPair = waggle.get(&value_path(&single)).await.read();
    assert_eq!(bytes(&read), b"single");
}

async fn numbers_are_exact(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = agent.unique("exact");
    for cas in ["18446744073709551615", "9007199254740993"] {
        let body = format!(r#"{{"Datacenter":"dc1","Key":"{key}","Value":"eA==","Cas":{cas}}}"#);
        let problem = waggle.put_text("/api/kv/value", &body).await.problem(409);
        assert_eq!(problem.kind, ProblemKind::Conflict);
    }
    let body = format!(r#"{{"Datacenter":"dc1","Key":"{key}","Value":"eA==","Cas":-1}}"#);
    waggle.put_text("/api/kv/value", &body).await.problem(400);
}
