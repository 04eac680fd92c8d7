//! Asks how keys are written into a file, and saves it.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wire::problem::Problem;

use super::{Dialog, DialogFoot, DialogProblem};
use crate::{
    api::{self, changes::Export},
    effect::effect,
    i18n::use_t,
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
                    let _ = download(&file, &name);
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
                view! { <DialogFoot open label=t.changes.download disabled=busy run=save/> }.into_any()
            }
        >
            <fieldset class="export-choices">
                <legend class="visually-hidden">{t.changes.export_title}</legend>
                {choices(format)}
            </fieldset>
            <DialogProblem failure/>
        </Dialog>
    }
    .into_any()
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

/// Hands a file to the browser, as a link with `download` does.
fn download(file: &web_sys::Blob, name: &str) -> Result<(), JsValue> {
    let url = web_sys::Url::create_object_url_with_blob(file)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&url)
}
