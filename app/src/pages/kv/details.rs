//! The facts of a key, beside its editor.

use leptos::prelude::*;
use wire::format::Format;

use super::{
    draft::Draft,
    lock::Lock,
    value::{Content, Endings},
    words,
};
use crate::{
    components::dynamic,
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
    /// The edit.
    draft: Draft,
) -> impl IntoView {
    let t = use_t();
    let by_ending = draft.key.with_value(|key| Format::from_key(key));
    let chosen = RwSignal::new(None);
    effect(move || draft.format.set(chosen.get().unwrap_or(by_ending)));
    let is_text = Memo::new(move |_| draft.base_text().is_some());
    let format = move || {
        if is_text.get() {
            view! { <FormatPicker id="key-format" by_ending=Signal::stored(by_ending) chosen/> }
                .into_any()
        } else {
            view! { <span>{t.kv.format_binary}</span> }.into_any()
        }
    };
    let size = move || {
        draft.base.with(|base| {
            words::size(match &base.content {
                Content::Text(text) => text.restore(text.shown()).len(),
                Content::Binary(bytes) => bytes.len(),
            })
        })
    };
    let encoding = move || {
        draft.base_text().map(|text| {
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
    };
    let session = Signal::derive(move || draft.base.with(|base| base.pair.session.clone()));
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
                    <dt>{t.kv.detail_modify_index}</dt>
                    <dd class="mono">{move || number(draft.base.with(|base| base.pair.modify_index))}</dd>
                    <dt>{t.kv.detail_create_index}</dt>
                    <dd class="mono">{move || number(draft.base.with(|base| base.pair.create_index))}</dd>
                    <dt>{t.kv.detail_flags}</dt>
                    <dd class="mono">{move || draft.base.with(|base| base.pair.flags.to_string())}</dd>
                    <dt>{t.kv.detail_lock}</dt>
                    <dd><Lock dc=draft.dc.get_value() session/></dd>
                </dl>
            </section>
        </aside>
    }
    .into_any()
}
