//! The facts of a key, beside its editor.

use std::sync::Arc;

use leptos::prelude::*;
use wire::format::Format;

use super::{
    lock::Lock,
    schema::SchemaRow,
    value::{Content, Endings},
    version::Version,
    words,
};
use crate::{
    components::{KeyHistory, dynamic},
    effect::effect,
    i18n::{number, use_t},
};

/// Picks the format that a value is checked as.
#[component]
pub fn FormatPicker(
    /// The control's id, for its label.
    id: &'static str,
    /// What the key's ending tells.
    #[prop(into)]
    by_ending: Signal<Format>,
    /// What was picked instead.
    chosen: RwSignal<Option<Format>>,
) -> impl IntoView {
    let t = use_t();
    let current = move || chosen.get().unwrap_or_else(|| by_ending.get());
    view! {
        <select
            id=id
            class="select"
            aria-label=t.kv.format_label
            prop:value=move || current().word()
            on:change=move |event| {
                let picked = Format::from_word(&event_target_value(&event));
                chosen.set(picked.filter(|picked| *picked != by_ending.get_untracked()));
            }
        >
            {Format::ALL
                .into_iter()
                .map(|format| {
                    view! {
                        <option value=format.word() selected=move || current() == format>
                            {move || {
                                let name = words::format(&t.kv, format);
                                if by_ending.get() == format {
                                    (t.kv.format_by_ending)(name)
                                } else {
                                    name.to_owned()
                                }
                            }}
                        </option>
                    }.into_any()
                })
                .collect_view()}
        </select>
    }
    .into_any()
}

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
    /// Where another format can be picked: the one that it is checked as.
    #[prop(optional)]
    chosen: Option<RwSignal<Format>>,
) -> impl IntoView {
    let t = use_t();
    let is_text = Memo::new(move |_| version.with(|version| version.is_text()));
    let picked = RwSignal::new(None);
    effect(move || {
        if let Some(chosen) = chosen {
            chosen.set(picked.get().unwrap_or(by_ending));
        }
    });
    let format = move || {
        if !is_text.get() {
            return view! { <span>{t.kv.format_binary}</span> }.into_any();
        }
        if chosen.is_none() {
            return view! { <span>{words::format(&t.kv, by_ending)}</span> }.into_any();
        }
        let by_ending = Signal::stored(by_ending);
        view! { <FormatPicker id="key-format" by_ending chosen=picked/> }.into_any()
    };
    let size = move || {
        version.with(|base| {
            words::size(match &base.content {
                Content::Text(text) => text.restore(text.shown()).len(),
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
                    <dd><Lock dc=dc.clone() session/></dd>
                </dl>
            </section>
            <KeyHistory dc key/>
        </aside>
    }
    .into_any()
}
