//! `/v1/kv`.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::blocking::{self, Body, Found};
use super::call::Call;
use super::path::clean_key;
use super::reply::{Outcome, Refusal};
use crate::demo::state::{Guard, State};

pub(super) async fn answer(call: &Call, rest: &str) -> Outcome {
    call.allow("OPTIONS,GET,PUT,DELETE")?;
    let key = clean_key(rest);
    validate(&key)?;
    match call.method {
        Method::GET => get(call, &key).await,
        Method::PUT => put(call, &key),
        Method::DELETE => delete(call, &key),
        _ => Err(Refusal::unknown_path()),
    }
}

/// The keys that 1.22 refuses in a path; through `txn` they still pass.
fn validate(key: &str) -> Result<(), Refusal> {
    if key.starts_with(' ') || key.ends_with(' ') {
        return Err(Refusal::internal(
            "invalid key name, leading/trailing spaces are not allowed",
        ));
    }
    let unescaped = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
    if key.split('/').any(|part| part == "..") || (unescaped != key && unescaped.contains("..")) {
        return Err(Refusal::internal(
            "invalid key name, path traversal is not allowed",
        ));
    }
    if unescaped != key && unescaped.contains(' ') {
        return Err(Refusal::internal(
            "invalid key name, leading/trailing spaces are not allowed",
        ));
    }
    Ok(())
}

fn missing_key() -> Refusal {
    Refusal::new(400, "Missing key name")
}

async fn get(call: &Call, key: &str) -> Outcome {
    if call.has("keys") {
        let separator = call
            .param("separator")
            .or_else(|| call.param("seperator"))
            .unwrap_or_default();
        return blocking::read(call, |state| keys(state, key, separator)).await;
    }
    if call.has("recurse") {
        return blocking::read(call, |state| {
            let (index, entries) = state.kv_list(key);
            let rows: Vec<_> = entries.iter().map(|entry| entry.json(true)).collect();
            Found {
                index,
                stamp: index,
                body: if rows.is_empty() {
                    Body::Nothing
                } else {
                    Body::Json(Value::Array(rows))
                },
            }
        })
        .await;
    }
    if key.is_empty() {
        return Err(missing_key());
    }
    let raw = call.has("raw");
    blocking::read(call, |state| {
        let (index, entry) = state.kv_get(key);
        let body = match entry {
            None => Body::NotFound,
            Some(entry) if raw => Body::Raw(entry.value.clone()),
            Some(entry) => Body::Json(json!([entry.json(true)])),
        };
        Found {
            index,
            stamp: entry.map_or(0, |entry| entry.modify_index),
            body,
        }
    })
    .await
}

fn keys(state: &State, prefix: &str, separator: &str) -> Found {
    let (index, entries) = state.kv_list(prefix);
    let mut names: Vec<&str> = Vec::new();
    for entry in entries {
        let rest = &entry.key[prefix.len()..];
        let end = if separator.is_empty() {
            None
        } else {
            rest.find(separator)
        };
        let name = end.map_or(entry.key.as_str(), |end| {
            &entry.key[..prefix.len() + end + separator.len()]
        });
        // One level's keys stand together, so comparing with the last one is enough.
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    let body = if names.is_empty() && !prefix.is_empty() {
        Body::Nothing
    } else {
        Body::Json(json!(names))
    };
    Found {
        index,
        stamp: index,
        body,
    }
}

fn conflicting(call: &Call, flags: &[&str]) -> Result<(), Refusal> {
    if flags.iter().filter(|flag| call.has(flag)).count() > 1 {
        return Err(Refusal::new(
            400,
            format!("Conflicting flags: {}\n", call.query_text()),
        ));
    }
    Ok(())
}

fn put(call: &Call, key: &str) -> Outcome {
    if key.is_empty() {
        return Err(missing_key());
    }
    conflicting(call, &["cas", "acquire", "release"])?;
    let flags = call.number("flags")?.unwrap_or(0);
    let guard = if let Some(index) = call.number("cas")? {
        Guard::Index(index)
    } else if let Some(session) = call.param("acquire") {
        Guard::Acquire(session.to_owned())
    } else if let Some(session) = call.param("release") {
        Guard::Release(session.to_owned())
    } else {
        Guard::Always
    };
    let value: Bytes = call.body("kv_max_value_size")?;
    let written = call
        .datacenter()?
        .write(|state| state.kv_put(key, value, flags, &guard));
    let written =
        written.map_err(|reason| Refusal::internal(format!("raft apply failed: {reason}")))?;
    call.reply(&json!(written))
}

fn delete(call: &Call, key: &str) -> Outcome {
    conflicting(call, &["recurse", "cas"])?;
    let recurse = call.has("recurse");
    if key.is_empty() && !recurse {
        return Err(missing_key());
    }
    let at = call.number("cas")?;
    let deleted = call.datacenter()?.write(|state| {
        if recurse {
            state.kv_delete_tree(key);
            return true;
        }
        state.kv_delete(key, at)
    });
    call.reply(&json!(deleted))
}
