//! One watch as its readers and its task see it: who reads, which read they wait for, and what
//! was found last.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use super::{
    key::Key,
    snapshot::{Data, Version},
    source::is_in_doubt,
};
use crate::consul::{Contact, Error};

/// How long a watch outlives its last reader.
pub(super) const IDLE: Duration = Duration::from_secs(30);

/// How long what was read is good where nothing waits for changes.
const FRESH: Duration = Duration::from_secs(1);

pub(super) struct Entry {
    pub(super) key: Key,
    state: Mutex<State>,
    /// A read is wanted.
    wanted: Notify,
    /// Somebody came, went or looked.
    used: Notify,
    outcome: watch::Sender<Outcome>,
    /// What the stream tells; silent where the content is the same.
    version: watch::Sender<Option<Version>>,
}

/// Reads are numbered, so that a reader can wait for one that began after it asked.
struct State {
    readers: usize,
    subscribers: usize,
    touched: Instant,
    /// The last read that began, and when, until it ends.
    started: u64,
    began: Option<Instant>,
    /// The last read that somebody waits for.
    required: u64,
    /// Something tells us of changes, so that what was read last is what is.
    followed: bool,
    ended: bool,
}

/// What is known.
#[derive(Clone, Default)]
pub(super) struct Outcome {
    /// The last read that ended.
    pub(super) finished: u64,
    pub(super) last: Option<Taken>,
    /// Why the last read failed.
    pub(super) problem: Option<Error>,
    /// The task is no more: nothing will come.
    pub(super) ended: bool,
}

#[derive(Clone)]
pub(super) struct Taken {
    pub(super) data: Data,
    pub(super) version: Version,
    pub(super) taken: Instant,
    pub(super) agent: String,
    pub(super) contact: Contact,
}

/// How a reader came to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It was there.
    Snapshot,
    /// With others, from a read that was under way or wanted already.
    Joined,
    /// From a read that this reader asked for.
    Asked,
}

