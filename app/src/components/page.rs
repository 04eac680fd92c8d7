//! Head and foot of a page.

use leptos::{html, prelude::*};

use crate::{effect::effect, i18n::use_t, navigation::use_navigation};

/// A step on the path above a title.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// Title, path above it, actions beside it (its children).
///
/// Sets the document's title, and takes the focus after a navigation, so that a screen reader
/// says where one is.
#[component]
pub fn PageHead(
    /// The title: a heading or a name.
    #[prop(into)]
    title: Signal<String>,
    /// A shape before the title.
    #[prop(optional, into)]
    glyph: ViewFn,
    /// A number or word behind the title, paler.
    #[prop(optional, into)]
    count: Signal<String>,
    /// The path above the title.
    #[prop(optional, into)]
    crumbs: Signal<Vec<Crumb>>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let heading = NodeRef::<html::H1>::new();
    effect(move || {
        document().set_title(&format!("{} · waggle", title.get()));
    });
    Effect::new(move |done: Option<bool>| {
        let Some(heading) = heading.get() else {
            return false;
        };
        if done != Some(true) && navigation.visits() > 0 {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = heading.focus_with_options(&options);
        }
        true
    });
    view! {
        {move || {
            let crumbs = crumbs.get();
            (!crumbs.is_empty())
                .then(|| {
                    view! {
                        <nav class="breadcrumbs is-above-title" aria-label=t.common.path>
                            {crumbs
                                .into_iter()
                                .map(|crumb| view! { <a href=crumb.href>{crumb.label}</a> "/" }.into_any())
                                .collect::<Vec<_>>()}
                        </nav>
                    }.into_any()
                })
        }}
        <div class="page-head">
            <h1 tabindex="-1" node_ref=heading>
                {move || glyph.run()}
                <span class="page-title">{title}</span>
                {move || {
                    let count = count.get();
                    (!count.is_empty()).then(|| view! { <span class="page-count">{count}</span> }.into_any())
                }}
            </h1>
            {children.map(|children| children())}
        </div>
    }
}

/// The line at the bottom: totals, and the keys that work here.
#[component]
pub fn PageFoot(
    /// What is shown, in numbers.
    #[prop(into)]
    text: Signal<String>,
    /// The page has a list to move in.
    #[prop(optional)]
    list: bool,
) -> impl IntoView {
    let t = use_t();
    view! {
        <div class="page-foot">
            <span class="ellipsis">{text}</span>
            {list
                .then(|| {
                    view! {
                        <span class="push-end"><kbd>"j"</kbd>" "<kbd>"k"</kbd>" "{t.common.move_key}</span>
                        <span><kbd>"Enter"</kbd>" "{t.common.open_key}</span>
                        <span><kbd>"/"</kbd>" "{t.common.filter_key}</span>
                    }.into_any()
                })}
            <span class:push-end=!list><kbd>"?"</kbd>" "{t.common.all_keys}</span>
        </div>
    }
}
