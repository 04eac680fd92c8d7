//! The agents that waggle may ask, and which of them it asks.
//!
//! A read moves on to the next agent when one fails; a write is never sent twice. Imports
//! `consul` only; everything above reads and writes through [`Datacenters`].

mod agents;
mod failover;
mod known;

pub use failover::Datacenters;

#[cfg(test)]
mod tests;
