//! YAML 1.2, several documents allowed, the same key twice not.

use serde::de::IgnoredAny;
use serde_saphyr::{Error, options::DuplicateKeyPolicy};
use wire::format::Diagnostic;

use super::{
    one,
    place::{self, Place},
};

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        budget: serde_saphyr::budget! {
            max_depth: 128,
            max_events: 2_000_000,
            max_nodes: 1_000_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
        },
    };
    let Err(error) = serde_saphyr::from_multiple_with_options::<IgnoredAny>(text, options) else {
        return Vec::new();
    };
    let error: &Error = error.without_snippet();
    let place = error
        .location()
        .filter(|location| location.line() > 0)
        .map_or_else(
            || place::end_of(text),
            |location| Place {
                line: u32::try_from(location.line()).unwrap_or(u32::MAX),
                column: u32::try_from(location.column()).unwrap_or(u32::MAX).max(1),
            },
        );
    one(place, &without_place(&error.to_string()))
}

/// The parser ends its words with the place, which is told apart.
fn without_place(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.rsplit_once(" at line ")
        .map_or(line, |(words, _)| words)
        .to_owned()
}
