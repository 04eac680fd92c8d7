//! Keys into a file.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderValue, header};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    changes::{ExportCount, Matching},
    kv::is_secret,
    problem::Problem,
};

use crate::{
    api::{
        acl_rule,
        request::{JsonBody, Params, place},
    },
    bundle::{self, Entry, Shape, VALUES_MAX_BYTES},
    changes::{Changes, Content, in_order, too_many_bytes},
    config::Config,
    consul::Error as ClientError,
    datacenter::{Clusters, Place},
    error::Error,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(export_folder, export_keys))
        .routes(routes!(count))
}

/// A folder to export.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FolderExport {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    dc: Option<String>,
    /// The folder, with its ending `/`; empty for all keys.
    #[serde(default)]
    prefix: String,
    /// How they are written.
    #[serde(default)]
    #[param(inline)]
    format: Shape,
}

/// Keys to export.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct KeysExport {
    /// Where.
    datacenter: String,
    /// Whole keys; one that ends with `/` is the folder with all below it.
    #[serde(default)]
    keys: Vec<String>,
    /// Beside them all that a filter finds.
    #[serde(default)]
    matching: Option<Matching>,
    /// No folders are meant: a key that ends with `/` is a key like the others. For what a search
    /// found.
    #[serde(default)]
    exactly: bool,
    /// How they are written.
    #[serde(default)]
    #[schema(inline)]
    format: Shape,
}

/// A folder as a file: what `consul kv export` writes, a tree of YAML or JSON, or a zip archive.
#[utoipa::path(
    get,
    path = "/kv/export",
    tag = "changes",
    params(FolderExport),
    responses((status = 200, description = "The file"), (status = "default", body = Problem))
)]
async fn export_folder(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    Params(wanted): Params<FolderExport>,
) -> Result<Response, Error> {
    check_folder(&wanted.prefix)?;
    let dc = place(&clusters, wanted.dc).await?.shown;
    let keys = Wanted::Below(vec![wanted.prefix], None);
    export(&changes, &dc, keys, wanted.format).await
}

/// Keys and folders as a file.
#[utoipa::path(
    post,
    path = "/kv/export",
    tag = "changes",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = KeysExport,
    responses((status = 200, description = "The file"), (status = "default", body = Problem))
)]
async fn export_keys(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    JsonBody(wanted): JsonBody<KeysExport>,
) -> Result<Response, Error> {
    let dc = place(&clusters, Some(wanted.datacenter.clone()))
        .await?
        .shown;
    let format = wanted.format;
    export(&changes, &dc, Wanted::of(wanted)?, format).await
}

/// How many keys such a file would hold, and how many of them are marked secret.
#[utoipa::path(
    post,
    path = "/kv/export/count",
    tag = "changes",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = KeysExport,
    responses((status = 200, body = ExportCount), (status = "default", body = Problem))
)]
async fn count(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    State(config): State<Arc<Config>>,
    JsonBody(wanted): JsonBody<KeysExport>,
) -> Result<Json<ExportCount>, Error> {
    let dc = place(&clusters, Some(wanted.datacenter.clone()))
        .await?
        .shown;
    let wanted = Wanted::of(wanted)?;
    let rule = wanted.rule();
    let named = wanted.names(&changes, &dc).await;
    let (_, names) = named.map_err(|error| error.about(Some(&dc), &rule))?;
    let secret = names.iter();
    let secret = secret.filter(|key| is_secret(&config.secret_keys, key));
    Ok(Json(ExportCount {
        keys: names.len(),
        secret: secret.count(),
    }))
}

/// Which keys become a file.
enum Wanted {
    /// Keys, folders with all below them, and what a filter finds.
    Below(Vec<String>, Option<Matching>),
    /// Keys, whatever they end with.
    Exactly(Vec<String>),
}

impl Wanted {
    fn of(wanted: KeysExport) -> Result<Self, Error> {
        match (wanted.exactly, wanted.matching) {
            (false, matching) => Ok(Self::Below(wanted.keys, matching)),
            (true, None) => Ok(Self::Exactly(wanted.keys)),
            (true, Some(_)) => {
                let text = "Exactly: a filter finds folders, too".to_owned();
                Err(Error::BadRequest(text))
            }
        }
    }

    fn parts(&self) -> (&[String], Option<&Matching>) {
        match self {
            Self::Below(keys, matching) => (keys, matching.as_ref()),
            Self::Exactly(keys) => (keys, None),
        }
    }

    /// What a token has to allow.
    fn rule(&self) -> String {
        let (keys, matching) = self.parts();
        acl_rule::keys(super::keys::folder_of(keys, matching))
    }

