//! One change while it is kept: its steps, how far it is, how long it lives.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::time::Instant;
use wire::{
    changes::{
        ActionCounts, Apply, Change, ChangeKind, ChangeState, KeyPlace, Outcome, OutcomeCounts,
        Step, StepDetail, Steps,
    },
    problem::Problem,
};

use super::{LIFETIME, choice::Choice, derive::Record, names::common_folder, undo};

/// A change.
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) kind: ChangeKind,
    pub(super) made: Instant,
    pub(super) about: About,
    counts: ActionCounts,
    datacenters: Vec<String>,
    folder: String,
    progress: Mutex<Progress>,
}

/// The `ModifyIndex` that a step gave its keys; 0 where it is not known, or the key went.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wrote {
    /// Of the key.
    pub(super) index: u64,
    /// Of the source.
    pub(super) source_index: u64,
}

/// What a plan is about, besides its steps.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// The change that it takes back.
    pub(super) undoes: Option<Undoes>,
    /// The folder that an import puts before names that begin with it.
    pub(super) repeats: Option<String>,
    /// The change left unfinished that it brings to its end.
    pub(super) goes_on_with: Option<String>,
    /// The folders that hold nothing any more once it is done, each with its datacenter.
    pub(super) emptied: Vec<KeyPlace>,
}

/// Which change a plan takes back.
#[derive(Clone, Debug)]
pub(super) struct Undoes {
    pub(super) id: String,
    /// Its step that each step of the plan takes back.
    pub(super) steps: Vec<usize>,
}

impl About {
    pub(super) fn emptied(emptied: Vec<KeyPlace>) -> Self {
        Self {
            emptied,
            ..Self::default()
        }
    }
}

pub(super) struct Progress {
    pub(super) state: ChangeState,
    pub(super) records: Vec<Record>,
    outcomes: OutcomeCounts,
    cancelling: bool,
    problem: Option<Problem>,
    /// When it is forgotten, unless it runs.
    expires: Instant,
    /// The same, in milliseconds since 1970.
    expires_at: u64,
    /// When it was over, in milliseconds since 1970.
    ended_at: Option<u64>,
    /// How many steps were written and not taken back.
    pub(super) undoable: usize,
    appeared: usize,
    held_bytes: usize,
}

impl Plan {
    pub(super) fn new(kind: ChangeKind, records: Vec<Record>, about: About) -> Self {
        let mut counts = ActionCounts::default();
        let mut datacenters: Vec<String> = Vec::new();
        for record in &records {
            counts.add(record.shown());
            for (datacenter, _) in record.planned.writes() {
                if !datacenters.iter().any(|known| known == datacenter) {
                    datacenters.push(datacenter.to_owned());
                }
            }
        }
        let held_bytes = records.iter().map(Record::held_bytes).sum();
        let folder = common_folder(records.iter().map(|record| record.planned.key.as_str()));
        let folder = folder.to_owned();
        let (expires, expires_at) = in_a_lifetime();
        Self {
            id: new_id(),
            kind,
            made: Instant::now(),
            about,
            counts,
            datacenters,
            folder,
            progress: Mutex::new(Progress {
                state: ChangeState::Planned,
                records,
                outcomes: OutcomeCounts::default(),
                cancelling: false,
                problem: None,
                expires,
                expires_at,
                ended_at: None,
                undoable: 0,
                appeared: 0,
                held_bytes,
            }),
        }
    }

