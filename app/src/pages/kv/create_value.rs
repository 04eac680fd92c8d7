//! The value of a new key: typed, or from a file.

use leptos::prelude::*;

use super::{
    editor::{Editor, EditorState},
    failure::Failure,
    files::{PickFile, Read, dropped, first_of},
    new_key::NewKey,
    value_files::too_large,
    words,
};
use crate::{components::dynamic, effect::effect, i18n::use_t, state::use_toasts};

/// The value's editor; a folder has none.
#[component]
pub fn NewValue(
    /// What is typed.
    new: NewKey,
    /// What it is typed into.
    state: EditorState,
) -> impl IntoView {
    let t = use_t();
    let folder = Memo::new(move |_| new.is_folder());
    effect(move || {
        if new.failure.is(&Failure::Invalid) {
            state.go_to_first_error();
        }
    });
    // dimmed, not gone: while a path is typed, every slash would make the page jump
    view! {
        <FileRow new/>
        <div class="key-value" class:is-unused=move || folder.get() || new.bytes.with(Option::is_some)>
            <Editor
                state
                label=t.kv.value_label
                size=Signal::derive(move || new.text.with(String::len))
            />
        </div>
    }
    .into_any()
}

/// A file as the value: plain text goes into the editor, anything else is the value to the byte.
#[component]
fn FileRow(
    /// What is typed.
    new: NewKey,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let on_read = Callback::new(move |read: Read| match read {
        Read::Bytes(bytes) => match String::from_utf8(bytes) {
            // an editor would change the ends of its lines, and leave out its mark
            Ok(text) if text.contains(['\r', '\u{feff}']) => new.bytes.set(Some(text.into_bytes())),
            Ok(text) => {
                new.bytes.set(None);
                new.text.set(text);
            }
            Err(error) => new.bytes.set(Some(error.into_bytes())),
        },
        Read::TooLarge(size) => toasts.error(too_large(&t.kv, size), ""),
        Read::Failed => toasts.error(t.kv.file_unreadable, ""),
    });
    let drop = move |event: web_sys::DragEvent| {
        if let Some(data) = dropped(&event) {
            event.prevent_default();
            leptos::task::spawn_local(async move {
                if let Some(read) = first_of(data).await {
                    on_read.run(read);
                }
            });
        }
    };
    let held = move || {
        new.bytes.get().map(|bytes| {
            view! {
                <span role="status">{(t.edit.file_held)(&words::size(bytes.len()))}</span>
                <button type="button" class="button is-small is-quiet" on:click=move |_| new.bytes.set(None)>
                    {t.edit.drop_file}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="value-files" on:dragover=move |event| event.prevent_default() on:drop=drop>
            <PickFile label=t.edit.upload on_read/>
            <span class="value-files-hint">{t.kv.drop_hint}</span>
            {dynamic(held)}
        </div>
    }
    .into_any()
}
