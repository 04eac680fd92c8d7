//! How many steps of a change have each action or outcome.

use serde::{Deserialize, Serialize};

use super::{Action, Outcome};

/// How many steps have each action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct ActionCounts {
    /// [`Action::Create`].
    pub create: usize,
    /// [`Action::Overwrite`].
    pub overwrite: usize,
    /// [`Action::Delete`].
    pub delete: usize,
    /// [`Action::Equal`].
    pub equal: usize,
    /// [`Action::Locked`].
    pub locked: usize,
    /// [`Action::Refused`].
    pub refused: usize,
}

impl ActionCounts {
    /// How many have this action.
    #[must_use]
    pub fn of(&self, action: Action) -> usize {
        match action {
            Action::Create => self.create,
            Action::Overwrite => self.overwrite,
            Action::Delete => self.delete,
            Action::Equal => self.equal,
            Action::Locked => self.locked,
            Action::Refused => self.refused,
        }
    }

    /// One more of this action.
    pub fn add(&mut self, action: Action) {
        *match action {
            Action::Create => &mut self.create,
            Action::Overwrite => &mut self.overwrite,
            Action::Delete => &mut self.delete,
            Action::Equal => &mut self.equal,
            Action::Locked => &mut self.locked,
            Action::Refused => &mut self.refused,
        } += 1;
    }
}

/// How many steps have each outcome so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct OutcomeCounts {
    /// [`Outcome::Done`].
    pub done: usize,
    /// [`Outcome::Skipped`].
    pub skipped: usize,
    /// [`Outcome::NotSent`].
    pub not_sent: usize,
    /// [`Outcome::Changed`].
    pub changed: usize,
    /// [`Outcome::Copied`].
    pub copied: usize,
    /// [`Outcome::Failed`].
    pub failed: usize,
    /// [`Outcome::Unknown`].
    pub unknown: usize,
}

impl OutcomeCounts {
    /// How many have this outcome.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Done => self.done,
            Outcome::Skipped => self.skipped,
            Outcome::NotSent => self.not_sent,
            Outcome::Changed => self.changed,
            Outcome::Copied => self.copied,
            Outcome::Failed => self.failed,
            Outcome::Unknown => self.unknown,
        }
    }

    /// One more of this outcome.
    pub fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Done => &mut self.done,
            Outcome::Skipped => &mut self.skipped,
            Outcome::NotSent => &mut self.not_sent,
            Outcome::Changed => &mut self.changed,
            Outcome::Copied => &mut self.copied,
            Outcome::Failed => &mut self.failed,
            Outcome::Unknown => &mut self.unknown,
        } += 1;
    }

    /// How many steps have one at all.
    #[must_use]
    pub fn total(&self) -> usize {
        Outcome::ALL.iter().map(|outcome| self.of(*outcome)).sum()
    }

    /// How many did not go as planned.
    #[must_use]
    pub fn amiss(&self) -> usize {
        self.changed + self.copied + self.failed + self.unknown
    }
}
