//! The list of changes.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use wire::{
    history::{Record, Records},
    live::{Subject, Topic},
};

use super::{
    Scope,
    compare::Comparison,
    paging::{Window, pages},
    range,
    restore::{Restore, Version},
    rows,
};
use crate::{
    api,
    components::{Blank, PageFoot, ProblemNote, ProblemView, SkeletonRows, dynamic, moment::now},
    effect::effect,
    i18n::use_t,
    live::{use_feed, use_live_window},
};

/// What the rows of a list share.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The list is of one key: its name is not repeated.
    pub(super) one_key: bool,
    /// The list is of every datacenter: each row says which.
    pub(super) everywhere: bool,
    /// The record whose values are shown.
    pub(super) open: RwSignal<Option<u64>>,
    /// Versions of the key that are picked for a comparison, at most two.
    pub(super) picked: RwSignal<Vec<Record>>,
    /// What is to be put back.
    pub(super) restoring: RwSignal<Option<Version>>,
    /// Ticks, so that times stay true.
    pub(super) minute: RwSignal<u64>,
}

/// The changes, newest first.
#[component]
pub fn Changes(
    /// What is looked at.
    scope: Scope,
) -> impl IntoView {
    let t = use_t();
    let (key, prefix) = (scope.key.get_untracked(), scope.prefix.get_untracked());
    let shown = Shown {
        one_key: !key.is_empty(),
        everywhere: scope.is_everywhere(),
        open: RwSignal::new(scope.navigation.value("open").parse().ok()),
        picked: RwSignal::new(Vec::new()),
        restoring: RwSignal::new(None),
        minute: RwSignal::new(now()),
    };
    let below = if key.is_empty() { prefix } else { key };
    let subject = match below.is_empty() {
        true => Subject::History,
        false => Subject::HistoryBelow(below),
    };
    let offset = RwSignal::new(0_usize);
    let url = asked(scope, offset);
    let live = use_live_window::<Records>(Topic::new(subject, scope.dc.get_value()), url);
    let records = Memo::new(move |_| {
        let (_, value) = live.answer()?;
        value.downcast::<Records>().ok().map(Same)
    });
    let retry = Callback::new(move |()| live.reload());
    // the last hour goes on, and times become older
    use_feed().every(Duration::from_secs(30), move || {
        shown.minute.set(now());
        live.renew();
    });
    let state = Memo::new(move |_| {
        let problem = live.problem.with(Option::is_some);
        records.with(|records| match records {
            None if problem => "problem",
            None => "loading",
            Some(Same(records)) if records.items.is_empty() && records.offset == 0 => "empty",
            Some(_) => "rows",
        })
    });
    let body = dynamic(move || match state.get() {
        "problem" => live
            .problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry/> }.into_any())
            .into_any(),
        "loading" => {
            view! { <table class="data-table"><SkeletonRows widths=&[20, 60, 30, 30, 20]/></table> }
                .into_any()
        }
        "empty" => view! { <Nothing scope/> }.into_any(),
        _ => {
            let records = Signal::derive(move || records.get().map(|Same(records)| records));
            rows::table(shown, records)
        }
    });
    let problem = Signal::derive(move || {
        let known = records.with(Option::is_some);
        live.problem.get().filter(|_| known)
    });
    let foot = Signal::derive(move || {
        records.with(|records| match records {
            Some(Same(records)) if !records.items.is_empty() => {
                (t.history.shown)(records.items.len(), records.total, records.more)
            }
            _ => String::new(),
        })
    });
    let window = Signal::derive(move || records.with(|records| window_of(records.as_ref())));
    let pages = pages(window, offset);
    view! {
        <ProblemNote problem arrived=live.arrived retry/>
        {shown.one_key.then(|| view! { <Comparison picked=shown.picked/> }.into_any())}
        {body}
        {pages}
        <PageFoot text=foot list=true/>
        <Restore version=shown.restoring/>
    }
    .into_any()
}

fn window_of(records: Option<&Same>) -> Window {
    records.map_or_else(Window::default, |Same(found)| Window {
        offset: found.offset,
        shown: found.items.len(),
        total: found.total,
        more: found.more,
    })
}

/// The address of what is looked at; another question begins at its newest.
fn asked(scope: Scope, offset: RwSignal<usize>) -> RwSignal<Option<String>> {
    let address = move || {
        let mut query = scope.query();
        query.offset = offset.get();
        Some(api::history::records(&scope.dc.get_value(), &query))
    };
    // what the server drew is found by it
    let url = RwSignal::new(untrack(address));
    effect(move || {
        scope.time.track();
        scope.who.track();
        offset.set(0);
    });
    effect(move || {
        let next = address();
        if url.with_untracked(|url| *url != next) {
            url.set(next);
        }
    });
    url
}

/// Equal while nothing new arrived.
#[derive(Clone)]
struct Same(Arc<Records>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[component]
fn Nothing(
    /// What is looked at.
    scope: Scope,
) -> impl IntoView {
    let t = use_t();
    let bounded = scope.span_word() != "all";
    let title = if bounded {
        t.history.nothing_in_span
    } else {
        t.history.nothing_title
    };
    view! {
        <Blank icon="timeline" title text=t.history.nothing_text>
            {bounded
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| range::pick(scope, "all")
                        >
                            {t.history.show_all_times}
                        </button>
                    }.into_any()
                })}
        </Blank>
    }
    .into_any()
}
