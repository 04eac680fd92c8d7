//! Addresses of `nodes`.

use super::ListQuery;
use crate::routes::part;

/// `Rows<NodeRow>`.
#[must_use]
pub fn nodes(dc: &str, query: &ListQuery) -> String {
    query.after(format!("api/nodes?dc={}", part(dc)))
}

/// `NodeDetail`; its instances are asked for by windows.
#[must_use]
pub fn node(dc: &str, name: &str) -> String {
    format!("api/nodes/{}?dc={}&limit=0", part(name), part(dc))
}
