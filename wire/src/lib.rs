//! What waggle's page and its server say to each other.
//!
//! One file a domain, named by Consul's word. Objects of Consul's are spelled as Consul spells
//! them and list only what is shown: what is not listed cannot leak. May import serde only.

pub mod changes;
pub mod checks;
pub mod compare;
pub mod datacenters;
pub mod format;
pub mod health;
pub mod history;
pub mod instances;
pub mod kv;
pub mod live;
pub mod nodes;
pub mod overview;
pub mod problem;
pub mod rows;
pub mod schema;
pub mod search;
pub mod search_hits;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod window;

use serde::{Deserialize, Deserializer};

/// Reads `null` as the empty value: Consul writes `null` for empty maps and lists.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a port; one that is none (Consul takes -5 and 70000 too) as 0, so that one odd
/// registration does not hide a whole list.
pub(crate) fn port_or_none<'de, D>(deserializer: D) -> Result<u16, D::Error>
where
    D: Deserializer<'de>,
{
    let port = Option::<i64>::deserialize(deserializer)?.unwrap_or_default();
    Ok(u16::try_from(port).unwrap_or_default())
}
