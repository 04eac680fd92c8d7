//! `/v1/session`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::blocking::{self, Found};
use super::body;
use super::call::Call;
use super::reply::{self, Outcome, Refusal};
use crate::demo::state::{Behavior, Session, State};

const SHORTEST_TTL: Duration = Duration::from_secs(10);
const LONGEST_TTL: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULT_LOCK_DELAY: Duration = Duration::from_secs(15);

pub(super) async fn answer(call: &Call, rest: &str) -> Outcome {
    let (verb, id) = rest.split_once('/').unwrap_or((rest, ""));
    if id.is_empty() && matches!(verb, "destroy" | "renew" | "info") {
        return Err(Refusal::new(400, "Missing session"));
    }
    match verb {
        "create" => create(call),
        "destroy" => {
            call.only_put()?;
            call.datacenter()?.write(|state| state.destroy_session(id));
            call.reply(&json!(true))
        }
        "renew" => {
            call.only_put()?;
            let renewed = call.datacenter()?.write(|state| state.renew_session(id));
            let session =
                renewed.ok_or_else(|| Refusal::new(404, format!("Session id '{id}' not found")))?;
            Ok(reply::json(&json!([session.json()]), call.has("pretty")))
        }
        "list" => list(call, |_, _| true).await,
        "info" => list(call, |_, session| session.id == id).await,
        "node" => list(call, |_, session| session.node.eq_ignore_ascii_case(id)).await,
        _ => Err(Refusal::unknown_path()),
    }
}

async fn list(call: &Call, shown: impl Fn(&State, &Session) -> bool) -> Outcome {
    blocking::answer(call, |state| {
        let (index, sessions) = state.sessions();
        let rows: Vec<_> = sessions
            .iter()
            .filter(|session| shown(state, session))
            .map(|session| session.json())
            .collect();
        Found::json(index, Value::Array(rows))
    })
    .await
}

fn create(call: &Call) -> Outcome {
    call.only_put()?;
    let fields = call.json()?;
    let datacenter = call.datacenter()?;
    let ttl_text = body::text(&fields, "TTL");
    let ttl = body::time(&fields, "TTL").filter(|_| !ttl_text.is_empty());
    if !ttl_text.is_empty() && !ttl.is_some_and(|ttl| (SHORTEST_TTL..=LONGEST_TTL).contains(&ttl)) {
        return Err(Refusal::internal(ttl.map_or_else(
            || format!("Session TTL '{ttl_text}' invalid: time: invalid duration {ttl_text:?}"),
            |ttl| {
                format!(
                    "Invalid Session TTL '{}', must be between [10s=24h0m0s]",
                    ttl.as_nanos()
                )
            },
        )));
    }
    let behavior = match body::text(&fields, "Behavior").as_str() {
        "" | "release" => Behavior::Release,
        "delete" => Behavior::Delete,
        other => {
            return Err(Refusal::internal(format!(
                "Invalid Behavior setting '{other}'"
            )));
        }
    };
    let node_checks = ["NodeChecks", "Checks"]
        .iter()
        .find(|name| body::field(&fields, name).is_some());
    let node_checks = node_checks.map_or_else(
        || vec!["serfHealth".to_owned()],
        |name| body::texts(&fields, name),
    );
    let id = new_id();
    let created = datacenter.write(|state| {
        let node = Some(body::text(&fields, "Node")).filter(|node| !node.is_empty());
        state.create_session(Session {
            id: id.clone(),
            name: body::text(&fields, "Name"),
            node: node.unwrap_or_else(|| state.local.node.clone()),
            lock_delay: body::time(&fields, "LockDelay").unwrap_or(DEFAULT_LOCK_DELAY),
            behavior,
            ttl: ttl_text.clone(),
            ends: ttl.map(|ttl| (ttl, Instant::now() + ttl * 2)),
            node_checks: node_checks.clone(),
            create_index: 0,
        })
    });
    created.map_err(Refusal::internal)?;
    call.reply(&json!({ "ID": id }))
}

/// An id in the form of a UUID that no other session of this process has.
fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mixed = (count + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!(
        "{:08x}-{:04x}-4{:03x}-a5e5-{count:012x}",
        mixed >> 32,
        (mixed >> 16) & 0xffff,
        mixed & 0xfff
    )
}
