//! A check and what it printed: text from anywhere, shown as text.

use leptos::prelude::*;
use wire::checks::Check;

use super::{CopyButton, HealthWord};
use crate::i18n::use_t;

/// What is shown of a long output before one asks for all.
const SHOWN_CHARACTERS: usize = 4_000;

/// A check with its output.
#[component]
pub fn CheckOutput(
    /// The check.
    check: Check,
    /// A word on where it belongs, after its name.
    #[prop(optional, into)]
    place: Signal<String>,
) -> impl IntoView {
    let t = use_t();
    let name = if check.name.is_empty() {
        check.check_id.clone()
    } else {
        check.name.clone()
    };
    let id = (check.check_id != name).then(|| check.check_id.clone());
    let kind = (!check.r#type.is_empty()).then(|| check.r#type.clone());
    let notes = (!check.notes.is_empty()).then(|| check.notes.clone());
    let output = check.output.trim_end().to_owned();
    let length = output.chars().count();
    let cut: String = output.chars().take(SHOWN_CHARACTERS).collect();
    let all = RwSignal::new(length <= SHOWN_CHARACTERS);
    let copy = output.clone();
    let empty = output.is_empty();
    let output = StoredValue::new(output);
    let text = move || {
        if empty {
            t.services.no_output.to_owned()
        } else if all.get() {
            output.get_value()
        } else {
            format!("{cut}…")
        }
    };
    view! {
        <div class="check-output">
            <p>
                <HealthWord health=check.health()/>
                <b>{name}</b>
                {id.map(|id| view! { <small class="mono">{id}</small> }.into_any())}
                {kind.map(|kind| view! { <span class="tag">{kind}</span> }.into_any())}
                <small>{place}</small>
                {notes.map(|notes| view! { <small>{notes}</small> }.into_any())}
                <span class="push-end"></span>
                {(!empty).then(|| view! { <CopyButton text=copy/> }.into_any())}
            </p>
            <pre class:text-tertiary=empty tabindex="0">{text}</pre>
            {move || {
                (!all.get())
                    .then(|| {
                        view! {
                            <button type="button" class="button is-small is-quiet" on:click=move |_| all.set(true)>
                                {(t.services.show_rest)(length)}
                            </button>
                        }.into_any()
                    })
            }}
        </div>
    }
}
