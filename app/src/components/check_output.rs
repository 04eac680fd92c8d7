//! A check and what it printed: text from anywhere, shown as text.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wire::checks::Check;

use super::{CopyButton, Still, copy::use_copy, dynamic, icon, state, still};
use crate::{
    i18n::{Messages, use_t},
    live::Fact,
};

/// What is shown of a long output before one asks for all.
const SHOWN_CHARACTERS: usize = 4_000;

/// A check with its output, which follows it: only what changed is drawn anew.
#[component]
pub fn CheckOutput(
    /// What tells it from others of the page.
    id: String,
    /// The check.
    check: Memo<Check>,
    /// It changed just now.
    is_new: Signal<bool>,
    /// It says whether it is the node's or the service's.
    has_place: bool,
) -> impl IntoView {
    let t = use_t();
    // its head, apart from the output
    let told = Memo::new(move |_| Check {
        output: String::new(),
        ..check.get()
    });
    let output = Memo::new(move |_| check.with(|check| check.output.trim_end().to_owned()));
    let is_empty = Memo::new(move |_| output.with(String::is_empty));
    let length = Memo::new(move |_| output.with(|output| output.chars().count()));
    let opened = RwSignal::new(false);
    let is_cut = Memo::new(move |_| !opened.get() && length.get() > SHOWN_CHARACTERS);
    let head = move || told.with(|check| head(t, check, has_place));
    let copy = move || (!is_empty.get()).then(|| view! { <CopyButton text=output/> }.into_any());
    let text = move || match (is_empty.get(), is_cut.get()) {
        (true, _) => t.services.no_output.to_owned(),
        (_, false) => output.get(),
        (_, true) => output.with(|output| {
            let cut: String = output.chars().take(SHOWN_CHARACTERS).collect();
            format!("{cut}…")
        }),
    };
    let more = move || {
        is_cut.get().then(|| {
            view! {
                <button type="button" class="button is-small is-quiet" on:click=move |_| opened.set(true)>
                    {move || (t.services.show_rest)(length.get())}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="check-output" class:is-new=is_new data-check=id>
            <p>
                {dynamic(head)}
                <span class="push-end"></span>
                {dynamic(copy)}
            </p>
            <pre class:text-tertiary=is_empty tabindex="0">{text}</pre>
            {dynamic(more)}
        </div>
    }
    .into_any()
}

/// State and name, where it belongs, and what the operator wrote.
fn head(t: &'static Messages, check: &Check, has_place: bool) -> Vec<Still> {
    let place = has_place.then(|| {
        still("small").text(if check.service_id.is_empty() {
            t.services.node_check
        } else {
            t.services.service_check
        })
    });
    let mut parts = names(t, check);
    parts.extend(place);
    parts.extend(notes(check));
    parts
}

/// What is said of checks, to tell when that changes.
#[must_use]
pub fn check_facts(checks: &[Check]) -> Vec<Fact> {
    let fact = |check: &Check| {
        let name = format!("{} {}", check.service_id, check.check_id);
        (name, format!("{} {}", check.status, check.output))
    };
    checks.iter().map(fact).collect()
}

/// The same, for rows: a `copies_outputs` round them copies what its button stands beside.
#[must_use]
pub fn check_output(t: &'static Messages, check: &Check) -> Still {
    let output = check.output.trim_end();
    let text = still("pre").with("tabindex", "0");
    let (copy, text) = if output.is_empty() {
        (None, text.class("text-tertiary").text(t.services.no_output))
    } else {
        let copy = still("button")
            .class("button is-small is-quiet is-icon-only")
            .with("type", "button")
            .with("data-copies-output", "")
            .with("aria-label", t.common.copy)
            .with("title", t.common.copy)
            .child(icon("copy"));
        (Some(copy), text.text(output.to_owned()))
    };
    let head = still("p")
        .child(names(t, check))
        .child(notes(check))
        .child(still("span").class("push-end"))
        .child(copy);
    still("div").class("check-output").child([head, text])
}

/// Its state, its name, and what it is.
fn names(t: &'static Messages, check: &Check) -> Vec<Still> {
    let name = check.title();
    let id = (check.check_id != name).then(|| {
        let id = still("small").class("mono");
        id.text(check.check_id.clone())
    });
    let kind = (!check.r#type.is_empty()).then(|| {
        let kind = still("span").class("tag");
        kind.text(check.r#type.clone())
    });
    [
        Some(state(t, check.health())),
        Some(still("b").text(name.to_owned())),
        id,
        kind,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn notes(check: &Check) -> Option<Still> {
    (!check.notes.is_empty()).then(|| still("small").text(check.notes.clone()))
}

/// What a click does round rows with outputs: on the button beside one it copies that.
pub fn copies_outputs() -> impl Fn(web_sys::MouseEvent) + Clone + 'static {
    let copy = use_copy();
    move |event| {
        let output = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("[data-copies-output]").ok().flatten())
            .and_then(|button| button.closest(".check-output").ok().flatten())
            .and_then(|check| check.query_selector("pre").ok().flatten())
            .and_then(|output| output.text_content());
        if let Some(output) = output {
            copy(output);
        }
    }
}
