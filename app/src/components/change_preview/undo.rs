//! The toast of a change that went as planned, with its way back.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use wire::changes::{Apply, Change};

use crate::{
    api,
    i18n::{Messages, number},
    state::{ToastAction, Toasts},
};

/// How often the undoing is asked after.
const POLL_MILLISECONDS: u32 = 250;

/// Says what was done, and offers to undo it.
pub(super) fn tell(t: &'static Messages, toasts: Toasts, change: &Change) {
    let told = (t.changes.told)(change.kind, &number(change.outcomes.done as u64));
    if change.undo_until.is_none() {
        toasts.success(told, "");
        return;
    }
    let id = change.id.clone();
    let run = move || {
        let id = id.clone();
        leptos::task::spawn_local(async move { undo(t, toasts, &id).await });
    };
    let action = ToastAction {
        label: t.changes.undo,
        run: Arc::new(run),
    };
    toasts.offer(told, action);
}

/// Takes a change back as far as nobody changed its keys since.
async fn undo(t: &'static Messages, toasts: Toasts, id: &str) {
    match take_back(id).await {
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

async fn take_back(id: &str) -> Result<Change, wire::problem::Problem> {
    let planned = api::changes::undo(id).await?;
    let mut change = api::changes::apply(&planned.id, &Apply::default()).await?;
    while !change.state.is_over() {
        TimeoutFuture::new(POLL_MILLISECONDS).await;
        change = api::changes::get(&change.id).await?;
    }
    Ok(change)
}
