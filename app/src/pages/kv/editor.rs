//! The text editor: a `<textarea>` with line numbers, marks and the checker's words below.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use wire::{
    format::{Diagnostic, Severity},
    kv::VALUE_MAX_BYTES,
};

use super::{
    caret::{self, Edit},
    check::{Check, Checked},
    words,
};
use crate::{components::HealthGlyph, i18n::use_t};

/// Height of a line and of the space above the first, in CSS pixels: as in `pages.css`.
const LINE_PIXELS: i32 = 20;

/// Lines drawn beyond both edges, so that a quick scroll shows no gap.
const SPARE_LINES: u32 = 20;

/// Lines drawn before the browser told a height.
const FIRST_LINES: u32 = 60;

/// What the editor needs from a page.
#[derive(Clone, Copy)]
pub(super) struct EditorState {
    /// What is typed; every line ends with `\n`.
    pub(super) text: RwSignal<String>,
    /// What the checker found.
    pub(super) check: Check,
    /// Lines that differ from what was read, from 1.
    pub(super) changed: Signal<Arc<BTreeSet<u32>>>,
    /// Nothing can be typed.
    pub(super) read_only: bool,
    /// The `<textarea>`.
    pub(super) area: NodeRef<html::Textarea>,
}

impl EditorState {
    /// Puts the caret at a line and column, and scrolls there.
    pub(super) fn go_to(&self, line: u32, column: u32) {
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
    pub(super) fn go_to_first_error(&self) {
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

/// The part of the text that is in view.
#[derive(Clone, Copy, PartialEq, Eq)]
struct View {
    scroll_top: i32,
    height: i32,
}

/// The editor with its footer and the list of problems.
#[component]
pub(super) fn Editor(
    /// What it edits.
    state: EditorState,
    /// What it is called, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The bytes that a save would write.
    size: Signal<usize>,
) -> impl IntoView {
    let t = use_t();
    let view_port = RwSignal::new(View {
        scroll_top: 0,
        height: 0,
    });
    let position = RwSignal::new((1, 1));
    let leaving = StoredValue::new(false);
    let measure = move || {
        if let Some(area) = state.area.get_untracked() {
            let now = View {
                scroll_top: area.scroll_top(),
                height: area.client_height(),
            };
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
    Effect::new(move || {
        if state.area.get().is_some() {
            measure();
        }
    });
    let resized = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
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
                    {cfg!(feature = "ssr").then(|| state.text.get_untracked())}
                </textarea>
            </div>
            <Problems state=state/>
            <div class="page-foot editor-foot">
                <CheckWord check=state.check/>
                <span class="editor-caret">
                    {move || { let (line, column) = position.get(); (t().kv.caret)(line, column) }}
                </span>
                <span class="editor-help" id="editor-help">{move || t().kv.editor_help}</span>
                <span class="push-end editor-size" class:is-too-large=move || { size.get() > VALUE_MAX_BYTES }>
                    {move || (t().kv.size_of)(&words::size(size.get()), &words::size(VALUE_MAX_BYTES))}
                </span>
            </div>
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

/// Numbers and marks of the lines in view, behind the text. Only those: a value of half a
/// megabyte can have half a million lines.
#[component]
fn Lines(
    /// The editor.
    state: EditorState,
    /// What is in view.
    view_port: Signal<View>,
) -> impl IntoView {
    let block = NodeRef::<html::Div>::new();
    let count = Memo::new(move |_| state.text.with(|text| caret::line_count(text)));
    let first = Memo::new(move |_| {
        let above = view_port.get().scroll_top / LINE_PIXELS;
        u32::try_from(above)
            .unwrap_or(0)
            .saturating_sub(SPARE_LINES)
    });
    let last = Memo::new(move |_| {
        let height = u32::try_from(view_port.get().height / LINE_PIXELS).unwrap_or(0);
        let shown = if height == 0 {
            FIRST_LINES
        } else {
            height + 2 * SPARE_LINES + 2
        };
        (first.get() + shown).min(count.get())
    });
    Effect::new(move || {
        let moved =
            i32::try_from(first.get()).unwrap_or(0) * LINE_PIXELS - view_port.get().scroll_top;
        if let Some(block) = block.get() {
            let _ = web_sys::HtmlElement::style(&block)
                .set_property("transform", &format!("translateY({moved}px)"));
        }
    });
    let rows = move || {
        let (first, last) = (first.get(), last.get());
        let changed = state.changed.get();
        state.check.diagnostics.with(|diagnostics| {
            (first + 1..=last)
                .map(|line| {
                    let worst = diagnostics
                        .iter()
                        .filter(|diagnostic| diagnostic.line == line)
                        .map(|diagnostic| words::severity(diagnostic.severity))
                        .min();
                    let changed = changed.contains(&line).then_some("true");
                    view! { <div class="editor-line" data-problem=worst data-changed=changed><span>{line}</span></div> }
                })
                .collect_view()
        })
    };
    view! {
        <div class="editor-lines" aria-hidden="true">
            <div node_ref=block>{rows}</div>
        </div>
    }
    .into_any()
}

/// What is wrong, each a button that leads there.
#[component]
fn Problems(
    /// The editor.
    state: EditorState,
) -> impl IntoView {
    let t = use_t();
    let item = move |diagnostic: Diagnostic| {
        let (line, column) = (diagnostic.line, diagnostic.column);
        let word = words::severity(diagnostic.severity);
        view! {
            <li>
                <button
                    type="button"
                    class="editor-problem"
                    data-problem=word
                    aria-label=move || {
                        format!("{}: {}", (t().kv.go_to)(line, column), diagnostic.message)
                    }
                    on:click=move |_| state.go_to(line, column)
                >
                    <HealthGlyph health=words::severity_health(diagnostic.severity)/>
                    <b>{format!("{line}:{column}")}</b>
                    <span>{diagnostic.message.clone()}</span>
                </button>
            </li>
        }
    };
    view! {
        <ul class="editor-problems" id="editor-problems" aria-live="polite">
            {move || {
                let found = state.check.diagnostics.get();
                found.into_iter().take(20).map(item).collect_view()
            }}
        </ul>
    }
    .into_any()
}

/// Whether the text is fine, in a word with a shape.
#[component]
fn CheckWord(
    /// The checker.
    check: Check,
) -> impl IntoView {
    let t = use_t();
    move || {
        let found = check.diagnostics.with(Vec::len);
        let (health, word) = match check.state.get() {
            _ if found > 0 => (
                words::worst(&check.diagnostics.get()),
                (t().kv.problems)(u32::try_from(found).unwrap_or(u32::MAX)),
            ),
            Checked::Done => (wire::health::Health::Passing, t().kv.no_problems.to_owned()),
            Checked::Running => (wire::health::Health::None, t().kv.checking.to_owned()),
            Checked::Never => (wire::health::Health::None, t().kv.not_checked.to_owned()),
            Checked::Failed => (
                wire::health::Health::Warning,
                t().kv.check_failed.to_owned(),
            ),
        };
        view! {
            <span class="health-word" data-health=health.word()>
                <HealthGlyph health=health/>
                {word}
            </span>
        }
    }
}
