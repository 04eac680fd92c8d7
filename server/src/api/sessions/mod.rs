//! Sessions: the list, one of them with the keys that it holds, and their end.

mod held;
mod ours;

use axum::{Json, extract::State, response::Response};
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    live::{Subject, Topic},
    problem::Problem,
    rows::Rows,
    sessions::{Locks, SessionDetail, SessionRow},
};

pub(crate) use held::HeldLocks;
use ours::Ours;

use super::{
    acl_rule,
    etag::{IfNoneMatch, current},
    request::{InDatacenter, Names, Params, place},
    window::{self, Orders, WindowParams, Windowed},
};
use crate::{
    consul::Query,
    datacenter::{Clusters, Place},
    error::Error,
    grant::WriteGrant,
    history::History,
    shards::Walks,
    state::AppState,
    view,
    watch::{Version, Watches},
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(locks))
        .routes(routes!(detail, invalidate))
}

/// Every session, by name.
#[utoipa::path(
    get,
    path = "/sessions",
    tag = "sessions",
    params(InDatacenter, WindowParams),
    responses((status = 200, body = Rows<SessionRow>), (status = "default", body = Problem))
)]
async fn all(
    State(clusters): State<Clusters>,
    State(orders): State<Orders>,
    State(watches): State<Watches>,
    has: IfNoneMatch,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let dc = place(&clusters, params.dc).await?.shown;
    let found = current(
        watches
            .read::<Rows<SessionRow>>(Subject::Sessions, &dc)
            .await,
    )
    .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::sessions()))?;
    let topic = Topic::new(Subject::Sessions, &*dc);
    window::answer(&has, &found, &found.value, &topic, &wanted, &orders)
}

/// The keys that sessions hold. Consul has no list of them: the store is looked through, as far
/// as that is done in a moment.
#[utoipa::path(
    get,
    path = "/sessions/locks",
    tag = "sessions",
    params(InDatacenter),
    responses((status = 200, body = Locks), (status = "default", body = Problem))
)]
async fn locks(
    State(clusters): State<Clusters>,
    State(held): State<HeldLocks>,
    State(walks): State<Walks>,
    has: IfNoneMatch,
    Params(InDatacenter { dc }): Params<InDatacenter>,
) -> Result<Response, Error> {
    let place = place(&clusters, dc).await?;
    let locks = read_locks(&held, &walks, &place).await?;
    Ok(has.answer(&Version::of(&*locks), || &*locks))
}

async fn read_locks(
    held: &HeldLocks,
    walks: &Walks,
    place: &Place,
) -> Result<std::sync::Arc<Locks>, Error> {
    held.read(walks, place)
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::values("")))
}

/// One session with the keys that it holds.
#[utoipa::path(
    get,
    path = "/sessions/{id}",
    tag = "sessions",
    params(("id" = String, Path, description = "Its UUID"), InDatacenter),
    responses((status = 200, body = SessionDetail), (status = "default", body = Problem))
)]
async fn detail(
    State(clusters): State<Clusters>,
    State(held): State<HeldLocks>,
    State(walks): State<Walks>,
    Names(id): Names<String>,
    Params(InDatacenter { dc }): Params<InDatacenter>,
) -> Result<Json<SessionDetail>, Error> {
    let place = place(&clusters, dc).await?;
    let session = find(&place, &id).await?;
    let locks = read_locks(&held, &walks, &place).await?;
    let keys = locks.items.iter().filter(|lock| lock.session == session.id);
    Ok(Json(SessionDetail {
        keys: keys.map(|lock| lock.key.clone()).collect(),
        session,
        looked_at: locks.looked_at,
        of: locks.of,
    }))
}

/// What an end of a session is told with.
type Told = (State<History>, State<HeldLocks>, State<Walks>);

/// Ends a session: what it holds is released or deleted, as it said itself.
#[utoipa::path(
    delete,
    path = "/sessions/{id}",
    tag = "sessions",
    params(
        ("id" = String, Path, description = "Its UUID"),
        InDatacenter,
        ("X-Waggle" = String, Header, description = "`1`"),
    ),
    responses((status = 204), (status = "default", body = Problem))
)]
async fn invalidate(
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
    told: Told,
    grant: WriteGrant,
    Names(id): Names<String>,
    Params(InDatacenter { dc }): Params<InDatacenter>,
) -> Result<StatusCode, Error> {
    let place = place(&clusters, dc).await?;
    // agents answer the same whether or not there is such a session
    let session = find(&place, &id).await?;
    let (State(history), State(held), State(walks)) = told;
    let ours = Ours::before(&history, &held, &walks, &place, &session).await;
    let query = Query::in_datacenter(&place.dc);
    let outcome = place
        .datacenters
        .write(grant, |client| async move {
            client.session().destroy(&id, &query).await
        })
        .await;
    // whatever became of it: the next read is of what is now
    watches.ended_session(&place.shown);
    let rule = acl_rule::session_write(&session.node);
    outcome.map_err(|error| Error::from(error).about(Some(&place.shown), &rule))?;
    ours.after(&history, &place).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn find(place: &Place, id: &str) -> Result<SessionRow, Error> {
    let is_uuid = id.len() == 36
        && id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if !is_uuid {
        return Err(Error::BadRequest("a session's ID is a UUID".to_owned()));
    }
    let query = Query::in_datacenter(&place.dc);
    let found = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.session().info(id, &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::sessions()))?;
    match found.value {
        Some(entry) => Ok(view::sessions::row(entry)),
        None => Err(Error::NotFound(format!(
            "there is no session {id} in {}",
            place.shown
        ))),
    }
}