impl Entry {
    pub(super) fn new(key: Key) -> Self {
        Self {
            key,
            state: Mutex::new(State {
                readers: 0,
                subscribers: 0,
                touched: Instant::now(),
                started: 0,
                began: None,
                required: 0,
                followed: false,
                ended: false,
            }),
            wanted: Notify::new(),
            used: Notify::new(),
            outcome: watch::Sender::default(),
            version: watch::Sender::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known now, and the way to what comes.
    pub(super) fn outcome(&self) -> watch::Receiver<Outcome> {
        self.outcome.subscribe()
    }

    /// What the stream tells.
    pub(super) fn version(&self) -> watch::Receiver<Option<Version>> {
        self.version.subscribe()
    }

    // what readers do

    /// The read that this reader has to wait for; asks for one where what is known will not do.
    pub(super) fn need(&self) -> (u64, Way) {
        let mut state = self.state();
        let (finished, usable) = {
            let outcome = self.outcome.borrow();
            let usable = outcome.problem.is_none()
                && outcome
                    .last
                    .as_ref()
                    .is_some_and(|last| state.followed || last.taken.elapsed() < FRESH);
            (outcome.finished, usable)
        };
        if state.required > finished {
            return (state.required, Way::Joined);
        }
        if usable {
            return (finished, Way::Snapshot);
        }
        let (number, way) = if state.started > finished {
            (state.started, Way::Joined)
        } else {
            (state.started + 1, Way::Asked)
        };
        state.required = number;
        self.wanted.notify_one();
        (number, way)
    }

    /// Since when it is being read; none where it is not.
    pub(super) fn asked_since(&self) -> Option<Instant> {
        self.state().began
    }

    /// What is known is not what is: the next reader gets what a read finds that begins now.
    pub(super) fn outdate(&self) {
        let mut state = self.state();
        state.required = state.started + 1;
        self.wanted.notify_one();
    }

    // what the task does

    /// A read begins.
    pub(super) fn begin(&self) {
        let mut state = self.state();
        state.started += 1;
        state.began = Some(Instant::now());
    }

    /// The read that began last ended; its number.
    fn end_read(&self) -> u64 {
        let mut state = self.state();
        state.began = None;
        state.started
    }

    /// The read that began last found this. True where it is something else than before.
    pub(super) fn found(&self, taken: Taken) -> bool {
        let finished = self.end_read();
        self.publish(taken, Some(finished))
    }

    /// The agent told this by itself. True where it is something else than before.
    pub(super) fn told(&self, taken: Taken) -> bool {
        self.publish(taken, None)
    }

    /// Nothing changed, as something that tells of changes says with this `contact`. False where
    /// what is known came of one that was surer, or less sure: that has to be read again.
    pub(super) fn still(&self, contact: Contact) -> bool {
        let mut agrees = true;
        self.outcome.send_if_modified(|outcome| {
            if let Some(last) = &mut outcome.last {
                agrees = is_in_doubt(contact) == is_in_doubt(last.contact);
                if agrees {
                    last.taken = Instant::now();
                    last.contact = contact;
                }
            }
            // nobody waits for this
            false
        });
        agrees
    }

    fn publish(&self, mut taken: Taken, finished: Option<u64>) -> bool {
        let version = taken.version.clone();
        self.outcome.send_modify(|outcome| {
            outcome.finished = finished.unwrap_or(outcome.finished);
            outcome.problem = None;
            if let Some(last) = &outcome.last
                && last.version == taken.version
            {
                // equal contents are held once
                taken.data = last.data.clone();
            }
            outcome.last = Some(taken);
        });
        self.tell(version)
    }

    /// The read that began last failed.
    pub(super) fn failed(&self, error: Error) {
        let finished = self.end_read();
        let version = Version::of_problem(&error);
        self.outcome.send_modify(|outcome| {
            outcome.finished = finished;
            outcome.problem = Some(error);
        });
        self.tell(version);
    }

    fn tell(&self, version: Version) -> bool {
        self.version.send_if_modified(|told| {
            let news = told.as_ref() != Some(&version);
            *told = Some(version);
            news
        })
    }

    /// Something tells us of changes, or nothing does.
    pub(super) fn set_followed(&self, followed: bool) {
        self.state().followed = followed;
    }

    /// Ends when a read is wanted that has not begun.
    pub(super) async fn wanted(&self) {
        loop {
            {
                let state = self.state();
                if state.required > state.started {
                    return;
                }
            }
            self.wanted.notified().await;
        }
    }

    /// Somebody waits for the read that began last, or for a later one.
    pub(super) fn is_waited_for(&self) -> bool {
        let state = self.state();
        state.required >= state.started
    }

    /// Somebody is told of every change.
    pub(super) fn is_subscribed(&self) -> bool {
        self.state().subscribers > 0
    }

    /// Ends when nobody has looked for a while.
    pub(super) async fn idle(&self) {
        loop {
            let until = {
                let state = self.state();
                (state.readers == 0).then_some(state.touched + IDLE)
            };
            match until {
                None => self.used.notified().await,
                Some(until) if until <= Instant::now() => return,
                Some(until) => sleep_until(until).await,
            }
        }
    }

    /// Ends the entry if nobody has looked for a while; nobody can enter it then.
    pub(super) fn end_if_idle(&self) -> bool {
        let mut state = self.state();
        let idle = state.readers == 0 && state.touched + IDLE <= Instant::now();
        state.ended |= idle;
        idle
    }

    /// The task ends, for whatever reason.
    pub(super) fn end(&self) {
        self.state().ended = true;
        self.outcome.send_modify(|outcome| outcome.ended = true);
    }
}

/// Somebody who reads; the watch lives as long, and a while longer.
pub(super) struct Reader {
    pub(super) entry: Arc<Entry>,
    subscribes: bool,
}

impl Reader {
    /// None where the entry has ended.
    pub(super) fn enter(entry: &Arc<Entry>, subscribes: bool) -> Option<Self> {
        let mut state = entry.state();
        if state.ended {
            return None;
        }
        state.readers += 1;
        state.subscribers += usize::from(subscribes);
        drop(state);
        entry.used.notify_one();
        Some(Self {
            entry: Arc::clone(entry),
            subscribes,
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.entry.state();
        state.readers -= 1;
        state.subscribers -= usize::from(self.subscribes);
        state.touched = Instant::now();
        drop(state);
        self.entry.used.notify_one();
    }
}
