//! What a folder's list says of its keys besides their names. It comes after the list: Consul tells
//! names without values, and nothing else.

use std::{collections::HashMap, sync::Arc, time::Duration};

use leptos::prelude::*;
use wire::{
    kv::{KeyDetail, KeyDetails},
    live::{Subject, Topic},
};

use crate::{
    api,
    components::{Icon, Moment, dynamic, still},
    effect::effect,
    i18n::{number, size, use_t},
    live::{use_feed, use_live_window},
    pages::listing::{Column, List},
};

/// How often they are asked for: where nothing is recorded no stream tells of a key's value.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is known of keys, by name; rows find it as a context.
#[derive(Clone, Copy)]
struct Columns {
    keys: Memo<Arc<HashMap<String, KeyDetail>>>,
    /// Bytes of the value of the folder's own key.
    own: Memo<u64>,
}

/// Follows what is known of the keys that `list` shows, once they are shown.
pub fn provide(dc: &str, folder: &str, list: List) {
    let url = RwSignal::new(None);
    let topic = Topic::new(Subject::HistoryBelow(folder.to_owned()), dc);
    let live = use_live_window::<KeyDetails>(topic, url);
    effect(move || {
        if let Some(shown) = list.shown_url() {
            url.set(api::kv::details(&shown));
        }
    });
    use_feed().every(LOOK_EVERY, move || live.renew());
    let details = Signal::derive(move || live.answer()?.1.downcast::<KeyDetails>().ok());
    let keys = Memo::new(move |_| {
        let details = details.get();
        let items = details.as_ref().map_or(&[][..], |details| &details.items);
        let by_key = items.iter().map(|item| (item.key.clone(), item.clone()));
        Arc::new(by_key.collect())
    });
    let own = Memo::new(move |_| {
        let own = details
            .get()
            .and_then(|details| details.own.as_ref()?.size_bytes);
        own.unwrap_or_default()
    });
    provide_context(Columns { keys, own });
}

/// Says that the folder's own key has a value, which no row shows.
#[must_use]
pub fn own_note(href: String) -> AnyView {
    let t = use_t();
    let columns = use_context::<Columns>();
    dynamic(move || {
        let bytes = columns.map_or(0, |columns| columns.own.get());
        (bytes > 0).then(|| {
            let text = (t.folder.own_value)(&size(usize::try_from(bytes).unwrap_or(usize::MAX)));
            let open = still("a")
                .class("button is-small")
                .with("href", href.clone());
            view! { <div class="note"><p>{text}</p>{open.text(t.folder.own_open)}</div> }.into_any()
        })
    })
    .into_any()
}

/// The columns' heads.
#[must_use]
pub fn heads() -> [Column; 3] {
    let t = use_t();
    [
        Column::plain(t.folder.column_size, "column-size column-secondary")
            .with_class("column-number column-secondary"),
        Column::plain(t.folder.column_index, "column-index column-secondary")
            .with_class("column-number column-secondary"),
        Column::plain(t.folder.column_changed, "column-changed column-secondary")
            .with_class("column-number column-secondary"),
    ]
}

/// The cells of a key; empty ones for a folder.
#[must_use]
pub fn cells(key: Option<String>) -> AnyView {
    let t = use_t();
    let columns = use_context::<Columns>();
    dynamic(move || {
        let detail = detail(columns, key.as_deref());
        let (bytes, index, changed) = match &detail {
            None => (None, None, None),
            Some(detail) => (
                Some(
                    detail
                        .size_bytes
                        .map(|bytes| size(usize::try_from(bytes).unwrap_or(usize::MAX))),
                ),
                Some(number(detail.modify_index)),
                detail.changed,
            ),
        };
        let is_unknown = matches!(bytes, Some(None));
        let bytes = bytes.map(|bytes| bytes.unwrap_or_else(|| "—".to_owned()));
        let size = still("td").class("column-number column-secondary text-secondary");
        let size = match is_unknown {
            true => size.with("title", t.folder.size_unknown),
            false => size,
        };
        let index = still("td")
            .class("column-number column-secondary text-tertiary")
            .text(index.unwrap_or_default());
        view! {
            {size.text(bytes.unwrap_or_default())}
            {index}
            <td class="column-number column-secondary text-secondary">
                {changed.map(|at| view! { <Moment at/> }.into_any())}
            </td>
        }
        .into_any()
    })
    .into_any()
}

/// What stands beside a key's format: who holds it, its flags.
#[must_use]
pub fn marks(key: String) -> AnyView {
    let t = use_t();
    let columns = use_context::<Columns>();
    dynamic(move || {
        let detail = detail(columns, Some(&key))?;
        let lock = detail.session.map(|session| {
            let node = detail.node.unwrap_or_default();
            let told = (t.folder.held_on)(&node, &session);
            view! {
                <span class="key-lock" title=told.clone() role="img" aria-label=told>
                    <Icon name="lock"/>
                    <span class="ellipsis">{node}</span>
                </span>
            }
            .into_any()
        });
        let flags = (detail.flags != 0).then(|| {
            view! { <span class="tag">{(t.folder.flags)(detail.flags)}</span> }.into_any()
        });
        Some(view! { {lock} {flags} }.into_any())
    })
    .into_any()
}

fn detail(columns: Option<Columns>, key: Option<&str>) -> Option<KeyDetail> {
    columns?.keys.with(|details| details.get(key?).cloned())
}
