//! The table of what happens, or happened, to each key.

use leptos::prelude::*;
use wire::changes::{Action, ChangeKind, Outcome, Step};

use super::{diff, state::Preview};
use crate::{
    components::{Choice, Icon, Segmented},
    i18n::{Messages, number, size, use_t},
};

/// The steps that are meant, and which those are.
#[component]
pub fn StepTable(
    /// The preview.
    preview: Preview,
) -> impl IntoView {
    let t = use_t();
    let choices = Memo::new(move |_| choices(preview).len());
    let rows = move || {
        let opened = preview.opened.get();
        let is_planned = preview
            .change
            .with(|change| !change.state.is_over() && change.outcomes.total() == 0);
        preview.steps.with(|steps| {
            steps
                .iter()
                .map(|step| {
                    let values = opened
                        .clone()
                        .filter(|opened| opened.number() == step.number);
                    view! {
                        {row(preview, step, is_planned, values.is_some())}
                        {values.map(|opened| diff::below(preview, opened))}
                    }
                    .into_any()
                })
                .collect::<Vec<_>>()
        })
    };
    view! {
        {move || {
            (choices.get() > 2)
                .then(|| {
                    view! {
                        <Segmented
                            label=t.changes.filter
                            choices=Signal::derive(move || self::choices(preview))
                            value=Signal::derive(move || preview.only.get().to_owned())
                            on_pick=Callback::new(move |only| preview.show_only(only))
                        />
                    }.into_any()
                })
        }}
        <div class="change-steps" tabindex="0" role="region" aria-label=t.changes.column_action>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t.folder.column_key}</th>
                        <th scope="col">{t.changes.column_action}</th>
                        <th scope="col" class="column-number">{t.changes.column_size}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {move || end(preview)}
        </div>
    }
    .into_any()
}

/// More steps can be fetched, or there is none.
fn end(preview: Preview) -> Option<AnyView> {
    let t = use_t();
    let shown = preview.steps.with(Vec::len);
    let total = preview.total.get()?;
    if total == 0 {
        return Some(view! { <p class="text-tertiary">{t.changes.no_steps}</p> }.into_any());
    }
    let more = total.saturating_sub(shown);
    (more > 0).then(|| {
        view! {
            <button
                type="button"
                class="button is-small"
                on:click=move |_| preview.fetch_steps(true)
            >
                {(t.changes.more_steps)(&number(more.min(100) as u64))}
            </button>
        }
        .into_any()
    })
}

/// The actions of a plan, the outcomes of what runs or ran.
fn choices(preview: Preview) -> Vec<Choice> {
    let t = use_t();
    preview.change.with(|change| {
        let all = Choice {
            value: "",
            label: t.common.all,
            health: None,
            count: Some(change.total),
        };
        let choice = |value, label, count: usize| {
            (count > 0).then_some(Choice {
                value,
                label,
                health: None,
                count: Some(count),
            })
        };
        let mut choices = vec![all];
        if change.outcomes.total() == 0 {
            choices.extend(Action::ALL.into_iter().filter_map(|action| {
                let label = (t.changes.action)(action);
                choice(action.word(), label, change.counts.of(action))
            }));
        } else {
            choices.extend(Outcome::ALL.into_iter().filter_map(|outcome| {
                let label = (t.changes.outcome)(outcome);
                choice(outcome.word(), label, change.outcomes.of(outcome))
            }));
        }
        choices
    })
}

fn row(preview: Preview, step: &Step, is_planned: bool, is_open: bool) -> AnyView {
    let t = use_t();
    let (number, action) = (step.number, step.action);
    let kind = preview.change.with_untracked(|change| change.kind);
    let can_be_left_out = is_planned
        && (matches!(
            action,
            Action::Create | Action::Overwrite | Action::Delete | Action::Locked
        ) || (action == Action::Equal && kind == ChangeKind::Move));
    let key = step.key.clone();
    let toggled = StoredValue::new(step.clone());
    let toggle = (t.changes.show_values)(&key);
    let word = match step.outcome {
        Some(outcome) => (t.changes.outcome)(outcome),
        None => (t.changes.action)(action),
    };
    let state = step.outcome.map_or(action.word(), Outcome::word);
    let icon = if is_open { "down" } else { "right" };
    view! {
        <tr data-change=state>
            <td>
                <span class="change-key">
                    {if can_be_left_out {
                        check(preview, number, action, &key)
                    } else {
                        view! { <i class="change-no-check"></i> }.into_any()
                    }}
                    <button
                        type="button"
                        class="button is-quiet is-small is-icon-only"
                        aria-expanded=if is_open { "true" } else { "false" }
                        aria-label=toggle
                        on:click=move |_| toggled.with_value(|step| preview.toggle_values(step))
                    >
                        <Icon name=icon/>
                    </button>
                    <span class="change-name">
                        <bdi class="mono">{key}</bdi>
                        {notes(t, kind, step)}
                    </span>
                </span>
            </td>
            <td><span class="change-word">{word}</span></td>
            <td class="column-number text-secondary">{sizes(step)}</td>
        </tr>
    }
    .into_any()
}

fn check(preview: Preview, number: usize, action: Action, key: &str) -> AnyView {
    let t = use_t();
    let choice = preview.choice;
    view! {
        <input
            type="checkbox"
            aria-label=(t.changes.take_in)(key)
            prop:checked=move || choice.with(|choice| choice.takes_in(number, action))
            disabled=move || choice.with(|choice| choice.is_fixed(action))
            on:change=move |event| {
                let is_in = event_target_checked(&event);
                choice.update(|choice| choice.set(number, action, is_in));
            }
        />
    }
    .into_any()
}

/// What stands below a key: where it comes from, who holds it, why it did not go.
fn notes(t: &'static Messages, kind: ChangeKind, step: &Step) -> Vec<AnyView> {
    let mut lines = Vec::new();
    if let Some(from) = &step.from {
        let mut place = from.key.clone();
        if from.datacenter != step.datacenter {
            place = format!("{} ({})", place, from.datacenter);
        }
        lines.push((t.changes.from)(&place));
    }
    if step.action == Action::Equal && kind == ChangeKind::Move && step.outcome.is_none() {
        lines.push(t.changes.source_goes.to_owned());
    }
    if let Some(reason) = step.reason {
        lines.push((t.changes.reason)(reason).to_owned());
    }
    if let Some(session) = &step.session {
        lines.push((t.changes.held_by)(session));
    }
    lines.extend(step.detail.clone());
    lines
        .into_iter()
        .map(|line| view! { <small><bdi>{line}</bdi></small> }.into_any())
        .collect()
}

fn sizes(step: &Step) -> String {
    let text = |bytes: u64| size(usize::try_from(bytes).unwrap_or(usize::MAX));
    match (step.before_bytes, step.after_bytes) {
        (None, None) => String::new(),
        (Some(before), Some(after)) if before != after => {
            format!("{} → {}", text(before), text(after))
        }
        (Some(bytes), _) | (None, Some(bytes)) => text(bytes),
    }
}
