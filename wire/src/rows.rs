//! A list over datacenters that says who did not answer.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Some rows of a list, how many there are in all, and the datacenters that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Rows<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many rows there are in all.
    pub total: usize,
    /// The token does not see everything: Consul left rows out.
    #[serde(default)]
    pub filtered_by_acl: bool,
    /// Who did not answer; the rows of the others are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
}

/// A datacenter that did not answer, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Failed {
    /// Its name.
    pub datacenter: String,
    /// Why.
    pub problem: Problem,
}

impl<T> Rows<T> {
    /// A whole list, nothing hidden, nobody failed.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            total: items.len(),
            items,
            filtered_by_acl: false,
            failed: Vec::new(),
        }
    }
}
