//! JSON, RFC 8259.

use serde::de::IgnoredAny;
use wire::format::Diagnostic;

use super::{one, place};

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    // skipping values is a loop in serde_json, so depth costs no stack
    let Err(error) = serde_json::from_str::<IgnoredAny>(text) else {
        return Vec::new();
    };
    let message = error.to_string();
    let words = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(words, _)| words);
    one(
        place::at_byte_column(text, error.line(), error.column()),
        words,
    )
}
