//! Parts of a page that change.

use leptos::prelude::*;

/// A part that is drawn anew when what it reads changes.
///
/// A bare closure is a type of its own, and each is compiled into the page with all that leptos
/// can do to it; these are one type.
pub fn dynamic<V: IntoView + 'static>(
    view: impl Fn() -> V + Send + 'static,
) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || view().into_any())
}
