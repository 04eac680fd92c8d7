//! A value that is not text.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    draft::Draft,
    hex,
    value::{Content, encode},
    words,
};
use crate::{components::CopyButton, i18n::use_t};

/// Rows of a dump drawn at first, and added by each press of the button below it.
const HEX_ROWS: usize = 512;

/// Bytes that are not text.
#[component]
pub fn Bytes(
    /// The edit.
    draft: Draft,
) -> impl IntoView {
    let t = use_t();
    let rows = RwSignal::new(HEX_ROWS);
    let bytes = Memo::new(move |_| {
        draft.base.with(|base| match &base.content {
            Content::Binary(bytes) => Arc::new(bytes.clone()),
            Content::Text(_) => Arc::new(Vec::new()),
        })
    });
    let left = move || {
        bytes
            .with(|bytes| bytes.len())
            .saturating_sub(rows.get() * hex::ROW_BYTES)
    };
    view! {
        <div class="editor">
            <div class="note">
                <p><b>{t.kv.binary_title}</b>" "{t.kv.binary_text}</p>
                <CopyButton
                    text=Signal::derive(move || bytes.with(|bytes| encode(bytes)))
                    label=t.kv.copy_base64
                />
            </div>
            <pre class="hex-dump" tabindex="0" role="region" aria-label=t.kv.hex_label>
                {move || bytes.with(|bytes| hex::dump(bytes, rows.get()))}
            </pre>
            {move || {
                let left = left();
                (left > 0)
                    .then(|| {
                        view! {
                            <div class="more-rows">
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| rows.update(|rows| *rows += HEX_ROWS * 8)
                                >
                                    {(t.kv.more_bytes)(&words::size(left))}
                                </button>
                            </div>
                        }.into_any()
                    })
            }}
        </div>
    }
    .into_any()
}
