//! Icons out of the sprite, which the server writes into the page once.

use leptos::prelude::*;

/// An icon, for the eye only.
#[component]
pub fn Icon(
    /// The symbol's name in `public/icons.svg`.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("#{name}")></use_>
        </svg>
    }
}
