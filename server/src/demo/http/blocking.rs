//! Blocking queries: a read with `index=` is answered once its index is past that one, or its time is over.

use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout_at;

use super::call::Call;
use super::reply::{self, Meta, Outcome};
use crate::demo::state::State;

/// What a read found.
pub(super) enum Body {
    Json(Value),
    Raw(Bytes),
    /// 404.
    Nothing,
    /// 404 that tells nothing at all, not even an index.
    Unknown,
    /// 404 for a single key: a second look that finds nothing new does not end the wait.
    NotFound,
}

/// What a read found, and the index to wait on.
pub(super) struct Found {
    pub(super) index: u64,
    pub(super) body: Body,
}

impl Found {
    pub(super) fn json(index: u64, value: Value) -> Self {
        Self {
            index,
            body: Body::Json(value),
        }
    }
}

/// Answers a read, waiting where the request says so.
pub(super) async fn answer(call: &Call, query: impl Fn(&State) -> Found) -> Outcome {
    call.only_get()?;
    read(call, query).await
}

/// Like [`answer`], the method being checked already.
pub(super) async fn read(call: &Call, query: impl Fn(&State) -> Found) -> Outcome {
    let datacenter = call.datacenter()?;
    let options = call.options()?;
    let mut changes = datacenter.changes();
    let mut past = options.index;
    let mut looked = false;
    let ends = tokio::time::Instant::now() + options.wait;
    loop {
        changes.borrow_and_update();
        let found = datacenter.read(&query);
        let index = found.index.max(1);
        if matches!(found.body, Body::NotFound) && looked {
            past = past.max(index);
        }
        looked = true;
        let waits = options.index > 0 && index <= past;
        if !waits || !matches!(timeout_at(ends, changes.changed()).await, Ok(Ok(()))) {
            return Ok(finish(
                call,
                found,
                Meta {
                    index,
                    consistency: options.consistency,
                },
            ));
        }
    }
}

fn finish(call: &Call, found: Found, meta: Meta) -> Response {
    let response = match found.body {
        Body::Unknown => return reply::missing(),
        Body::Json(value) => reply::json(&value, call.has("pretty")),
        Body::Raw(bytes) => reply::raw(bytes),
        Body::Nothing | Body::NotFound => reply::missing(),
    };
    reply::with_meta(response, meta)
}
