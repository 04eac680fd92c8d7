//! A list over datacenters that says who did not answer.

use serde::{Deserialize, Serialize};

use crate::{datacenters::DatacenterState, health::Counts, problem::Problem};

/// Some rows of a list, how many there are in all, and the datacenters that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Rows<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many rows match what was asked for.
    pub total: usize,
    /// How many of them stand before the first of `items`.
    #[serde(default)]
    pub offset: usize,
    /// How many of those before are in trouble: such rows may be higher than others.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub trouble_before: usize,
    /// How many rows there are, whether they match or not.
    #[serde(default)]
    pub all: usize,
    /// The rows that match the search, by state; the wanted state is not looked at.
    #[serde(default)]
    pub health: Counts,
    /// How many instances the rows that match stand for.
    #[serde(default)]
    pub instances: u32,
    /// The token does not see everything: Consul left rows out.
    #[serde(default)]
    pub filtered_by_acl: bool,
    /// Who did not answer; the rows of the others are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
    /// How each datacenter that was asked fares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datacenters: Vec<DatacenterState>,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl<T> Rows<T> {
    /// A whole list, nothing hidden, nobody failed.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            total: items.len(),
            offset: 0,
            trouble_before: 0,
            all: items.len(),
            health: Counts::default(),
            instances: 0,
            items,
            filtered_by_acl: false,
            failed: Vec::new(),
            datacenters: Vec::new(),
        }
    }

    /// `items` are all there are: nothing of the list is elsewhere.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.items.len() == self.all
    }
}
