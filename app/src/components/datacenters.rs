//! How datacenters fare, in a line above a list.

use leptos::prelude::*;
use wire::{
    datacenters::{Condition, DatacenterState, is_nameless},
    problem::Problem,
};

use super::{Icon, moment::clock, problem::words};
use crate::i18n::{Messages, use_t};

/// A chip for each datacenter; pressed, the list is narrowed to it.
#[component]
pub fn DatacenterChips(
    /// The datacenters; none shows nothing.
    #[prop(into)]
    states: Signal<Vec<DatacenterState>>,
    /// The list's filter.
    #[prop(into)]
    filter: Signal<String>,
    /// Told which one was pressed; without it they are only shown.
    pick: Option<Callback<String>>,
) -> impl IntoView {
    let t = use_t();
    let time = clock(move || states.with(|states| states.iter().any(grows_old)));
    let chip = move |state: DatacenterState| {
        let name = state.name.clone();
        let condition = word(state.condition);
        let title = {
            let state = state.clone();
            move || reason(t, &state, time.get())
        };
        let face = face(t, state, time);
        // a cluster that named no datacenter has none to narrow to
        match pick.filter(|_| !is_nameless(&name)) {
            None => view! {
                <span class="datacenter-chip" data-condition=condition title=title>{face}</span>
            }
            .into_any(),
            Some(pick) => {
                let term = format!("dc:{name}");
                let pressed = move || {
                    let on = filter.with(|filter| filter.split_whitespace().any(|w| w == term));
                    if on { "true" } else { "false" }
                };
                view! {
                    <button
                        type="button"
                        class="datacenter-chip"
                        data-condition=condition
                        title=title
                        aria-pressed=pressed
                        on:click=move |_| pick.run(name.clone())
                    >
                        {face}
                    </button>
                }
                .into_any()
            }
        }
    };
    move || {
        let states = states.get();
        (!states.is_empty()).then(|| {
            let reasons: Vec<AnyView> = states.iter().map(|state| line(t, state, time)).collect();
            let chips: Vec<AnyView> = states.into_iter().map(chip).collect();
            view! {
                <div class="datacenter-chips" role="group" aria-label=t.shell.datacenters>
                    {chips}
                    <details class="datacenter-reasons">
                        <summary>{t.shell.dc_details}</summary>
                        <dl>{reasons}</dl>
                    </details>
                </div>
            }
            .into_any()
        })
    }
}

/// What the chip's tooltip says, for those who have no pointer to rest on it.
fn line(t: &'static Messages, state: &DatacenterState, time: RwSignal<u64>) -> AnyView {
    let name = state.name.clone();
    let state = state.clone();
    view! {
        <dt>{name}</dt>
        <dd>{move || reason(t, &state, time.get())}</dd>
    }
    .into_any()
}

/// A datacenter's name with what is the matter with it.
fn face(t: &'static Messages, state: DatacenterState, time: RwSignal<u64>) -> AnyView {
    let name = state.name.clone();
    view! {
        {icon_of(state.condition).map(|name| view! { <Icon name/> }.into_any())}
        <b>{name}</b>
        {move || condition(t, &state, time.get())}
    }
    .into_any()
}

/// What is the matter with a datacenter, as a chip; nothing where it fares well. `time` is what
/// `clock` gives.
#[must_use]
pub fn standing(
    t: &'static Messages,
    state: &DatacenterState,
    time: RwSignal<u64>,
) -> Option<AnyView> {
    let (icon, word) = (icon_of(state.condition)?, word(state.condition));
    let state = state.clone();
    let title = {
        let state = state.clone();
        move || reason(t, &state, time.get())
    };
    let view = view! {
        <span class="datacenter-chip" data-condition=word title=title>
            <Icon name=icon/>
            {move || condition(t, &state, time.get())}
        </span>
    };
    Some(view.into_any())
}

/// How long ago what is shown of it was so is told, and goes on.
#[must_use]
pub fn grows_old(state: &DatacenterState) -> bool {
    state.stale_since.is_some()
}

fn word(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "ok",
        Condition::Hidden => "hidden",
        Condition::Asking => "asking",
        Condition::Stale => "stale",
        Condition::NoLeader => "no-leader",
        Condition::Unreachable => "unreachable",
    }
}

