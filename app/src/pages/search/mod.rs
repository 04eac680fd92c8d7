//! Search in keys and values. May import everything but other pages.

mod form;
mod hits;
mod marked;
mod page;
mod run;

pub use page::SearchPage;
