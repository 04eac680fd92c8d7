//! The facts of a key, beside its editor.

use std::sync::Arc;

use leptos::prelude::*;
use wire::format::Format;

use super::{
    format_picker::Picker,
    lock::{KeyLock, lock_facts},
    schema::SchemaRow,
    value::{Content, Endings},
    version::Version,
    words,
};
use crate::{
    components::{KeyHistory, dynamic},
    i18n::{number, use_t},
};

/// Format, size, indexes, flags, lock.
#[component]
pub fn Details(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
    /// The key as it was read.
    version: Signal<Arc<Version>>,
    /// What its ending tells.
    by_ending: Format,
    /// What draws the format where another one can be picked.
    #[prop(optional)]
    picker: Option<Picker>,
) -> impl IntoView {
    let t = use_t();
    let is_text = Memo::new(move |_| version.with(|version| version.is_text()));
    let format = move || {
        if !is_text.get() {
            return view! { <span>{t.kv.format_binary}</span> }.into_any();
        }
        match &picker {
            Some(picker) => picker(),
            None => view! { <span>{words::format(&t.kv, by_ending)}</span> }.into_any(),
        }
    };
    let size = move || {
        version.with(|base| {
            words::size(match &base.content {
                Content::Text(text) => text.size(),
                Content::Binary(bytes) => bytes.len(),
            })
        })
    };
    let encoding = move || {
        version.with(|version| {
            version.text().map(|text| {
                let endings = match text.endings {
                    Endings::Lf => "LF",
                    Endings::CrLf => "CRLF",
                    Endings::Cr => "CR",
                    Endings::Mixed => t.kv.endings_mixed,
                };
                let encoding = if text.byte_order_mark {
                    t.kv.with_byte_order_mark
                } else {
                    "UTF-8"
                };
                view! {
                    <dt>{t.kv.detail_endings}</dt>
                    <dd>{endings}</dd>
                    <dt>{t.kv.detail_encoding}</dt>
                    <dd>{encoding}</dd>
                }
                .into_any()
            })
        })
    };
    let session = Signal::derive(move || version.with(|base| base.pair.session.clone()));
    view! {
        <aside class="rail">
            <section>
                <div class="section-head"><h2>{t.kv.details}</h2></div>
                <dl class="pair-list">
                    <dt>{t.kv.detail_format}</dt>
                    <dd>{dynamic(format)}</dd>
                    <dt>{t.kv.detail_size}</dt>
                    <dd>{dynamic(size)}</dd>
                    {dynamic(encoding)}
                    <SchemaRow dc=dc.clone() key=key.clone()/>
                    <dt>{t.kv.detail_modify_index}</dt>
                    <dd class="mono">{move || number(version.with(|base| base.pair.modify_index))}</dd>
                    <dt>{t.kv.detail_create_index}</dt>
                    <dd class="mono">{move || number(version.with(|base| base.pair.create_index))}</dd>
                    <dt>{t.kv.detail_flags}</dt>
                    <dd class="mono">{move || version.with(|base| base.pair.flags.to_string())}</dd>
                    <dt>{t.kv.detail_lock}</dt>
                    <dd>{lock_facts(KeyLock { dc: dc.clone(), session })}</dd>
                </dl>
            </section>
            <KeyHistory dc key/>
        </aside>
    }
    .into_any()
}
