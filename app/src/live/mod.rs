//! Data that keeps itself fresh. Pages read through it; it reads through `api`.

mod answer;
mod backoff;
mod bell;
mod connection;
mod feed;
mod first;
mod marks;
mod patience;
mod resource;
mod room;
mod source;
mod stage;

pub use feed::{Feed, use_feed};
pub use first::FirstData;
pub use marks::{Fact, Marks};
pub use resource::{Live, LiveWindow, Value, use_live, use_live_aside, use_live_window};
pub use stage::Stage;

/// Puts the contexts in place, once, in `App`.
pub fn provide() {
    let feed = feed::provide();
    connection::Connection::provide(feed);
    first::provide();
    answer::provide();
}