    async fn names(self, changes: &Changes, dc: &str) -> Result<(Place, Vec<String>), Error> {
        match self {
            Self::Below(keys, matching) => changes.names(dc, keys, matching.as_ref()).await,
            Self::Exactly(keys) => changes.exactly(dc, keys).await,
        }
    }
}

async fn export(
    changes: &Changes,
    dc: &str,
    wanted: Wanted,
    shape: Shape,
) -> Result<Response, Error> {
    let name = match wanted.parts() {
        ([key], None) => file_name(dc, key),
        ([], Some(matching)) => file_name(dc, &matching.folder),
        _ => file_name(dc, "keys"),
    };
    let rule = wanted.rule();
    let about = |error: Error| error.about(Some(dc), &rule);
    let (place, names) = wanted.names(changes, dc).await.map_err(about)?;
    let contents = Box::pin(in_order(place, names));
    let body = match shape {
        Shape::Consul => piece_by_piece(contents).await.map_err(about)?,
        shape => at_once(contents, shape).await.map_err(about)?,
    };
    let disposition = format!("attachment; filename=\"{name}.{}\"", shape.ending());
    let disposition = HeaderValue::from_str(&disposition)
        .map_err(|error| Error::Internal(format!("the name of an export: {error}")))?;
    let kind = HeaderValue::from_static(shape.content_type());
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        body,
    )
        .into_response())
}

/// What keys hold, some at a time.
type Contents<S> = std::pin::Pin<Box<S>>;

/// What is sent while it is read: of any size. Where reading fails on the way, the answer breaks
/// off, so that nobody takes it for whole.
async fn piece_by_piece<S>(mut contents: Contents<S>) -> Result<Body, Error>
where
    S: Stream<Item = Result<Vec<(String, Content)>, ClientError>> + Send + 'static,
{
    // what cannot be read at all is a problem, and no file
    let first = loop {
        match contents.try_next().await? {
            None => return Err(nothing()),
            Some(some) if some.is_empty() => {}
            Some(some) => break bundle::consul_piece(&entries(some), true),
        }
    };
    let (begin, end) = bundle::CONSUL_ENDS;
    let head = [begin.as_bytes(), &first].concat();
    let rest = contents
        .try_filter(|some| std::future::ready(!some.is_empty()))
        .map_ok(|some| bundle::consul_piece(&entries(some), false));
    let ends = |bytes: Vec<u8>| stream::once(std::future::ready(Ok(bytes)));
    let whole = ends(head).chain(rest).chain(ends(end.into()));
    // whoever compresses it asks once more than there is
    Ok(Body::from_stream(whole.fuse()))
}

/// What is known to fit only once all of it is read.
async fn at_once<S>(mut contents: Contents<S>, shape: Shape) -> Result<Body, Error>
where
    S: Stream<Item = Result<Vec<(String, Content)>, ClientError>> + Send + 'static,
{
    let _turn = AT_ONCE.acquire().await;
    let (mut all, mut bytes) = (Vec::new(), 0);
    while let Some(some) = contents.try_next().await? {
        bytes += some
            .iter()
            .map(|(_, (value, _))| value.len())
            .sum::<usize>();
        if bytes > VALUES_MAX_BYTES {
            return Err(too_many_bytes(VALUES_MAX_BYTES));
        }
        all.extend(entries(some));
    }
    if all.is_empty() {
        return Err(nothing());
    }
    aside(move || bundle::write(shape, &all))
        .await
        .map(Body::from)
}

/// So many files that are made as a whole are in memory at a time.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

fn entries(contents: Vec<(String, Content)>) -> Vec<Entry> {
    let entry = |(key, (bytes, flags)): (String, Content)| Entry {
        key,
        value: bytes.to_vec(),
        flags,
    };
    contents.into_iter().map(entry).collect()
}

fn nothing() -> Error {
    Error::NotFound("none of these keys exists".to_owned())
}

/// Large files take a while: others are answered meanwhile.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, bundle::Complaint> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("a file of keys: {error}")))?
        .map_err(Error::BadRequest)
}

pub(super) fn check_folder(prefix: &str) -> Result<(), Error> {
    if !prefix.is_empty() && !prefix.ends_with('/') {
        return Err(Error::BadRequest("a prefix ends with /".to_owned()));
    }
    Ok(())
}

/// `dc1-omo-msa`, of letters that every system takes.
fn file_name(dc: &str, key: &str) -> String {
    let text = format!("{dc}-{key}");
    let plain: String = text
        .chars()
        .take(80)
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') {
                letter
            } else {
                '-'
            }
        })
        .collect();
    plain.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_plain_names() {
        assert_eq!(file_name("dc1", "omo/msa/"), "dc1-omo-msa");
        assert_eq!(file_name("dc1@east", ""), "dc1-east");
        assert_eq!(file_name("dc1", "a\"\r\n../é"), "dc1-a");
    }
}
