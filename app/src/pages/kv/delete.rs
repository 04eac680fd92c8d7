//! Deleting a key.

use leptos::prelude::*;
use wire::{
    changes::{Apply, Change, DeleteKeys, Outcome},
    health::Health,
    problem::Problem,
};

use super::{
    lock::{KeyLock, lock_facts},
    not_there::nearest_folder,
    path,
};
use crate::{
    api,
    components::{
        Dialog, DialogFoot, DialogProblem, HealthGlyph, KeyText, change_preview::undo, dynamic,
    },
    effect::effect,
    i18n::{Messages, use_t},
    navigation::{Navigation, use_navigation},
    routes,
    state::{Toasts, use_toasts},
};

/// A key that may be deleted.
#[derive(Clone)]
pub struct KeyDeletion {
    /// Whether it is asked now.
    pub open: RwSignal<bool>,
    /// Datacenter.
    pub dc: String,
    /// The whole key.
    pub key: String,
}

/// What is known while it is asked.
#[derive(Clone, Copy)]
struct State {
    t: &'static Messages,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    /// What would be done: to the key as it is now, and no later.
    plan: RwSignal<Option<Change>>,
    /// The session that holds it.
    holder: RwSignal<Option<String>>,
    /// Someone wrote it since it was asked.
    newer: RwSignal<bool>,
    failure: RwSignal<Option<Problem>>,
    place: StoredValue<(String, String)>,
    toasts: Toasts,
    navigation: Navigation,
}

impl State {
    /// Looks at the key as it is now.
    fn plan(self) {
        self.plan.set(None);
        self.holder.set(None);
        let (datacenter, key) = self.place.get_value();
        let request = DeleteKeys {
            datacenter,
            keys: vec![key],
            matching: None,
        };
        leptos::task::spawn_local(async move {
            match api::changes::plan_delete(&request).await {
                Ok(plan) if plan.counts.refused > 0 => {
                    self.leave(|toasts| toasts.success(self.t.edit.already_gone, ""))
                        .await;
                }
                Ok(plan) => {
                    if plan.counts.locked > 0
                        && let Ok(steps) = api::changes::steps(&plan.id, 0, 1, "").await
                    {
                        let session = steps.items.into_iter().next().and_then(|step| step.session);
                        self.holder.try_set(session);
                    }
                    self.plan.try_set(Some(plan));
                }
                Err(problem) => {
                    self.failure.try_set(Some(problem));
                }
            }
        });
    }

    fn delete(self) {
        let Some(plan) = self.plan.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let how = Apply {
            with_locked: true,
            ..Apply::default()
        };
        leptos::task::spawn_local(async move {
            match undo::carry_out(&plan.id, &how).await {
                Ok(change) => self.ended(change).await,
                Err(problem) => {
                    self.failure.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }

    async fn ended(self, change: Change) {
        if change.outcomes.done > 0 {
            let Some((_, key)) = self.place.try_get_value() else {
                return;
            };
            let told = (self.t.edit.deleted)(&path::spelled(&key));
            return self
                .leave(|toasts| undo::tell_as(self.t, toasts, &change, told))
                .await;
        }
        let steps = api::changes::steps(&change.id, 0, 1, "").await;
        let step = steps.ok().and_then(|steps| steps.items.into_iter().next());
        if step.as_ref().and_then(|step| step.outcome) == Some(Outcome::Changed) {
            self.newer.try_set(true);
            self.plan();
            return;
        }
        let mut problem = change.problem.unwrap_or_default();
        if let Some(detail) = step.and_then(|step| step.detail) {
            problem.detail = detail;
        }
        self.failure.try_set(Some(problem));
    }

    /// Says what became of it, and goes to the nearest folder that is there.
    async fn leave(self, tell: impl FnOnce(Toasts)) {
        let Some((dc, key)) = self.place.try_get_value() else {
            return;
        };
        let folder = nearest_folder(&dc, &key).await;
        tell(self.toasts);
        // unless the page was left meanwhile
        if self.open.try_set(false).is_none() {
            self.navigation.go(&routes::kv(&dc, &folder));
        }
    }
}

/// Asks, then deletes one key as it was when that was asked; it can be undone for a while.
#[component]
pub fn DeleteKey(
    /// The key.
    deletion: KeyDeletion,
) -> impl IntoView {
    let t = use_t();
    let KeyDeletion { open, dc, key } = deletion;
    let state = State {
        t,
        open,
        busy: RwSignal::new(false),
        plan: RwSignal::new(None),
        holder: RwSignal::new(None),
        newer: RwSignal::new(false),
        failure: RwSignal::new(None),
        place: StoredValue::new((dc.clone(), key.clone())),
        toasts: use_toasts(),
        navigation: use_navigation(),
    };
    effect(move || {
        if open.get() {
            state.failure.set(None);
            state.newer.set(false);
            state.plan();
        } else if let Some(plan) = state.plan.try_update_untracked(Option::take).flatten() {
            // nobody wants it any more; what was carried out stays
            leptos::task::spawn_local(async move {
                let _ = api::changes::cancel(&plan.id).await;
            });
        }
    });
    let name = path::spelled(path::name(&key));
    let is_ready = move || state.plan.with(Option::is_some) && !state.busy.get();
    let body = move || {
        let (dc, key) = state.place.get_value();
        view! {
            <p class="key-box mono"><KeyText text=key/></p>
            <p>{(t.edit.delete_text)(&dc)}</p>
            {move || state.newer.get().then(|| {
                view! { <p class="dialog-problem" role="alert">{t.edit.delete_conflict}</p> }.into_any()
            })}
            {held(state)}
            <DialogProblem failure=state.failure/>
        }
    };
    view! {
        <Dialog
            open
            title=(t.edit.delete_title)(&name)
            footer=move || {
                view! {
                    <DialogFoot
                        open
                        label=Signal::derive(move || match (state.busy.get(), state.newer.get()) {
                            (true, _) => t.edit.deleting,
                            (false, true) => t.edit.delete_anyway,
                            (false, false) => t.edit.delete_key,
                        })
                        disabled=Signal::derive(move || !is_ready())
                        destructive=true
                        run=move |()| state.delete()
                    />
                }.into_any()
            }
        >
            {body}
        </Dialog>
    }
    .into_any()
}

/// Who holds the key, where somebody does.
fn held(state: State) -> AnyView {
    let t = state.t;
    let (dc, _) = state.place.get_value();
    let is_held = Memo::new(move |_| state.holder.with(Option::is_some));
    dynamic(move || {
        is_held.get().then(|| {
            view! {
                <div class="note" data-kind="warning" role="status">
                    <HealthGlyph health=Health::Warning/>
                    <div class="lock-holder">
                        <b>{t.sessions.held_by}</b>
                        " "
                        {lock_facts(KeyLock { dc: dc.clone(), session: state.holder.into() })}
                    </div>
                </div>
            }
            .into_any()
        })
    })
    .into_any()
}
