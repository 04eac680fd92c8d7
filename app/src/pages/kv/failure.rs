//! Why nothing was written.

use leptos::prelude::*;
use wire::problem::Problem;

use crate::effect::effect;

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// It does not parse.
    Invalid,
    /// It has so many bytes.
    TooLarge(usize),
    /// No key is named.
    NoKey,
    /// The key is there already.
    Exists,
    /// Anything else.
    Other(Box<Problem>),
}

/// Why the last save wrote nothing: said for as long as what is typed (a `T`) stays as it was then.
#[derive(Debug)]
pub struct LastFailure<T: 'static> {
    why: RwSignal<Option<Failure>>,
    of: RwSignal<Option<T>>,
}

impl<T> Clone for LastFailure<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LastFailure<T> {}

impl<T: Send + Sync + 'static> LastFailure<T> {
    /// Nothing failed; `is_typed` follows whether that is what is typed now.
    pub fn new(is_typed: impl Fn(&T) -> bool + 'static) -> Self {
        let last = Self {
            why: RwSignal::new(None),
            of: RwSignal::new(None),
        };
        effect(move || {
            // an editor gives its last letters when a save is asked for: they are what failed
            let is_other = last
                .of
                .with(|of| of.as_ref().is_some_and(|of| !is_typed(of)));
            if is_other {
                last.forget();
            }
        });
        last
    }

    /// What is said.
    #[must_use]
    pub fn why(&self) -> Signal<Option<Failure>> {
        self.why.into()
    }

    /// Whether this is said.
    #[must_use]
    pub fn is(&self, failure: &Failure) -> bool {
        self.why.with(|why| why.as_ref() == Some(failure))
    }

    /// Says why nothing was written of what is typed.
    pub fn tell(&self, failure: Failure, typed: T) {
        self.of.set(Some(typed));
        self.why.set(Some(failure));
    }

    /// Says nothing any more.
    pub fn forget(&self) {
        if self.why.with_untracked(Option::is_some) {
            self.why.set(None);
        }
    }
}