fn icon_of(condition: Condition) -> Option<&'static str> {
    match condition {
        Condition::Ok => None,
        Condition::Hidden => Some("eye"),
        Condition::Asking => Some("more"),
        Condition::Stale => Some("stale"),
        Condition::NoLeader => Some("raft"),
        Condition::Unreachable => Some("unplug"),
    }
}

/// What there is to say of it, at a moment in milliseconds since 1970; where that is not known
/// (0), as it was answered.
fn condition(t: &'static Messages, state: &DatacenterState, now: u64) -> String {
    let age = match state.stale_since {
        Some(since) if now > 0 => Some(now.saturating_sub(since) / 1_000),
        _ => state.stale_seconds,
    };
    match state.condition {
        Condition::Ok => String::new(),
        Condition::Hidden => t.shell.dc_hidden.to_owned(),
        Condition::Asking => t.shell.dc_asking.to_owned(),
        Condition::Stale => (t.shell.dc_stale)(age.unwrap_or_default()),
        Condition::NoLeader => {
            let words = [
                Some(t.shell.dc_no_leader.to_owned()),
                age.map(t.shell.dc_stale),
            ];
            let words: Vec<String> = words.into_iter().flatten().collect();
            words.join(" · ")
        }
        Condition::Unreachable => t.shell.dc_unreachable.to_owned(),
    }
}

/// The same with its reason, in full.
fn reason(t: &'static Messages, state: &DatacenterState, now: u64) -> String {
    let text = condition(t, state, now);
    let why = match (&state.problem, state.condition) {
        (Some(problem), _) => told(t, problem),
        (None, Condition::Ok) => (t.shell.dc_ok)(state.rows, state.agent.as_deref()),
        (None, Condition::Hidden) => t.shell.dc_hidden_reason.to_owned(),
        (None, Condition::Asking) => t.shell.dc_asking_reason.to_owned(),
        (None, Condition::NoLeader) => t.shell.dc_no_leader_reason.to_owned(),
        (None, Condition::Stale | Condition::Unreachable) => String::new(),
    };
    [text, why]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

/// A problem in one line: what it is, and what was answered.
#[must_use]
pub fn told(t: &'static Messages, problem: &Problem) -> String {
    let (_, title, _) = words(t, problem);
    format!("{title}. {}", problem.detail).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use wire::problem::ProblemKind;

    use super::*;
    use crate::i18n::{Language, messages};

    #[test]
    fn a_chip_says_what_is_wrong_and_why() {
        let t = messages(Language::En);
        let mut state = DatacenterState {
            name: "dc2".into(),
            rows: 3,
            ..DatacenterState::default()
        };
        let said = |state: &DatacenterState| reason(t, state, 0);
        assert_eq!(said(&state), "3 rows");
        state.condition = Condition::Stale;
        state.stale_seconds = Some(12);
        assert_eq!(said(&state), "stale 12 s");
        state.condition = Condition::NoLeader;
        let no_leader = said(&state);
        assert!(no_leader.starts_with("no leader · stale 12 s: what is shown may be old"));
        state.stale_seconds = None;
        state.condition = Condition::Hidden;
        assert_eq!(
            said(&state),
            "some hidden by ACL: the token may not read them"
        );
        state.condition = Condition::Asking;
        assert!(said(&state).starts_with("asking…: no answer yet"));
        let chinese = condition(messages(Language::ZhCn), &state, 0);
        assert_eq!(chinese, "正在询问…");
        state.condition = Condition::Unreachable;
        state.problem = Some(Problem {
            status: 502,
            kind: ProblemKind::AgentTimeout,
            detail: "3 s".into(),
            ..Problem::default()
        });
        assert!(
            said(&state).starts_with("unreachable: "),
            "{}",
            said(&state)
        );
        assert!(said(&state).ends_with(". 3 s"));
    }

    #[test]
    fn an_age_goes_on_after_the_answer() {
        let t = messages(Language::En);
        let state = DatacenterState {
            condition: Condition::Stale,
            stale_seconds: Some(31),
            stale_since: Some(100_000),
            ..DatacenterState::default()
        };
        assert_eq!(condition(t, &state, 0), "stale 31 s");
        assert_eq!(condition(t, &state, 145_999), "stale 45 s");
        assert_eq!(condition(t, &state, 3_800_000), "stale 61 min");
        assert_eq!(condition(t, &state, 50_000), "stale 0 s");
    }
}
