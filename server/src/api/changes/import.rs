//! A file of keys into a plan.

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{changes::Change, problem::Problem};

use super::files::{aside, check_folder};
use crate::{
    api::{
        acl_rule,
        request::{Params, place},
    },
    bundle::{self, Entry, UPLOAD_MAX_BYTES},
    changes::{Changes, PlannedStep},
    datacenter::Clusters,
    error::Error,
    grant::WriteGrant,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(import))
}

/// Where a file's keys go.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportInto {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    dc: Option<String>,
    /// What is put before each key: empty, or a folder with its ending `/`.
    #[serde(default)]
    prefix: String,
}

/// Plans to import a file, whose content tells what it is. Nothing is written.
#[utoipa::path(
    post,
    path = "/kv/import",
    tag = "changes",
    params(ImportInto, ("X-Waggle" = String, Header, description = "`1`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn import(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    _: WriteGrant,
    Params(ImportInto { dc, prefix }): Params<ImportInto>,
    request: Request,
) -> Result<Json<Change>, Error> {
    check_folder(&prefix)?;
    let dc = place(&clusters, dc).await?.shown;
    let bytes = upload(request.into_body()).await?;
    let entries = aside(move || bundle::read(&bytes)).await?;
    let repeats = repeated(&prefix, &entries).map(str::to_owned);
    let steps = entries
        .into_iter()
        .map(|entry| {
            let key = format!("{prefix}{}", entry.key);
            PlannedStep::put(&dc, key, entry.value, entry.flags)
        })
        .collect();
    let change = changes.plan_import(steps, repeats).await;
    change
        .map(Json)
        .map_err(|error| error.about(Some(&dc), &acl_rule::keys_write(&prefix)))
}

async fn upload(body: Body) -> Result<bytes::Bytes, Error> {
    match Limited::new(body, UPLOAD_MAX_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Error::TooLarge(format!(
            "a file may have {} MiB at most",
            UPLOAD_MAX_BYTES / 1024 / 1024
        ))),
        Err(_) => Err(Error::BadRequest("the file did not arrive".to_owned())),
    }
}

/// The folder that all names of a file begin with, where the first one of `prefix` is that, too: a
/// file of whole keys would land at `a/a/`.
fn repeated<'a>(prefix: &'a str, entries: &[Entry]) -> Option<&'a str> {
    let begins = |folder: &str| entries.iter().all(|entry| entry.key.starts_with(folder));
    if begins(prefix) {
        return Some(prefix).filter(|prefix| !prefix.is_empty());
    }
    let (first, _) = prefix.split_once('/')?;
    let top = &prefix[..=first.len()];
    begins(top).then_some(top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_keys_are_noticed() {
        let of = |prefix: &'static str, keys: &[&str]| {
            let entry = |key: &&str| Entry {
                key: (*key).to_owned(),
                value: Vec::new(),
                flags: 0,
            };
            let entries: Vec<Entry> = keys.iter().map(entry).collect();
            repeated(prefix, &entries)
        };
        assert_eq!(of("", &["a/b"]), None);
        assert_eq!(of("a/b/", &["a/b/c", "a/b/d"]), Some("a/b/"));
        assert_eq!(of("a/b/", &["a/b/c", "a/x"]), Some("a/"));
        assert_eq!(of("a/b/", &["a/b/c", "b/x"]), None);
        assert_eq!(of("a/", &["apple"]), None);
        assert_eq!(of("a/", &["b/a/x"]), None);
    }
}
