//! Whether a text is what its format promises, asked while one types.

use std::sync::Arc;

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    format::{Diagnostic, Format, Formatted, Severity, ValidateRequest, Validation},
    problem::Problem,
};

use super::{request::JsonBody, schemas};
use crate::{config::Config, datacenter::Clusters, error::Error, state::AppState, validate};

/// Larger than any value that Consul takes.
const TEXT_MAX_BYTES: usize = 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(check))
        .routes(routes!(tidy))
}

/// Lays a text out anew, or says why not; changes nothing.
#[utoipa::path(
    post,
    path = "/format",
    tag = "kv",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = ValidateRequest,
    responses((status = 200, body = Formatted), (status = "default", body = Problem))
)]
async fn tidy(JsonBody(request): JsonBody<ValidateRequest>) -> Result<Json<Formatted>, Error> {
    refuse_large(request.text.len())?;
    tokio::task::spawn_blocking(move || validate::tidy(request.format, &request.text))
        .await
        .map_err(|error| Error::Internal(format!("the layout of a text ended: {error}")))?
        .map(|text| Json(Formatted { text }))
        .map_err(Error::BadRequest)
}

pub(super) fn refuse_large(size_bytes: usize) -> Result<(), Error> {
    if size_bytes > TEXT_MAX_BYTES {
        return Err(Error::TooLarge(
            "a text of more than 1 MiB is not checked".to_owned(),
        ));
    }
    Ok(())
}

/// Checks a text; changes nothing.
#[utoipa::path(
    post,
    path = "/validate",
    tag = "kv",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = ValidateRequest,
    responses((status = 200, body = Validation), (status = "default", body = Problem))
)]
async fn check(
    State(config): State<Arc<Config>>,
    State(clusters): State<Clusters>,
    JsonBody(request): JsonBody<ValidateRequest>,
) -> Result<Json<Validation>, Error> {
    let ValidateRequest {
        format,
        text,
        place,
    } = request;
    refuse_large(text.len())?;
    let held = match &place {
        Some(place) => schemas::find(&config, &clusters, format, place).await?,
        None => None,
    };
    let key = place.unwrap_or_default().key;
    tokio::task::spawn_blocking(move || {
        let mut diagnostics = validate::validate(format, &text);
        let schema = if stops_a_save(&diagnostics) {
            held.map(|held| held.open().0)
        } else {
            let (found, schema) = schemas::compare(held, &key, format, &text);
            diagnostics.extend(found);
            diagnostics.sort_by_key(|found| (found.line, found.column));
            schema
        };
        Json(Validation {
            diagnostics,
            schema,
        })
    })
    .await
    .map_err(|error| Error::Internal(format!("the check of a text ended: {error}")))
}

/// Whether any of `found` is an error.
pub(super) fn stops_a_save(found: &[Diagnostic]) -> bool {
    found.iter().any(|found| found.severity == Severity::Error)
}

/// Off the threads that answer, since a large text takes a while.
pub(super) async fn run(format: Format, bytes: Vec<u8>) -> Result<Vec<Diagnostic>, Error> {
    refuse_large(bytes.len())?;
    tokio::task::spawn_blocking(move || validate::validate_bytes(format, &bytes))
        .await
        .map_err(|error| Error::Internal(format!("the check of a text ended: {error}")))
}
