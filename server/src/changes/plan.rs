//! One change while it is kept: its steps, how far it is, how long it lives.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use wire::{
    changes::{
        Action, ActionCounts, Apply, Change, ChangeKind, ChangeState, KeyPlace, OnConflict,
        Outcome, OutcomeCounts, Step, StepDetail, Steps,
    },
    problem::Problem,
};

use super::{LIFETIME, PlannedStep, derive::Record, undo};
use crate::error::Error;

/// A change.
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) kind: ChangeKind,
    pub(super) made: Instant,
    pub(super) about: About,
    counts: ActionCounts,
    datacenters: Vec<String>,
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
    pub(super) undoes: Option<String>,
    /// The change left unfinished that it brings to its end.
    pub(super) goes_on_with: Option<String>,
    /// The folders that hold nothing any more once it is done, each with its datacenter.
    pub(super) emptied: Vec<KeyPlace>,
}

impl About {
    pub(super) fn emptied(emptied: Vec<KeyPlace>) -> Self {
        Self {
            emptied,
            ..Self::default()
        }
    }
}

struct Progress {
    state: ChangeState,
    records: Vec<Record>,
    outcomes: OutcomeCounts,
    cancelling: bool,
    problem: Option<Problem>,
    /// When it is forgotten, unless it runs.
    expires: Instant,
    /// The same, in milliseconds since 1970.
    expires_at: u64,
    can_undo: bool,
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
        let (expires, expires_at) = in_a_lifetime();
        Self {
            id: new_id(),
            kind,
            made: Instant::now(),
            about,
            counts,
            datacenters,
            progress: Mutex::new(Progress {
                state: ChangeState::Planned,
                records,
                outcomes: OutcomeCounts::default(),
                cancelling: false,
                problem: None,
                expires,
                expires_at,
                can_undo: false,
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
            undoes: self.about.undoes.clone(),
            expires_at: progress.expires_at,
            undo_until: (progress.can_undo && progress.state.is_over())
                .then_some(progress.expires_at),
            appeared: progress.appeared,
            cancelling: progress.cancelling,
            problem: progress.problem.clone(),
        }
    }

    pub(super) fn state(&self) -> ChangeState {
        self.progress().state
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
        let except: HashSet<usize> = how.except.iter().copied().collect();
        let Progress {
            records, outcomes, ..
        } = &mut *progress;
        for (number, record) in records.iter_mut().enumerate() {
            let left_out = except.contains(&number)
                || (record.action == Action::Overwrite && how.on_conflict == OnConflict::Skip)
                || (record.session.is_some() && !how.with_locked);
            if left_out || !record.writes() {
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

    /// Those of these steps that are done.
    pub(super) fn done_among(&self, numbers: &[usize]) -> Vec<usize> {
        let progress = self.progress();
        let is_done = |number: &usize| {
            let record = progress.records.get(*number);
            record.is_some_and(|record| record.outcome == Some(Outcome::Done))
        };
        numbers.iter().copied().filter(is_done).collect()
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
            can_undo,
            ..
        } = &mut *progress;
        let Some(record) = records.get_mut(number).filter(|r| r.outcome.is_none()) else {
            return;
        };
        record.outcome = Some(outcome);
        record.detail = detail;
        (record.wrote_index, record.source_index) = (wrote.index, wrote.source_index);
        outcomes.add(outcome);
        *can_undo |= matches!(outcome, Outcome::Done | Outcome::Copied);
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
        (progress.expires, progress.expires_at) = in_a_lifetime();
    }

    /// It was taken back, and cannot be again.
    pub(super) fn is_undone(&self) {
        self.progress().can_undo = false;
    }

    /// What takes it back.
    pub(super) fn undo_steps(&self) -> Result<Vec<PlannedStep>, Error> {
        let progress = self.progress();
        if !progress.state.is_over() || !progress.can_undo {
            return Err(Error::BadRequest(
                "the change wrote nothing, or was undone already".to_owned(),
            ));
        }
        Ok(progress.records.iter().filter_map(undo::step).collect())
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_a_lifetime() -> (Instant, u64) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let then = (now + LIFETIME).as_millis();
    (
        Instant::now() + LIFETIME,
        u64::try_from(then).unwrap_or(u64::MAX),
    )
}

/// 128 bits that nobody guesses: each state is seeded by the system.
fn new_id() -> String {
    let word = || RandomState::new().hash_one(Instant::now());
    format!("{:016x}{:016x}", word(), word())
}
