//! A problem, in words that say what happened, what still holds and what to do next.

use std::time::Duration;

use leptos::prelude::*;
use wire::{
    health::Health,
    problem::{Problem, ProblemKind},
    rows::Failed,
};

use super::{Blank, CopyButton, HealthGlyph, Icon, dynamic};
use crate::{
    effect::effect,
    i18n::{Messages, use_t},
    live::use_feed,
    routes,
};

/// Icon, title and text for a problem.
#[must_use]
pub fn words(t: &'static Messages, problem: &Problem) -> (&'static str, String, String) {
    let p = &t.problem;
    let dc = problem.datacenter.as_deref().unwrap_or("Consul");
    if problem.status == 0 {
        return own("unplug", p.waggle_unreachable, p.waggle_unreachable_text);
    }
    match problem.kind {
        ProblemKind::Forbidden if problem.acl_rule.is_none() => {
            own("policies", p.forbidden, p.forbidden_no_rule)
        }
        ProblemKind::Forbidden => own("policies", p.forbidden, p.forbidden_text),
        ProblemKind::TokenUnknown => own("tokens", p.token_unknown, p.token_unknown_text),
        ProblemKind::AgentUnreachable => (
            "unplug",
            p.agent_unreachable.to_owned(),
            (p.agent_unreachable_text)(problem.agent.as_deref()),
        ),
        ProblemKind::AgentTimeout => own("unplug", p.agent_timeout, p.agent_timeout_text),
        ProblemKind::AgentTls => own("unplug", p.agent_tls, p.agent_tls_text),
        ProblemKind::AgentBusy => own("stale", p.agent_busy, p.agent_busy_text),
        ProblemKind::NoLeader => own("raft", p.no_leader, p.no_leader_text),
        ProblemKind::DatacenterUnreachable => (
            "unplug",
            (p.datacenter_unreachable)(dc),
            p.datacenter_unreachable_text.to_owned(),
        ),
        ProblemKind::AgentError => own("stale", p.agent_error, p.agent_error_text),
        ProblemKind::AgentNonsense => own("unplug", p.agent_nonsense, p.agent_nonsense_text),
        ProblemKind::UnknownDatacenter => (
            "search",
            (p.unknown_datacenter)(problem.datacenter.as_deref().unwrap_or_default()),
            String::new(),
        ),
        ProblemKind::NotFound | ProblemKind::NoSuchRoute => {
            own("search", p.page_not_found, p.page_not_found_text)
        }
        ProblemKind::HostNotAllowed | ProblemKind::CrossSite => {
            own("policies", p.host, p.host_text)
        }
        ProblemKind::ReadOnly => own("eye", p.read_only, p.read_only_text),
        ProblemKind::Conflict => own("stale", p.conflict, p.conflict_text),
        ProblemKind::BadRequest
        | ProblemKind::InvalidValue
        | ProblemKind::Refused
        | ProblemKind::TooLarge => own("stale", p.refused, p.refused_text),
        ProblemKind::Internal => own("stale", p.internal, p.internal_text),
    }
}

fn own(icon: &'static str, title: &str, text: &str) -> (&'static str, String, String) {
    (icon, title.to_owned(), text.to_owned())
}

/// "Next try in 4 s." while one is planned.
fn next_try() -> Signal<String> {
    let t = use_t();
    let feed = use_feed();
    Signal::derive(move || match feed.next_try_seconds() {
        None => String::new(),
        Some(0) => t.problem.trying.to_owned(),
        Some(seconds) => (t.problem.next_try)(seconds),
    })
}

/// A problem in place of the data that could not be had.
#[component]
pub fn ProblemView(
    /// The problem.
    problem: Problem,
    /// Tries again; without it there is no button.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let t = use_t();
    let countdown = next_try();
    let transient = problem.status == 0 || problem.kind.is_transient();
    let rule = problem.acl_rule.clone();
    let pre = match (&rule, problem.kind) {
        (Some(rule), _) => rule.clone(),
        (None, ProblemKind::Forbidden) => String::new(),
        _ => match &problem.agent {
            Some(agent) if !problem.detail.contains(agent.as_str()) => {
                format!("{agent}: {}", problem.detail)
            }
            _ => problem.detail.clone(),
        },
    };
    let (icon, title, text) = words(t, &problem);
    let kind = problem.kind;
    let text = Signal::derive(move || {
        if transient {
            format!("{text} {}", countdown.get()).trim().to_owned()
        } else {
            text.clone()
        }
    });
    view! {
        <Blank icon title text pre alert=true>
            {rule
                .map(|rule| {
                    view! { <CopyButton text=rule label=t.problem.copy_rule/> }.into_any()
                })}
            {retry
                .map(|retry| {
                    let class = if transient { "button is-primary" } else { "button" };
                    view! {
                        <button type="button" class=class on:click=move |_| retry.run(())>
                            {if transient { t.common.try_now } else { t.common.try_again }}
                        </button>
                    }.into_any()
                })}
            {matches!(
                kind,
                ProblemKind::UnknownDatacenter | ProblemKind::NotFound | ProblemKind::NoSuchRoute
            )
                .then(|| view! { <a class="button" href=routes::home()>{t.problem.go_home}</a> }.into_any())}
        </Blank>
    }
}

