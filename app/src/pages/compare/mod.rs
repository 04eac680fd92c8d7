//! Two folders side by side. May import everything but other pages.

pub mod page;
pub mod pair;
pub mod promote;
pub mod rows;
pub mod sides;
pub mod state;

pub use page::ComparePage;
