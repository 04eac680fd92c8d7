//! What takes a step back, and how far a change is taken back.

use wire::changes::{Action, ChangeState, KeyPlace, Outcome};

use super::{
    derive::Record,
    plan::Plan,
    planned::{PlannedStep, Then},
};
use crate::error::Error;

impl Plan {
    /// It runs, or can still be taken back.
    pub(super) fn is_recent(&self) -> bool {
        let progress = self.progress();
        match progress.state {
            ChangeState::Planned => false,
            ChangeState::Running => true,
            _ => progress.undoable > 0,
        }
    }

    /// The steps of the change that it takes back which are taken back by now.
    pub(super) fn taken_back(&self) -> Vec<usize> {
        let Some(undoes) = &self.about.undoes else {
            return Vec::new();
        };
        let progress = self.progress();
        let steps = progress.records.iter().zip(&undoes.steps);
        steps
            .filter(|(record, _)| record.outcome == Some(Outcome::Done))
            .map(|(_, number)| *number)
            .collect()
    }

    /// These steps were taken back, and cannot be again.
    pub(super) fn are_undone(&self, numbers: &[usize]) {
        let mut progress = self.progress();
        for number in numbers {
            if let Some(record) = progress.records.get_mut(*number) {
                record.undone = true;
            }
        }
        progress.undoable = progress.records.iter().filter(|r| is_open(r)).count();
    }

    /// What takes it back, as far as it was not: each step with the number of its own.
    pub(super) fn undo_steps(&self) -> Result<(Vec<usize>, Vec<PlannedStep>), Error> {
        let progress = self.progress();
        if !progress.state.is_over() || progress.undoable == 0 {
            return Err(Error::BadRequest(
                "the change wrote nothing, or was undone already".to_owned(),
            ));
        }
        let records = progress.records.iter().enumerate();
        let steps = records.filter(|(_, record)| is_open(record));
        Ok(steps
            .filter_map(|(number, record)| Some((number, step(record)?)))
            .unzip())
    }
}

/// It did something that was not taken back.
pub(super) fn is_open(record: &Record) -> bool {
    !record.undone && step(record).is_some()
}

/// The step that takes `record` back, compared with what it left behind; none where it did
/// nothing, or where what it did is not known.
fn step(record: &Record) -> Option<PlannedStep> {
    let planned = &record.planned;
    let (dc, key) = (planned.datacenter.as_str(), planned.key.as_str());
    let before = record.seen.as_ref();
    let moved = planned.moved();
    match (record.outcome?, moved) {
        (Outcome::Done, Some(source)) => {
            let (bytes, flags) = planned.put.clone()?;
            let put = PlannedStep::put(&source.place.datacenter, &source.place.key, bytes, flags);
            if source.then != Then::Delete {
                // it took back a move over something else: the same move once more
                let from = KeyPlace {
                    datacenter: dc.to_owned(),
                    key: key.to_owned(),
                };
                let again = put.read_at(record.source_index);
                return Some(again.moved_from(from, record.wrote_index, Then::Delete));
            }
            let put = put.read_at(0);
            if record.action == Action::Equal {
                return Some(put);
            }
            let there = KeyPlace {
                datacenter: dc.to_owned(),
                key: key.to_owned(),
            };
            let then = before.map_or(Then::Delete, |seen| {
                Then::Restore((seen.bytes.clone(), seen.flags))
            });
            Some(put.moved_from(there, record.wrote_index, then))
        }
        (Outcome::Done, None) | (Outcome::Copied, Some(_)) => match (record.action, before) {
            (Action::Create, _) => Some(PlannedStep::delete(dc, key).read_at(record.wrote_index)),
            (Action::Overwrite, Some(seen)) => {
                let put = PlannedStep::put(dc, key, seen.bytes.clone(), seen.flags);
                Some(put.read_at(record.wrote_index))
            }
            (Action::Delete, Some(seen)) => {
                let put = PlannedStep::put(dc, key, seen.bytes.clone(), seen.flags);
                Some(put.read_at(0))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{
        super::derive::{Found, Seen, derive},
        *,
    };

    fn done(planned: PlannedStep, found: &Found, outcome: Outcome) -> Record {
        let mut record = derive(vec![planned], found).remove(0);
        record.outcome = Some(outcome);
        record.wrote_index = 20;
        record
    }

    fn found(keys: &[(&str, u64)]) -> Found {
        let seen = |index| Seen {
            bytes: Bytes::from_static(b"old"),
            flags: 5,
            modify_index: index,
            session: None,
        };
        keys.iter()
            .map(|(key, index)| (("dc1".to_owned(), (*key).to_owned()), seen(*index)))
            .collect()
    }

    fn source(then: Then) -> (KeyPlace, u64, Then) {
        let place = KeyPlace {
            datacenter: "dc1".into(),
            key: "from".into(),
        };
        (place, 9, then)
    }

    #[test]
    fn each_action_is_taken_back() {
        let there = found(&[("a", 7), ("from", 9)]);
        let put = || PlannedStep::put("dc1", "a", "new", 0);
        let old = || PlannedStep::put("dc1", "a", "old", 5);
        assert_eq!(
            step(&done(put(), &found(&[]), Outcome::Done)),
            Some(PlannedStep::delete("dc1", "a").read_at(20))
        );
        assert_eq!(
            step(&done(put(), &there, Outcome::Done)),
            Some(old().read_at(20))
        );
        assert_eq!(
            step(&done(
                PlannedStep::delete("dc1", "a"),
                &there,
                Outcome::Done
            )),
            Some(old().read_at(0))
        );
        for nothing in [Outcome::Skipped, Outcome::Changed, Outcome::Unknown] {
            assert_eq!(step(&done(put(), &there, nothing)), None);
        }
    }

    #[test]
    fn a_move_goes_back_where_it_came_from() {
        let (place, index, then) = source(Then::Delete);
        let moved = || {
            PlannedStep::put("dc1", "a", "new", 3).moved_from(place.clone(), index, then.clone())
        };
        let back = || PlannedStep::put("dc1", "from", "new", 3).read_at(0);
        let end = || KeyPlace {
            datacenter: "dc1".into(),
            key: "a".into(),
        };
        let created = done(moved(), &found(&[("from", 9)]), Outcome::Done);
        assert_eq!(
            step(&created),
            Some(back().moved_from(end(), 20, Then::Delete))
        );
        let over = found(&[("a", 7), ("from", 9)]);
        let restore = Then::Restore((Bytes::from_static(b"old"), 5));
        assert_eq!(
            step(&done(moved(), &over, Outcome::Done)),
            Some(back().moved_from(end(), 20, restore))
        );
        // and what takes that back is the move again
        let (place, index, _) = source(Then::Delete);
        let mut undone = done(
            PlannedStep::put("dc1", "a", "new", 3).moved_from(
                place.clone(),
                index,
                Then::Restore((Bytes::from_static(b"old"), 5)),
            ),
            &found(&[("from", 9)]),
            Outcome::Done,
        );
        undone.source_index = 21;
        let again = PlannedStep::put("dc1", "from", "new", 3).read_at(21);
        assert_eq!(
            step(&undone),
            Some(again.moved_from(end(), 20, Then::Delete))
        );
        // the source stayed: only the destination is taken back
        assert_eq!(
            step(&done(moved(), &over, Outcome::Copied)),
            Some(PlannedStep::put("dc1", "a", "old", 5).read_at(20))
        );
    }
}
