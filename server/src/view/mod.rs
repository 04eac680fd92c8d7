//! What pages show, read from an agent and joined: one file a domain, the joins pure functions.
//!
//! May be imported by `watch` and `api`; imports `datacenter`, `consul`, `micro` and wire.

pub(crate) mod datacenters;
mod failing;
mod ground;
pub(crate) mod instances;
pub(crate) mod kv;
pub(crate) mod nodes;
pub(crate) mod overview;
pub(crate) mod placed;
pub(crate) mod services;
pub(crate) mod sessions;

pub(crate) use ground::Ground;

use crate::consul::Contact;

/// Something that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen<T> {
    pub(crate) value: T,
    /// The raft indexes of the answers it was made of, in the order in which `watch` waits for
    /// what can change them; 0 where there is none to wait on.
    pub(crate) indexes: Vec<u64>,
    /// How far the answers can be behind.
    pub(crate) contact: Contact,
}
