//! Data that keeps itself fresh. Pages read through it; it reads through `api`.

mod feed;
mod first;
mod resource;
mod stage;

pub use feed::{Feed, use_feed};
pub use first::FirstData;
pub use resource::{Live, use_live, use_live_every};
pub use stage::Stage;

/// Puts the contexts in place, once, in `App`.
pub fn provide() {
    feed::provide();
    first::provide();
    resource::provide();
}
