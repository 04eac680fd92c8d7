//! Replacing in all values that were found, through the preview that all changes have.

use leptos::prelude::*;
use wire::{
    changes::Change,
    problem::Problem,
    search_hits::{PatternKind, REPLACEMENT_MAX_BYTES, ReplaceInValues},
};

use super::run::Run;
use crate::{
    api,
    components::{ChangePreview, Icon, dynamic, problem::words as problem_words},
    i18n::use_t,
    state::use_settings,
};

/// A replacement that may come.
#[derive(Clone, Copy)]
struct Replacement {
    run: Run,
    text: RwSignal<String>,
    planning: RwSignal<bool>,
    change: RwSignal<Option<Change>>,
    failure: RwSignal<Option<Problem>>,
}

impl Replacement {
    fn plan(self) {
        let Some(query) = self.run.query.get_untracked() else {
            return;
        };
        let request = ReplaceInValues {
            datacenter: query.dc,
            prefix: query.prefix,
            pattern: query.text,
            kind: query.kind,
            match_case: query.match_case,
            replacement: self.text.get_untracked(),
        };
        self.planning.set(true);
        self.failure.set(None);
        leptos::task::spawn_local(async move {
            match api::search::replace(&request).await {
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

    /// What was searched for can be replaced: values were, and all of them.
    fn is_possible(self) -> bool {
        let reads_values = self.run.query.with(|query| {
            query
                .as_ref()
                .is_some_and(|query| query.look_in.reads_values())
        });
        reads_values
            && self.run.end.with(Option::is_some)
            && self
                .run
                .hits
                .with(|hits| hits.iter().any(|hit| !hit.lines.is_empty()))
    }
}

/// The field for what stands there then, and the way to the preview.
#[must_use]
pub fn bar(run: Run) -> AnyView {
    if use_settings().read_only {
        return ().into_any();
    }
    let replacement = Replacement {
        run,
        text: RwSignal::new(String::new()),
        planning: RwSignal::new(false),
        change: RwSignal::new(None),
        failure: RwSignal::new(None),
    };
    let possible = Memo::new(move |_| replacement.is_possible());
    let form = dynamic(move || possible.get().then(|| form(replacement)));
    // it stays while its preview stands, whatever is found then
    let preview = dynamic(move || {
        replacement.change.get().map(|change| {
            let close = Callback::new(move |()| replacement.change.set(None));
            let done = Callback::new(move |()| {
                if let Some(query) = run.query.get_untracked() {
                    run.start(query);
                }
            });
            view! { <ChangePreview change on_close=close on_done=done/> }.into_any()
        })
    });
    view! { {form}{preview} }.into_any()
}

fn form(replacement: Replacement) -> AnyView {
    let t = use_t();
    let is_regex = move || {
        replacement.run.query.with(|query| {
            query
                .as_ref()
                .is_some_and(|query| query.kind == PatternKind::Regex)
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !replacement.planning.get_untracked() {
            replacement.plan();
        }
    };
    let failed = dynamic(move || {
        replacement.failure.get().map(|problem| {
            let (_, title, text) = problem_words(t, &problem);
            view! {
                <div class="note" data-kind="warning" role="alert">
                    <p><b>{title}</b>" "{text}" "{problem.detail}</p>
                </div>
            }
            .into_any()
        })
    });
    view! {
        <form class="page-bar replace-bar" on:submit=submit>
            <label class="field">
                <Icon name="intentions"/>
                <span class="visually-hidden">{t.search.replace_with}</span>
                <input
                    type="text"
                    class="mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength=REPLACEMENT_MAX_BYTES.to_string()
                    placeholder=t.search.replace_with
                    prop:value=replacement.text
                    on:input=move |event| replacement.text.set(event_target_value(&event))
                />
            </label>
            <button
                type="submit"
                class="button"
                disabled=move || replacement.planning.get()
            >
                {move || {
                    if replacement.planning.get() {
                        t.search.replace_planning
                    } else {
                        t.search.replace
                    }
                }}
            </button>
            <small>
                {move || {
                    if is_regex() { t.search.replace_regex_hint } else { t.search.replace_hint }
                }}
            </small>
        </form>
        {failed}
    }
    .into_any()
}
