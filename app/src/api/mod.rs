//! One function per server address; `request` sends and decodes. May import wire only.

pub mod changes;
pub mod compare;
pub mod events;
pub mod history;
pub mod json;
pub mod kv;
pub mod request;
pub mod search;
pub mod sessions;

mod datacenters;
mod list_query;
mod live;
mod nodes;
mod overview;
mod services;

pub use datacenters::datacenters;
pub use list_query::ListQuery;
pub use live::live;
pub use nodes::{node, nodes};
pub use overview::overview;
pub use services::{
    found_instances, instance, instances_of_node, instances_of_service, service, services,
};
