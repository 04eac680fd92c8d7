//! Addresses of `compare`, and what plans to take keys to the other side.

use wire::{
    changes::Change,
    compare::{PromoteKeys, ShownPairs},
    problem::Problem,
};

use super::request;
use crate::routes::part;

/// A folder somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderPlace {
    /// Datacenter.
    pub dc: String,
    /// The folder, with its `/`; empty for the whole store.
    pub prefix: String,
}

/// `Comparison`.
#[must_use]
pub fn comparison(
    left: &FolderPlace,
    right: &FolderPlace,
    show: ShownPairs,
    limit: usize,
) -> String {
    format!(
        "api/compare?dc={}&prefix={}&with={}&with-prefix={}&show={}&limit={limit}",
        part(&left.dc),
        part(&left.prefix),
        part(&right.dc),
        part(&right.prefix),
        show.word()
    )
}

/// Plans to take keys to the other side.
///
/// # Errors
/// Any problem.
pub async fn promote(keys: &PromoteKeys) -> Result<Change, Problem> {
    request::send("POST", "api/compare/promote", Some(keys)).await
}
