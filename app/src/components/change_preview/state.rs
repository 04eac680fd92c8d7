//! What the preview of a change knows, and what it does.

use std::collections::BTreeMap;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wire::{
    changes::{Action, Apply, Change, ChangeKind, ChangeState, OnConflict, Step, StepDetail},
    problem::Problem,
};

use super::undo;
use crate::{
    api,
    i18n::{Messages, number, use_t},
    state::Toasts,
};

/// How many steps are fetched at a time.
const STEPS_AT_ONCE: usize = 100;

/// How often a running change is asked after.
const POLL_MILLISECONDS: u32 = 250;

/// Everything about one preview.
#[derive(Clone, Copy)]
pub struct Preview {
    pub(super) t: &'static Messages,
    pub(super) open: RwSignal<bool>,
    pub(super) change: RwSignal<Change>,
    /// The action or outcome that is shown; empty for all.
    pub(super) only: RwSignal<&'static str>,
    pub(super) steps: RwSignal<Vec<Step>>,
    /// How many steps there are of those shown; none while they are fetched.
    pub(super) total: RwSignal<Option<usize>>,
    /// The steps that are left out, each with its action.
    pub(super) except: RwSignal<BTreeMap<usize, Action>>,
    pub(super) skips_existing: RwSignal<bool>,
    pub(super) with_locked: RwSignal<bool>,
    /// The step whose values are shown.
    pub(super) opened: RwSignal<Option<StepDetail>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) busy: RwSignal<bool>,
    confirm: StoredValue<Option<String>>,
    typed: RwSignal<String>,
    /// Counts the fetches of steps: a later one ends the one before.
    round: StoredValue<u32>,
    on_done: Callback<()>,
    toasts: Toasts,
}

impl Preview {
    pub(super) fn new(
        change: Change,
        on_done: Callback<()>,
        confirm: Option<String>,
        toasts: Toasts,
    ) -> Self {
        let preview = Self {
            t: use_t(),
            open: RwSignal::new(true),
            change: RwSignal::new(change),
            only: RwSignal::new(""),
            steps: RwSignal::new(Vec::new()),
            total: RwSignal::new(None),
            except: RwSignal::new(BTreeMap::new()),
            skips_existing: RwSignal::new(false),
            with_locked: RwSignal::new(false),
            opened: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            confirm: StoredValue::new(confirm),
            typed: RwSignal::new(String::new()),
            round: StoredValue::new(0),
            on_done,
            toasts,
        };
        preview.fetch_steps(false);
        preview
    }

    pub(super) fn title(self) -> String {
        let t = &self.t.changes;
        self.change.with(|change| match change.state {
            ChangeState::Running => t.running.to_owned(),
            ChangeState::Planned => (t.title)(change.kind, &number(change.total as u64)),
            _ => t.report.to_owned(),
        })
    }

    /// How many keys would be written as things are picked.
    pub(super) fn to_write(self) -> usize {
        let (skips, locked) = (self.skips_existing.get(), self.with_locked.get());
        let is_move = self.change.with(|change| change.kind == ChangeKind::Move);
        let is_written = |action: Action| match action {
            Action::Create | Action::Delete => true,
            Action::Overwrite => !skips,
            Action::Equal => is_move,
            Action::Locked => locked,
            Action::Refused => false,
        };
        let all: usize = self.change.with(|change| {
            let actions = Action::ALL.into_iter().filter(|action| is_written(*action));
            actions.map(|action| change.counts.of(action)).sum()
        });
        let left_out = self.except.with(|except| {
            let actions = except.values();
            actions.filter(|action| is_written(**action)).count()
        });
        all.saturating_sub(left_out)
    }

