//! Which schema a key has: that of the file for its prefix, else that of the nearest folder.

use std::{path::Path, sync::Arc};

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::future::join_all;
use tokio::io::AsyncReadExt;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    format::{Diagnostic, Format, Severity},
    problem::Problem,
    schema::{
        CompleteRequest, Completions, KeyPlace, SCHEMA_KEY, SchemaInUse, SchemaOf, is_schema,
    },
};

use super::{
    kv::{OneKey, read},
    request::{JsonBody, Params, place},
    validate::refuse_large,
};
use crate::{
    config::{Config, schema_for},
    consul::Error as ClientError,
    datacenter::{Clusters, Place},
    error::Error,
    state::AppState,
    validate::{self, SCHEMA_MAX_BYTES, Schema},
};

/// Folders above a key that are looked into, nearest first.
const FOLDERS_MAX: usize = 16;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(schema))
        .routes(routes!(complete))
}

/// The schema that a key's value is compared with.
#[utoipa::path(
    get,
    path = "/kv/schema",
    tag = "kv",
    params(OneKey),
    responses((status = 200, body = SchemaOf), (status = "default", body = Problem))
)]
async fn schema(
    State(config): State<Arc<Config>>,
    State(clusters): State<Clusters>,
    Params(OneKey { dc, key }): Params<OneKey>,
) -> Result<Json<SchemaOf>, Error> {
    let place = place(&clusters, dc).await?;
    let Some(held) = held(&config, &place, &key).await else {
        return Ok(Json(SchemaOf::default()));
    };
    let (schema, _) = blocking(move || held.open()).await?;
    Ok(Json(SchemaOf {
        schema: Some(schema),
    }))
}

/// What may stand at a place of a text, after the schema of its key; changes nothing.
#[utoipa::path(
    post,
    path = "/complete",
    tag = "kv",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = CompleteRequest,
    responses((status = 200, body = Completions), (status = "default", body = Problem))
)]
async fn complete(
    State(config): State<Arc<Config>>,
    State(clusters): State<Clusters>,
    JsonBody(request): JsonBody<CompleteRequest>,
) -> Result<Json<Completions>, Error> {
    refuse_large(request.text.len())?;
    let Some(held) = find(&config, &clusters, request.format, &request.place).await? else {
        return Ok(Json(Completions::default()));
    };
    let found = blocking(move || {
        let (_, schema) = held.open();
        schema.map_or_else(Completions::default, |schema| {
            let CompleteRequest {
                format,
                text,
                line,
                column,
                ..
            } = request;
            validate::complete(&schema, format, &text, line, column)
        })
    })
    .await?;
    Ok(Json(found))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("the work with a schema ended: {error}")))
}

/// A schema as it was found.
pub(super) struct Held {
    name: SchemaInUse,
    text: Result<String, String>,
}

impl Held {
    /// Reads it: none where it is wrong, which is said then. Takes a while.
    pub(super) fn open(self) -> (SchemaInUse, Option<Schema>) {
        let Self { mut name, text } = self;
        let read = text.and_then(|text| {
            Schema::read(&text).map_err(|fault| {
                format!(
                    "line {}, column {}: {}",
                    fault.line, fault.column, fault.message
                )
            })
        });
        match read {
            Ok(schema) => (name, Some(schema)),
            Err(problem) => {
                name.problem = Some(problem);
                (name, None)
            }
        }
    }
}

/// What `text`, which parses as `format`, breaks of its schema, and which one that is. A schema's
/// own text is looked at as one. Takes a while.
pub(super) fn compare(
    held: Option<Held>,
    key: &str,
    format: Format,
    text: &str,
) -> (Vec<Diagnostic>, Option<SchemaInUse>) {
    if is_schema(key) && format == Format::Json {
        let fault = Schema::read(text).err().map(|fault| Diagnostic {
            line: fault.line,
            column: fault.column,
            message: format!("this is no JSON Schema: {}", fault.message),
            severity: Severity::Warning,
        });
        return (fault.into_iter().collect(), None);
    }
    let Some(held) = held else {
        return (Vec::new(), None);
    };
    let (name, schema) = held.open();
    let found = match (&schema, &name.problem) {
        (Some(schema), _) => schema.check(format, text),
        (None, problem) => vec![Diagnostic {
            line: 1,
            column: 1,
            message: format!(
                "not compared with the schema {}, which is wrong itself: {}",
                name.name(),
                problem.as_deref().unwrap_or_default()
            ),
            severity: Severity::Warning,
        }],
    };
    (found, Some(name))
}

/// The schema of the value that a text of `format` is, or will be.
pub(super) async fn find(
    config: &Config,
    clusters: &Clusters,
    format: Format,
    of: &KeyPlace,
) -> Result<Option<Held>, Error> {
    if !format.is_tree() || of.key.is_empty() {
        return Ok(None);
    }
    let place = place(clusters, Some(of.datacenter.clone())).await?;
    Ok(held(config, &place, &of.key).await)
}

async fn held(config: &Config, place: &Place, key: &str) -> Option<Held> {
    if is_schema(key) {
        return None;
    }
    if let Some(schema) = schema_for(&config.schemas, &place.shown, key) {
        let name = SchemaInUse {
            file: Some(schema.file.display().to_string()),
            ..SchemaInUse::default()
        };
        let text = read_file(&schema.file).await;
        return Some(Held { name, text });
    }
    let found = folders_of(key).map(|folder| {
        let key = format!("{folder}{SCHEMA_KEY}");
        async move { (read(place, &key).await, key) }
    });
    join_all(found).await.into_iter().find_map(|(found, key)| {
        let text = match found {
            // a folder that one may not read into has none for the one who asks
            Ok(None) | Err(ClientError::Forbidden { .. }) => return None,
            Ok(Some(pair)) => STANDARD
                .decode(pair.value.unwrap_or_default())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or_else(|| "it is no text".to_owned()),
            Err(error) => Err(format!("it cannot be read: {error}")),
        };
        let name = SchemaInUse {
            key: Some(key),
            ..SchemaInUse::default()
        };
        Some(Held { name, text })
    })
}

/// The folders above `key`, nearest first; the top is the empty one.
fn folders_of(key: &str) -> impl Iterator<Item = &str> {
    key.rmatch_indices('/')
        .map(|(at, _)| &key[..=at])
        .chain(std::iter::once(""))
        .take(FOLDERS_MAX)
}

async fn read_file(path: &Path) -> Result<String, String> {
    let read = async {
        let mut text = String::new();
        let most = u64::try_from(SCHEMA_MAX_BYTES + 1).unwrap_or(u64::MAX);
        let file = tokio::fs::File::open(path).await?;
        file.take(most).read_to_string(&mut text).await?;
        Ok::<_, std::io::Error>(text)
    };
    read.await
        .map_err(|error| format!("it cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_looked_into_from_the_nearest() {
        let folders = |key| folders_of(key).collect::<Vec<_>>();
        assert_eq!(folders("a/b/c.yaml"), ["a/b/", "a/", ""]);
        assert_eq!(folders("c.yaml"), [""]);
        assert_eq!(folders("/a//b"), ["/a//", "/a/", "/", ""]);
        assert_eq!(folders(&"a/".repeat(50)).len(), FOLDERS_MAX);
    }
}
