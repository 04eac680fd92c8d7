//! Addresses of `datacenters`.

/// `Datacenters`.
#[must_use]
pub fn datacenters() -> String {
    "api/datacenters".to_owned()
}
