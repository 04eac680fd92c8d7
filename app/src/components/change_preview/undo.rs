//! A change that needs no preview while it runs: carried out, told by a toast with its way back.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use wire::{
    changes::{Apply, Change, ChangeState},
    problem::Problem,
};

use crate::{
    api,
    i18n::{Messages, number},
    state::{ToastAction, Toasts},
};

/// How soon a small change is asked after.
const POLL_FIRST_MILLISECONDS: u32 = 30;

/// How often a longer one is.
const POLL_MILLISECONDS: u32 = 250;

/// Says what was done, and offers to undo it.
pub fn tell(t: &'static Messages, toasts: Toasts, change: &Change) {
    let told = (t.changes.told)(change.kind, &number(change.outcomes.done as u64));
    tell_as(t, toasts, change, told);
}

/// The same in words of the caller's.
pub fn tell_as(t: &'static Messages, toasts: Toasts, change: &Change, told: String) {
    toasts.changed();
    match offer(t, toasts, change) {
        Some(action) => toasts.offer(told, action),
        None => toasts.success(told, ""),
    }
}

/// Says what became of a change whose dialog was closed while it ran.
pub fn tell_apart(t: &'static Messages, toasts: Toasts, change: &Change) {
    if is_as_planned(change) {
        tell(t, toasts, change);
        return;
    }
    toasts.changed();
    let told = (t.changes.told)(change.kind, &number(change.outcomes.done as u64));
    let (amiss, appeared) = (change.outcomes.amiss(), change.appeared);
    let sentences = [
        (amiss > 0).then(|| (t.changes.amiss)(&number(amiss as u64))),
        (appeared > 0).then(|| (t.changes.appeared)(&number(appeared as u64))),
        ended(t, change).map(str::to_owned),
        change
            .problem
            .as_ref()
            .map(|problem| problem.detail.clone()),
    ];
    let detail: Vec<String> = sentences.into_iter().flatten().collect();
    toasts.error_with(told, detail.join(" "), offer(t, toasts, change));
}

/// Everything was written that was to be, and nothing else is there.
pub(super) fn is_as_planned(change: &Change) -> bool {
    change.state == ChangeState::Done && change.outcomes.amiss() == 0 && change.appeared == 0
}

/// Why not all of it was reached.
pub(super) fn ended(t: &'static Messages, change: &Change) -> Option<&'static str> {
    match change.state {
        ChangeState::Cancelled => Some(t.changes.cancelled),
        ChangeState::Failed => Some(t.changes.failed),
        _ => None,
    }
}

/// The way back, where there is one.
fn offer(t: &'static Messages, toasts: Toasts, change: &Change) -> Option<ToastAction> {
    change.undo_until?;
    let id = change.id.clone();
    let run = move || {
        let id = id.clone();
        leptos::task::spawn_local(async move { undo(t, toasts, &id).await });
    };
    Some(ToastAction {
        label: t.changes.undo,
        run: Arc::new(run),
    })
}

/// Takes a change back as far as nobody changed its keys since.
async fn undo(t: &'static Messages, toasts: Toasts, id: &str) {
    let taken_back = async {
        let planned = api::changes::undo(id).await?;
        carry_out(&planned.id, &Apply::default()).await
    };
    let taken_back = taken_back.await;
    toasts.changed();
    match taken_back {
        Ok(change) => {
            let done = number(change.outcomes.done as u64);
            let told = (t.changes.told)(change.kind, &done);
            let left = change.total - change.outcomes.done;
            if left == 0 {
                toasts.success(told, "");
            } else {
                toasts.error(told, (t.changes.amiss)(&number(left as u64)));
            }
        }
        Err(problem) => toasts.error(t.changes.undo, problem.detail),
    }
}

/// Carries a planned change out, and gives it as it is when it is over.
///
/// # Errors
/// Any problem; what runs goes on without us then.
pub async fn carry_out(id: &str, how: &Apply) -> Result<Change, Problem> {
    let mut change = api::changes::apply(id, how).await?;
    let mut pause = POLL_FIRST_MILLISECONDS;
    while !change.state.is_over() {
        TimeoutFuture::new(pause).await;
        pause = (2 * pause).min(POLL_MILLISECONDS);
        change = api::changes::get(&change.id).await?;
    }
    Ok(change)
}
