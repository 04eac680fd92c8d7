//! What the preview of a change knows, and what it does.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wire::{
    changes::{Change, ChangeState, Step},
    kv::is_secret,
    problem::Problem,
};

use super::{choice::Choice, diff::Opened, undo};
use crate::{
    api,
    i18n::{Messages, number, use_t},
    state::{Toasts, use_settings},
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
    /// Which of the steps are meant.
    pub(super) choice: RwSignal<Choice>,
    /// The step whose values are shown.
    pub(super) opened: RwSignal<Option<Opened>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) busy: RwSignal<bool>,
    confirm: StoredValue<Option<String>>,
    typed: RwSignal<String>,
    /// Counts the fetches of steps: a later one ends the one before.
    round: StoredValue<u32>,
    on_done: Callback<()>,
    toasts: Toasts,
    /// Patterns of keys whose values are shown only when that is asked for.
    secret_keys: StoredValue<Vec<String>>,
}

impl Preview {
    pub(super) fn new(
        change: Change,
        on_done: Callback<()>,
        confirm: Option<String>,
        toasts: Toasts,
    ) -> Self {
        let running = (change.state == ChangeState::Running).then(|| change.id.clone());
        let preview = Self {
            t: use_t(),
            open: RwSignal::new(true),
            choice: RwSignal::new(Choice::of(&change)),
            change: RwSignal::new(change),
            only: RwSignal::new(""),
            steps: RwSignal::new(Vec::new()),
            total: RwSignal::new(None),
            opened: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            confirm: StoredValue::new(confirm),
            typed: RwSignal::new(String::new()),
            round: StoredValue::new(0),
            on_done,
            toasts,
            secret_keys: StoredValue::new(use_settings().secret_keys.clone()),
        };
        preview.fetch_steps(false);
        if let Some(id) = running {
            leptos::task::spawn_local(preview.follow(id, false));
        }
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
        self.change
            .with(|change| self.choice.with(|choice| choice.to_write(change)))
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

    /// Shows or hides the values of a step; those of a secret key are not even fetched before that
    /// is asked for.
    pub(super) fn toggle_values(self, step: &Step) {
        let is_open = self
            .opened
            .with_untracked(|opened| opened.as_ref().is_some_and(|o| o.number() == step.number));
        self.opened.set(None);
        if is_open {
            return;
        }
        let keys = [Some(&step.key), step.from.as_ref().map(|from| &from.key)];
        let is_secret = self
            .secret_keys
            .with_value(|secret| keys.into_iter().flatten().any(|key| is_secret(secret, key)));
        if is_secret {
            self.opened.set(Some(Opened::Masked(step.number)));
        } else {
            self.fetch_values(step.number);
        }
    }

    /// Shows the values of a step.
    pub(super) fn fetch_values(self, number: usize) {
        let id = self.change.with_untracked(|change| change.id.clone());
        leptos::task::spawn_local(async move {
            match api::changes::step(&id, number).await {
                Ok(detail) => {
                    self.opened.try_set(Some(Opened::Values(Box::new(detail))));
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
        let how = self.choice.with_untracked(Choice::how);
        leptos::task::spawn_local(async move {
            match api::changes::apply(&id, &how).await {
                Ok(change) => {
                    self.change.try_set(change);
                    self.toasts.changed();
                    self.follow(id, true).await;
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }

    /// Until the change is over. Where the dialog was closed meanwhile, who began the change hears
    /// of its end by a toast; who only looked on does not.
    async fn follow(self, id: String, began: bool) {
        let is_open = || self.open.try_get_untracked() == Some(true);
        let change = loop {
            TimeoutFuture::new(POLL_MILLISECONDS).await;
            if !began && !is_open() {
                return;
            }
            match api::changes::get(&id).await {
                Ok(change) => {
                    self.problem.try_set(None);
                    self.change.try_set(change.clone());
                    if change.state.is_over() {
                        break change;
                    }
                }
                // the change goes on without us; asking goes on too
                Err(problem) if problem.kind.is_transient() => {
                    self.problem.try_set(Some(problem));
                }
                Err(problem) => {
                    if is_open() {
                        self.problem.try_set(Some(problem));
                    } else {
                        self.toasts.error(self.t.changes.running, problem.detail);
                    }
                    return;
                }
            }
        };
        if is_open() {
            self.ended(began);
        } else {
            undo::tell_apart(self.t, self.toasts, &change);
        }
    }

    /// All went as planned: a toast says so. Else the report stays, as it does for who opened the
    /// dialog again to see it.
    fn ended(self, began: bool) {
        let change = self.change.get_untracked();
        self.on_done.run(());
        if began && undo::is_as_planned(&change) {
            undo::tell(self.t, self.toasts, &change);
            self.open.set(false);
        } else {
            self.toasts.changed();
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
                    self.choice.try_set(Choice::of(&change));
                    self.change.try_set(change);
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

    /// The dialog closes: a plan that nobody wants is forgotten, what runs goes on.
    pub(super) fn leave(self) {
        let (id, state) = self
            .change
            .with_untracked(|change| (change.id.clone(), change.state));
        match state {
            ChangeState::Planned => leptos::task::spawn_local(async move {
                // it is forgotten in ten minutes anyway
                let _ = api::changes::cancel(&id).await;
            }),
            ChangeState::Running => self.on_done.run(()),
            ChangeState::Done | ChangeState::Cancelled | ChangeState::Failed => {}
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
