//! Taking the selected keys to the other side, through the preview that all changes have.

use leptos::prelude::*;
use wire::{changes::Change, compare::PromoteKeys, problem::Problem};

use super::state::State;
use crate::{
    api,
    components::{ChangePreview, dynamic, problem::words as problem_words},
    i18n::use_t,
};

/// A promotion that may come.
#[derive(Clone, Copy)]
struct Promotion {
    state: State,
    planning: RwSignal<bool>,
    change: RwSignal<Option<Change>>,
    failure: RwSignal<Option<Problem>>,
}

impl Promotion {
    fn plan(self, to_right: bool) {
        let Some(asked) = self.state.asked.get_untracked() else {
            return;
        };
        let keys = untrack(|| self.state.selected_of(to_right));
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
        self.planning.set(true);
        self.failure.set(None);
        leptos::task::spawn_local(async move {
            match api::compare::promote(&request).await {
                Ok(planned) => {
                    self.change.try_set(Some(planned));
                }
                Err(problem) => {
                    self.failure.try_set(Some(problem));
                }
            }
            self.planning.try_set(false);
        });
    }
}

/// What is selected, and where it can go; nothing while nothing is.
#[must_use]
pub fn bar(state: State) -> AnyView {
    let t = use_t();
    let promotion = Promotion {
        state,
        planning: RwSignal::new(false),
        change: RwSignal::new(None),
        failure: RwSignal::new(None),
    };
    // it stays while its preview stands, whatever is compared then
    let done = Callback::new(move |()| state.again());
    let preview = dynamic(move || {
        promotion.change.get().map(|planned| {
            let close = Callback::new(move |()| promotion.change.set(None));
            view! { <ChangePreview change=planned on_close=close on_done=done/> }.into_any()
        })
    });
    let selected = dynamic(move || {
        let count = state.selected.with(std::collections::BTreeSet::len);
        (count > 0).then(|| {
            let said = if promotion.planning.get() {
                t.compare.promote_planning.to_owned()
            } else {
                (t.compare.selected)(count)
            };
            view! {
                <div class="selection-bar" role="status">
                    <b>{said}</b>
                    <span class="text-secondary">{t.compare.promote_hint}</span>
                    <span class="push-end"></span>
                    {button(promotion, false)}
                    {button(promotion, true)}
                </div>
            }
            .into_any()
        })
    });
    let failed = dynamic(move || {
        promotion.failure.get().map(|problem| {
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

fn button(promotion: Promotion, to_right: bool) -> AnyView {
    let t = use_t();
    let state = promotion.state;
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
            disabled=move || promotion.planning.get() || state.selected_of(to_right).is_empty()
            on:click=move |_| promotion.plan(to_right)
        >
            {(t.compare.promote)(&to.unwrap_or_default())}
        </button>
    }
    .into_any()
}
