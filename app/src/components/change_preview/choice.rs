//! Which steps of a planned change are meant. Pure.

use std::collections::{BTreeMap, BTreeSet};

use wire::changes::{Action, Apply, Change, ChangeKind, OnConflict};

/// What was chosen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is done where a key is there already.
    pub on_conflict: OnConflict,
    /// Keys that sessions hold are written too.
    pub with_locked: bool,
    /// The steps that are left out, each with its action.
    except: BTreeMap<usize, Action>,
    /// The steps that were answered with yes.
    chosen: BTreeSet<usize>,
}

impl Choice {
    /// What is chosen before anybody chose: a file writes over nothing unasked.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        let asks = change.kind == ChangeKind::Import && change.counts.overwrite > 0;
        Self {
            on_conflict: if asks {
                OnConflict::Ask
            } else {
                OnConflict::Overwrite
            },
            ..Self::default()
        }
    }

    /// Each key that is there already is asked about.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.on_conflict == OnConflict::Ask
    }

    /// Whether such a step is asked about.
    fn is_asked(&self, action: Action) -> bool {
        self.asks() && action == Action::Overwrite
    }

    /// The step is to be written.
    #[must_use]
    pub fn takes_in(&self, number: usize, action: Action) -> bool {
        if self.is_asked(action) {
            return self.chosen.contains(&number);
        }
        !self.is_fixed(action) && !self.except.contains_key(&number)
    }

    /// What is chosen for all such steps leaves no choice for one.
    #[must_use]
    pub fn is_fixed(&self, action: Action) -> bool {
        match action {
            Action::Locked => !self.with_locked,
            Action::Overwrite => self.on_conflict == OnConflict::Skip,
            _ => false,
        }
    }

    /// Takes a step in, or leaves it out.
    pub fn set(&mut self, number: usize, action: Action, is_in: bool) {
        if self.is_asked(action) {
            if is_in {
                self.chosen.insert(number);
            } else {
                self.chosen.remove(&number);
            }
        } else if is_in {
            self.except.remove(&number);
        } else {
            self.except.insert(number, action);
        }
    }

    /// How many keys would be written.
    #[must_use]
    pub fn to_write(&self, change: &Change) -> usize {
        let is_written = |action: Action| match action {
            Action::Equal => change.kind == ChangeKind::Move,
            Action::Refused => false,
            action => !self.is_fixed(action) && !self.is_asked(action),
        };
        let actions = Action::ALL.into_iter().filter(|action| is_written(*action));
        let all: usize = actions.map(|action| change.counts.of(action)).sum();
        let left_out = self.except.values().filter(|action| is_written(**action));
        all.saturating_sub(left_out.count()) + self.answered()
    }

    /// How many of the keys that are there already were answered with yes.
    #[must_use]
    pub fn answered(&self) -> usize {
        if self.asks() { self.chosen.len() } else { 0 }
    }

    /// As the server is told.
    #[must_use]
    pub fn how(&self) -> Apply {
        // what was left out among all is no answer to a question
        let except = self
            .except
            .iter()
            .filter(|(_, action)| !self.is_asked(**action));
        Apply {
            on_conflict: self.on_conflict,
            chosen: self.chosen.iter().copied().collect(),
            except: except.map(|(number, _)| *number).collect(),
            with_locked: self.with_locked,
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::changes::ActionCounts;

    use super::*;

    fn change(kind: ChangeKind) -> Change {
        Change {
            kind,
            counts: ActionCounts {
                create: 2,
                overwrite: 3,
                equal: 5,
                locked: 1,
                ..ActionCounts::default()
            },
            ..Change::default()
        }
    }

    #[test]
    fn a_file_writes_over_nothing_unasked() {
        let import = change(ChangeKind::Import);
        let mut choice = Choice::of(&import);
        assert!(choice.asks());
        assert_eq!(choice.to_write(&import), 2);
        assert!(!choice.takes_in(4, Action::Overwrite));
        choice.set(4, Action::Overwrite, true);
        choice.set(0, Action::Create, false);
        assert_eq!((choice.to_write(&import), choice.answered()), (2, 1));
        // those that are held are asked for together
        assert!(!choice.takes_in(9, Action::Locked));
        choice.with_locked = true;
        assert!(choice.takes_in(9, Action::Locked));
        assert_eq!(choice.to_write(&import), 3);
        let how = choice.how();
        assert_eq!((how.chosen, how.except), (vec![4], vec![0]));
        choice.set(4, Action::Overwrite, false);
        assert_eq!(choice.answered(), 0);
        let mut fresh = import;
        fresh.counts.overwrite = 0;
        assert!(!Choice::of(&fresh).asks(), "there is nothing to ask");
    }

    #[test]
    fn all_or_none_of_those_that_are_there() {
        let copy = change(ChangeKind::Copy);
        let mut choice = Choice::of(&copy);
        assert_eq!(choice.to_write(&copy), 5);
        choice.set(4, Action::Overwrite, false);
        assert_eq!(choice.to_write(&copy), 4);
        choice.on_conflict = OnConflict::Skip;
        assert_eq!(choice.to_write(&copy), 2);
        assert!(choice.is_fixed(Action::Overwrite));
        choice.on_conflict = OnConflict::Ask;
        choice.set(4, Action::Overwrite, true);
        assert_eq!(choice.how().except, [0; 0]);
        assert_eq!(choice.to_write(&copy), 3);
        let moved = change(ChangeKind::Move);
        assert_eq!(Choice::of(&moved).to_write(&moved), 10);
    }
}
