//! What can be done with a change: choices and buttons.

use leptos::prelude::*;
use wire::changes::{ChangeKind, ChangeState, OnConflict};

use super::state::Preview;
use crate::{
    components::dynamic,
    i18n::{number, use_t},
};

/// The buttons of each state.
#[component]
pub fn Buttons(
    /// The preview.
    preview: Preview,
) -> impl IntoView {
    let t = use_t();
    let state = Memo::new(move |_| preview.change.with(|change| change.state));
    dynamic(move || match state.get() {
        ChangeState::Planned => view! { <Planned preview/> }.into_any(),
        ChangeState::Running => {
            let stopping = move || preview.change.with(|change| change.cancelling);
            view! {
                <small class="change-choices text-tertiary">{t.changes.may_close}</small>
                <button
                    type="button"
                    class="button"
                    disabled=stopping
                    on:click=move |_| preview.stop()
                >
                    {t.changes.stop}
                </button>
            }
            .into_any()
        }
        _ => view! { <Over preview/> }.into_any(),
    })
}

#[component]
fn Planned(
    /// The preview.
    preview: Preview,
) -> impl IntoView {
    let t = use_t();
    let counts = preview.change.with_untracked(|change| change.counts);
    let kind = preview.change.with_untracked(|change| change.kind);
    let to_write = Memo::new(move |_| preview.to_write());
    let is_ready = move || to_write.get() > 0 && preview.is_confirmed() && !preview.busy.get();
    let label = move || match to_write.get() {
        0 => t.changes.nothing.to_owned(),
        keys => (t.changes.apply)(kind, &number(keys as u64)),
    };
    let class = if kind == ChangeKind::Delete {
        "button is-destructive"
    } else {
        "button is-primary"
    };
    let locked = number(counts.locked as u64);
    view! {
        <div class="change-choices">
            {(counts.overwrite > 0 && kind != ChangeKind::Undo).then(|| policy(preview))}
            {(counts.locked > 0)
                .then(|| {
                    view! {
                        <label class="change-check">
                            <input
                                type="checkbox"
                                prop:checked=move || preview.choice.with(|choice| choice.with_locked)
                                on:change=move |event| {
                                    let is_in = event_target_checked(&event);
                                    preview.choice.update(|choice| choice.with_locked = is_in);
                                }
                            />
                            {(t.changes.with_locked)(&locked)}
                        </label>
                    }.into_any()
                })}
        </div>
        <button type="button" class="button" on:click=move |_| preview.open.set(false)>
            {t.common.cancel}
        </button>
        <button type="button" class=class disabled=move || !is_ready() on:click=move |_| preview.apply()>
            {label}
        </button>
    }
    .into_any()
}

/// What is done where a key exists.
fn policy(preview: Preview) -> AnyView {
    let t = use_t();
    let chosen = preview.choice;
    let existing = preview
        .change
        .with_untracked(|change| change.counts.overwrite);
    let choice = move |what: OnConflict, label: &'static str| {
        let is_chosen = move || chosen.with(|choice| choice.on_conflict == what);
        view! {
            <button
                type="button"
                aria-pressed=move || if is_chosen() { "true" } else { "false" }
                on:click=move |_| chosen.update(|choice| choice.on_conflict = what)
            >
                {label}
            </button>
        }
        .into_any()
    };
    let answered = move || {
        let answered = chosen.with(|choice| choice.asks().then(|| choice.answered()))?;
        let left = existing.saturating_sub(answered);
        Some((t.changes.answered)(
            &number(answered as u64),
            &number(left as u64),
        ))
    };
    view! {
        <span class="change-policy">
            <span class="text-secondary" id="change-policy">{t.changes.on_conflict}</span>
            <span class="segmented" role="group" aria-labelledby="change-policy">
                {choice(OnConflict::Ask, t.changes.ask)}
                {choice(OnConflict::Overwrite, t.changes.overwrite)}
                {choice(OnConflict::Skip, t.changes.skip)}
            </span>
            <small class="text-secondary" role="status">{answered}</small>
        </span>
    }
    .into_any()
}

#[component]
fn Over(
    /// The preview.
    preview: Preview,
) -> impl IntoView {
    let t = use_t();
    let until = preview
        .change
        .with_untracked(|change| change.undo_until)
        .map(time_of_day);
    view! {
        {until
            .map(|time| {
                view! {
                    <small class="change-choices text-tertiary">{(t.changes.undo_until)(&time)}</small>
                    <button
                        type="button"
                        class="button"
                        disabled=move || preview.busy.get()
                        on:click=move |_| preview.undo()
                    >
                        {t.changes.undo}
                    </button>
                }.into_any()
            })}
        <button type="button" class="button is-primary" on:click=move |_| preview.open.set(false)>
            {t.common.close}
        </button>
    }
    .into_any()
}

/// `14:05` where the reader is.
fn time_of_day(milliseconds: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(milliseconds as f64));
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}
