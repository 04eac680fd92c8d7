//! What is looked for, and where: the address holds it.

use leptos::prelude::*;
use wire::search_hits::{LookIn, PatternKind};

use super::run::Run;
use crate::{
    api::search::SearchQuery,
    components::{Choice, Icon, Segmented},
    i18n::use_t,
    navigation::{Navigation, use_navigation},
};

/// What the address asks for; none where it asks for nothing.
#[must_use]
pub fn asked(navigation: Navigation, dc: &str) -> Option<SearchQuery> {
    let text = navigation.value("q");
    (!text.is_empty()).then(|| SearchQuery {
        dc: dc.to_owned(),
        prefix: folder(&navigation.value("prefix")),
        text,
        look_in: LookIn::from_word(&navigation.value("in")).unwrap_or_default(),
        kind: PatternKind::from_word(&navigation.value("kind")).unwrap_or_default(),
        match_case: navigation.value("case") == "true",
    })
}

/// A folder as it is asked for: people leave out the slash.
#[must_use]
pub fn folder(typed: &str) -> String {
    if typed.is_empty() || typed.ends_with('/') {
        typed.to_owned()
    } else {
        format!("{typed}/")
    }
}

/// The field, the switches, the folder.
#[component]
pub fn Form(
    /// Datacenter.
    dc: String,
    /// The search.
    run: Run,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let text = RwSignal::new(navigation.value("q"));
    let prefix = RwSignal::new(navigation.value("prefix"));
    let error = Memo::new(move |_| {
        run.problem.with(|problem| {
            let diagnostic = problem.as_ref()?.diagnostics.first()?;
            Some((t.search.bad_pattern)(
                diagnostic.column,
                &diagnostic.message,
            ))
        })
    });
    let has_error = Memo::new(move |_| error.with(Option::is_some));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let before = asked(navigation, &dc);
        navigation.set_query("prefix", &folder(&prefix.get_untracked()));
        navigation.set_query("q", &text.get_untracked());
        let now = asked(navigation, &dc);
        // the same once more is a search, too
        if let Some(query) = now.filter(|now| Some(now) == before.as_ref()) {
            run.start(query);
        }
    };
    view! {
        <form class="page-bar search-form" role="search" on:submit=submit>
            <div class="filter">
                <label class="field" class:is-wrong=has_error>
                    <Icon name="search"/>
                    <span class="visually-hidden">{t.search.query}</span>
                    <input
                        type="text"
                        id="filter-field"
                        class="mono"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        enterkeyhint="search"
                        maxlength="1000"
                        placeholder=t.search.hint
                        prop:value=text
                        aria-invalid=move || has_error.get().then_some("true")
                        aria-describedby="search-error"
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                    <kbd>"/"</kbd>
                </label>
                <p id="search-error" class="field-help" class:is-error=has_error>{error}</p>
            </div>
            <label class="field search-folder">
                <Icon name="folder"/>
                <span class="visually-hidden">{t.search.below}</span>
                <input
                    type="text"
                    class="mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=t.search.whole_store_hint
                    prop:value=prefix
                    on:input=move |event| prefix.set(event_target_value(&event))
                />
            </label>
            <button type="submit" class="button is-primary">{t.search.start}</button>
        </form>
        <Switches/>
    }
    .into_any()
}

/// Where is looked, and how; each change is a new search.
#[component]
fn Switches() -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let look_in = navigation.query("in");
    let kind = navigation.query("kind");
    let case = navigation.query("case");
    let choice = |value: &'static str, label: &'static str| Choice {
        value,
        label,
        health: None,
        count: None,
    };
    let places = vec![
        choice("", t.search.in_names),
        choice("values", t.search.in_values),
        choice("both", t.search.in_both),
    ];
    let kinds = vec![
        choice("", t.search.kind_text),
        choice("fuzzy", t.search.kind_fuzzy),
        choice("regex", t.search.kind_regex),
    ];
    view! {
        <div class="page-bar search-switches">
            <Segmented
                label=t.search.look_in
                choices=Signal::stored(places)
                value=look_in
                on_pick=Callback::new(move |word| navigation.set_query("in", word))
            />
            <Segmented
                label=t.search.kind
                choices=Signal::stored(kinds)
                value=kind
                on_pick=Callback::new(move |word| navigation.set_query("kind", word))
            />
            <label class="check-label">
                <input
                    type="checkbox"
                    prop:checked=move || case.get() == "true"
                    on:change=move |event| {
                        let word = if event_target_checked(&event) { "true" } else { "" };
                        navigation.set_query("case", word);
                    }
                />
                {t.search.match_case}
            </label>
            {move || {
                (kind.get() == "fuzzy" && matches!(look_in.get().as_str(), "values" | "both"))
                    .then(|| view! { <p class="search-note" role="status">{t.search.fuzzy_in_values}</p> }.into_any())
            }}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_ends_with_its_slash() {
        for (typed, expected) in [("", ""), ("a", "a/"), ("a/", "a/"), ("a//", "a//")] {
            assert_eq!(folder(typed), expected);
        }
    }
}
