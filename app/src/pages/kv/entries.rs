//! The rows of a folder, and what stands there without any.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{format::Format, kv::KvEntry};

use super::{
    folder::count,
    words::{self, KeyText},
};
use crate::{
    components::{Blank, Icon, SkeletonRows},
    i18n::use_t,
    navigation::use_navigation,
    routes,
    state::use_settings,
};

/// Rows drawn at first, and added by each press of the button below them.
const ROWS: usize = 400;

/// The rows.
#[component]
pub fn Entries(
    /// Datacenter.
    dc: String,
    /// What is shown.
    entries: Signal<Arc<Vec<KvEntry>>>,
    /// Nothing arrived yet.
    loading: Signal<bool>,
) -> impl IntoView {
    let t = use_t();
    let limit = RwSignal::new(ROWS);
    let dc = StoredValue::new(dc);
    let left = Memo::new(move |_| {
        entries
            .with(|entries| entries.len())
            .saturating_sub(limit.get())
    });
    let rows = move || {
        let dc = dc.get_value();
        entries.with(|entries| {
            entries
                .iter()
                .take(limit.get())
                .map(|entry| row(&dc, entry))
                .collect_view()
        })
    };
    view! {
        <table class="data-table keys-table">
            <colgroup>
                <col/>
                <col class="column-format"/>
            </colgroup>
            <thead>
                <tr>
                    <th scope="col">{t.kv.column_key}</th>
                    <th scope="col">{t.kv.column_format}</th>
                </tr>
            </thead>
            {move || {
                if loading.get() {
                    view! { <SkeletonRows widths=&[40, 60]/> }.into_any()
                } else {
                    view! { <tbody>{rows}</tbody> }.into_any()
                }
            }}
        </table>
        {move || {
            let left = left.get();
            (left > 0)
                .then(|| {
                    let more = left.min(ROWS);
                    view! {
                        <div class="more-rows">
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| limit.update(|limit| *limit += ROWS)
                            >
                                {(t.common.show_more)(more)}
                            </button>
                        </div>
                    }.into_any()
                })
        }}
    }
    .into_any()
}

fn row(dc: &str, entry: &KvEntry) -> impl IntoView + use<> {
    let (icon, href) = if entry.folder {
        ("folder", routes::kv(dc, &entry.key))
    } else {
        ("file", routes::kv_edit(dc, &entry.key))
    };
    let format = (!entry.folder).then(|| Format::from_key(&entry.key));
    let t = use_t();
    let name = entry.name.clone();
    let title = entry.key.clone();
    let slash = entry.folder.then_some("/");
    view! {
        <tr>
            <td>
                <a class="key-name" data-row-link="" href=href title=title>
                    <Icon name=icon/>
                    <span class="ellipsis"><KeyText text=name/>{slash}</span>
                </a>
            </td>
            <td>
                {format.map(|format| view! { <span class="badge">{words::format(&t.kv, format)}</span> }.into_any())}
            </td>
        </tr>
    }
    .into_any()
}

/// There is no key.
#[component]
pub fn NoKeys(
    /// Datacenter.
    dc: String,
    /// The folder.
    folder: String,
) -> impl IntoView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let is_root = folder.is_empty();
    let create = routes::kv_create(&dc, &folder);
    view! {
        <Blank
            icon="kv"
            title=Signal::derive(move || {
                if is_root { t.kv.none_title } else { t.kv.folder_empty_title }.to_owned()
            })
            text=Signal::derive(move || {
                if is_root { t.kv.none_text } else { t.kv.folder_empty_text }.to_owned()
            })
        >
            {can_write.then(|| view! { <a class="button" href=create>{t.kv.new_key}</a> }.into_any())}
        </Blank>
    }
    .into_any()
}

/// No key matches.
#[component]
pub fn NoMatch(
    /// How many there are without the filter.
    total: Memo<usize>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    view! {
        <Blank icon="search" title=Signal::derive(move || (t.kv.no_match)(count(total.get())))>
            <button type="button" class="button" on:click=move |_| navigation.set_query("q", "")>
                {t.common.clear_filter}
            </button>
        </Blank>
    }
    .into_any()
}
