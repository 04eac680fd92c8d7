//! Addresses of `services`.

use super::ListQuery;
use crate::routes::part;

/// `Rows<ServiceRow>`.
#[must_use]
pub fn services(dc: &str, query: &ListQuery) -> String {
    query.after(format!("api/services?dc={}", part(dc)))
}

/// `ServiceDetail`.
#[must_use]
pub fn service(dc: &str, name: &str) -> String {
    format!("api/services/{}?dc={}", part(name), part(dc))
}

/// `Instance`.
#[must_use]
pub fn instance(dc: &str, name: &str, node: &str, id: &str) -> String {
    format!(
        "api/services/{}/instances/{}/{}?dc={}",
        part(name),
        part(node),
        part(id),
        part(dc)
    )
}
