//! How the recording fares: what it costs, what is kept, and why it is off where it is.

use std::time::Duration;

use leptos::prelude::*;
use wire::{
    datacenters::{Datacenters, is_nameless},
    health::Health,
    history::{Off, PlaceState, RecordedPlace, Recording},
    live::{Subject, Topic},
};

use super::{Scope, choice::ChoiceDialog, name::size};
use crate::{
    api,
    components::{HealthGlyph, Moment, dynamic},
    i18n::{Messages, use_t},
    live::{use_feed, use_live},
    routes::{self, Tool},
    shell::use_datacenters,
};

/// One line, and a note where something is wrong.
#[component]
pub fn RecordingLine(
    /// What is looked at.
    scope: Scope,
) -> impl IntoView {
    let t = use_t();
    // nothing tells of its numbers, so they are asked for now and then
    let topic = Topic::new(Subject::History, scope.dc.get_value());
    let live = use_live::<Recording>(topic, api::history::state());
    use_feed().every(Duration::from_secs(5), move || live.renew());
    let datacenters = use_datacenters().data;
    let choosing = RwSignal::new(false);
    let chosen = Callback::new(move |()| live.reload());
    let line = dynamic(move || {
        let recording = live.data.get()?;
        let dc = scope.dc.get_value();
        let place = recording.places.iter().find(|place| place.datacenter == dc);
        if let Some(off) = recording.off {
            return Some(is_off(t, off, &recording.off_detail));
        }
        if scope.is_everywhere() {
            return datacenters.with(|known| everywhere(t, &recording, known.as_deref()?));
        }
        let place = place?;
        if place.state == PlaceState::TooLarge {
            return Some(too_large(t, place, choosing));
        }
        Some(fares(t, &recording, place, choosing))
    });
    let dc = scope.dc;
    view! {
        {line}
        <ChoiceDialog dc open=choosing chosen/>
    }
    .into_any()
}

fn is_off(t: &'static Messages, off: Off, detail: &str) -> AnyView {
    let text = match off {
        Off::AskedFor => t.history.off_asked_for,
        Off::InUse => t.history.off_in_use,
        Off::Folder => t.history.off_folder,
        Off::Store => t.history.off_store,
    };
    let detail = detail.to_owned();
    view! {
        <div class="note" data-kind="warning" role="status">
            <HealthGlyph health=Health::Warning/>
            <p>
                <b>{t.history.off_title}</b>" "{text}
                {(!detail.is_empty()).then(|| view! { " "<code>{detail}</code> }.into_any())}
            </p>
        </div>
    }
    .into_any()
}

/// Every datacenter of which nothing is seen just now, and why.
fn unseen(
    t: &'static Messages,
    places: &[RecordedPlace],
    known: &Datacenters,
) -> Vec<(String, String)> {
    let recorded = |name: &str| places.iter().find(|place| place.datacenter == name);
    let mut unseen: Vec<(String, String)> = Vec::new();
    for place in places {
        let (_, word) = state(t, place.state);
        let is_seen = matches!(place.state, PlaceState::Watching | PlaceState::Polling);
        if !is_seen {
            let why = match place.problem.as_str() {
                "" => word.to_owned(),
                problem => format!("{word} ({problem})"),
            };
            unseen.push((place.datacenter.clone(), why));
        }
    }
    for datacenter in &known.items {
        if recorded(&datacenter.name).is_none() {
            unseen.push((datacenter.name.clone(), t.history.too_large.to_owned()));
        }
    }
    for failed in &known.failed {
        unseen.push((failed.datacenter.clone(), t.history.failing.to_owned()));
    }
    unseen
}