    /// The steps that are meant, from the first, or more of them.
    pub(super) fn fetch_steps(self, more: bool) {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        let offset = if more {
            self.steps.with_untracked(Vec::len)
        } else {
            self.opened.set(None);
            0
        };
        let (id, only) = (
            self.change.with_untracked(|change| change.id.clone()),
            self.only.get_untracked(),
        );
        leptos::task::spawn_local(async move {
            let found = api::changes::steps(&id, offset, STEPS_AT_ONCE, only).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            match found {
                Ok(found) => {
                    self.total.try_set(Some(found.total));
                    self.steps.try_update(|steps| {
                        steps.truncate(offset);
                        steps.extend(found.items);
                    });
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
        });
    }

    /// Shows the steps of another action or outcome.
    pub(super) fn show_only(self, only: &'static str) {
        self.only.set(only);
        self.fetch_steps(false);
    }

    /// Shows or hides the values of a step.
    pub(super) fn toggle_values(self, number: usize) {
        let is_open = self
            .opened
            .with_untracked(|opened| opened.as_ref().is_some_and(|o| o.step.number == number));
        self.opened.set(None);
        if is_open {
            return;
        }
        let id = self.change.with_untracked(|change| change.id.clone());
        leptos::task::spawn_local(async move {
            match api::changes::step(&id, number).await {
                Ok(detail) => {
                    self.opened.try_set(Some(detail));
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
        });
    }

    /// Carries it out and follows it to its end.
    pub(super) fn apply(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let id = self.change.with_untracked(|change| change.id.clone());
        let how = Apply {
            on_conflict: if self.skips_existing.get_untracked() {
                OnConflict::Skip
            } else {
                OnConflict::Overwrite
            },
            except: self
                .except
                .with_untracked(|except| except.keys().copied().collect()),
            with_locked: self.with_locked.get_untracked(),
            ..Apply::default()
        };
        leptos::task::spawn_local(async move {
            match api::changes::apply(&id, &how).await {
                Ok(change) => {
                    self.change.try_set(change);
                    self.follow(id).await;
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }

    async fn follow(self, id: String) {
        loop {
            TimeoutFuture::new(POLL_MILLISECONDS).await;
            if self.open.try_get_untracked() != Some(true) {
                return;
            }
            match api::changes::get(&id).await {
                Ok(change) => {
                    let is_over = change.state.is_over();
                    self.problem.try_set(None);
                    self.change.try_set(change);
                    if is_over {
                        break;
                    }
                }
                // the change goes on without us; asking goes on too
                Err(problem) if problem.kind.is_transient() => {
                    self.problem.try_set(Some(problem));
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                    return;
                }
            }
        }
        if self.open.try_get_untracked() == Some(true) {
            self.ended();
        }
    }

    /// All went as planned: a toast says so. Else the report stays.
    fn ended(self) {
        let change = self.change.get_untracked();
        self.on_done.run(());
        let as_planned = change.outcomes.amiss() == 0 && change.appeared == 0;
        if change.state == ChangeState::Done && as_planned {
            undo::tell(self.t, self.toasts, &change);
            self.open.set(false);
        } else {
            self.only.set("");
            self.fetch_steps(false);
        }
    }

    pub(super) fn stop(self) {
        let id = self.change.with_untracked(|change| change.id.clone());
        leptos::task::spawn_local(async move {
            if let Ok(change) = api::changes::cancel(&id).await {
                self.change.try_set(change);
            }
        });
    }

    /// Plans what takes the change back, and shows that instead.
    pub(super) fn undo(self) {
        self.busy.set(true);
        let id = self.change.with_untracked(|change| change.id.clone());
        leptos::task::spawn_local(async move {
            match api::changes::undo(&id).await {
                Ok(change) => {
                    self.change.try_set(change);
                    self.except.try_set(BTreeMap::new());
                    self.skips_existing.try_set(false);
                    self.with_locked.try_set(false);
                    self.only.try_set("");
                    self.confirm.try_update_value(Option::take);
                    self.fetch_steps(false);
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }

    /// The dialog closes: a plan that nobody wants is forgotten.
    pub(super) fn leave(self) {
        let (id, state) = self
            .change
            .with_untracked(|change| (change.id.clone(), change.state));
        if state == ChangeState::Planned {
            leptos::task::spawn_local(async move {
                // it is forgotten in ten minutes anyway
                let _ = api::changes::cancel(&id).await;
            });
        }
    }

    pub(super) fn is_confirmed(self) -> bool {
        self.typed.with(|typed| {
            self.confirm
                .with_value(|confirm| confirm.as_ref().is_none_or(|confirm| confirm == typed))
        })
    }

    /// The field for what has to be typed.
    pub(super) fn confirm_field(self) -> Option<AnyView> {
        let t = &self.t.changes;
        let is_planned = self
            .change
            .with(|change| change.state == ChangeState::Planned);
        let name = self.confirm.get_value().filter(|_| is_planned)?;
        let view = view! {
            <label class="dialog-field">
                <span>
                    {t.type_to_confirm}<b class="mono">{name}</b>
                    {t.type_to_confirm_end}
                </span>
                <span class="field">
                    <input
                        type="text"
                        class="mono"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        prop:value=move || self.typed.get()
                        on:input=move |event| self.typed.set(event_target_value(&event))
                    />
                </span>
            </label>
        };
        Some(view.into_any())
    }
}
