//! Health: shape, colour and word, always the three.

use leptos::prelude::*;
use wire::{
    checks::Check,
    health::{Counts, Health},
};

use super::Icon;
use crate::i18n::{Messages, use_t};

/// Ticks side by side up to this many; above it, bars in proportion.
const TICKS_MAX: u32 = 8;

/// The word for a state.
#[must_use]
pub fn health_word(t: &'static Messages, health: Health) -> &'static str {
    match health {
        Health::Passing => t.common.passing,
        Health::Warning => t.common.warning,
        Health::Critical => t.common.critical,
        Health::Maintenance => t.common.maintenance,
        Health::None => t.common.no_checks,
    }
}

/// The shape of a state.
#[component]
pub fn HealthGlyph(
    /// The state.
    health: Health,
    /// For page heads.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = if large {
        "health-glyph is-large"
    } else {
        "health-glyph"
    };
    view! {
        <svg class=class data-health=health.word() aria-hidden="true">
            <use_ href=format!("#health-{}", health.word())></use_>
        </svg>
    }
}

/// Shape and word of a state.
#[component]
pub fn HealthWord(
    /// The state.
    health: Health,
) -> impl IntoView {
    let t = use_t();
    view! {
        <span class="health-word" data-health=health.word()>
            <HealthGlyph health/>
            {health_word(t, health)}
        </span>
    }
}

/// One tick per thing, worst first, taller is worse.
#[component]
pub fn Skyline(
    /// How many are in each state.
    counts: Counts,
) -> impl IntoView {
    let t = use_t();
    let wide = counts.total() > TICKS_MAX;
    let states = Health::WORST_FIRST
        .into_iter()
        .filter(move |health| counts.get(*health) > 0);
    let ticks: Vec<AnyView> = if wide {
        states
            .map(|health| {
                // a property set by script: the page's policy forbids style attributes
                let share = counts.get(health).to_string();
                view! { <i data-health=health.word() style=("--share", share)></i> }.into_any()
            })
            .collect()
    } else {
        states
            .flat_map(|health| (0..counts.get(health)).map(move |_| health))
            .map(|health| view! { <i data-health=health.word()></i> }.into_any())
            .collect()
    };
    let class = if wide {
        "health-skyline is-wide"
    } else {
        "health-skyline"
    };
    let label = (t.common.counts)(&counts);
    view! {
        <span class=class role="img" aria-label=label.clone() title=label>{ticks}</span>
    }
}

/// One square per check; only trouble is filled.
#[component]
pub fn CheckSquares(
    /// The checks, in the order shown.
    checks: Vec<Check>,
) -> impl IntoView {
    let t = use_t();
    let squares: Vec<AnyView> = checks
        .into_iter()
        .map(|check| {
            let health = check.health();
            let sign = match health {
                Health::Passing => "check",
                Health::Warning => "bang",
                Health::Critical => "x",
                Health::Maintenance | Health::None => "minus",
            };
            // one line, short: the whole output is a click away
            let output: String = check
                .output
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or_default()
                .chars()
                .take(160)
                .collect();
            let name = if check.name.is_empty() { check.check_id } else { check.name };
            let word = health_word(t, health);
            let label = if output.is_empty() {
                format!("{name}: {word}")
            } else {
                format!("{name}: {word}\n{output}")
            };
            view! {
                <span class="status-square" data-health=health.word() role="img" aria-label=label.clone() title=label>
                    <Icon name=sign/>
                </span>
            }
            .into_any()
        })
        .collect();
    view! { <span class="status-squares">{squares}</span> }
}
