//! The preview of a change of many keys: what happens to each, the button that does it, progress,
//! report, and the way back. Used wherever many keys are changed.

pub mod buttons;
pub mod choice;
pub mod diff;
pub mod recent;
pub mod state;
pub mod steps;
pub mod undo;

use leptos::prelude::*;
use wire::changes::{Change, ChangeState};

use super::{Dialog, DialogProblem, dynamic, problem::dialog_problem};
use crate::{
    effect::effect,
    i18n::{number, use_t},
    state::use_toasts,
};
use buttons::Buttons;
use state::Preview;
use steps::StepTable;

/// Shows a planned change, carries it out when that is confirmed, and tells what became of it.
#[component]
pub fn ChangePreview(
    /// The planned change.
    change: Change,
    /// Told when the dialog closes; a change that was not carried out is forgotten then.
    on_close: Callback<()>,
    /// Told whenever something was written.
    on_done: Callback<()>,
    /// What has to be typed before it is carried out.
    #[prop(optional_no_strip)]
    confirm: Option<String>,
) -> impl IntoView {
    let preview = Preview::new(change, on_done, confirm, use_toasts());
    let was_open = StoredValue::new(false);
    effect(move || {
        if preview.open.get() {
            was_open.set_value(true);
        } else if was_open.get_value() {
            preview.leave();
            on_close.run(());
        }
    });
    view! {
        <Dialog
            open=preview.open
            wide=true
            title=Signal::derive(move || preview.title())
            footer=move || view! { <Buttons preview/> }
        >
            <Body preview/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Body(
    /// The preview.
    preview: Preview,
) -> impl IntoView {
    let t = use_t();
    let change = preview.change;
    let state = Memo::new(move |_| change.with(|change| change.state));
    let wheres = move || {
        let names = change.with(|change| change.datacenters.join(", "));
        (t.changes.in_datacenters)(&names)
    };
    let head = dynamic(move || match state.get() {
        ChangeState::Planned => {
            view! { <p class="text-secondary">{wheres} " · " {t.changes.not_yet}</p> }.into_any()
        }
        ChangeState::Running => progress(preview),
        ChangeState::Done | ChangeState::Cancelled | ChangeState::Failed => report(preview),
    });
    view! {
        <div class="change-head" aria-live="polite">{head}</div>
        <DialogProblem failure=preview.problem/>
        <StepTable preview/>
        {move || preview.confirm_field()}
    }
    .into_any()
}

fn progress(preview: Preview) -> AnyView {
    let t = use_t();
    let numbers = Memo::new(move |_| {
        preview
            .change
            .with(|change| (change.outcomes.total(), change.total))
    });
    let text = move || {
        if preview.change.with(|change| change.cancelling) {
            return t.changes.stopping.to_owned();
        }
        let (done, total) = numbers.get();
        (t.changes.progress)(&number(done as u64), &number(total as u64))
    };
    view! {
        <progress
            class="change-progress"
            aria-label=t.changes.running
            max=move || numbers.get().1.to_string()
            prop:value=move || numbers.get().0.to_string()
        ></progress>
        <p class="text-secondary">{text}</p>
    }
    .into_any()
}

fn report(preview: Preview) -> AnyView {
    let t = use_t();
    let change = preview.change.get_untracked();
    let told = (t.changes.told)(change.kind, &number(change.outcomes.done as u64));
    let ended = undo::ended(t, &change);
    let (amiss, appeared) = (change.outcomes.amiss(), change.appeared);
    let problem = change.problem;
    view! {
        <p>
            <b>{told}</b>
            {(amiss > 0)
                .then(|| view! { <span class="change-amiss">{(t.changes.amiss)(&number(amiss as u64))}</span> }.into_any())}
        </p>
        {(appeared > 0)
            .then(|| view! { <p class="change-amiss">{(t.changes.appeared)(&number(appeared as u64))}</p> }.into_any())}
        {ended.map(|text| view! { <p class="text-secondary">{text}</p> }.into_any())}
        {problem.map(|problem| dialog_problem(t, problem))}
    }
    .into_any()
}
