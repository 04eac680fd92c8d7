//! One instance of a service.

pub mod detail;

pub use detail::InstancePage;
