//! One folder a domain: its list, its detail. May import everything but other pages.

pub mod history;
pub mod instances;
pub mod kv;
pub mod listing;
pub mod nodes;
pub mod not_found;
pub mod order;
pub mod overview;
pub mod services;
