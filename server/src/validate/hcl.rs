//! HCL 2.

use wire::format::Diagnostic;

use super::{one, place};

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    match hcl::parse(text) {
        Ok(_) => Vec::new(),
        Err(hcl::Error::Parse(error)) => one(
            place::at_byte(text, error.location().offset()),
            error.message(),
        ),
        Err(error) => one(place::end_of(text), &error.to_string()),
    }
}
