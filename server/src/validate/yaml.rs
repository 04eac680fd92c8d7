//! YAML 1.2, several documents allowed; a key that stands twice is a warning, as readers differ.

use serde::de::IgnoredAny;
use serde_saphyr::{
    Error, Options,
    options::{DuplicateKeyPolicy, NonFiniteFloatPolicy},
};
use wire::format::Diagnostic;

use super::{
    on_a_stack, one,
    place::{self, Place},
    surprises,
};

/// How deep a text may be nested.
const DEPTH_MAX: usize = 64;

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let Err(error) = parse(text) else {
        return surprises::warnings(text);
    };
    let error = error.without_snippet();
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

fn options() -> Options {
    serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        budget: serde_saphyr::budget! {
            max_depth: DEPTH_MAX,
            max_events: 2_000_000,
            max_nodes: 1_000_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
        },
    }
}

fn parse(text: &str) -> Result<(), Error> {
    on_a_stack(|| serde_saphyr::from_multiple_with_options::<IgnoredAny>(text, options()).map(drop))
        .unwrap_or_else(|| Err(serde::de::Error::custom("the text could not be checked")))
}

/// The parser ends its words with the place, which is told apart.
fn without_place(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.rsplit_once(" at line ")
        .map_or(line, |(words, _)| words)
        .to_owned()
}
