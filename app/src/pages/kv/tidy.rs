//! Laying a text out anew.

use leptos::prelude::*;
use wire::format::Format;

use super::editor::EditorState;
use crate::{api, components::dynamic, i18n::use_t, state::use_toasts};

/// The button that lays the text out anew, where that is known how.
#[component]
pub fn Tidy(
    /// What is typed into.
    state: EditorState,
    /// It can not be done now.
    #[prop(into)]
    off: Signal<bool>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let tidy = move |_| {
        state.flush();
        leptos::task::spawn_local(async move {
            let (format, text) = (state.format.get_untracked(), state.text.get_untracked());
            let answer = api::kv::tidy(format, text.clone()).await;
            state.flush();
            // what was typed since is newer than the answer
            if state.text.try_get_untracked() != Some(text) {
                return;
            }
            match answer {
                Ok(formatted) => state.text.set(formatted.text),
                Err(problem) => toasts.error(t.edit.not_formatted, problem.detail),
            }
        });
    };
    dynamic(move || {
        let known = matches!(state.format.get(), Format::Json | Format::Yaml);
        known.then(|| {
            view! {
                <button
                    type="button"
                    class="button"
                    disabled=move || off.get() || state.check.has_errors()
                    on:click=tidy
                >
                    {t.edit.tidy}
                </button>
            }
            .into_any()
        })
    })
}
