//! Asks how keys are written into a file, and saves it.

use leptos::prelude::*;
use wire::{changes::ExportCount, health::Health, problem::Problem};

use super::{Dialog, DialogFoot, DialogProblem, HealthGlyph};
use crate::{
    api::{self, changes::Export},
    download::hand_over,
    effect::effect,
    i18n::{number, use_t},
    state::use_settings,
};

/// The dialog.
#[component]
pub fn ExportDialog(
    /// What is exported; the format is asked for.
    wanted: Export,
    /// Closes it.
    close: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let open = RwSignal::new(true);
    let format = RwSignal::new(wanted.format);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Problem>);
    let wanted = StoredValue::new(wanted);
    let count = count_secrets(wanted, failure);
    effect(move || {
        if !open.get() {
            close.run(());
        }
    });
    let save = move |()| {
        busy.set(true);
        failure.set(None);
        let request = Export {
            format: format.get_untracked(),
            ..wanted.get_value()
        };
        leptos::task::spawn_local(async move {
            match api::changes::export(&request).await {
                Ok((file, name)) => {
                    // nothing is left to do where the browser refuses
                    let _ = hand_over(&file, &name);
                    open.try_set(false);
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <Dialog
            open
            title=t.changes.export_title
            footer=move || {
                let disabled = Signal::derive(move || busy.get() || count.with(Option::is_none));
                view! { <DialogFoot open label=t.changes.download disabled run=save/> }.into_any()
            }
        >
            <fieldset class="export-choices">
                <legend class="visually-hidden">{t.changes.export_title}</legend>
                {choices(format)}
            </fieldset>
            {move || secret_note(count)}
            <DialogProblem failure/>
        </Dialog>
    }
    .into_any()
}

/// How many of the keys are secret; none until that is known.
fn count_secrets(
    wanted: StoredValue<Export>,
    failure: RwSignal<Option<Problem>>,
) -> RwSignal<Option<ExportCount>> {
    let may_be = !use_settings().secret_keys.is_empty();
    let count = RwSignal::new((!may_be).then(ExportCount::default));
    effect(move || {
        if !may_be {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::changes::count(&wanted.get_value()).await {
                Ok(found) => {
                    count.try_set(Some(found));
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
        });
    });
    count
}

/// The file will hold values that are shown nowhere unasked.
fn secret_note(count: RwSignal<Option<ExportCount>>) -> Option<AnyView> {
    let t = use_t();
    let count = count.get().filter(|count| count.secret > 0)?;
    let text = (t.changes.export_secret)(&number(count.secret as u64), &number(count.keys as u64));
    let view = view! {
        <p class="dialog-warning" role="alert">
            <HealthGlyph health=Health::Warning/>
            <span>{text}</span>
        </p>
    };
    Some(view.into_any())
}

/// The formats, each with what it keeps.
fn choices(format: RwSignal<&'static str>) -> Vec<AnyView> {
    let t = use_t();
    let choices = [
        ("consul", "Consul JSON", t.changes.format_consul),
        ("yaml", "YAML", t.changes.format_tree),
        ("json", "JSON", t.changes.format_tree),
        ("zip", "ZIP", t.changes.format_zip),
    ];
    let choice = move |(word, name, help): (&'static str, &'static str, &'static str)| {
        view! {
            <label class="export-choice">
                <input
                    type="radio"
                    name="export-format"
                    value=word
                    prop:checked=move || format.get() == word
                    on:change=move |_| format.set(word)
                />
                <span>
                    <b>{name}</b>
                    <small>{help}</small>
                </span>
            </label>
        }
        .into_any()
    };
    choices.map(choice).into_iter().collect()
}
