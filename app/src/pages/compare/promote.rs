//! Taking the selected keys to the other side, through the preview that all changes have.

use leptos::prelude::*;
use wire::{changes::Change, compare::PromoteKeys, problem::Problem};

use super::state::State;
use crate::{
    api,
    components::{ChangePreview, dynamic, problem::words as problem_words},
    i18n::use_t,
};

/// What is selected, and where it can go; nothing while nothing is.
#[must_use]
pub fn bar(state: State) -> AnyView {
    let t = use_t();
    let planning = RwSignal::new(false);
    let change = RwSignal::new(None::<Change>);
    let failure = RwSignal::new(None::<Problem>);
    let plan = move |to_right: bool| {
        let Some(asked) = state.asked.get_untracked() else {
            return;
        };
        let keys = untrack(|| state.selected_of(to_right));
        let (from, to) = if to_right {
            (asked.left, asked.right)
        } else {
            (asked.right, asked.left)
        };
        let request = PromoteKeys {
            datacenter: from.dc,
            prefix: from.prefix,
            to_datacenter: to.dc,
            to_prefix: to.prefix,
            keys,
        };
        planning.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::compare::promote(&request).await {
                Ok(planned) => {
                    change.try_set(Some(planned));
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
            planning.try_set(false);
        });
    };
    let button = move |to_right: bool| {
        let keys = move || state.selected_of(to_right).len();
        let to = state.asked.with(|asked| {
            let asked = asked.as_ref()?;
            let to = if to_right { &asked.right } else { &asked.left };
            let sign = if to_right { "→" } else { "←" };
            Some(format!("{sign} {}/{}", to.dc, to.prefix))
        });
        view! {
            <button
                type="button"
                class="button is-small"
                class:is-primary=to_right
                disabled=move || planning.get() || keys() == 0
                on:click=move |_| plan(to_right)
            >
                {(t.compare.promote)(&to.unwrap_or_default())}
            </button>
        }
        .into_any()
    };
    let done = Callback::new(move |()| state.again());
    let preview = dynamic(move || {
        change.get().map(|planned| {
            let close = Callback::new(move |()| change.set(None));
            view! { <ChangePreview change=planned on_close=close on_done=done/> }.into_any()
        })
    });
    let selected = dynamic(move || {
        let count = state.selected.with(std::collections::BTreeSet::len);
        (count > 0).then(|| {
            let said = if planning.get() {
                t.compare.promote_planning.to_owned()
            } else {
                (t.compare.selected)(count)
            };
            view! {
                <div class="selection-bar" role="status">
                    <b>{said}</b>
                    <span class="text-secondary">{t.compare.promote_hint}</span>
                    <span class="push-end"></span>
                    {button(false)}
                    {button(true)}
                </div>
            }
            .into_any()
        })
    });
    let failed = dynamic(move || {
        failure.get().map(|problem| {
            let (_, title, text) = problem_words(t, &problem);
            view! {
                <div class="note" data-kind="warning" role="alert">
                    <p><b>{title}</b>" "{text}" "{problem.detail}</p>
                </div>
            }
            .into_any()
        })
    });
    view! { {selected}{failed}{preview} }.into_any()
}
