//! Sessions: what locks are held by. May import everything but other pages.

pub mod held;
pub mod held_keys;
pub mod invalidate;
pub mod list;
pub mod row;

pub use list::SessionsPage;
