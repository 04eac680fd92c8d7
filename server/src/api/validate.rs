//! Whether a text is what its format promises, asked while one types.

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    format::{Diagnostic, Format, ValidateRequest, Validation},
    problem::Problem,
};

use super::request::JsonBody;
use crate::{error::Error, state::AppState, validate};

/// Larger than any value that Consul takes.
const TEXT_MAX_BYTES: usize = 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(check))
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
async fn check(JsonBody(request): JsonBody<ValidateRequest>) -> Result<Json<Validation>, Error> {
    let diagnostics = run(request.format, request.text.into_bytes()).await?;
    Ok(Json(Validation { diagnostics }))
}

/// Off the threads that answer, since a large text takes a while.
pub(super) async fn run(format: Format, bytes: Vec<u8>) -> Result<Vec<Diagnostic>, Error> {
    if bytes.len() > TEXT_MAX_BYTES {
        return Err(Error::TooLarge(
            "a text of more than 1 MiB is not checked".to_owned(),
        ));
    }
    tokio::task::spawn_blocking(move || validate::validate_bytes(format, &bytes))
        .await
        .map_err(|error| Error::Internal(format!("the check of a text ended: {error}")))
}
