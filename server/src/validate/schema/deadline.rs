//! A check that takes too long is left: a keyword of our own stands in every part of a schema and
//! looks at the clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::Value as Json;

use super::subschemas::mark;

/// The keyword; no schema that people write has it.
const KEYWORD: &str = "waggle-deadline";

/// When a check ends at the latest.
#[derive(Clone)]
pub(super) struct Deadline {
    most: Duration,
    at: Arc<Mutex<Option<Instant>>>,
}

impl Deadline {
    pub(super) fn new(most: Duration) -> Self {
        Self {
            most,
            at: Arc::default(),
        }
    }

    /// The time runs from now on.
    pub(super) fn begin(&self) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + self.most);
    }

    /// `schema` with the keyword in all of its parts.
    pub(super) fn marked(&self, schema: &Json) -> Json {
        let mut marked = schema.clone();
        mark(&mut marked, KEYWORD);
        marked
    }

    pub(super) fn watch<'i, R>(
        &self,
        options: ValidationOptions<'i, R>,
    ) -> ValidationOptions<'i, R> {
        let deadline = self.clone();
        options.with_keyword(KEYWORD, move |_, _, _| {
            Ok(Box::new(deadline.clone()) as Box<dyn for<'n> Keyword<'n>>)
        })
    }

    /// Ends the check where its time is over: no answer of a keyword would end the whole of it.
    /// The thread is the check's own.
    fn look(&self) {
        let at = *self.at.lock().unwrap_or_else(PoisonError::into_inner);
        if at.is_some_and(|at| Instant::now() > at) {
            // without the message that a panic leaves in the log
            std::panic::resume_unwind(Box::new("the time is over"));
        }
    }
}

impl<'i> Keyword<'i> for Deadline {
    fn validate(&self, _: &'i Json) -> Result<(), ValidationError<'i>> {
        self.look();
        Ok(())
    }

    fn is_valid(&self, _: &'i Json) -> bool {
        self.look();
        true
    }
}
