//! Addresses of `services`.

use super::ListQuery;
use crate::routes::part;

/// `Rows<ServiceRow>`.
#[must_use]
pub fn services(dc: &str, query: &ListQuery) -> String {
    query.after(format!("api/services?dc={}", part(dc)))
}

/// `ServiceDetail`; its instances are asked for by windows.
#[must_use]
pub fn service(dc: &str, name: &str) -> String {
    format!("api/services/{}?dc={}&limit=0", part(name), part(dc))
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

/// `Rows<InstanceRow>`: the first few of all instances that match.
#[must_use]
pub fn found_instances(dc: &str, filter: &str) -> String {
    format!(
        "api/instances?dc={}&limit=8&q={}",
        part(dc),
        part(filter.trim())
    )
}

/// `Rows<InstanceRow>` of one service.
#[must_use]
pub fn instances_of_service(dc: &str, service: &str, query: &ListQuery) -> String {
    query.after(format!(
        "api/instances?dc={}&service={}",
        part(dc),
        part(service)
    ))
}

/// `Rows<InstanceRow>` of one node.
#[must_use]
pub fn instances_of_node(dc: &str, node: &str, query: &ListQuery) -> String {
    query.after(format!("api/instances?dc={}&node={}", part(dc), part(node)))
}
