//! Addresses of `nodes`.

use crate::routes::part;

/// `Rows<NodeRow>`.
#[must_use]
pub fn nodes(dc: &str) -> String {
    format!("api/nodes?dc={}", part(dc))
}

/// `NodeDetail`.
#[must_use]
pub fn node(dc: &str, name: &str) -> String {
    format!("api/nodes/{}?dc={}", part(name), part(dc))
}
