//! What waggle's page and its server say to each other.
//!
//! One file a domain, named by Consul's word. Objects of Consul's are spelled as Consul spells
//! them and list only what is shown: what is not listed cannot leak. May import serde only.

pub mod checks;
pub mod datacenters;
pub mod format;
pub mod health;
pub mod instances;
pub mod kv;
pub mod nodes;
pub mod problem;
pub mod rows;
pub mod search;
pub mod services;
pub mod settings;

use serde::{Deserialize, Deserializer};

/// Reads `null` as the empty value: Consul writes `null` for empty maps and lists.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
