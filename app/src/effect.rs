//! What follows signals. Any part of the page may use it.

use leptos::prelude::Effect;

/// Runs `run` now, and again when what it reads changes; in the browser only.
///
/// As `Effect::new`, but one type for all: a closure's own would compile leptos' part again for
/// each.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
