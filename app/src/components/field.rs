//! Fields and choices above a list.

use leptos::prelude::*;
use wire::{
    health::{Counts, Health},
    search::{SearchError, values_of},
};

use super::{HealthGlyph, Icon, health_word};
use crate::i18n::{Messages, use_t};

/// What is wrong with a filter, in words.
#[must_use]
pub fn search_error_text(t: &'static Messages, error: &SearchError, fields: &[&str]) -> String {
    match error {
        SearchError::UnknownField(field) => {
            let known: Vec<String> = fields.iter().map(|field| format!("{field}:")).collect();
            (t.common.unknown_field)(field, &known.join(" "))
        }
        SearchError::MissingValue(field) => (t.common.missing_value)(field),
        SearchError::UnknownValue { field, value } => {
            let known = values_of(field).unwrap_or_default().join(" ");
            (t.common.unknown_value)(field, value, &known)
        }
        SearchError::OpenQuote => t.common.open_quote.to_owned(),
    }
}

/// The field that narrows a list; `/` focuses it, Esc clears it.
#[component]
pub fn FilterField(
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// Told what was typed.
    #[prop(into)]
    on_input: Callback<String>,
    /// What can be typed, short.
    hint: &'static str,
    /// The grammar, in full; shown below the field while it has the focus.
    #[prop(optional)]
    help: &'static str,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The name of the text in the page's query, where what matches is asked of the server: the
    /// filter then works before the app does.
    #[prop(optional_no_strip)]
    query: Option<&'static str>,
) -> impl IntoView {
    let t = use_t();
    // what the server renders has no properties
    let text = cfg!(feature = "ssr").then(|| value.get_untracked());
    let has_error = Memo::new(move |_| error.with(Option::is_some));
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            if value.with_untracked(String::is_empty) {
                let _ = event_target::<web_sys::HtmlElement>(&event).blur();
            } else {
                on_input.run(String::new());
            }
        }
    };
    view! {
        <div class="filter">
            <label class="field" class:is-wrong=has_error>
                <Icon name="filter"/>
                <span class="visually-hidden">{t.common.filter}</span>
                <input
                    type="text"
                    id="filter-field"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="search"
                    placeholder=hint
                    data-query=query
                    value=text
                    prop:value=value
                    aria-invalid=move || has_error.get().then_some("true")
                    aria-describedby="filter-help"
                    on:input=move |event| on_input.run(event_target_value(&event))
                    on:keydown=keydown
                />
                <kbd>"/"</kbd>
            </label>
            <p id="filter-help" class="field-help" class:is-error=has_error>
                {move || error.get().unwrap_or_else(|| help.to_owned())}
            </p>
        </div>
    }
}

/// One of a segmented control's choices.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is told when it is picked; empty for all.
    pub value: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Its shape, where it stands for a state.
    pub health: Option<Health>,
    /// How many there are; none leaves the number out.
    pub count: Option<usize>,
}

/// The choices of a list's status: those that are there, and the one taken.
#[must_use]
pub fn status_choices(t: &'static Messages, counts: Option<Counts>, taken: &str) -> Vec<Choice> {
    let all = Choice {
        value: "",
        label: t.common.all,
        health: None,
        count: counts.map(|counts| counts.total() as usize),
    };
    let states = Health::WORST_FIRST.into_iter().filter(|health| {
        matches!(health, Health::Critical | Health::Warning | Health::Passing)
            || taken == health.word()
            || counts.is_some_and(|counts| counts.get(*health) > 0)
    });
    let states = states.map(|health| Choice {
        value: health.word(),
        label: health_word(t, health),
        health: Some(health),
        count: counts.map(|counts| counts.get(health) as usize),
    });
    std::iter::once(all).chain(states).collect()
}

/// A few choices side by side, one of them taken.
#[component]
pub fn Segmented(
    /// What is chosen, for screen readers.
    label: &'static str,
    /// The choices.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The one taken.
    #[prop(into)]
    value: Signal<String>,
    /// Told which one was picked.
    #[prop(into)]
    on_pick: Callback<&'static str>,
) -> impl IntoView {
    let button = move |choice: Choice| {
        let picked = choice.value;
        view! {
            <button
                type="button"
                aria-pressed=move || if value.with(|value| value == picked) { "true" } else { "false" }
                on:click=move |_| on_pick.run(picked)
            >
                {choice.health.map(|health| view! { <HealthGlyph health/> }.into_any())}
                <span>{choice.label}</span>
                {choice.count.map(|count| view! { <b>{count}</b> }.into_any())}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="segmented" role="group" aria-label=label>
            {move || choices.get().into_iter().map(button).collect::<Vec<_>>()}
        </div>
    }
}
