//! Views of one thing, each with its own address.

use leptos::prelude::*;

use crate::i18n::use_t;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabItem {
    /// What it says.
    pub label: &'static str,
    /// How many things it holds.
    pub count: Option<usize>,
    /// Where it leads.
    pub href: String,
    /// It is the one shown.
    pub current: bool,
}

/// Links to the views; `[` and `]` go to the neighbours.
#[component]
pub fn Tabs(
    /// The views.
    #[prop(into)]
    items: Signal<Vec<TabItem>>,
) -> impl IntoView {
    let t = use_t();
    view! {
        <nav class="tabs" aria-label=t.common.views>
            {move || {
                items
                    .get()
                    .into_iter()
                    .map(|item| {
                        view! {
                            <a href=item.href aria-current=item.current.then_some("page")>
                                {item.label}
                                {item.count.map(|count| view! { " " <span>{count}</span> })}
                            </a>
                        }.into_any()
                    })
                    .collect::<Vec<_>>()
            }}
        </nav>
    }
}
