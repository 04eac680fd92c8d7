//! The integration tests, one binary: waggle's client and its HTTP API against agents.
//!
//! Three kinds of agents, the same assertions: the embedded demo agent and two real Consuls, a
//! new and an old one, as they are found (`agents.rs` says where). What no agent does by itself
//! is done by a fake one (`fake.rs`).

#![expect(clippy::unwrap_used, reason = "a step that fails is a test that fails")]

mod agents;
mod between;
mod changes;
mod client;
mod clusters;
mod compare;
mod cut_off;
mod datacenters;
mod fake;
mod hanging;
mod history;
mod hostile;
mod http;
mod instances;
mod kv;
mod kv_details;
mod layout;
mod live;
mod nodes;
mod odd;
mod overview;
mod recorder;
mod recorder_waits;
mod schemas;
mod search;
mod seed;
mod services;
mod sessions;
mod waggle;
mod windows;
