//! A range of history as one file.

use std::{collections::VecDeque, convert::Infallible};

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use wire::problem::Problem;

use super::{Which, unreadable};
use crate::{
    api::request::Params,
    datacenter::Clusters,
    error::Error,
    history::{History, Store, Wanted},
};

/// So many records are held at once.
const AT_ONCE: usize = 20;

/// A range of changes with their values, oldest first, as a JSON array. Sent as it is read.
#[utoipa::path(
    get,
    path = "/history/export",
    tag = "history",
    params(Which),
    responses(
        (status = 200, content_type = "application/json", body = Vec<wire::history::RecordDetail>),
        (status = "default", body = Problem)
    )
)]
pub(super) async fn export(
    State(clusters): State<Clusters>,
    State(history): State<History>,
    Params(which): Params<Which>,
) -> Result<Response, Error> {
    let wanted = which.wanted(&clusters).await?;
    let store = history
        .store()
        .cloned()
        .ok_or_else(|| Error::NotFound("nothing is recorded".to_owned()))?;
    // what cannot be read at all is a problem, and no file
    let first = store
        .export(&wanted, 0, 1)
        .await
        .map_err(unreadable)?
        .into_iter()
        .map(|one| one.record.id)
        .next();
    let export = Export {
        store,
        wanted,
        after: first.map_or(u64::MAX / 4, |id| id - 1),
        parts: VecDeque::from(["[".to_owned()]),
        sent: 0,
        ended: false,
    };
    let body = stream::unfold(export, |mut export| async {
        let part = export.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(part)), export))
    });
    // whoever compresses it asks once more than there is
    let mut response = Body::from_stream(body.fuse()).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"waggle-history.json\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

struct Export {
    store: Store,
    wanted: Wanted,
    after: u64,
    parts: VecDeque<String>,
    sent: u64,
    ended: bool,
}

impl Export {
    async fn next(&mut self) -> Option<String> {
        if let Some(part) = self.parts.pop_front() {
            return Some(part);
        }
        if self.ended {
            return None;
        }
        let (store, wanted, after) = (self.store.clone(), self.wanted.clone(), self.after);
        // to the end, like every question to the store
        let found = tokio::spawn(async move { store.export(&wanted, after, AT_ONCE).await }).await;
        let Ok(Ok(records)) = found else {
            // the file stays without its end, so that nobody takes it for whole
            tracing::warn!(?found, "an export of history broke off");
            self.ended = true;
            return None;
        };
        let Some(last) = records.last() else {
            self.ended = true;
            return Some("\n]\n".to_owned());
        };
        self.after = last.record.id;
        let mut text = String::new();
        for record in &records {
            text.push_str(if self.sent == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(record).unwrap_or_default());
            self.sent += 1;
        }
        Some(text)
    }
}
