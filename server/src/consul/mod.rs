//! The typed client of Consul's HTTP API: one file per API family, one [`Client`] per agent.
//!
//! It speaks Consul's words, knows nothing of pages, and imports only `wire`. Above it,
//! `datacenter` chooses the agent. No redirect is followed, every body is read under a cap and
//! every wait has a deadline; addresses are built from typed parts only.

mod acl;
mod agent;
mod answer;
mod catalog;
mod client;
mod elements;
mod encode;
mod error;
mod filter;
mod health;
mod internal;
mod kv;
mod kv_view;
mod operator;
mod query;
mod session;
mod settings;
mod status;
mod tls;
mod traffic;
mod transport;
mod txn;

pub use acl::{Acl, OwnToken};
pub use agent::{Agent, AgentSelf, CheckRegistration, Member, ServiceRegistration, TtlStatus};
pub use catalog::{Catalog, CatalogService, Deregistration, Registration};
pub use client::Client;
pub(crate) use encode::goes_by_path;
pub use error::{Error, Phase, TlsReason};
pub use filter::{Filter, Selector};
pub use health::Health;
pub use internal::{Internal, UiNode, UiService};
pub use kv::{Cas, Kv};
pub use kv_view::{KvView, LookAt};
pub use operator::{Operator, RaftServer};
pub use query::{Answer, Contact, Meta, Query, WAIT_SECONDS_DEFAULT};
pub use session::{ServiceCheck, Session, SessionEntry, SessionRequest};
pub use settings::{AgentAddress, AgentSettings, Secret, TlsSettings};
pub use status::Status;
pub use traffic::{Reservation, TrafficCounts};
pub(crate) use transport::aside;
pub use txn::{KvOp, Txn, TxnError, TxnErrorKind, TxnOp, TxnResult};

#[cfg(test)]
mod budget_tests;
#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
