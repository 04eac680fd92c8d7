//! Ending a session.

use leptos::prelude::*;
use wire::{
    problem::{Problem, ProblemKind},
    sessions::{Behavior, SessionRow},
};

use super::held::Held;
use crate::{
    api,
    components::{Dialog, DialogFoot, DialogProblem, KeyText, dynamic},
    effect::effect,
    i18n::{number, use_t},
    state::use_toasts,
};

/// How many keys are named.
const KEYS_SHOWN: usize = 50;

/// Says what becomes of its keys, then ends the session.
#[component]
pub fn Invalidate(
    /// Datacenter.
    dc: String,
    /// The session; none where nothing is asked.
    asked: RwSignal<Option<SessionRow>>,
    /// The keys that each session holds.
    held: Memo<Held>,
    /// Told when it is done.
    on_done: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Problem>);
    // kept while the dialog stands, whatever the list does
    let session = RwSignal::new(SessionRow::default());
    effect(move || {
        if let Some(row) = asked.get() {
            failure.set(None);
            session.set(row);
            open.set(true);
        }
    });
    effect(move || {
        if !open.get() && asked.with_untracked(Option::is_some) {
            asked.set(None);
        }
    });
    let dc = StoredValue::new(dc);
    let end = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let row = session.get_untracked();
        leptos::task::spawn_local(async move {
            let Some(dc) = dc.try_get_value() else { return };
            match api::sessions::invalidate(&dc, &row.id).await {
                // it ended by itself meanwhile: that is what was wanted
                Err(problem) if problem.kind != ProblemKind::NotFound => {
                    failure.try_set(Some(problem));
                }
                _ => {
                    toasts.success(t.sessions.invalidated, row.name);
                    open.try_set(false);
                    on_done.try_run(());
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <Dialog
            open
            title=t.sessions.invalidate_title
            footer=move || {
                view! {
                    <DialogFoot open label=t.sessions.invalidate disabled=busy destructive=true run=end/>
                }.into_any()
            }
        >
            <Body session held failure/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Body(
    /// The session.
    session: RwSignal<SessionRow>,
    /// The keys that each session holds.
    held: Memo<Held>,
    /// Why it could not be ended.
    failure: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let t = use_t();
    let about = dynamic(move || {
        let row = session.get();
        let name = if row.name.is_empty() {
            row.id.clone()
        } else {
            row.name.clone()
        };
        let held = held.get();
        let keys = held.of(&row.id);
        let (what, others) = held.fate(&t.sessions, &row.id, row.behavior);
        let is_whole = matches!(&held, Held::Known(held) if held.is_whole());
        let is_loss = row.behavior == Behavior::Delete && !(keys.is_empty() && is_whole);
        let delay = row.lock_delay_milliseconds / 1_000;
        let more = keys.len().saturating_sub(KEYS_SHOWN);
        let listed: Vec<AnyView> = keys
            .iter()
            .take(KEYS_SHOWN)
            .map(|key| view! { <li><KeyText text=key.clone()/></li> }.into_any())
            .collect();
        view! {
            <p>{(t.sessions.invalidate_text)(&name, &row.node)}</p>
            {what.map(|what| view! { <p class:text-removed=is_loss>{what}</p> }.into_any())}
            {(!keys.is_empty())
                .then(|| {
                    view! {
                        <ul class="key-box mono">
                            {listed}
                            {(more > 0)
                                .then(|| {
                                    let more = number(more as u64);
                                    view! { <li class="text-tertiary">{(t.sessions.and_more)(&more)}</li> }.into_any()
                                })}
                        </ul>
                    }.into_any()
                })}
            {others.map(|others| view! { <p class:text-removed=is_loss>{others}</p> }.into_any())}
            {(!keys.is_empty() && delay > 0)
                .then(|| {
                    let delay = (t.overview.duration)(delay);
                    view! { <p class="text-secondary">{(t.sessions.invalidate_delay)(&delay)}</p> }.into_any()
                })}
        }
        .into_any()
    });
    view! {
        {about}
        <DialogProblem failure/>
    }
    .into_any()
}
