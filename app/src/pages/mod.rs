//! One folder a domain: its list, its detail. May import everything but other pages.

pub mod compare;
pub mod history;
pub mod import;
pub mod instances;
pub mod kv;
pub mod listing;
pub mod nodes;
pub mod not_found;
pub mod order;
pub mod overview;
pub mod search;
pub mod services;
pub mod sessions;
