//! Plans to delete, copy and move keys and folders.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    changes::{Change, ChangeKind, CopyKeys, DeleteKeys, Matching},
    problem::Problem,
};

use crate::{
    api::{
        acl_rule,
        request::{JsonBody, place},
    },
    changes::{Changes, common_folder},
    datacenter::Clusters,
    error::Error,
    grant::WriteGrant,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(delete))
        .routes(routes!(copy))
        .routes(routes!(r#move))
}

/// Plans to delete keys and folders: shows each key that goes, and deletes nothing.
#[utoipa::path(
    post,
    path = "/kv/delete",
    tag = "changes",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = DeleteKeys,
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn delete(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    _: WriteGrant,
    JsonBody(mut request): JsonBody<DeleteKeys>,
) -> Result<Json<Change>, Error> {
    let datacenter = place(&clusters, Some(request.datacenter)).await?.shown;
    request.datacenter = datacenter.clone();
    let rule = acl_rule::keys(folder_of(&request.keys, request.matching.as_ref()));
    let change = changes.plan_delete(request).await;
    change
        .map(Json)
        .map_err(|error| error.about(Some(&datacenter), &rule))
}

/// Plans to copy keys and folders: shows what would happen to each key at its destination.
#[utoipa::path(
    post,
    path = "/kv/copy",
    tag = "changes",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = CopyKeys,
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn copy(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    _: WriteGrant,
    JsonBody(request): JsonBody<CopyKeys>,
) -> Result<Json<Change>, Error> {
    plan(&clusters, &changes, ChangeKind::Copy, request).await
}

/// Plans to move or rename keys and folders. A key leaves its place only once it is known to be
/// at the other.
#[utoipa::path(
    post,
    path = "/kv/move",
    tag = "changes",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = CopyKeys,
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn r#move(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    _: WriteGrant,
    JsonBody(request): JsonBody<CopyKeys>,
) -> Result<Json<Change>, Error> {
    plan(&clusters, &changes, ChangeKind::Move, request).await
}

async fn plan(
    clusters: &Clusters,
    changes: &Changes,
    kind: ChangeKind,
    mut request: CopyKeys,
) -> Result<Json<Change>, Error> {
    let from = place(clusters, Some(request.datacenter)).await?.shown;
    if let Some(to) = request.to_datacenter.take() {
        request.to_datacenter = Some(place(clusters, Some(to)).await?.shown);
    }
    request.datacenter = from.clone();
    let rule = acl_rule::keys(folder_of(&request.keys, request.matching.as_ref()));
    let change = changes.plan_copy(kind, request).await;
    change
        .map(Json)
        .map_err(|error| error.about(Some(&from), &rule))
}

/// The folder that all keys of a request are in: empty for the top.
pub(super) fn folder_of<'a>(keys: &'a [String], matching: Option<&'a Matching>) -> &'a str {
    match matching {
        Some(matching) if keys.is_empty() => &matching.folder,
        Some(_) => "",
        None => common_folder(keys.iter().map(String::as_str)),
    }
}
