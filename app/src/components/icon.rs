//! Icons out of the sprite, which the server writes into the page once.

use leptos::prelude::*;

use super::{Still, still};

/// An icon, for the eye only.
#[component]
pub fn Icon(
    /// The symbol's name in `public/icons.svg`.
    name: &'static str,
) -> impl IntoView {
    icon(name)
}

/// The same, for rows.
#[must_use]
pub fn icon(name: &'static str) -> Still {
    symbol("icon", name)
}

/// A symbol of the sprite.
#[must_use]
pub fn symbol(class: &'static str, name: &str) -> Still {
    still("svg")
        .class(class)
        .with("aria-hidden", "true")
        .child(still("use").with("href", format!("#{name}")))
}
