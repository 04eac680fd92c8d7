//! Addresses of `sessions`, and what ends one.

use wire::{problem::Problem, sessions::SessionDetail};

use super::{ListQuery, request};
use crate::routes::part;

/// `Rows<SessionRow>`.
#[must_use]
pub fn list(dc: &str, query: &ListQuery) -> String {
    query.after(format!("api/sessions?dc={}", part(dc)))
}

/// `Locks`: the keys of a datacenter that are held.
#[must_use]
pub fn locks(dc: &str) -> String {
    format!("api/sessions/locks?dc={}", part(dc))
}

fn one(dc: &str, id: &str) -> String {
    format!("api/sessions/{}?dc={}", part(id), part(dc))
}

/// A session with the keys that it holds.
///
/// # Errors
/// `not_found` where it has ended, or any other problem.
pub async fn detail(dc: &str, id: &str) -> Result<SessionDetail, Problem> {
    request::get(&one(dc, id)).await
}

/// Ends a session.
///
/// # Errors
/// Any problem.
pub async fn invalidate(dc: &str, id: &str) -> Result<(), Problem> {
    request::send_without_answer("DELETE", &one(dc, id), None::<&()>).await
}
