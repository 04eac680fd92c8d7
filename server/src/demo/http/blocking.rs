//! Blocking queries: a read with `index=` is answered once its index is past that one, or its time is over.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

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
    /// Stands for the rows that are watched. Consul looks again only when one of them changed: a table's
    /// index that moved for other rows wakes nobody.
    pub(super) stamp: u64,
    pub(super) body: Body,
}

impl Found {
    /// An answer that is watched by its index.
    pub(super) fn json(index: u64, value: Value) -> Self {
        Self {
            index,
            stamp: index,
            body: Body::Json(value),
        }
    }

    /// Watches rows instead, each told by its names and its modify index.
    pub(super) fn watching<'a>(
        mut self,
        rows: impl Iterator<Item = (&'a str, &'a str, u64)>,
    ) -> Self {
        let mut hasher = DefaultHasher::new();
        rows.for_each(|row| row.hash(&mut hasher));
        self.stamp = hasher.finish();
        self
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
    let ends = Instant::now() + options.wait;
    let mut past = options.index;
    let mut found = datacenter.read(&query);
    let mut was_missing = matches!(found.body, Body::NotFound);
    while options.index > 0 && found.index.max(1) <= past {
        if !matches!(timeout_at(ends, changes.changed()).await, Ok(Ok(()))) {
            break;
        }
        let now = datacenter.read(&query);
        if now.stamp == found.stamp {
            continue;
        }
        found = now;
        if matches!(found.body, Body::NotFound) {
            if was_missing {
                past = past.max(found.index);
            }
            was_missing = true;
        }
    }
    let meta = Meta {
        index: found.index.max(1),
        consistency: options.consistency,
    };
    Ok(finish(call, found, meta))
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
