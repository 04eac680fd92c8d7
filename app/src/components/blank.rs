//! Where there is nothing to show: the same bones, whatever the reason.

use leptos::prelude::*;

use super::Icon;

/// Icon, title, text, and the way on (its children: buttons and links).
#[component]
pub fn Blank(
    /// The icon's name.
    icon: &'static str,
    /// What is the case, one line; empty where the page's title says it.
    #[prop(optional, into)]
    title: Signal<String>,
    /// What it means and what to do.
    #[prop(optional, into)]
    text: Signal<String>,
    /// A rule or an error, in its own words; not shown where it is empty.
    #[prop(optional, into)]
    pre: Signal<String>,
    /// It came by itself, so say it to screen readers.
    #[prop(optional)]
    alert: bool,
    /// Buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="blank" role=alert.then_some("alert")>
            <Icon name=icon/>
            {move || {
                let title = title.get();
                (!title.is_empty()).then(|| view! { <h2>{title}</h2> }.into_any())
            }}
            <p>{text}</p>
            {move || {
                let pre = pre.get();
                (!pre.is_empty()).then(|| view! { <pre>{pre}</pre> }.into_any())
            }}
            {children.map(|children| view! { <div class="inline-row">{children()}</div> }.into_any())}
        </div>
    }
}
