//! Health: shape, colour and word, always the three.

use leptos::prelude::*;
use wire::{
    checks::Check,
    health::{Counts, Health},
    instances::InstanceRow,
};

use super::{
    Still,
    icon::{icon, symbol},
    still,
};
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
    glyph(health, class)
}

/// The shape of a state, for rows.
#[must_use]
pub fn health_glyph(health: Health) -> Still {
    glyph(health, "health-glyph")
}

fn glyph(health: Health, class: &'static str) -> Still {
    let name = format!("health-{}", health.word());
    symbol(class, &name).with("data-health", health.word())
}

/// Shape and word of a state.
#[component]
pub fn HealthWord(
    /// The state.
    health: Health,
) -> impl IntoView {
    state(use_t(), health)
}

/// Shape and word of a state, for rows.
#[must_use]
pub fn state(t: &'static Messages, health: Health) -> Still {
    still("span")
        .class("health-word")
        .with("data-health", health.word())
        .child(health_glyph(health))
        .text(health_word(t, health))
}

/// One tick per thing, worst first, taller is worse.
#[component]
pub fn Skyline(
    /// How many are in each state.
    counts: Counts,
) -> impl IntoView {
    skyline(use_t(), counts)
}

/// The same, for rows.
#[must_use]
pub fn skyline(t: &'static Messages, counts: Counts) -> Still {
    let wide = counts.total() > TICKS_MAX;
    let class = if wide {
        "health-skyline is-wide"
    } else {
        "health-skyline"
    };
    let label = (t.common.counts)(&counts);
    let mut skyline = still("span")
        .class(class)
        .with("role", "img")
        .with("aria-label", label.clone())
        .with("title", label);
    for health in Health::WORST_FIRST {
        let count = counts.get(health);
        let tick = still("i").with("data-health", health.word());
        if wide && count > 0 {
            skyline = skyline.child(tick.with("style", format!("--share:{count}")));
        } else if !wide {
            skyline = skyline.child((0..count).map(|_| tick.clone()));
        }
    }
    skyline
}

/// One square per check of an instance, what fails first; only trouble is filled.
#[must_use]
pub fn instance_squares(t: &'static Messages, row: &InstanceRow) -> Still {
    let passing = row.passing.iter();
    still("span")
        .class("status-squares")
        .child(row.failing.iter().map(|check| failing_square(t, check)))
        .child(passing.map(|name| square(t, Health::Passing, name, "")))
}

fn failing_square(t: &'static Messages, check: &Check) -> Still {
    // one line, short: the whole output is a click away
    let output: String = check
        .output
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .chars()
        .take(160)
        .collect();
    square(t, check.health(), check.title(), &output)
}

fn square(t: &'static Messages, health: Health, name: &str, output: &str) -> Still {
    let sign = match health {
        Health::Passing => "check",
        Health::Warning => "bang",
        Health::Critical => "x",
        Health::Maintenance | Health::None => "minus",
    };
    let word = health_word(t, health);
    let label = if output.is_empty() {
        format!("{name}: {word}")
    } else {
        format!("{name}: {word}\n{output}")
    };
    still("span")
        .class("status-square")
        .with("data-health", health.word())
        .with("role", "img")
        .with("aria-label", label.clone())
        .with("title", label)
        .child(icon(sign))
}
