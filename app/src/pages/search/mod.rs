//! Search in keys and values. May import everything but other pages.

pub mod form;
pub mod hits;
pub mod marked;
pub mod page;
pub mod replace;
pub mod run;

pub use page::SearchPage;
