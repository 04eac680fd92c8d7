//! The last versions of a key, beside its value.

use leptos::prelude::*;
use wire::{
    history::{Kind, Record, Records},
    live::{Subject, Topic},
};

use super::{Moment, dynamic};
use crate::{
    api::{self, history::HistoryQuery},
    i18n::{Messages, number, use_t},
    live::use_live,
    routes::{self, Tool},
};

/// So many versions are shown.
const SHOWN: usize = 6;

/// The word of what happened.
#[must_use]
pub fn kind_word(t: &'static Messages, kind: Kind) -> &'static str {
    match kind {
        Kind::Baseline => t.versions.baseline,
        Kind::Created => t.versions.created,
        Kind::Updated => t.versions.updated,
        Kind::Deleted => t.versions.deleted,
    }
}

/// Who it was.
#[must_use]
pub fn who_text(t: &'static Messages, record: &Record) -> String {
    let who = &record.who;
    match (who.through_waggle, who.name.as_str()) {
        (false, _) => t.versions.outside.to_owned(),
        (true, "") if who.accessor_id.is_empty() => t.versions.through_waggle.to_owned(),
        // what people tell tokens by
        (true, "") => who.accessor_id.chars().take(8).collect(),
        (true, name) => name.to_owned(),
    }
}

/// The folders pale, what is last in full. Only ever text, and unable to move what is beside it.
#[must_use]
pub fn key_name(key: &str) -> AnyView {
    let whole = key.strip_suffix('/').unwrap_or(key);
    let cut = whole.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = (key[..cut].to_owned(), key[cut..].to_owned());
    view! {
        <span class="row-name mono key-text ellipsis"><i>{folder}</i>{name}</span>
    }
    .into_any()
}

/// A section of a rail: the last versions of a key and the way to all of them. Nothing where
/// nothing was recorded.
#[component]
pub fn KeyHistory(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
) -> impl IntoView {
    let t = use_t();
    let topic = Topic::new(Subject::HistoryBelow(key.clone()), &*dc);
    let query = HistoryQuery {
        key: key.clone(),
        limit: SHOWN,
        ..HistoryQuery::default()
    };
    let live = use_live::<Records>(topic, api::history::records(&dc, &query));
    let all = routes::tool(&dc, Tool::History, &[("key", &key)]);
    dynamic(move || {
        let records = live.data.get()?;
        if records.items.is_empty() {
            return None;
        }
        let version = |(at, record): (usize, &Record)| {
            let open = record.id.to_string();
            let href = routes::tool(&dc, Tool::History, &[("key", &key), ("open", &open)]);
            let index = record
                .index_after
                .map(|index| format!(" · {}", number(index)));
            let is_now = at == 0 && record.kind != Kind::Deleted;
            view! {
                <li>
                    <a href=href>
                        <span>
                            <b><Moment at=record.seen/></b>
                            {is_now.then(|| view! { " "<span class="tag">{t.versions.now}</span> }.into_any())}
                            <small>{who_text(t, record)}{index}</small>
                        </span>
                        <span class="version-kind" data-kind=record.kind.word()>
                            {kind_word(t, record.kind)}
                        </span>
                    </a>
                </li>
            }
            .into_any()
        };
        let versions: Vec<AnyView> = records.items.iter().enumerate().map(version).collect();
        let all = all.clone();
        Some(
            view! {
                <section class="key-history">
                    <div class="section-head">
                        <h2>{t.versions.last_versions}</h2>
                        <a class="push-end" href=all>{t.versions.all_versions}</a>
                    </div>
                    <ol class="version-list">{versions}</ol>
                </section>
            }
            .into_any(),
        )
    })
}
