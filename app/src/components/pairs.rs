//! Labels and values.

use leptos::prelude::*;

use crate::i18n::use_t;

/// A value; that it is empty, where it is: a blank place would look like a fault.
#[must_use]
pub fn value_text(value: String) -> AnyView {
    if value.is_empty() {
        let empty = use_t().common.empty;
        return view! { <span class="text-tertiary">{empty}</span> }.into_any();
    }
    value.into_any()
}

/// Pairs in the order given; the values in the fixed-width face.
#[component]
pub fn PairList(
    /// The pairs.
    pairs: Vec<(String, String)>,
) -> impl IntoView {
    let rows: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| {
            view! { <dt>{name}</dt><dd class="mono">{value_text(value)}</dd> }.into_any()
        })
        .collect();
    view! { <dl class="pair-list">{rows}</dl> }.into_any()
}
