//! The text editor: a `<textarea>` with line numbers, marks and the checker's words below.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use wire::{format::Severity, kv::VALUE_MAX_BYTES};

use super::{
    caret::{self, Edit},
    check::Check,
    editor_lines::{LINE_PIXELS, Lines, View},
    editor_problems::{CheckWord, Problems},
    words,
};
use crate::{
    components::dynamic,
    effect::effect,
    i18n::{number, use_t},
};

/// What the editor needs from a page.
#[derive(Clone, Copy)]
pub struct EditorState {
    /// What is typed; every line ends with `\n`.
    pub text: RwSignal<String>,
    /// What the checker found.
    pub check: Check,
    /// Lines that differ from what was read, from 1.
    pub changed: Signal<Arc<BTreeSet<u32>>>,
    /// Nothing can be typed.
    pub read_only: bool,
    /// The `<textarea>`.
    pub area: NodeRef<html::Textarea>,
}

impl EditorState {
    /// Puts the caret at a line and column, and scrolls there.
    pub fn go_to(&self, line: u32, column: u32) {
        let Some(area) = self.area.get_untracked() else {
            return;
        };
        let place = self
            .text
            .with_untracked(|text| caret::place_of(text, line, column));
        let _ = area.focus();
        let _ = area.set_selection_range(place, place);
        let above = i32::try_from(line)
            .unwrap_or(i32::MAX / LINE_PIXELS)
            .saturating_sub(1);
        let middle = above
            .saturating_mul(LINE_PIXELS)
            .saturating_sub(area.client_height() / 2);
        area.set_scroll_top(middle.max(0));
    }

    /// The first line that stops a save, if any.
    pub fn go_to_first_error(&self) {
        let first = self.check.diagnostics.with_untracked(|all| {
            all.iter()
                .find(|diagnostic| diagnostic.severity == Severity::Error)
                .map(|diagnostic| (diagnostic.line, diagnostic.column))
        });
        if let Some((line, column)) = first {
            self.go_to(line, column);
        }
    }
}

/// The editor with its footer and the list of problems.
#[component]
pub fn Editor(
    /// What it edits.
    state: EditorState,
    /// What it is called, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The bytes that a save would write.
    size: Signal<usize>,
) -> impl IntoView {
    let view_port = RwSignal::new(View::default());
    let position = RwSignal::new((1, 1));
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
            && !state.read_only
            && let Some(edit) = edit_for(&event, &area, leaves)
        {
            event.prevent_default();
            apply(&area, &edit);
        }
    };
    view! {
        <div class="editor">
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
                    readonly=state.read_only
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
            <Problems state=state/>
            <Foot check=state.check position=position.into() size/>
        </div>
    }
    .into_any()
}

/// `text` as the content of a `<textarea>` in HTML: leptos escapes none there (unlike everywhere
/// else), so `</textarea>` in a value would end it; and a parser drops the first line end.
fn as_markup(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// Whether the text is fine, where the caret is, how to leave, and how large the value is.
#[component]
fn Foot(
    /// The checker.
    check: Check,
    /// The caret's line and column.
    position: Signal<(u32, u32)>,
    /// The bytes that a save would write.
    size: Signal<usize>,
) -> impl IntoView {
    let t = use_t();
    let caret = move || {
        let (line, column) = position.get();
        (t.kv.caret)(line, column)
    };
    let too_large = move || size.get() > VALUE_MAX_BYTES;
    let amount =
        dynamic(move || (t.kv.size_of)(&size_text(size.get()), &words::size(VALUE_MAX_BYTES)));
    view! {
        <div class="page-foot editor-foot">
            <CheckWord check/>
            <span class="editor-caret">{caret}</span>
            <span class="editor-help" id="editor-help">{t.kv.editor_help}</span>
            <span class="push-end editor-size" class:is-too-large=too_large>{amount}</span>
        </div>
    }
    .into_any()
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

/// A size; to the byte once it is too large, since then every byte counts.
fn size_text(bytes: usize) -> String {
    if bytes > VALUE_MAX_BYTES {
        format!("{} B", number(bytes as u64))
    } else {
        words::size(bytes)
    }
}
