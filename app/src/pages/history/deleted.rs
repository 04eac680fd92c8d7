//! Keys that are gone, and the way back.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    history::{DeletedKeys, LIMIT_DEFAULT, Record},
    live::{Subject, Topic},
};

use super::{
    Scope,
    name::size,
    restore::{Restore, Version},
};
use crate::{
    api::{self, history::HistoryQuery},
    components::{
        Blank, Moment, PageFoot, ProblemNote, ProblemView, SkeletonRows, dynamic,
        key_history::{key_name, who_text},
    },
    i18n::use_t,
    live::use_live,
    routes::{self, Tool},
    state::{use_settings, use_toasts},
};

/// The keys below what is looked at that do not exist any more.
#[component]
pub fn Deleted(
    /// What is looked at.
    scope: Scope,
) -> impl IntoView {
    let t = use_t();
    let (key, prefix) = (scope.key.get_untracked(), scope.prefix.get_untracked());
    let below = if key.is_empty() { &prefix } else { &key };
    let subject = match below.is_empty() {
        true => Subject::History,
        false => Subject::HistoryBelow(below.clone()),
    };
    let dc = scope.dc.get_value();
    let query = HistoryQuery {
        key,
        prefix,
        limit: 5 * LIMIT_DEFAULT,
        ..HistoryQuery::default()
    };
    let topic = Topic::new(subject, &*dc);
    let live = use_live::<DeletedKeys>(topic, api::history::deleted(&dc, &query));
    let retry = Callback::new(move |()| live.reload());
    let restoring = RwSignal::new(None::<Version>);
    let body = dynamic(move || match (live.data.get(), live.problem.get()) {
        (None, Some(problem)) => view! { <ProblemView problem retry/> }.into_any(),
        (None, None) => {
            view! { <table class="data-table"><SkeletonRows widths=&[60, 30, 30, 20]/></table> }
                .into_any()
        }
        (Some(gone), _) if gone.items.is_empty() => {
            let (title, text) = (t.history.nothing_deleted, t.history.nothing_deleted_text);
            view! { <Blank icon="trash" title text/> }.into_any()
        }
        (Some(gone), _) => table(&gone, restoring),
    });
    let problem = Signal::derive(move || {
        let known = live.data.with(Option::is_some);
        live.problem.get().filter(|_| known)
    });
    let foot = Signal::derive(move || {
        live.data.with(|gone| match gone {
            Some(gone) if !gone.items.is_empty() => {
                (t.history.shown)(gone.items.len(), gone.total, gone.more)
            }
            _ => String::new(),
        })
    });
    view! {
        <ProblemNote problem arrived=live.arrived retry/>
        {body}
        <PageFoot text=foot list=true/>
        <Restore version=restoring/>
    }
    .into_any()
}

fn table(gone: &Arc<DeletedKeys>, restoring: RwSignal<Option<Version>>) -> AnyView {
    let t = use_t();
    let rows: Vec<AnyView> = gone
        .items
        .iter()
        .map(|record| row(record, restoring))
        .collect();
    view! {
        <table class="data-table is-folding history-table is-of-deleted">
            <colgroup>
                <col class="column-key-name"/>
                <col class="column-size column-secondary"/>
                <col class="column-who"/>
                <col class="column-time"/>
                <col class="column-restore"/>
            </colgroup>
            <thead>
                <tr>
                    <th scope="col">{t.history.column_key}</th>
                    <th scope="col" class="column-secondary">{t.history.column_size}</th>
                    <th scope="col">{t.history.column_who}</th>
                    <th scope="col" class="column-number">{t.history.deleted}</th>
                    <th scope="col"><span class="visually-hidden">{t.history.restore_key}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(record: &Record, restoring: RwSignal<Option<Version>>) -> AnyView {
    let t = use_t();
    let toasts = use_toasts();
    let (dc, key) = (record.datacenter.as_str(), record.key.as_str());
    let href = routes::tool(dc, Tool::History, &[("key", key)]);
    let can_restore = !use_settings().read_only && !record.secret && !record.truncated;
    let kept = StoredValue::new(record.clone());
    let restore = move |_| {
        let record = kept.get_value();
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            match api::history::record(record.id).await {
                Ok(detail) => {
                    restoring.try_set(detail.before.map(|value| Version {
                        dc: record.datacenter,
                        key: record.key,
                        value,
                        flags: record.flags_before.unwrap_or_default(),
                    }));
                }
                Err(problem) => toasts.error(problem.title, problem.detail),
            }
        });
    };
    let button = can_restore.then(|| {
        view! {
            <button type="button" class="button is-small" on:click=restore>
                {t.history.restore_key}
            </button>
        }
        .into_any()
    });
    view! {
        <tr>
            <td data-fold="1"><a data-row-link="" href=href>{key_name(key)}</a></td>
            <td class="column-secondary text-secondary">{record.size_before.map(size)}</td>
            <td data-fold="3" class:text-tertiary=!record.who.through_waggle>{who_text(t, record)}</td>
            <td class="column-number text-secondary" data-fold="2"><Moment at=record.seen/></td>
            <td class="column-number" data-fold="4">{button}</td>
        </tr>
    }
    .into_any()
}
