//! A datacenter's line.

use leptos::prelude::*;
use wire::{
    datacenters::Condition,
    health::{Counts, Health},
    overview::DatacenterOverview,
};

use super::last_hour::last_hour;
use crate::{
    components::{HealthGlyph, Skyline, standing, told},
    i18n::Messages,
    live::Fact,
    routes,
};

/// What a line tells times by.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    /// As `clock` gives it: by the second, while anything grows old.
    pub(super) time: RwSignal<u64>,
    /// Moves by the minute.
    pub(super) minute: RwSignal<u64>,
}

pub(super) fn row(
    t: &'static Messages,
    item: &DatacenterOverview,
    clocks: Clocks,
    is_new: Signal<bool>,
) -> AnyView {
    let name = &item.state.name;
    let versions: Vec<&str> = item.versions.iter().map(|one| &*one.version).collect();
    let (health, about) = match &item.state.problem {
        Some(problem) => (Health::Critical, told(t, problem)),
        None if item.state.condition == Condition::NoLeader => {
            (Health::Critical, t.shell.dc_no_leader_reason.to_owned())
        }
        None if versions.is_empty() => (item.worst(), String::new()),
        None => (item.worst(), format!("Consul {}", versions.join(", "))),
    };
    let overview = routes::overview(name);
    view! {
        <tr class:is-new=is_new>
            <td data-fold="1">
                <a class="row-name inline-row" data-row-link="" href=overview>
                    <HealthGlyph health/>
                    {name.clone()}
                </a>
                <small>{standing(t, &item.state, clocks.time)} {about}</small>
            </td>
            <td>{leader(t, item)}</td>
            <td data-fold="2">{servers(t, item)}</td>
            <td>{amount(t, t.overview.nodes, routes::nodes(name), &item.nodes, members(t, item))}</td>
            <td data-fold="3">
                {amount(t, t.overview.services, routes::services(name), &item.services, String::new())}
            </td>
            <td>{last_hour(t, item.history.clone(), clocks.minute)}</td>
        </tr>
    }
    .into_any()
}

/// What a datacenter's line says, to tell when that changes; what only grows older is left out.
pub(super) fn fact(t: &'static Messages, item: &DatacenterOverview) -> Fact {
    let counts = |counts: &Counts| (t.common.counts)(counts);
    let said = [
        item.leader.clone().unwrap_or_default(),
        (t.overview.servers)(item.servers_alive, item.servers),
        counts(&item.nodes),
        counts(&item.services),
        members(t, item),
        item.state
            .problem
            .as_ref()
            .map_or_else(String::new, |problem| told(t, problem)),
    ];
    (item.state.name.clone(), said.join("|"))
}

fn leader(t: &'static Messages, item: &DatacenterOverview) -> AnyView {
    let Some(leader) = &item.leader else {
        if matches!(
            item.state.condition,
            Condition::Asking | Condition::Unreachable
        ) {
            return view! { <small>{t.overview.not_known}</small> }.into_any();
        }
        return view! { <b>{t.overview.no_leader}</b> }.into_any();
    };
    let since = item.leader_since.map(|since| {
        let time = (t.overview.duration)(now_seconds().saturating_sub(since));
        (t.overview.leads_for)(&time, !item.leader_began)
    });
    view! { <b>{leader.clone()}</b><small>{since}</small> }.into_any()
}

fn servers(t: &'static Messages, item: &DatacenterOverview) -> AnyView {
    if item.servers == 0 {
        return view! { <small>{t.overview.not_known}</small> }.into_any();
    }
    let (health, left) = match item.may_fail() {
        None => (Some(Health::Critical), t.overview.no_quorum.to_owned()),
        Some(0) => (Some(Health::Warning), (t.overview.may_fail)(0)),
        Some(more) => (None, (t.overview.may_fail)(more)),
    };
    view! {
        <b>{(t.overview.servers)(item.servers_alive, item.servers)}</b>
        <small class="inline-row">
            {health.map(|health| view! { <HealthGlyph health/> }.into_any())}
            {left}
        </small>
    }
    .into_any()
}

fn members(t: &'static Messages, item: &DatacenterOverview) -> String {
    let mut parts = Vec::new();
    if !item.failed.is_empty() {
        parts.push((t.overview.failed)(&item.failed.join(", ")));
    }
    if !item.left.is_empty() {
        parts.push((t.overview.left)(&item.left.join(", ")));
    }
    if let Some(problem) = &item.members_problem {
        parts.push((t.overview.members_unknown)(&told(t, problem)));
    }
    parts.join("; ")
}

fn amount(
    t: &'static Messages,
    word: &'static str,
    href: String,
    counts: &Counts,
    more: String,
) -> AnyView {
    let said = (t.common.counts)(counts);
    view! {
        <a class="overview-amount" href=href>
            <b>{counts.total()}</b>
            <span class="narrow-only">{word}</span>
            <Skyline counts=*counts/>
        </a>
        <small title=said.clone()>{said.clone()}</small>
        {(!more.is_empty()).then(|| view! { <small title=more.clone()>{more.clone()}</small> }.into_any())}
    }
    .into_any()
}

/// Since 1970.
pub(super) fn now_seconds() -> u64 {
    if cfg!(feature = "csr") {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time of our age"
        )]
        let now = (js_sys::Date::now() / 1000.0) as u64;
        return now;
    }
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use wire::problem::{Problem, ProblemKind};

    use super::*;
    use crate::i18n::{Language, messages};

    #[test]
    fn why_members_are_not_known_is_told() {
        let t = messages(Language::En);
        let mut item = DatacenterOverview::default();
        assert_eq!(members(t, &item), "");
        item.members_problem = Some(Problem {
            status: 403,
            kind: ProblemKind::Forbidden,
            detail: "agent:read on \"a\"".into(),
            ..Problem::default()
        });
        let told = members(t, &item);
        assert!(told.starts_with("Members are not known: "), "{told}");
        assert!(told.ends_with("agent:read on \"a\""), "{told}");
    }
}
