//! The address of the overview.

use crate::routes::part;

/// `Overview`.
#[must_use]
pub fn overview(dc: &str) -> String {
    format!("api/overview?dc={}", part(dc))
}
