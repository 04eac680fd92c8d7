//! What became of keys lately.

use leptos::prelude::*;
use wire::{
    datacenters::ALL,
    history::{Record, Records},
    live::{Subject, Topic},
};

use crate::{
    api,
    components::{
        Moment, dynamic,
        key_history::{key_name, kind_word, who_text},
    },
    i18n::{Messages, use_t},
    live::use_live,
    routes::{self, Tool},
};

/// The latest changes with their way to the history. Nothing where none was recorded: the page of
/// history says why.
#[component]
pub fn RecentChanges(
    /// Datacenter, or all.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let topic = Topic::new(Subject::History, &*dc);
    let live = use_live::<Records>(topic, api::history::recent(&dc));
    let is_all = dc == ALL;
    let all = routes::tool(&dc, Tool::History, &[]);
    dynamic(move || {
        let records = live.data.get()?;
        if records.items.is_empty() {
            return None;
        }
        let rows: Vec<AnyView> = records
            .items
            .iter()
            .map(|record| row(t, record, is_all))
            .collect();
        let all = all.clone();
        Some(
            view! {
                <section class="page-section">
                    <div class="section-head">
                        <h2>{t.overview.recent_changes}</h2>
                        <a class="push-end" href=all>{t.versions.title}</a>
                    </div>
                    <ul class="trouble-list recent-changes">{rows}</ul>
                </section>
            }
            .into_any(),
        )
    })
}

fn row(t: &'static Messages, record: &Record, with_datacenter: bool) -> AnyView {
    let (key, open) = (record.key.as_str(), record.id.to_string());
    let query = [("key", key), ("open", open.as_str())];
    let href = routes::tool(&record.datacenter, Tool::History, &query);
    view! {
        <li>
            <a data-row-link="" href=href>
                <span class="version-kind" data-kind=record.kind.word()>{kind_word(t, record.kind)}</span>
                {key_name(key)}
                <span class="text-secondary ellipsis">{who_text(t, record)}</span>
                <small>
                    {with_datacenter.then(|| format!("{} · ", record.datacenter))}
                    <Moment at=record.seen/>
                </small>
            </a>
        </li>
    }
    .into_any()
}
