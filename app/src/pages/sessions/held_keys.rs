//! The further keys that a session holds, behind a button of its row.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    components::{KeyText, MoreRows, dynamic},
    i18n::use_t,
    routes,
};

/// How many more keys the session holds; pressed, their list, each a link.
#[component]
pub fn MoreKeys(
    /// Datacenter.
    dc: String,
    /// The session's ID.
    session: String,
    /// The keys after the first one.
    keys: Arc<[String]>,
) -> impl IntoView {
    let t = use_t();
    // links are made once they are wanted: a session may hold thousands of keys
    let is_wanted = RwSignal::new(false);
    let rows = MoreRows::new();
    let id = format!("held-{session}");
    let count = keys.len();
    let spoken = (t.sessions.more_keys_spoken)(count);
    let links = dynamic(move || {
        is_wanted.get().then(|| {
            let links: Vec<AnyView> = keys
                .iter()
                .take(rows.limit())
                .map(|key| {
                    let href = routes::kv_edit(&dc, key);
                    view! { <a class="mono" href=href><KeyText text=key.clone()/></a> }.into_any()
                })
                .collect();
            view! { {links} {rows.button(Signal::stored(count))} }.into_any()
        })
    });
    view! {
        <button
            type="button"
            class="button is-small is-quiet held-more"
            popovertarget=id.clone()
            aria-label=spoken.clone()
            on:click=move |_| is_wanted.set(true)
        >
            {(t.sessions.more_keys)(count)}
        </button>
        <div popover="auto" id=id class="menu held-list" role="group" aria-label=spoken>
            {links}
        </div>
    }
    .into_any()
}
