//! What a violation is called, and where it stands.

use jsonschema::{
    ValidationError,
    error::ValidationErrorKind as Kind,
    paths::{Location, LocationSegment},
};
use wire::format::Diagnostic;

use crate::validate::tree::{Node, Step};

/// Ways of an `anyOf` that are looked into, one inside of the other.
const DEPTH_MAX: usize = 8;

/// An error about `document`, for people.
pub(super) fn told(error: &ValidationError<'_>, document: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    tell(error, document, 0, &mut found);
    found
}

fn tell(error: &ValidationError<'_>, document: &Node, depth: usize, found: &mut Vec<Diagnostic>) {
    let path = error.instance_path();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            found.extend(unexpected.iter().map(|key| {
                let words = format!("the schema knows no key {key} here");
                document.place_of_key(steps(path), key).warning(&words)
            }));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } if depth < DEPTH_MAX => {
            match nearest(context, path) {
                Some(nearest) => {
                    for error in nearest {
                        tell(error, document, depth + 1, found);
                    }
                }
                None => found.push(document.place(steps(path)).warning(&of(error))),
            }
        }
        _ => found.push(document.place(steps(path)).warning(&of(error))),
    }
}

/// The way that fails furthest inside, if one fails inside of the value at all.
fn nearest<'a>(
    context: &'a [Vec<ValidationError<'static>>],
    path: &Location,
) -> Option<&'a [ValidationError<'static>]> {
    let depth = |errors: &[ValidationError<'static>]| {
        let depths = errors
            .iter()
            .map(|error| error.instance_path().segments().count());
        depths.min().unwrap_or(0)
    };
    let here = path.segments().count();
    context
        .iter()
        .map(Vec::as_slice)
        .filter(|errors| depth(errors) > here)
        .max_by_key(|errors| depth(errors))
}

/// An error in words; a list or a map is not quoted in them.
pub(super) fn of(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            format!("the key {key} is missing here")
        }
        Kind::FalseSchema => "the schema allows nothing here".to_owned(),
        _ if error.instance().is_object() || error.instance().is_array() => {
            error.masked_with("this").to_string()
        }
        _ => error.to_string(),
    }
}

/// A way into a document.
pub(super) fn steps(path: &Location) -> impl Iterator<Item = Step<'_>> {
    path.segments().map(|segment| match segment {
        LocationSegment::Index(index) => Step::Index(index),
        LocationSegment::Property(name) => Step::Key(name),
    })
}
