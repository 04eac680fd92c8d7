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
    paging::{Window, pages},
    restore::{Restore, Version},
    rows::{datacenter, notes},
};
use crate::{
    api::{self, history::HistoryQuery},
    components::{
        Blank, Moment, PageFoot, ProblemNote, ProblemView, SkeletonRows, dynamic,
        key_history::{key_name, who_text},
    },
    effect::effect,
    i18n::{Messages, use_t},
    live::use_live_window,
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
    let offset = RwSignal::new(0_usize);
    let address = move || {
        let query = HistoryQuery {
            key: scope.key.get_untracked(),
            prefix: scope.prefix.get_untracked(),
            offset: offset.get(),
            limit: LIMIT_DEFAULT,
            ..HistoryQuery::default()
        };
        Some(api::history::deleted(&scope.dc.get_value(), &query))
    };
    let url = RwSignal::new(untrack(address));
    effect(move || {
        let next = address();
        if url.with_untracked(|url| *url != next) {
            url.set(next);
        }
    });
    let live = use_live_window::<DeletedKeys>(Topic::new(subject, scope.dc.get_value()), url);
    let gone = Signal::derive(move || {
        let (_, value) = live.answer()?;
        value.downcast::<DeletedKeys>().ok()
    });
    let retry = Callback::new(move |()| live.reload());
    let restoring = RwSignal::new(None::<Version>);
    let everywhere = scope.is_everywhere();
    let body = dynamic(move || match (gone.get(), live.problem.get()) {
        (None, Some(problem)) => view! { <ProblemView problem retry/> }.into_any(),
        (None, None) => {
            view! { <table class="data-table"><SkeletonRows widths=&[60, 30, 30, 20]/></table> }
                .into_any()
        }
        (Some(gone), _) if gone.items.is_empty() && gone.offset == 0 => {
            let (title, text) = (t.history.nothing_deleted, t.history.nothing_deleted_text);
            view! { <Blank icon="trash" title text/> }.into_any()
        }
        (Some(gone), _) => table(&gone, everywhere, restoring),
    });
    let problem = Signal::derive(move || {
        let known = gone.with(Option::is_some);
        live.problem.get().filter(|_| known)
    });
    let foot = Signal::derive(move || {
        gone.with(|gone| match gone {
            Some(gone) if !gone.items.is_empty() => {
                (t.history.shown)(gone.items.len(), gone.total, gone.more)
            }
            _ => String::new(),
        })
    });
    let window = Signal::derive(move || {
        gone.with(|gone| {
            gone.as_ref().map_or_else(Window::default, |gone| Window {
                offset: gone.offset,
                shown: gone.items.len(),
                total: gone.total,
                more: gone.more,
            })
        })
    });
    view! {
        <ProblemNote problem arrived=live.arrived retry/>
        {body}
        {pages(window, offset)}
        <PageFoot text=foot list=true/>
        <Restore version=restoring/>
    }
    .into_any()
}

fn table(
    gone: &Arc<DeletedKeys>,
    everywhere: bool,
    restoring: RwSignal<Option<Version>>,
) -> AnyView {
    let t = use_t();
    let rows: Vec<AnyView> = gone
        .items
        .iter()
        .map(|record| row(record, everywhere, restoring))
        .collect();
    view! {
        <table class="data-table is-folding history-table is-of-deleted">
            <colgroup>
                {everywhere.then(|| view! { <col class="column-datacenter"/> })}
                <col class="column-key-name"/>
                <col class="column-size column-secondary"/>
                <col class="column-who"/>
                <col class="column-time"/>
                <col class="column-restore"/>
            </colgroup>
            <thead>
                <tr>
                    {everywhere.then(|| view! { <th scope="col">{t.common.datacenter}</th> })}
                    <th scope="col">{t.history.column_key}</th>
                    <th scope="col" class="column-secondary">{t.history.column_size}</th>
                    <th scope="col">{t.history.column_who}</th>
                    <th scope="col" class="column-number">{t.versions.deleted}</th>
                    <th scope="col"><span class="visually-hidden">{t.history.restore_key}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(record: &Record, everywhere: bool, restoring: RwSignal<Option<Version>>) -> AnyView {
    let t = use_t();
    let (dc, key) = (record.datacenter.as_str(), record.key.as_str());
    let href = routes::tool(dc, Tool::History, &[("key", key)]);
    let way = match lost(t, record) {
        Some((short, why)) => {
            view! { <span class="text-tertiary" title=why>{short}</span> }.into_any()
        }
        None if use_settings().read_only => ().into_any(),
        None => button(t, record, restoring),
    };
    view! {
        <tr>
            {everywhere.then(|| datacenter(record))}
            <td data-fold="1">
                <span class="history-name">
                    <a data-row-link="" href=href>{key_name(key)}</a>
                    {notes(t, record)}
                </span>
            </td>
            <td class="column-secondary text-secondary">{record.size_before.map(size)}</td>
            <td data-fold="3" class:text-tertiary=!record.who.through_waggle>{who_text(t, record)}</td>
            <td class="column-number text-secondary" data-fold="2"><Moment at=record.seen/></td>
            <td class="column-number" data-fold="4">{way}</td>
        </tr>
    }
    .into_any()
}

/// Why what the key held cannot be put back, in short and in full; none where it can.
fn lost(t: &'static Messages, record: &Record) -> Option<(&'static str, String)> {
    if record.secret {
        Some((
            t.history.not_kept_short,
            t.history.secret_not_kept.to_owned(),
        ))
    } else if record.truncated {
        let bytes = record.size_before.unwrap_or_default();
        Some((t.history.not_kept_short, (t.history.not_kept)(&size(bytes))))
    } else {
        None
    }
}

fn button(t: &'static Messages, record: &Record, restoring: RwSignal<Option<Version>>) -> AnyView {
    let toasts = use_toasts();
    let id = record.id;
    let restore = move |_| {
        // its row may be drawn anew meanwhile
        leptos::task::spawn_local(async move {
            let found = api::history::record(id).await;
            if restoring.is_disposed() {
                return;
            }
            match found.map(|detail| Version::before(&detail)) {
                Ok(Some(version)) => restoring.set(Some(version)),
                Ok(None) => toasts.error(t.history.not_restored, t.history.value_not_known),
                Err(problem) => toasts.error(problem.title, problem.detail),
            }
        });
    };
    view! {
        <button type="button" class="button is-small" on:click=restore>
            {t.history.restore_key}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, messages};

    #[test]
    fn why_there_is_no_way_back_is_said() {
        let t = messages(Language::En);
        let why = |secret, truncated| {
            let record = Record {
                secret,
                truncated,
                size_before: Some(2048),
                ..Record::default()
            };
            lost(t, &record).map(|(_, why)| why)
        };
        assert_eq!(why(false, false), None);
        assert!(why(true, false).unwrap().contains("secret"));
        assert!(why(false, true).unwrap().contains("2 KiB"));
    }
}
