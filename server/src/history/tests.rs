//! The store, by itself.
