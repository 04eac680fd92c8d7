//! waggle's server: one port that serves the page, its API and its health.
//!
//! Imports run one way: router → api → (history | watch) → view → datacenter → consul → wire. Nothing below `router` knows
//! the middleware, and nothing below `api` knows HTTP as the page speaks it.

mod api;
pub mod assets;
mod bundle;
pub mod changes;
pub mod config;
pub mod consul;
pub mod datacenter;
pub mod demo;
mod encoding;
pub mod error;
pub mod grant;
pub mod history;
mod metrics;
pub mod micro;
mod middleware;
mod observer;
mod page;
pub mod router;
mod shards;
pub mod state;
pub mod validate;
mod view;
mod watch;

pub use router::router;
