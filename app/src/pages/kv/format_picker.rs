//! Which format a value is checked as: what its key's ending tells, or another.

use std::sync::Arc;

use leptos::prelude::*;
use wire::format::Format;

use super::words;
use crate::{effect::effect, i18n::use_t};

/// What draws a picker.
pub type Picker = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// Picks the format that a value is checked as.
#[component]
pub fn FormatPicker(
    /// The control's id, for its label.
    id: &'static str,
    /// What the key's ending tells.
    #[prop(into)]
    by_ending: Signal<Format>,
    /// What was picked instead.
    chosen: RwSignal<Option<Format>>,
) -> impl IntoView {
    let t = use_t();
    let current = move || chosen.get().unwrap_or_else(|| by_ending.get());
    view! {
        <select
            id=id
            class="select"
            aria-label=t.edit.format_label
            prop:value=move || current().word()
            on:change=move |event| {
                let picked = Format::from_word(&event_target_value(&event));
                chosen.set(picked.filter(|picked| *picked != by_ending.get_untracked()));
            }
        >
            {Format::ALL
                .into_iter()
                .map(|format| {
                    view! {
                        <option value=format.word() selected=move || current() == format>
                            {move || {
                                let name = words::format(&t.kv, format);
                                if by_ending.get() == format {
                                    (t.edit.format_by_ending)(name)
                                } else {
                                    name.to_owned()
                                }
                            }}
                        </option>
                    }.into_any()
                })
                .collect_view()}
        </select>
    }
    .into_any()
}

/// Draws the same for a key that is there: `format` becomes what is picked, which stays picked however
/// often it is drawn.
#[must_use]
pub fn picker(by_ending: Format, format: RwSignal<Format>) -> Picker {
    let chosen = RwSignal::new(None);
    effect(move || format.set(chosen.get().unwrap_or(by_ending)));
    Arc::new(move || {
        view! { <FormatPicker id="key-format" by_ending=Signal::stored(by_ending) chosen/> }
            .into_any()
    })
}
