//! Which steps of a plan its user leaves out. Pure.

use std::collections::HashSet;

use wire::changes::{Action, Apply, OnConflict};

use super::derive::Record;

/// What was chosen when a plan is carried out.
pub(super) struct Choice {
    on_conflict: OnConflict,
    except: HashSet<usize>,
    chosen: HashSet<usize>,
    with_locked: bool,
}

impl Choice {
    pub(super) fn of(how: &Apply) -> Self {
        Self {
            on_conflict: how.on_conflict,
            except: how.except.iter().copied().collect(),
            chosen: how.chosen.iter().copied().collect(),
            with_locked: how.with_locked,
        }
    }

    /// The step of this number is not to be written.
    pub(super) fn leaves_out(&self, number: usize, record: &Record) -> bool {
        let overwrites = record.action == Action::Overwrite;
        let is_locked = record.session.is_some();
        let is_left = match self.on_conflict {
            OnConflict::Overwrite => false,
            OnConflict::Skip => overwrites,
            // those that are held are asked for together
            OnConflict::Ask => overwrites && !is_locked && !self.chosen.contains(&number),
        };
        is_left || self.except.contains(&number) || (is_locked && !self.with_locked)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{
        super::{
            PlannedStep,
            derive::{Found, Seen, derive},
        },
        *,
    };

    /// A key that is new, one that is there, one that is there and held.
    fn records() -> Vec<Record> {
        let seen = |session: Option<&str>| Seen {
            bytes: Bytes::from_static(b"old"),
            flags: 0,
            modify_index: 7,
            session: session.map(str::to_owned),
        };
        let found = Found::from([
            (("dc1".to_owned(), "there".to_owned()), seen(None)),
            (("dc1".to_owned(), "held".to_owned()), seen(Some("s"))),
        ]);
        let steps = ["new", "there", "held"].map(|key| PlannedStep::put("dc1", key, "x", 0));
        derive(steps.to_vec(), &found)
    }

    fn written(how: &Apply) -> Vec<usize> {
        let choice = Choice::of(how);
        let records = records();
        let records = records.iter().enumerate();
        records
            .filter(|(number, record)| !choice.leaves_out(*number, record))
            .map(|(number, _)| number)
            .collect()
    }

    #[test]
    fn what_is_there_is_written_as_it_was_chosen() {
        use OnConflict::{Ask, Overwrite, Skip};
        for (on_conflict, chosen, except, with_locked, expected) in [
            (Overwrite, &[][..], &[][..], false, &[0, 1][..]),
            (Overwrite, &[], &[0], true, &[1, 2]),
            (Skip, &[], &[], true, &[0]),
            // who was not asked about single keys did not answer
            (Skip, &[1], &[], true, &[0]),
            (Ask, &[], &[], false, &[0]),
            (Ask, &[], &[], true, &[0, 2]),
            (Ask, &[], &[2], true, &[0]),
            (Ask, &[1], &[], false, &[0, 1]),
            (Ask, &[1, 2], &[], false, &[0, 1]),
            (Ask, &[1], &[0], true, &[1, 2]),
        ] {
            let how = Apply {
                on_conflict,
                chosen: chosen.to_vec(),
                except: except.to_vec(),
                with_locked,
            };
            assert_eq!(written(&how), expected, "{how:?}");
        }
    }
}