/// A line above data that is older than it should be, since fetching it again failed.
#[component]
pub fn ProblemNote(
    /// Why the last fetch failed.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
    /// When the data arrived, in milliseconds since 1970.
    #[prop(into)]
    arrived: Signal<f64>,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let countdown = next_try();
    dynamic(move || {
        problem.get().map(|problem| {
            let (_, title, _) = words(t, &problem);
            let detail = problem.detail;
            let time = clock(arrived.get());
            view! {
                <div class="note" data-kind="warning" role="status">
                    <HealthGlyph health=Health::Warning/>
                    <p title=detail>
                        <b>{title}</b>
                        " "
                        {(t.problem.old_data)(&time)}
                        " "
                        {countdown}
                    </p>
                    <button type="button" class="button is-small" on:click=move |_| retry.run(())>
                        {t.common.try_again}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}

/// A wait is worth a word after so many seconds.
const LONG_SECONDS: u32 = 3;

/// A line above what has not arrived for some seconds.
#[component]
pub fn WaitingNote(
    /// Nothing arrived yet, and nothing failed.
    #[prop(into)]
    waiting: Signal<bool>,
) -> impl IntoView {
    let t = use_t();
    let waiting = Memo::new(move |_| waiting.get());
    let seconds = RwSignal::new(0_u32);
    effect(move || {
        seconds.set(0);
        if !waiting.get() {
            return;
        }
        let tick = move || seconds.update(|seconds| *seconds += 1);
        if let Ok(clock) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || clock.clear());
        }
    });
    let is_long = Memo::new(move |_| seconds.get() >= LONG_SECONDS);
    dynamic(move || {
        is_long.get().then(|| {
            // each second is seen, but not read out
            view! {
                <div class="note">
                    <Icon name="stale"/>
                    <p>
                        <span role="status" class="visually-hidden">{t.problem.slow_agent}</span>
                        <b aria-hidden="true">{move || (t.problem.not_answered)(seconds.get())}</b>
                        " "
                        {t.problem.still_waiting}
                    </p>
                </div>
            }
            .into_any()
        })
    })
}

/// A line per datacenter that did not answer, above the rows of the others.
#[component]
pub fn PartFailedNote(
    /// Who did not answer.
    failed: Vec<Failed>,
) -> impl IntoView {
    let t = use_t();
    failed
        .into_iter()
        .map(|failed| {
            let datacenter = failed.datacenter;
            let detail = failed.problem.detail;
            view! {
                <div class="note" data-kind="warning" role="status">
                    <HealthGlyph health=Health::Warning/>
                    <p>
                        <b>{(t.problem.part_failed)(&datacenter)}</b>
                        " "
                        {detail}
                    </p>
                </div>
            }
            .into_any()
        })
        .collect::<Vec<AnyView>>()
}

/// A line that says that the token does not see everything.
#[component]
pub fn HiddenNote(
    /// Consul left something out.
    #[prop(into)]
    hidden: Signal<bool>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        hidden.get().then(|| {
            view! {
                <div class="note" role="status">
                    <Icon name="eye"/>
                    <p>{t.problem.hidden_by_acl}</p>
                </div>
            }
            .into_any()
        })
    })
}

/// The time of day, `14:02:37`; empty for 0.
fn clock(milliseconds: f64) -> String {
    if milliseconds == 0.0 {
        return String::new();
    }
    let date = js_sys::Date::new(&milliseconds.into());
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

/// Why something that a dialog asked about was not done.
#[component]
pub fn DialogProblem(
    /// The problem.
    failure: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || failure.get().map(|problem| dialog_problem(t, problem)))
}

/// The same, where it is known.
#[must_use]
pub fn dialog_problem(t: &'static Messages, problem: Problem) -> AnyView {
    let (_, title, text) = words(t, &problem);
    let detail = problem.acl_rule.unwrap_or(problem.detail);
    view! {
        <div class="dialog-problem" role="alert">
            <p><b>{title} ". "</b>{text}</p>
            {(!detail.is_empty()).then(|| view! { <pre>{detail}</pre> }.into_any())}
        </div>
    }
    .into_any()
}
