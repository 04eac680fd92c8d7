//! Addresses of `search`.

use wire::{
    changes::Change,
    problem::Problem,
    search_hits::{LookIn, PatternKind, ReplaceInValues},
};

use super::request;
use crate::routes::part;

/// What is looked for, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Datacenter.
    pub dc: String,
    /// The folder, with its `/`; empty for the whole store.
    pub prefix: String,
    /// The pattern.
    pub text: String,
    /// Where is looked.
    pub look_in: LookIn,
    /// What the pattern is.
    pub kind: PatternKind,
    /// The case of letters counts.
    pub match_case: bool,
}

/// A stream of `SearchEvent`.
#[must_use]
pub fn search(query: &SearchQuery) -> String {
    format!(
        "api/search?dc={}&prefix={}&q={}&in={}&kind={}&case={}",
        part(&query.dc),
        part(&query.prefix),
        part(&query.text),
        query.look_in.word(),
        query.kind.word(),
        query.match_case
    )
}

/// Plans to replace what a search finds in values.
///
/// # Errors
/// Any problem.
pub async fn replace(what: &ReplaceInValues) -> Result<Change, Problem> {
    request::send("POST", "api/search/replace", Some(what)).await
}
