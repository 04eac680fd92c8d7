//! Labels and values.

use leptos::prelude::*;

/// Pairs in the order given; the values in the fixed-width face.
#[component]
pub fn PairList(
    /// The pairs.
    pairs: Vec<(String, String)>,
) -> impl IntoView {
    let rows: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd class="mono">{value}</dd> }.into_any())
        .collect();
    view! { <dl class="pair-list">{rows}</dl> }.into_any()
}
