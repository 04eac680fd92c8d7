//! A text with its line numbers, to read.

use std::{fmt::Write as _, sync::Arc};

use leptos::prelude::*;
use wire::format::Format;

use super::{caret, paint, version::Version, words};
use crate::i18n::use_t;

/// A text larger than this is shown in one colour: every word of colour is an element.
const PAINTED_MAX_BYTES: usize = 32 * 1024;

/// The text, line numbers beside it. Two texts and no element a line: half a megabyte is drawn in
/// one go then.
#[component]
pub fn TextView(
    /// The key as it is.
    version: Arc<Version>,
    /// What it is called, for screen readers.
    label: String,
    /// How it is coloured.
    format: Format,
) -> impl IntoView {
    let t = use_t();
    let text = version.shown();
    let lines = caret::line_count(text);
    let size = words::size(text.len());
    let mut numbers = String::new();
    for line in 1..=lines {
        let _ = writeln!(numbers, "{line}");
    }
    let content = if text.len() > PAINTED_MAX_BYTES {
        text.to_owned().into_any()
    } else {
        paint::paint(format, text)
            .into_iter()
            .map(|(kind, part)| match kind {
                Some(kind) => {
                    view! { <span class=kind.class()>{part.to_owned()}</span> }.into_any()
                }
                None => part.to_owned().into_any(),
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="editor">
            <div class="value-field" tabindex="0" role="region" aria-label=label>
                <div class="value-numbers" aria-hidden="true">{numbers}</div>
                <div class="value-text">{content}</div>
            </div>
            <div class="page-foot editor-foot">
                <span>{(t.kv.lines)(lines)}</span>
                <span class="push-end">{size}</span>
            </div>
        </div>
    }
    .into_any()
}
