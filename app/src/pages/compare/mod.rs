//! Two folders side by side. May import everything but other pages.

mod page;
mod pair;
mod promote;
mod rows;
mod sides;
mod state;

pub use page::ComparePage;
