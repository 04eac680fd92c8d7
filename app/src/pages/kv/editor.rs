//! The text editor with the checker's words below: the full one, or a `<textarea>` where that does
//! not come.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wire::{
    format::{Format, Severity},
    kv::VALUE_MAX_BYTES,
};

use super::{
    caret,
    check::Check,
    code::{self, Code, CodeCell, Opening},
    editor_area::Area,
    editor_lines::LINE_PIXELS,
    editor_problems::{CheckWord, Problems},
    schema, words,
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
    /// What the text is.
    pub format: Signal<Format>,
    /// The `<textarea>`, where that is what there is.
    pub area: NodeRef<html::Textarea>,
    /// The full editor, once it is there.
    pub code: CodeCell,
}

impl EditorState {
    /// What a page edits.
    #[must_use]
    pub fn new(
        text: RwSignal<String>,
        check: Check,
        format: Signal<Format>,
        changed: Signal<Arc<BTreeSet<u32>>>,
    ) -> Self {
        Self {
            text,
            check,
            changed,
            format,
            area: NodeRef::new(),
            code: StoredValue::new_local(None),
        }
    }

    /// Takes in what is typed and was not told yet.
    pub fn flush(&self) {
        code::flush(self.code);
    }

    /// What `act` gives for the full editor; none where it is not there.
    fn with_code<T>(&self, act: impl FnOnce(&Code) -> T) -> Option<T> {
        self.code
            .try_with_value(|code| code.as_ref().map(act))
            .flatten()
    }

    /// Puts the caret at a line and column, and scrolls there.
    pub fn go_to(&self, line: u32, column: u32) {
        if self.with_code(|code| code.go_to(line, column)).is_some() {
            return;
        }
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

/// What is typed into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    /// The full editor is being fetched.
    Coming,
    /// It is here.
    Code,
    /// It did not come.
    Area,
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
    /// The focus goes there once it is open.
    #[prop(optional)]
    take_focus: bool,
    /// The line that the caret goes to then, from 1; 0 for none.
    #[prop(optional)]
    line: u32,
) -> impl IntoView {
    let t = use_t();
    let engine = RwSignal::new(Engine::Coming);
    let position = RwSignal::new((1, 1));
    let host = NodeRef::<html::Div>::new();
    open_code(state, label, host, engine, position, take_focus);
    effect(move || {
        let is_here = match engine.get() {
            Engine::Coming => false,
            Engine::Code => true,
            Engine::Area => state.area.get().is_some(),
        };
        if is_here && line > 0 {
            state.go_to(line, 1);
        }
    });
    let plain = Memo::new(move |_| engine.get() == Engine::Area);
    let waits = move || (engine.get() == Engine::Coming).to_string();
    let field = dynamic(move || {
        // without the module nothing can be typed, but everything can be read
        if cfg!(feature = "ssr") || plain.get() {
            return view! { <Area state label position/> }.into_any();
        }
        view! { <div class="editor-code" node_ref=host aria-busy=waits></div> }.into_any()
    });
    view! {
        <div class="editor">
            {field}
            {move || {
                (engine.get() == Engine::Area)
                    .then(|| view! { <p class="editor-plain-note">{t.edit.plain_editor}</p> }.into_any())
            }}
            <Problems state=state/>
            <Foot check=state.check position=position.into() size/>
        </div>
    }
    .into_any()
}

/// Opens the full editor in `host`, and keeps it and the page of one mind.
fn open_code(
    state: EditorState,
    label: Signal<String>,
    host: NodeRef<html::Div>,
    engine: RwSignal<Engine>,
    position: RwSignal<(u32, u32)>,
    take_focus: bool,
) {
    let t = use_t();
    // what the editor holds, as far as the page knows
    let told = StoredValue::new(String::new());
    let begun = StoredValue::new(false);
    let wanted = move || {
        let host = host.try_get_untracked().flatten()?;
        let text = state.text.get_untracked();
        told.set_value(text.clone());
        let opening = Opening {
            label: label.get_untracked(),
            text,
            format: state.format.get_untracked(),
            phrases: t.edit.editor_phrases,
            on_change: Box::new(move |text| {
                told.try_set_value(text.clone());
                state.text.try_set(text);
            }),
            complete: Box::new(move |text, line, column| {
                let format = state.format.get_untracked();
                let found = state.check.wants(format, text, (line, column))?;
                Some(Box::pin(found))
            }),
            on_caret: Box::new(move |line, column| {
                position.try_set((line, column));
            }),
        };
        Some((host.unchecked_into(), opening))
    };
    effect(move || {
        if host.get().is_none() || begun.get_value() {
            return;
        }
        begun.set_value(true);
        leptos::task::spawn_local(async move {
            let code = code::open(wanted).await;
            let there = code.is_some();
            // who left meanwhile: dropped, which closes it
            if engine.try_get_untracked().is_none() || state.code.try_set_value(code).is_some() {
                return;
            }
            engine.try_set(if there { Engine::Code } else { Engine::Area });
            if there && take_focus {
                let _ = state.with_code(Code::focus);
            }
        });
    });
    effect(move || {
        let is_here = engine.get() == Engine::Code;
        state.text.with(|text| {
            if is_here && told.with_value(|told| told != text) {
                told.set_value(text.clone());
                let _ = state.with_code(|code| code.set_text(text));
            }
        });
    });
    effect(move || {
        let format = state.format.get();
        if engine.get() == Engine::Code {
            let _ = state.with_code(|code| code.set_format(format));
        }
    });
    effect(move || {
        let lines = state.changed.get();
        if engine.get() == Engine::Code {
            let _ = state.with_code(|code| code.set_changed(lines.iter().copied()));
        }
    });
    effect(move || {
        let found = state.check.diagnostics.get();
        if engine.get() == Engine::Code {
            let _ = state.with_code(|code| code.set_problems(&found));
        }
    });
    on_cleanup(move || {
        state.code.try_update_value(Option::take);
    });
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
        (t.edit.caret)(line, column)
    };
    let too_large = move || size.get() > VALUE_MAX_BYTES;
    let schema = move || {
        let schema = check.schema.get()?;
        let name = schema::name(t, &check.datacenter(), &schema);
        Some(view! { <span class="editor-schema">{t.kv.detail_schema}" "{name}</span> }.into_any())
    };
    let amount =
        dynamic(move || (t.edit.size_of)(&size_text(size.get()), &words::size(VALUE_MAX_BYTES)));
    view! {
        <div class="page-foot editor-foot">
            <CheckWord check/>
            {dynamic(schema)}
            <span class="editor-caret">{caret}</span>
            <span class="editor-help" id="editor-help">{t.edit.editor_help}</span>
            <span class="push-end editor-size" class:is-too-large=too_large>{amount}</span>
        </div>
    }
    .into_any()
}

/// A size; to the byte once it is too large, since then every byte counts.
fn size_text(bytes: usize) -> String {
    if bytes > VALUE_MAX_BYTES {
        format!("{} B", number(bytes as u64))
    } else {
        words::size(bytes)
    }
}
