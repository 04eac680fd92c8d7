//! TOML 1.

use wire::format::Diagnostic;

use super::{one, place};

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let Err(error) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let start = error.span().map_or(0, |span| span.start);
    one(place::at_byte(text, start), error.message())
}
