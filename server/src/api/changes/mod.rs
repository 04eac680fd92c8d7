//! Changes of many keys: planned in `keys` and `files`, read and carried out here.

mod files;
mod import;
mod keys;

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    changes::{Action, Apply, Change, Interrupted, Outcome, Step, StepDetail, Steps},
    problem::Problem,
};

use super::request::{JsonBody, Names, Params};
use crate::{changes::Changes, error::Error, grant::WriteGrant, state::AppState};

/// The most steps that one answer has.
const STEPS_AT_ONCE: usize = 500;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(recent))
        .routes(routes!(interrupted))
        .routes(routes!(rest))
        .routes(routes!(forget))
        .routes(routes!(change))
        .routes(routes!(steps))
        .routes(routes!(step))
        .routes(routes!(apply))
        .routes(routes!(cancel))
        .routes(routes!(undo))
        .merge(keys::routes())
        .merge(files::routes())
        .merge(import::routes())
}

/// Which steps.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedSteps {
    /// How many stand before the first.
    #[serde(default)]
    offset: usize,
    /// How many; 100 if left out, 500 at most.
    #[serde(default)]
    limit: Option<usize>,
    /// An action (`create`, `overwrite`, `delete`, `equal`, `locked`, `refused`) or an outcome
    /// (`done`, `skipped`, `not_sent`, `changed`, `copied`, `failed`, `unknown`); all if left out.
    #[serde(default)]
    only: String,
}

/// The changes that run or can still be undone, the last one first: for ten minutes each, and no
/// longer than this waggle runs.
#[utoipa::path(
    get,
    path = "/changes",
    tag = "changes",
    responses((status = 200, body = Vec<Change>), (status = "default", body = Problem))
)]
async fn recent(State(changes): State<Changes>) -> Json<Vec<Change>> {
    Json(changes.recent())
}

/// The changes that a waggle which ended in the middle left behind, oldest first.
#[utoipa::path(
    get,
    path = "/changes/interrupted",
    tag = "changes",
    responses((status = 200, body = Vec<Interrupted>), (status = "default", body = Problem))
)]
async fn interrupted(State(changes): State<Changes>) -> Json<Vec<Interrupted>> {
    Json(changes.interrupted())
}

/// Plans what remains of one of them.
#[utoipa::path(
    post,
    path = "/changes/interrupted/{id}/rest",
    tag = "changes",
    params(("id" = String, Path), ("X-Waggle" = String, Header, description = "`1`")),
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn rest(
    State(changes): State<Changes>,
    _: WriteGrant,
    Names(id): Names<String>,
) -> Result<Json<Change>, Error> {
    changes.plan_rest(&id).await.map(Json)
}

/// Forgets one of them.
#[utoipa::path(
    post,
    path = "/changes/interrupted/{id}/forget",
    tag = "changes",
    params(("id" = String, Path), ("X-Waggle" = String, Header, description = "`1`")),
    responses((status = 204), (status = "default", body = Problem))
)]
async fn forget(
    State(changes): State<Changes>,
    grant: WriteGrant,
    Names(id): Names<String>,
) -> Result<StatusCode, Error> {
    changes.forget_interrupted(grant, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A change, as far as it is.
#[utoipa::path(
    get,
    path = "/changes/{id}",
    tag = "changes",
    params(("id" = String, Path)),
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn change(
    State(changes): State<Changes>,
    Names(id): Names<String>,
) -> Result<Json<Change>, Error> {
    changes.get(&id).map(Json)
}

/// What it does to each key, and what became of it.
#[utoipa::path(
    get,
    path = "/changes/{id}/steps",
    tag = "changes",
    params(("id" = String, Path), WantedSteps),
    responses((status = 200, body = Steps), (status = "default", body = Problem))
)]
async fn steps(
    State(changes): State<Changes>,
    Names(id): Names<String>,
    Params(wanted): Params<WantedSteps>,
) -> Result<Json<Steps>, Error> {
    let limit = wanted.limit.unwrap_or(100).min(STEPS_AT_ONCE);
    let only = Only::read(&wanted.only)?;
    let steps = changes.steps(&id, wanted.offset, limit, |step| only.is_meant(step))?;
    Ok(Json(steps))
}

/// One key of it, with what it holds and what it will hold.
#[utoipa::path(
    get,
    path = "/changes/{id}/steps/{number}",
    tag = "changes",
    params(("id" = String, Path), ("number" = usize, Path)),
    responses((status = 200, body = StepDetail), (status = "default", body = Problem))
)]
async fn step(
    State(changes): State<Changes>,
    Names((id, number)): Names<(String, usize)>,
) -> Result<Json<StepDetail>, Error> {
    changes.step(&id, number).map(Json)
}

/// Carries out a planned change, beside the caller; one that runs or is over stays as it is.
#[utoipa::path(
    post,
    path = "/changes/{id}/apply",
    tag = "changes",
    params(("id" = String, Path), ("X-Waggle" = String, Header, description = "`1`")),
    request_body = Apply,
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn apply(
    State(changes): State<Changes>,
    grant: WriteGrant,
    Names(id): Names<String>,
    JsonBody(how): JsonBody<Apply>,
) -> Result<Json<Change>, Error> {
    changes.apply(grant, &id, &how).map(Json)
}

/// Forgets a planned change, stops a running one after what is under way.
#[utoipa::path(
    post,
    path = "/changes/{id}/cancel",
    tag = "changes",
    params(("id" = String, Path), ("X-Waggle" = String, Header, description = "`1`")),
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn cancel(
    State(changes): State<Changes>,
    _: WriteGrant,
    Names(id): Names<String>,
) -> Result<Json<Change>, Error> {
    changes.cancel(&id).map(Json)
}

/// Plans what takes a change back.
#[utoipa::path(
    post,
    path = "/changes/{id}/undo",
    tag = "changes",
    params(("id" = String, Path), ("X-Waggle" = String, Header, description = "`1`")),
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
async fn undo(
    State(changes): State<Changes>,
    _: WriteGrant,
    Names(id): Names<String>,
) -> Result<Json<Change>, Error> {
    changes.plan_undo(&id).await.map(Json)
}

/// What a filter of steps names.
enum Only {
    All,
    Action(Action),
    Outcome(Outcome),
}

impl Only {
    fn read(word: &str) -> Result<Self, Error> {
        if word.is_empty() {
            return Ok(Self::All);
        }
        let action = Action::ALL.into_iter().find(|action| action.word() == word);
        let outcome = Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.word() == word);
        match (action, outcome) {
            (Some(action), _) => Ok(Self::Action(action)),
            (None, Some(outcome)) => Ok(Self::Outcome(outcome)),
            (None, None) => Err(Error::BadRequest(
                "only is neither an action nor an outcome".to_owned(),
            )),
        }
    }

    fn is_meant(&self, step: &Step) -> bool {
        match self {
            Self::All => true,
            Self::Action(action) => step.action == *action,
            Self::Outcome(outcome) => step.outcome == Some(*outcome),
        }
    }
}
