//! What a part of the page needs to know of the screen; in the browser only.

use leptos::prelude::window;

/// The height of what is seen of the page, in pixels.
#[must_use]
pub fn height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default()
}
