//! Services: the list, and one service with its instances.

pub mod detail;
pub mod endpoints;
mod found_instances;
pub mod instance_table;
pub mod list;
pub mod metadata;
mod rows;
pub mod tags;
mod told;

pub use detail::ServicePage;
pub use list::ServicesPage;
pub use tags::DecodedTags;
