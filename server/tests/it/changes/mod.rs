//! `api/changes`: what is planned is what happens, what is told is what happened.

mod files;
mod interrupted;
mod joined;
mod keys;
mod undone;

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use wire::changes::{Change, Steps};

use crate::{agents::TestAgent, waggle::Waggle};

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
