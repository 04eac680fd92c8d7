//! Addresses of `changes`: plans of many keys, their steps, applying and undoing them.

use wire::{
    changes::{Apply, Change, CopyKeys, DeleteKeys, StepDetail, Steps},
    problem::Problem,
};

use super::request;

/// A change as far as it is.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn get(id: &str) -> Result<Change, Problem> {
    request::get(&format!("api/changes/{id}")).await
}

/// Some steps of a change: those whose action or outcome is `only`, or all where that is empty.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn steps(id: &str, offset: usize, limit: usize, only: &str) -> Result<Steps, Problem> {
    request::get(&format!(
        "api/changes/{id}/steps?offset={offset}&limit={limit}&only={only}"
    ))
    .await
}

/// One step with its values.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn step(id: &str, number: usize) -> Result<StepDetail, Problem> {
    request::get(&format!("api/changes/{id}/steps/{number}")).await
}

/// Carries a planned change out; gives it as it is when that has begun.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn apply(id: &str, how: &Apply) -> Result<Change, Problem> {
    request::send("POST", &format!("api/changes/{id}/apply"), Some(how)).await
}

/// Forgets a planned change, or stops a running one.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn cancel(id: &str) -> Result<Change, Problem> {
    request::send("POST", &format!("api/changes/{id}/cancel"), None::<&()>).await
}

/// Plans what takes a change back.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn undo(id: &str) -> Result<Change, Problem> {
    request::send("POST", &format!("api/changes/{id}/undo"), None::<&()>).await
}

/// Plans to delete keys and folders.
///
/// # Errors
/// Any problem.
pub async fn plan_delete(request: &DeleteKeys) -> Result<Change, Problem> {
    request::send("POST", "api/kv/delete", Some(request)).await
}

/// Plans to copy keys and folders, or to move them.
///
/// # Errors
/// Any problem.
pub async fn plan_copy(request: &CopyKeys, is_move: bool) -> Result<Change, Problem> {
    let url = if is_move {
        "api/kv/move"
    } else {
        "api/kv/copy"
    };
    request::send("POST", url, Some(request)).await
}
