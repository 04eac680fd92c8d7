//! Sessions, and the keys that they lock.

use serde::{Deserialize, Serialize};

/// What becomes of the keys that a session holds when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Behavior {
    /// They are released.
    #[default]
    Release,
    /// They are deleted.
    Delete,
}

impl Behavior {
    /// As Consul writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Delete => "delete",
        }
    }
}

/// A session in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SessionRow {
    /// UUID.
    #[serde(rename = "ID")]
    pub id: String,
    /// For people; may be empty.
    pub name: String,
    /// The node it lives and dies with.
    pub node: String,
    /// As Go writes durations; empty for none.
    #[serde(rename = "TTL")]
    pub ttl: String,
    /// What becomes of its keys.
    pub behavior: Behavior,
    /// The checks that end it when one turns critical: the node's, then the services'.
    pub checks: Vec<String>,
    /// For how long nobody can take its locks after it was ended, in milliseconds.
    pub lock_delay_milliseconds: u64,
    /// Raft index at which it was created.
    pub create_index: u64,
}

/// A key that a session holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Lock {
    /// The whole key.
    pub key: String,
    /// The session's ID.
    pub session: String,
}

/// The keys of a datacenter that are held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Locks {
    /// By key.
    pub items: Vec<Lock>,
    /// How many keys were looked at; fewer than `of` where that would have taken long.
    pub looked_at: u64,
    /// How many keys there are.
    pub of: u64,
}

/// A session with the keys that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SessionDetail {
    /// The session.
    pub session: SessionRow,
    /// The keys that it holds, by name.
    pub keys: Vec<String>,
    /// How many keys were looked at for locks.
    pub looked_at: u64,
    /// How many keys there are.
    pub of: u64,
}
