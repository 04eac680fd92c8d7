//! What the checker says, below an editor's text.

use leptos::prelude::*;
use wire::format::Diagnostic;

use super::{
    check::{Check, Checked},
    editor::EditorState,
    words,
};
use crate::{
    components::{HealthGlyph, dynamic},
    i18n::use_t,
};

/// One thing that was found, where it only is to be read.
#[must_use]
pub fn said(found: &Diagnostic) -> AnyView {
    view! {
        <li class="editor-problem" data-problem=words::severity(found.severity)>
            <HealthGlyph health=words::severity_health(found.severity)/>
            <b>{format!("{}:{}", found.line, found.column)}</b>
            <span>{found.message.clone()}</span>
        </li>
    }
    .into_any()
}

/// What is wrong, each a button that leads there.
#[component]
pub fn Problems(
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
                        format!("{}: {}", (t.edit.go_to)(line, column), diagnostic.message)
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
pub fn CheckWord(
    /// The checker.
    check: Check,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let found = check.diagnostics.with(Vec::len);
        let (health, word) = match check.state.get() {
            _ if found > 0 => (
                words::worst(&check.diagnostics.get()),
                (t.edit.problems)(u32::try_from(found).unwrap_or(u32::MAX)),
            ),
            Checked::Done => (wire::health::Health::Passing, t.edit.no_problems.to_owned()),
            Checked::Running => (wire::health::Health::None, t.edit.checking.to_owned()),
            Checked::Never => (wire::health::Health::None, t.edit.not_checked.to_owned()),
            Checked::Failed => (
                wire::health::Health::Warning,
                t.edit.check_failed.to_owned(),
            ),
        };
        view! {
            <span class="health-word" data-health=health.word()>
                <HealthGlyph health=health/>
                {word}
            </span>
        }
    })
}
