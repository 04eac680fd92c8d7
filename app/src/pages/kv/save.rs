//! Saving what is typed: shown first, then written if the key is still as it was.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    kv::{KvPair, KvSave, VALUE_MAX_BYTES},
    problem::{Problem, ProblemKind},
};

use super::{
    check::{Checked, stops_a_save},
    draft::{Draft, Review, Target},
    failure::Failure,
    value::encode,
    version::{Remote, Version},
};
use crate::api;

impl Draft {
    /// Shows what a save would change, unless it cannot be made; where others wrote since, what
    /// both wrote.
    pub fn review(&self, target: Target, allow_invalid: bool) {
        self.last_target.set_value(target);
        let base = self.base.get_untracked();
        let Some(size) = self
            .text
            .with_untracked(|typed| base.restore(typed))
            .map(|value| value.len())
        else {
            return;
        };
        // while it is being checked, what was found is of an older text; the server checks a save
        let invalid = self.check.state.get_untracked() == Checked::Done
            && self
                .check
                .diagnostics
                .with_untracked(|found| stops_a_save(found));
        if size > VALUE_MAX_BYTES {
            self.fail(Failure::TooLarge(size));
        } else if invalid && !allow_invalid {
            self.fail(Failure::Invalid);
        } else if target == Target::Read && self.is_outdated() {
            self.comparing.set(true);
        } else {
            self.reviewing.set(Some(Review {
                target,
                allow_invalid,
            }));
        }
    }

    fn is_outdated(&self) -> bool {
        self.remote
            .with_untracked(|remote| matches!(remote, Remote::Changed(_)))
    }

    /// Writes what is typed. `saved` is told when that worked.
    pub fn save(self, target: Target, allow_invalid: bool, saved: Callback<KvPair>) {
        if self.saving.get_untracked() {
            return;
        }
        let base = self.base.get_untracked();
        let Some(value) = self.text.with_untracked(|typed| base.restore(typed)) else {
            return;
        };
        // flags belong to the user: theirs, where theirs is what gives way
        let (cas, flags) = match (target, self.remote.get_untracked()) {
            (Target::Theirs, Remote::Changed(theirs)) => {
                (theirs.pair.modify_index, theirs.pair.flags)
            }
            (Target::Nothing, _) => (0, base.pair.flags),
            _ => (base.pair.modify_index, base.pair.flags),
        };
        let save = KvSave {
            datacenter: self.dc.get_value(),
            key: self.key.get_value(),
            value: encode(value.as_bytes()),
            flags,
            cas,
            format: self.format.get_untracked(),
            allow_invalid,
        };
        self.saving.set(true);
        self.failure.forget();
        leptos::task::spawn_local(async move {
            let answer = api::kv::save(&save).await;
            // the page may have been left meanwhile
            if self.saving.try_get_untracked().is_some() {
                self.answered(answer, &saved);
            }
        });
    }

    fn answered(&self, answer: Result<KvPair, Problem>, saved: &Callback<KvPair>) {
        match answer {
            Ok(pair) => {
                self.settle();
                self.stand_on(Version::new(pair.clone()));
                self.aside.set(None);
                self.live.set(pair.clone());
                saved.run(pair);
            }
            Err(problem) if problem.kind == ProblemKind::Conflict => match problem.current {
                Some(current) => {
                    self.remote
                        .set(Remote::Changed(Arc::new(Version::new(current))));
                    self.lost.set(true);
                    self.comparing.set(true);
                }
                None => {
                    self.remote.set(Remote::Gone);
                    self.comparing.set(false);
                }
            },
            Err(problem) if problem.kind == ProblemKind::InvalidValue => {
                self.check.set(Checked::Done, problem.diagnostics);
                self.fail(Failure::Invalid);
            }
            Err(problem) => self.fail(Failure::Other(Box::new(problem))),
        }
        self.saving.set(false);
    }
}
