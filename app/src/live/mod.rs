//! Data that keeps itself fresh. Pages read through it; it reads through `api`.

mod feed;
mod first;
mod resource;

pub use feed::{Feed, use_feed};
pub use first::FirstData;
pub use resource::{Live, use_live, use_live_every};

/// Puts the contexts in place, once, in `App`.
pub fn provide() {
    feed::provide();
    first::provide();
    resource::provide();
}
