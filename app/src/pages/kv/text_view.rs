//! A text with its line numbers, to read.

use std::{fmt::Write as _, ops::Range, sync::Arc};

use leptos::{html, prelude::*};
use wasm_bindgen::JsValue;
use wire::format::Format;

use super::{caret, paint, version::Version, words};
use crate::{components::dynamic, effect::effect, i18n::use_t};

/// A text larger than this has its colours only where it is in view: every word of colour is an
/// element.
const PAINTED_MAX_BYTES: usize = 32 * 1024;

/// Lines of one part of a text; their height stands in `pages.css`.
const PART_LINES: usize = 100;

/// A line that somebody was led to.
#[derive(Clone, Copy)]
pub struct Mark {
    /// From 1; 0 for none.
    pub line: Memo<u32>,
    /// The line that was scrolled to: once, however often the value changes.
    pub scrolled: StoredValue<u32>,
}

/// The text, line numbers beside it. It stands in parts of a hundred lines, of which the browser
/// lays out and draws those in view, while its own search finds what is in any of them.
#[component]
pub fn TextView(
    /// The key as it is.
    version: Arc<Version>,
    /// What it is called, for screen readers.
    label: String,
    /// How it is coloured.
    format: Format,
    /// The line to show.
    mark: Mark,
) -> impl IntoView {
    let t = use_t();
    let text = version.shown();
    let lines = caret::line_count(text);
    let size = words::size(text.len());
    let is_large = text.len() > PAINTED_MAX_BYTES;
    let ranges = parts_of(text);
    let whole = ranges.len().saturating_sub(1);
    let parts: Vec<AnyView> = ranges
        .into_iter()
        .enumerate()
        .map(|(at, range)| {
            let part = Part {
                version: Arc::clone(&version),
                format,
                range,
                first: u32::try_from(at * PART_LINES + 1).unwrap_or(u32::MAX),
            };
            // the last may be shorter than what is said of the height of all
            part.view(is_large, is_large && at < whole, mark)
        })
        .collect();
    view! {
        <div class="editor">
            <div
                class="value-field"
                tabindex="0"
                role="region"
                aria-label=label
                data-digits=lines.to_string().len().to_string()
            >
                {parts}
            </div>
            <div class="page-foot editor-foot">
                <span>{(t.kv.lines)(lines)}</span>
                <span class="push-end">{size}</span>
            </div>
        </div>
    }
    .into_any()
}

/// The bytes of each hundred lines, without the line end between two of them.
fn parts_of(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (count, (end, _)) in (1..).zip(text.match_indices('\n')) {
        if count % PART_LINES == 0 {
            parts.push(start..end);
            start = end + 1;
        }
    }
    parts.push(start..text.len());
    parts
}

/// Some lines of a text.
#[derive(Clone)]
struct Part {
    version: Arc<Version>,
    format: Format,
    range: Range<usize>,
    /// The number of its first line.
    first: u32,
}

impl Part {
    fn text(&self) -> &str {
        &self.version.shown()[self.range.clone()]
    }

    fn view(self, waits: bool, is_full: bool, mark: Mark) -> AnyView {
        let mut numbers = self.first.to_string();
        let count = u32::try_from(self.text().matches('\n').count()).unwrap_or(0);
        for line in self.first + 1..=self.first + count {
            let _ = write!(numbers, "\n{line}");
        }
        let lines = self.first..=self.first + count;
        let marked = Memo::new(move |_| Some(mark.line.get()).filter(|line| lines.contains(line)));
        let painted = RwSignal::new(!waits);
        let come = move |event: web_sys::Event| {
            let skipped = js_sys::Reflect::get(&event, &JsValue::from_str("skipped"));
            if skipped.is_ok_and(|skipped| skipped.is_falsy()) {
                painted.set(true);
            }
        };
        let content = dynamic(move || {
            let is_painted = painted.get();
            match marked.get() {
                Some(line) => self.with_mark(line, is_painted, mark.scrolled),
                None => self.colours(self.text(), is_painted),
            }
        });
        view! {
            <div class="value-part" class:is-full=is_full on:contentvisibilityautostatechange=come>
                <div class="value-numbers" aria-hidden="true">{numbers}</div>
                <div class="value-text">{content}</div>
            </div>
        }
        .into_any()
    }

    fn colours(&self, text: &str, is_painted: bool) -> AnyView {
        if !is_painted {
            return text.to_owned().into_any();
        }
        paint::paint(self.format, text)
            .into_iter()
            .map(|(kind, part)| match kind {
                Some(kind) => {
                    view! { <span class=kind.class()>{part.to_owned()}</span> }.into_any()
                }
                None => part.to_owned().into_any(),
            })
            .collect_view()
            .into_any()
    }

    /// The same with one line marked, which is scrolled to.
    fn with_mark(&self, line: u32, is_painted: bool, scrolled: StoredValue<u32>) -> AnyView {
        let text = self.text();
        let above = usize::try_from(line - self.first).unwrap_or(0);
        let start = match above {
            0 => 0,
            above => text
                .match_indices('\n')
                .nth(above - 1)
                .map_or(text.len(), |(at, _)| at + 1),
        };
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let node = NodeRef::<html::Mark>::new();
        effect(move || {
            if let Some(node) = node.get()
                && scrolled.get_value() != line
            {
                scrolled.set_value(line);
                request_animation_frame(move || node.scroll_into_view());
            }
        });
        view! {
            {self.colours(&text[..start], is_painted)}
            <mark class="value-line" node_ref=node>{self.colours(&text[start..end], is_painted)}</mark>
            {self.colours(&text[end..], is_painted)}
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_text() {
        for text in [
            String::new(),
            "a".to_owned(),
            "a\n".repeat(99),
            "a\n".repeat(100),
            "é\n".repeat(101),
            format!("{}b", "a\n".repeat(250)),
        ] {
            let parts: Vec<&str> = parts_of(&text)
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(parts.join("\n"), text);
            let (last, full) = parts.split_last().unwrap();
            assert!(
                full.iter()
                    .all(|part| part.split('\n').count() == PART_LINES)
            );
            assert!(last.split('\n').count() <= PART_LINES);
        }
    }
}