/// The datacenters that are not seen, named; nothing where all are.
fn everywhere(t: &'static Messages, recording: &Recording, known: &Datacenters) -> Option<AnyView> {
    let unseen = unseen(t, &recording.places, known);
    if unseen.is_empty() {
        return None;
    }
    let names: Vec<AnyView> = unseen
        .into_iter()
        .map(|(name, why)| {
            let here = routes::tool(&name, Tool::History, &[]);
            let name = match is_nameless(&name) {
                true => view! { <b>{name}</b> }.into_any(),
                false => view! { <a href=here>{name}</a> }.into_any(),
            };
            view! { <li>{name}" "{why}</li> }.into_any()
        })
        .collect();
    Some(
        view! {
            <div class="note" data-kind="warning" role="status">
                <HealthGlyph health=Health::Warning/>
                <div class="history-unseen">
                    <p><b>{t.history.unseen_title}</b>" "{t.history.unseen_text}</p>
                    <ul>{names}</ul>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// How a datacenter's recording fares, in a shape and a word.
fn state(t: &'static Messages, state: PlaceState) -> (Health, &'static str) {
    match state {
        PlaceState::Starting => (Health::None, t.history.starting),
        PlaceState::Watching => (Health::Passing, t.history.watching),
        PlaceState::Polling => (Health::Passing, t.history.polling),
        PlaceState::TooLarge => (Health::Warning, t.history.too_large),
        PlaceState::Failing => (Health::Critical, t.history.failing),
        PlaceState::OtherCluster => (Health::Critical, t.history.other_cluster),
    }
}

fn too_large(t: &'static Messages, place: &RecordedPlace, choosing: RwSignal<bool>) -> AnyView {
    view! {
        <div class="note" data-kind="warning" role="status">
            <HealthGlyph health=Health::Warning/>
            <p><b>{t.history.off_title}</b>" "{(t.history.too_large_text)(&place.datacenter)}</p>
            <button type="button" class="button push-end" on:click=move |_| choosing.set(true)>
                {t.history.choose}
            </button>
        </div>
    }
    .into_any()
}

/// What is recorded and what not, in words.
fn what(t: &'static Messages, place: &RecordedPlace) -> String {
    let all = place.prefixes.iter().any(String::is_empty);
    let recorded = if all {
        t.history.records_all.to_owned()
    } else {
        (t.history.records_below)(&place.prefixes.join(", "))
    };
    if place.exclude.is_empty() {
        return recorded;
    }
    let without = (t.history.records_without)(&place.exclude.join(", "));
    format!("{recorded} {without}")
}

fn fares(
    t: &'static Messages,
    recording: &Recording,
    place: &RecordedPlace,
    choosing: RwSignal<bool>,
) -> AnyView {
    let (health, word) = state(t, place.state);
    let below = what(t, place);
    let problem = match place.state {
        PlaceState::OtherCluster => t.history.other_cluster_text.to_owned(),
        _ => place.problem.clone(),
    };
    let recorded = (t.history.recorded)(place.keys, &size(place.value_bytes));
    let cost = (t.history.cost)(&size(place.bytes_per_second), place.queries_per_minute);
    let kept = (t.history.store)(
        &size(recording.store_bytes),
        &size(recording.store_max_bytes),
        recording.keep_days,
    );
    let file = recording.file.clone();
    view! {
        <p class="history-recording">
            <span class="history-fact">
                <HealthGlyph health/>
                {t.history.recording}" "<b>{word}</b>
            </span>
{(!problem.is_empty()).then(|| view! { <span class="history-fact">{problem}</span> }.into_any())}
            <span class="history-fact">
                <span class="ellipsis history-what-recorded" title=below.clone()>{below.clone()}</span>
                <button type="button" class="history-choose" on:click=move |_| choosing.set(true)>
                    {t.history.choose}
                </button>
            </span>
            <span class="history-fact">{recorded}</span>
            <span class="history-fact" title=t.history.cost_hint>{cost}</span>
            <span class="history-fact column-secondary" title=file>{kept}</span>
            {recording
                .oldest
                .map(|at| view! { <span class="history-fact column-secondary">{t.history.since}" "<Moment at/></span> }.into_any())}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use wire::{datacenters::Datacenter, rows::Failed};

    use super::*;
    use crate::i18n::{Language, messages};

    #[test]
    fn who_is_not_seen_is_named() {
        let t = messages(Language::En);
        let place = |name: &str, state, problem: &str| RecordedPlace {
            datacenter: name.into(),
            state,
            problem: problem.into(),
            ..RecordedPlace::default()
        };
        let places = [
            place("dc1", PlaceState::Watching, ""),
            place("dc2", PlaceState::Failing, "no path"),
            place("dc3", PlaceState::TooLarge, ""),
        ];
        let named = |name: &str| Datacenter {
            name: name.into(),
            ..Datacenter::default()
        };
        let known = Datacenters {
            items: ["dc1", "dc2", "dc3", "dc4"].map(named).into(),
            failed: vec![Failed {
                datacenter: "@east".into(),
                problem: wire::problem::Problem::default(),
            }],
            ..Datacenters::default()
        };
        let found = unseen(t, &places, &known);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["dc2", "dc3", "dc4", "@east"]);
        assert_eq!(found[0].1, "cannot be read (no path)");
    }
}
