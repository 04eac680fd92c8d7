//! The changes of the last ten minutes: what runs, and what can still be undone. One quiet line each.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wire::changes::{Change, ChangeState, OutcomeCounts};

use crate::{
    api,
    components::{ChangePreview, KeyText, Moment, dynamic, moment},
    effect::effect,
    i18n::{number, use_t},
    live::{Feed, use_feed},
    state::{Toasts, use_settings, use_toasts},
};

/// How often a change that runs is asked after.
const TICK_MILLISECONDS: u32 = 1_000;

/// After how many ticks the list is asked for where nothing runs: others change keys, too.
const TICKS_AT_REST: u32 = 15;

#[derive(Clone, Copy)]
struct State {
    /// How often the list was asked for, and which of these answers is shown.
    asked: StoredValue<u32>,
    answered: StoredValue<u32>,
    found: RwSignal<Vec<Change>>,
    /// All are shown, not only the last one.
    all: RwSignal<bool>,
    /// Milliseconds since 1970, as often as the list is asked for.
    now: RwSignal<u64>,
    /// The one that a dialog shows.
    shown: RwSignal<Option<Change>>,
    toasts: Toasts,
    feed: Feed,
}

impl State {
    fn fetch(self) {
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        leptos::task::spawn_local(async move {
            // where it cannot be asked, the page itself says why
            let Ok(found) = api::changes::recent().await else {
                return;
            };
            // answers may overtake each other
            let newer = self
                .answered
                .try_get_value()
                .is_some_and(|last| last < number);
            if !newer {
                return;
            }
            self.answered.set_value(number);
            if self.found.with_untracked(|old| *old != found) {
                self.found.set(found);
            }
        });
    }

    /// Asks again for as long as the page is there and has something to tell. A page that is paused,
    /// or that nobody sees, asks for nothing.
    fn keep_asking(self) {
        leptos::task::spawn_local(async move {
            let mut ticks = 0;
            loop {
                TimeoutFuture::new(TICK_MILLISECONDS).await;
                let Some(found) = self.found.try_get_untracked() else {
                    return;
                };
                ticks += 1;
                let runs = found.iter().any(|one| one.state == ChangeState::Running);
                let due = runs || (!found.is_empty() && ticks >= TICKS_AT_REST);
                if due && self.feed.flows_now() {
                    ticks = 0;
                    self.now.try_set(moment::now());
                    self.fetch();
                }
            }
        });
    }

    fn undo(self, id: String) {
        leptos::task::spawn_local(async move {
            match api::changes::undo(&id).await {
                Ok(change) => {
                    self.shown.try_set(Some(change));
                }
                Err(problem) => {
                    self.toasts.error(problem.detail, "");
                    self.fetch();
                }
            }
        });
    }
}

/// A line for the last change, and for the others where that is asked for.
#[component]
pub fn RecentChanges() -> impl IntoView {
    let t = use_t();
    let state = State {
        asked: StoredValue::new(0),
        answered: StoredValue::new(0),
        found: RwSignal::new(Vec::new()),
        all: RwSignal::new(false),
        now: RwSignal::new(moment::now()),
        shown: RwSignal::new(None),
        toasts: use_toasts(),
        feed: use_feed(),
    };
    effect(move || {
        let _ = state.toasts.changes();
        state.fetch();
    });
    effect(move || state.keep_asking());
    // what only counts on does not draw a line anew: somebody may be about to press its button
    let still = Memo::new(move |_| {
        let mut found = state.found.get();
        let running = |one: &&mut Change| one.state == ChangeState::Running;
        for one in found.iter_mut().filter(running) {
            one.outcomes = OutcomeCounts::default();
        }
        found
    });
    let lines = move || {
        let found = still.get();
        let hidden = found.len().saturating_sub(1);
        let shown = if state.all.get() { found.len() } else { 1 };
        let lines: Vec<AnyView> = found
            .into_iter()
            .take(shown)
            .enumerate()
            .map(|(at, one)| line(state, one, if at == 0 { hidden } else { 0 }))
            .collect();
        (!lines.is_empty()).then(|| {
            view! { <section class="recent-changes" aria-label=t.changes.recent>{lines}</section> }
                .into_any()
        })
    };
    let preview = move || {
        let change = state.shown.get()?;
        let on_close = Callback::new(move |()| state.shown.set(None));
        let on_done = Callback::new(move |()| state.toasts.changed());
        Some(view! { <ChangePreview change on_close on_done/> }.into_any())
    };
    view! {
        {dynamic(lines)}
        {dynamic(preview)}
    }
    .into_any()
}

/// One change; behind the first a button for those that are `hidden`.
fn line(state: State, one: Change, hidden: usize) -> AnyView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let until = one.undo_until;
    let told = if one.state == ChangeState::Running {
        running(state, &one)
    } else {
        (t.changes.told)(one.kind, &number(one.undoable as u64)).into_any()
    };
    let amiss = one.outcomes.amiss();
    let wheres = (t.changes.in_datacenters)(&one.datacenters.join(", "));
    let folder = (!one.folder.is_empty()).then(|| one.folder.clone());
    let undone = one.id.clone();
    let ended_at = one.ended_at;
    let shown = StoredValue::new(one);
    view! {
        <div class="note is-recent">
            <p>
                <b>{told}</b>
                {(amiss > 0)
                    .then(|| view! { <span class="change-amiss">{(t.changes.amiss)(&number(amiss as u64))}</span> }.into_any())}
                " "
                <small class="text-secondary">
                    {folder.map(|text| view! { <bdi class="mono"><KeyText text/></bdi> " · " }.into_any())}
                    {wheres}
                    {ended_at.map(|at| view! { " · " <Moment at/> }.into_any())}
                </small>
            </p>
            {until
                .filter(|_| can_write)
                .map(|until| {
                    let left = move || {
                        let minutes = until.saturating_sub(state.now.get()).div_ceil(60_000);
                        (t.changes.undo_left)(&number(minutes.clamp(1, 10)))
                    };
                    view! {
                        <small class="text-tertiary">{left}</small>
                        <button
                            type="button"
                            class="button is-small"
                            on:click=move |_| state.undo(undone.clone())
                        >
                            {t.changes.undo}
                        </button>
                    }.into_any()
                })}
            <button
                type="button"
                class="button is-small is-quiet"
                on:click=move |_| state.shown.set(Some(shown.get_value()))
            >
                {t.changes.show_change}
            </button>
            {(hidden > 0).then(|| others(state, hidden))}
        </div>
    }
    .into_any()
}

/// How far a change is.
fn running(state: State, one: &Change) -> AnyView {
    let t = use_t();
    let (id, total) = (one.id.clone(), number(one.total as u64));
    let title = (t.changes.title)(one.kind, &total);
    let done = move || {
        let done = state.found.with(|found| {
            let one = found.iter().find(|one| one.id == id);
            one.map_or(0, |one| one.outcomes.total())
        });
        (t.changes.progress)(&number(done as u64), &total)
    };
    view! { {title} " · " {done} }.into_any()
}

/// Shows or hides the changes before the last one.
fn others(state: State, hidden: usize) -> AnyView {
    let t = use_t();
    view! {
        <button
            type="button"
            class="button is-small is-quiet"
            aria-expanded=move || if state.all.get() { "true" } else { "false" }
            on:click=move |_| state.all.update(|all| *all = !*all)
        >
            {(t.changes.more_recent)(&number(hidden as u64))}
        </button>
    }
    .into_any()
}
