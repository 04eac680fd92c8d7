//! Copies a text.

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::Icon;
use crate::{i18n::use_t, state::use_toasts};

/// A button that copies `text` and says that it did.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What the button says; without it, the icon alone.
    #[prop(optional)]
    label: Option<&'static str>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let done = RwSignal::new(false);
    let copy = move |_| {
        let text = text.get_untracked();
        leptos::task::spawn_local(async move {
            if write_to_clipboard(&text).await {
                done.try_set(true);
                gloo_timers::future::TimeoutFuture::new(1_500).await;
                done.try_set(false);
            } else {
                toasts.error(t.common.copy_failed, "");
            }
        });
    };
    let name = move || if done.get() { "check" } else { "copy" };
    let spoken = move || {
        if done.get() {
            t.common.copied
        } else {
            label.unwrap_or(t.common.copy)
        }
    };
    let class = if label.is_some() {
        "button is-small"
    } else {
        "button is-small is-quiet is-icon-only"
    };
    view! {
        <button type="button" class=class on:click=copy aria-label=spoken title=spoken>
            {move || view! { <Icon name=name()/> }.into_any()}
            {label.map(|_| view! { <span>{spoken}</span> }.into_any())}
        </button>
    }
}

/// Copies a text and says so, for buttons that are drawn in rows.
pub(super) fn use_copy() -> impl Fn(String) + Clone + 'static {
    let t = use_t();
    let toasts = use_toasts();
    move |text| {
        leptos::task::spawn_local(async move {
            if write_to_clipboard(&text).await {
                toasts.success(t.common.copied, "");
            } else {
                toasts.error(t.common.copy_failed, "");
            }
        });
    }
}

/// Over plain HTTP to another host there is no clipboard: then false.
async fn write_to_clipboard(text: &str) -> bool {
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    there
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}
