//! Nodes: the list, and one node with what runs on it.

pub mod detail;
pub mod instances;
pub mod list;
mod rows;

pub use detail::NodePage;
pub use list::NodesPage;
