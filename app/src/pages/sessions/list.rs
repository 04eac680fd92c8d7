//! All sessions of a datacenter.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use wire::{
    health::Health,
    live::{Subject, Topic},
    sessions::{Locks, SessionRow},
};

use super::{
    held::{Held, HeldKeys},
    invalidate::Invalidate,
};
use crate::{
    api,
    components::{
        Blank, FilterField, HealthGlyph, PageFoot, PageHead, ProblemView, ToolLinks, dynamic,
        problem::words,
    },
    i18n::use_t,
    live::{Live, use_feed, use_live},
    navigation::use_navigation,
    pages::listing::{self, Column, Kind, List, ListSource},
    routes::Tool,
};

static KIND: Kind = Kind::of::<SessionRow>();

/// How often is looked which keys are held: no stream tells of locks.
const LOCKS_EVERY: Duration = Duration::from_secs(5);

/// What the rows of the page share. A context.
#[derive(Clone, Copy)]
pub struct Shared {
    /// The keys that each session holds.
    pub held: Memo<Held>,
    /// The session that may be invalidated.
    pub asked: RwSignal<Option<SessionRow>>,
}

/// The list of sessions.
#[component]
pub fn SessionsPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let place = dc.clone();
    let list = List::open(ListSource {
        kind: &KIND,
        dc: dc.clone(),
        subject: Subject::Sessions,
        address: Box::new(move |query| api::sessions::list(&place, query)),
        is_folder: false,
    });
    let topic = Topic::new(Subject::Sessions, &*dc);
    let locks = use_live::<Locks>(topic, api::sessions::locks(&dc));
    use_feed().every(LOCKS_EVERY, move || locks.renew());
    let shared = Shared {
        held: Memo::new(move |_| held(locks)),
        asked: RwSignal::new(None),
    };
    provide_context(shared);
    let done = Callback::new(move |()| {
        list.retry().run(());
        locks.reload();
    });
    view! {
        <Head dc=dc.clone() list/>
        {listing::notes(list)}
        {unread_note(locks)}
        {part_note(locks)}
        {body(list, dc.clone())}
        {foot(list, locks)}
        <Invalidate dc asked=shared.asked held=shared.held on_done=done/>
    }
    .into_any()
}

fn held(locks: Live<Locks>) -> Held {
    locks.data.with(|found| match found {
        Some(found) => Held::Known(Arc::new(HeldKeys::new(found))),
        None if locks.problem.with(Option::is_some) => Held::Unknown,
        None => Held::Waiting,
    })
}

#[component]
fn Head(
    /// Datacenter.
    dc: String,
    /// The sessions.
    list: List,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let count = move || list.all().map(|all| all.to_string()).unwrap_or_default();
    view! {
        <PageHead title=t.sessions.title count=Signal::derive(count)/>
        <div class="page-bar">
            <FilterField
                value=navigation.query("filter")
                on_input=move |text: String| navigation.type_query("filter", &text)
                hint=t.sessions.filter_hint
                help=t.sessions.filter_help
                error=list.error_text()
            />
            <ToolLinks dc here=Some(Tool::Sessions)/>
        </div>
    }
    .into_any()
}

fn body(list: List, dc: String) -> AnyView {
    let t = use_t();
    let (problem, state) = (list.problem(), list.state());
    let navigation = use_navigation();
    dynamic(move || match state.get() {
        "problem" => problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry=list.retry()/> }.into_any())
            .into_any(),
        "empty" => view! {
            <Blank icon="sessions" title=t.sessions.empty text=(t.sessions.empty_text)(&dc)/>
        }
        .into_any(),
        "no-match" => {
            let title = move || (t.sessions.no_match)(list.all().unwrap_or_default());
            view! {
                <Blank icon="search" title=Signal::derive(title) text=t.sessions.no_match_text>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| navigation.set_query("filter", "")
                    >
                        {t.common.clear_filter}
                    </button>
                </Blank>
            }
            .into_any()
        }
        _ => {
            let columns = [
                Column::sorting(t.sessions.name, "name", ""),
                Column::plain(t.sessions.id, "column-id column-secondary")
                    .with_class("column-secondary"),
                Column::plain(t.sessions.keys, "column-keys"),
                Column::sorting(t.sessions.node, "node", "column-node"),
                Column::plain(t.sessions.ttl, "column-ttl"),
                Column::sorting(t.sessions.behavior, "behavior", "column-behavior"),
                Column::plain("", "column-action"),
            ];
            listing::table(
                list,
                "is-folding sessions-table",
                &columns,
                &[70, 90, 60, 60, 40, 50, 30],
            )
        }
    })
    .into_any()
}

/// Where it could not be read which keys are held, the page says so.
fn unread_note(locks: Live<Locks>) -> AnyView {
    let t = use_t();
    dynamic(move || {
        let problem = locks.problem.get()?;
        let (_, title, _) = words(t, &problem);
        let what = if locks.data.with(Option::is_some) {
            t.sessions.locks_old
        } else {
            t.sessions.locks_unknown
        };
        let detail = problem.acl_rule.unwrap_or(problem.detail);
        Some(
            view! {
                <div class="note" data-kind="warning" role="status">
                    <HealthGlyph health=Health::Warning/>
                    <p><b>{what}</b>" "{title}". "<code>{detail}</code></p>
                    <button type="button" class="button is-small" on:click=move |_| locks.reload()>
                        {t.common.try_again}
                    </button>
                </div>
            }
            .into_any(),
        )
    })
    .into_any()
}

/// Where not every key was looked at, the page says so.
fn part_note(locks: Live<Locks>) -> AnyView {
    let t = use_t();
    dynamic(move || {
        let locks = locks.data.get()?;
        (locks.looked_at < locks.of).then(|| {
            let text = (t.sessions.part_looked_at)(locks.looked_at, locks.of);
            view! { <div class="note" role="status"><p>{text}</p></div> }.into_any()
        })
    })
    .into_any()
}

fn foot(list: List, locks: Live<Locks>) -> AnyView {
    let t = use_t();
    let text = move || match list.all() {
        None => String::new(),
        Some(_) => {
            let held = locks
                .data
                .with(|locks| locks.as_ref().map(|locks| locks.items.len()));
            (t.sessions.totals)(list.count(), held)
        }
    };
    view! { <PageFoot text=Signal::derive(text) list=true/> }.into_any()
}
