//! A value that is not text.

use std::sync::Arc;

use leptos::prelude::*;

use super::{hex, value::encode, words};
use crate::{components::CopyButton, i18n::use_t};

/// Rows of a dump drawn at first, and added by each press of the button below it.
const HEX_ROWS: usize = 512;

/// Bytes that are not text.
#[component]
pub fn Bytes(
    /// The bytes.
    bytes: Arc<Vec<u8>>,
) -> impl IntoView {
    let t = use_t();
    let rows = RwSignal::new(HEX_ROWS);
    let size = bytes.len();
    let left = move || size.saturating_sub(rows.get() * hex::ROW_BYTES);
    let copied = encode(&bytes);
    view! {
        <div class="editor">
            <div class="note">
                <p><b>{t.kv.binary_title}</b>" "{t.kv.binary_text}</p>
                <CopyButton
                    text=copied
                    label=t.kv.copy_base64
                />
            </div>
            <pre class="hex-dump" tabindex="0" role="region" aria-label=t.kv.hex_label>
                {move || hex::dump(&bytes, rows.get())}
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
