//! How datacenters fare, in a line above a list.

use leptos::prelude::*;
use wire::datacenters::{Condition, DatacenterState, is_nameless};

use super::{Icon, problem::words};
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
    let chip = move |state: DatacenterState| {
        let (icon, text) = face(t, &state);
        let title = reason(t, &state, &text);
        let name = state.name.clone();
        let face = view! {
            {icon.map(|name| view! { <Icon name/> }.into_any())}
            <b>{state.name}</b>
            {text}
        };
        let condition = word(state.condition);
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
            let chips: Vec<AnyView> = states.into_iter().map(chip).collect();
            view! {
                <div class="datacenter-chips" role="group" aria-label=t.shell.datacenters>
                    {chips}
                </div>
            }
            .into_any()
        })
    }
}

fn word(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "ok",
        Condition::Hidden => "hidden",
        Condition::Stale => "stale",
        Condition::NoLeader => "no-leader",
        Condition::Unreachable => "unreachable",
    }
}

/// Its icon, and what there is to say of it.
fn face(t: &'static Messages, state: &DatacenterState) -> (Option<&'static str>, String) {
    match state.condition {
        Condition::Ok => (None, String::new()),
        Condition::Hidden => (Some("eye"), t.shell.dc_hidden.to_owned()),
        Condition::Stale => {
            let text = (t.shell.dc_stale)(state.stale_seconds.unwrap_or_default());
            (Some("stale"), text)
        }
        Condition::NoLeader => {
            let age = state.stale_seconds.map(|age| (t.shell.dc_stale)(age));
            let words = [Some(t.shell.dc_no_leader.to_owned()), age];
            let words: Vec<String> = words.into_iter().flatten().collect();
            (Some("raft"), words.join(" · "))
        }
        Condition::Unreachable => (Some("unplug"), t.shell.dc_unreachable.to_owned()),
    }
}

/// The same with its reason, in full.
fn reason(t: &'static Messages, state: &DatacenterState, text: &str) -> String {
    let Some(problem) = &state.problem else {
        return if text.is_empty() {
            (t.shell.dc_ok)(state.rows, state.agent.as_deref())
        } else {
            text.to_owned()
        };
    };
    let (_, title, _) = words(t, problem);
    let line = format!("{text}: {title}. {}", problem.detail);
    line.trim_start_matches(": ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use wire::problem::{Problem, ProblemKind};

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
        let said = |state: &DatacenterState| reason(t, state, &face(t, state).1);
        assert_eq!(said(&state), "3 rows");
        state.condition = Condition::Stale;
        state.stale_seconds = Some(12);
        assert_eq!(said(&state), "stale 12 s");
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
}