    /// As the page reads it.
    pub(super) fn shown(&self) -> Change {
        let progress = self.progress();
        Change {
            id: self.id.clone(),
            kind: self.kind,
            state: progress.state,
            total: progress.records.len(),
            counts: self.counts,
            outcomes: progress.outcomes,
            datacenters: self.datacenters.clone(),
            folder: self.folder.clone(),
            repeats: self.about.repeats.clone(),
            undoes: self.about.undoes.as_ref().map(|undoes| undoes.id.clone()),
            expires_at: progress.expires_at,
            ended_at: progress.ended_at,
            undo_until: (progress.undoable > 0 && progress.state.is_over())
                .then_some(progress.expires_at),
            undoable: progress.undoable,
            appeared: progress.appeared,
            cancelling: progress.cancelling,
            problem: progress.problem.clone(),
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.progress().held_bytes
    }

    pub(super) fn has_expired(&self) -> bool {
        let progress = self.progress();
        progress.state != ChangeState::Running && progress.expires <= Instant::now()
    }

    pub(super) fn steps(&self, offset: usize, limit: usize, only: impl Fn(&Step) -> bool) -> Steps {
        let progress = self.progress();
        let mut total = 0;
        let mut items = Vec::new();
        for (number, record) in progress.records.iter().enumerate() {
            let step = record.step(number);
            if !only(&step) {
                continue;
            }
            if total >= offset && items.len() < limit {
                items.push(step);
            }
            total += 1;
        }
        Steps {
            items,
            total,
            offset,
        }
    }

    pub(super) fn detail(&self, number: usize) -> Option<StepDetail> {
        let progress = self.progress();
        let record = progress.records.get(number)?;
        let (seen, put) = (record.seen.as_ref(), record.planned.put.as_ref());
        Some(StepDetail {
            step: record.step(number),
            before: seen.map(|seen| STANDARD.encode(&seen.bytes)),
            after: put.map(|(bytes, _)| STANDARD.encode(bytes)),
            before_flags: seen.map_or(0, |seen| seen.flags),
            after_flags: put.map_or(0, |(_, flags)| *flags),
        })
    }

    /// Leaves out what shall be left out, and runs from now on; false where it does or did
    /// already.
    pub(super) fn begin(&self, how: &Apply) -> bool {
        let mut progress = self.progress();
        if progress.state != ChangeState::Planned {
            return false;
        }
        let choice = Choice::of(how);
        let Progress {
            records, outcomes, ..
        } = &mut *progress;
        for (number, record) in records.iter_mut().enumerate() {
            if choice.leaves_out(number, record) || !record.writes() {
                record.outcome = Some(Outcome::Skipped);
                outcomes.add(Outcome::Skipped);
            }
        }
        progress.state = ChangeState::Running;
        true
    }

    pub(super) fn cancel(&self) {
        let mut progress = self.progress();
        if progress.state == ChangeState::Running {
            progress.cancelling = true;
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.progress().cancelling
    }

    /// The steps that have no outcome yet, with their numbers.
    pub(super) fn open(&self) -> Vec<(usize, Record)> {
        let progress = self.progress();
        let records = progress.records.iter().enumerate();
        records
            .filter(|(_, record)| record.outcome.is_none())
            .map(|(number, record)| (number, record.clone()))
            .collect()
    }

    /// Those of these steps that came to one of these outcomes.
    pub(super) fn among(&self, numbers: &[usize], outcomes: &[Outcome]) -> Vec<usize> {
        let progress = self.progress();
        let is_meant = |number: &usize| {
            let outcome = progress.records.get(*number).and_then(|r| r.outcome);
            outcome.is_some_and(|outcome| outcomes.contains(&outcome))
        };
        numbers.iter().copied().filter(is_meant).collect()
    }

    /// Notes what became of a step.
    pub(super) fn note(
        &self,
        number: usize,
        outcome: Outcome,
        detail: Option<String>,
        wrote: Wrote,
    ) {
        let mut progress = self.progress();
        let Progress {
            records,
            outcomes,
            undoable,
            ..
        } = &mut *progress;
        let Some(record) = records.get_mut(number).filter(|r| r.outcome.is_none()) else {
            return;
        };
        record.outcome = Some(outcome);
        record.detail = detail;
        (record.wrote_index, record.source_index) = (wrote.index, wrote.source_index);
        outcomes.add(outcome);
        *undoable += usize::from(undo::is_open(record));
    }

    /// Of these keys, how many are not among those that it writes: noted as having come since.
    pub(super) fn note_appeared(&self, datacenter: &str, keys: &[String]) {
        let mut progress = self.progress();
        let known: HashSet<&str> = progress
            .records
            .iter()
            .flat_map(|record| record.planned.writes())
            .filter(|(place, _)| *place == datacenter)
            .map(|(_, key)| key)
            .collect();
        let new = keys.iter().filter(|key| !known.contains(key.as_str()));
        let new = new.count();
        progress.appeared += new;
    }

    /// Ends it: what was not reached was not sent.
    pub(super) fn end(&self, problem: Option<Problem>) {
        for (number, _) in self.open() {
            self.note(number, Outcome::NotSent, None, Wrote::default());
        }
        let mut progress = self.progress();
        progress.state = if problem.is_some() {
            ChangeState::Failed
        } else if progress.cancelling {
            ChangeState::Cancelled
        } else {
            ChangeState::Done
        };
        progress.problem = problem;
        progress.ended_at = Some(since_1970(Duration::ZERO));
        (progress.expires, progress.expires_at) = in_a_lifetime();
    }

    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_a_lifetime() -> (Instant, u64) {
    (Instant::now() + LIFETIME, since_1970(LIFETIME))
}

/// So long after now, in milliseconds since 1970.
fn since_1970(later: Duration) -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from((now + later).as_millis()).unwrap_or(u64::MAX)
}

/// 128 bits that nobody guesses: each state is seeded by the system.
fn new_id() -> String {
    let word = || RandomState::new().hash_one(std::time::Instant::now());
    format!("{:016x}{:016x}", word(), word())
}
