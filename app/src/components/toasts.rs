//! Short words about what just happened, at the bottom right.

use leptos::prelude::*;
use wire::health::Health;

use super::{HealthGlyph, Icon};
use crate::{
    i18n::use_t,
    state::{ToastAction, Toasts, use_toasts},
};

/// All toasts.
#[component]
pub fn ToastList() -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    view! {
        <section class="toasts" role="status" aria-live="polite" aria-label=t.shell.notifications>
            {move || {
                toasts
                    .list()
                    .into_iter()
                    .map(|toast| {
                        let health = if toast.failed { Health::Critical } else { Health::Passing };
                        let id = toast.id;
                        view! {
                            <div class="toast">
                                <HealthGlyph health/>
                                <p>{toast.text} <small>{toast.detail}</small></p>
                                {toast.action.map(|action| offer(toasts, id, action))}
                                <button
                                    type="button"
                                    class="button is-small is-quiet is-icon-only"
                                    aria-label=t.common.close
                                    on:click=move |_| toasts.close(id)
                                >
                                    <Icon name="x"/>
                                </button>
                            </div>
                        }.into_any()
                    })
                    .collect::<Vec<_>>()
            }}
        </section>
    }
}

fn offer(toasts: Toasts, id: u32, action: ToastAction) -> AnyView {
    let run = move |_| {
        toasts.close(id);
        (action.run)();
    };
    view! {
        <button type="button" class="button is-small" on:click=run>
            {action.label}
        </button>
    }
    .into_any()
}
