//! Sessions: what locks are held by. May import everything but other pages.

mod invalidate;
mod list;
mod row;

pub use list::SessionsPage;
