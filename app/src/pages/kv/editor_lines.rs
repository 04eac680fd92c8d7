//! What stands behind an editor's text: line numbers and marks.

use leptos::{html, prelude::*};

use super::{caret, editor::EditorState, words};
use crate::{components::dynamic, effect::effect};

/// Height of a line and of the space above the first, in CSS pixels: as in `pages.css`.
pub const LINE_PIXELS: i32 = 20;

/// Lines drawn beyond both edges, so that a quick scroll shows no gap.
const SPARE_LINES: u32 = 20;

/// Lines drawn before the browser told a height.
const FIRST_LINES: u32 = 60;

/// The part of the text that is in view.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct View {
    /// How far it is scrolled, in CSS pixels.
    pub scroll_top: i32,
    /// Its height, in CSS pixels.
    pub height: i32,
}

impl View {
    /// What is in view of a `<textarea>` now.
    #[must_use]
    pub fn of(area: &web_sys::HtmlTextAreaElement) -> Self {
        Self {
            scroll_top: area.scroll_top(),
            height: area.client_height(),
        }
    }
}

/// Numbers and marks of the lines in view, behind the text. Only those: a value of half a
/// megabyte can have half a million lines.
#[component]
pub fn Lines(
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
    effect(move || {
        let moved =
            i32::try_from(first.get()).unwrap_or(0) * LINE_PIXELS - view_port.get().scroll_top;
        if let Some(block) = block.get() {
            let _ = web_sys::HtmlElement::style(&block)
                .set_property("transform", &format!("translateY({moved}px)"));
        }
    });
    let rows = dynamic(move || {
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
                    view! { <div class="editor-line" data-problem=worst data-changed=changed><span>{line}</span></div> }.into_any()
                })
                .collect_view()
        })
    });
    view! {
        <div class="editor-lines" aria-hidden="true">
            <div node_ref=block>{rows}</div>
        </div>
    }
    .into_any()
}
