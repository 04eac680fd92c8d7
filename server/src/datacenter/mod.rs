//! The agents that waggle may ask, and which of them it asks.
//!
//! A read moves on to the next agent when one fails; a write is never sent twice. Imports
//! `consul` only; everything above reads and writes through [`Datacenters`], which are the agents
//! of one cluster, and finds those by a datacenter's name in [`Clusters`].

mod agents;
mod clusters;
mod failover;
mod gather;
mod kept;
mod known;
mod patience;

pub use clusters::{Clusters, KnownCluster, Place};
pub use failover::Datacenters;
pub use gather::Heard;
pub(crate) use {gather::Question, kept::Kept};

#[cfg(test)]
mod tests;
