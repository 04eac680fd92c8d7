//! The plain editor: a `<textarea>` with line numbers and marks, where the full one does not come.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    caret::{self, Edit},
    editor::EditorState,
    editor_lines::{Lines, View},
};
use crate::effect::effect;

/// The text, its numbers and marks.
#[component]
pub fn Area(
    /// What it edits.
    state: EditorState,
    /// What it is called, for screen readers.
    label: Signal<String>,
    /// Told the caret's line and column, from 1.
    position: RwSignal<(u32, u32)>,
) -> impl IntoView {
    let view_port = RwSignal::new(View::default());
    let leaving = StoredValue::new(false);
    let measure = move || {
        if let Some(area) = state.area.get_untracked() {
            let now = View::of(&area);
            if view_port.get_untracked() != now {
                view_port.set(now);
            }
        }
    };
    let note_caret = move || {
        if let Some(area) = state.area.get_untracked() {
            let at = area.selection_start().ok().flatten().unwrap_or(0);
            position.set(
                state
                    .text
                    .with_untracked(|text| caret::line_and_column(text, at)),
            );
        }
    };
    effect(move || {
        if state.area.get().is_some() {
            measure();
        }
    });
    effect(move || {
        let resized = window_event_listener(ev::resize, move |_| measure());
        on_cleanup(move || resized.remove());
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let leaves = leaving.get_value();
        leaving.set_value(event.key() == "Escape");
        if let Some(area) = state.area.get_untracked()
            && let Some(edit) = edit_for(&event, &area, leaves)
        {
            event.prevent_default();
            apply(&area, &edit);
        }
    };
    view! {
        <div class="editor-field">
            <Lines state=state view_port=view_port.into()/>
            <textarea
                node_ref=state.area
                id="editor-text"
                class="editor-text"
                wrap="off"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                aria-label=move || label.get()
                aria-describedby="editor-help editor-problems"
                aria-invalid=move || state.check.has_errors().to_string()
                readonly=cfg!(feature = "ssr")
                prop:value=move || state.text.get()
                on:input=move |event| {
                    state.text.set(event_target_value(&event));
                    note_caret();
                    measure();
                }
                on:scroll=move |_| measure()
                on:keydown=on_key
                on:keyup=move |_| note_caret()
                on:click=move |_| note_caret()
                on:select=move |_| note_caret()
                on:focus=move |_| { measure(); note_caret(); }
                on:blur=move |_| leaving.set_value(false)
            >
                {cfg!(feature = "ssr").then(|| state.text.with_untracked(|text| as_markup(text)))}
            </textarea>
        </div>
    }
    .into_any()
}

/// `text` as the content of a `<textarea>` in HTML: leptos escapes none there (unlike everywhere
/// else), so `</textarea>` in a value would end it; and a parser drops the first line end.
fn as_markup(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// What a key does to the text; none where the browser's own way is right.
fn edit_for(
    event: &ev::KeyboardEvent,
    area: &web_sys::HtmlTextAreaElement,
    leaves: bool,
) -> Option<Edit> {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    // while an input method composes, its keys are its own
    if modified || event.is_composing() {
        return None;
    }
    let from = area.selection_start().ok().flatten()?;
    let to = area.selection_end().ok().flatten()?;
    match event.key().as_str() {
        "Tab" if !leaves => Some(caret::indent(&area.value(), from, to, event.shift_key())),
        "Enter" if !event.shift_key() => Some(caret::new_line(&area.value(), from, to)),
        _ => None,
    }
}

/// Makes the edit as typing would, so that Undo takes it back; `execCommand` is the only way.
fn apply(area: &web_sys::HtmlTextAreaElement, edit: &Edit) {
    let _ = area.set_selection_range(edit.from, edit.to);
    let document: wasm_bindgen::JsValue = document().unchecked_into();
    let done = js_sys::Reflect::get(&document, &"execCommand".into())
        .ok()
        .and_then(|command| command.dyn_into::<js_sys::Function>().ok())
        .and_then(|command| {
            let word = if edit.insert.is_empty() {
                "delete"
            } else {
                "insertText"
            };
            command
                .call3(
                    &document,
                    &word.into(),
                    &false.into(),
                    &edit.insert.as_str().into(),
                )
                .ok()
        })
        .and_then(|done| done.as_bool())
        .unwrap_or(false);
    if !done {
        let _ = area.set_range_text(&edit.insert);
        if let Ok(input) = web_sys::Event::new("input") {
            let _ = area.dispatch_event(&input);
        }
    }
    let _ = area.set_selection_range(edit.select_from, edit.select_to);
}
