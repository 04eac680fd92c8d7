//! Sees what becomes of keys, in each datacenter, and has the store keep it.
//!
//! One question waits for a change anywhere; what changed is then looked for in the tree of parts
//! (`tree`), and only the parts that changed are read with their values, at a bounded rate.
//! Imports `store`, `datacenter` and `consul`.

mod ask;
mod cost;
mod meter;
mod round;
mod tree;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use wire::history::{FolderKeys, PlaceState, RecordedPlace, RecordingChoice};

use super::{History, Rules, store::Store};
use crate::{consul, datacenter::Place};
use ask::{Waiting, Woken};
use meter::{Debt, Meter, Waits};
use tree::{PART_BYTES, Tree};

/// Everything is recorded where it is not more than this, and nobody said what to record.
const EVERYTHING_BYTES: u64 = 20 * 1024 * 1024;

/// What is read for it, at most, once the first reading is done.
const BYTES_A_SECOND: u64 = 1024 * 1024;

/// The same while it begins.
const BYTES_A_SECOND_FIRST: u64 = 8 * 1024 * 1024;

/// Looking for changes takes at most one part in so many of the time.
const SHARE: u32 = 4;

/// Rounds do not follow each other more closely.
const EVERY_MIN: Duration = Duration::from_millis(400);

/// How often it is looked where no connection is left to wait with.
const POLL_EVERY: Duration = Duration::from_secs(5);

/// So many prefixes are waited for; the others are looked at with them, and now and then.
const WAITED_FOR: usize = 8;

/// Where it was longer since the last look, nobody looked.
const UNWATCHED_AFTER: Duration = Duration::from_secs(90);

/// When it is looked again whether what was too much is less by now.
const TOO_LARGE_AGAIN: Duration = Duration::from_secs(30 * 60);

/// What recording may cost, for who chooses what is recorded.
pub(crate) const LIMITS: RecordingChoice = RecordingChoice {
    datacenter: String::new(),
    fixed: false,
    prefixes: Vec::new(),
    exclude: Vec::new(),
    keys: 0,
    folders: Vec::new(),
    unasked_bytes: EVERYTHING_BYTES,
    part_bytes: PART_BYTES,
    most_bytes_per_second: BYTES_A_SECOND,
};

/// Why a round did not come to its end.
#[derive(Debug)]
enum Failure {
    Agent(consul::Error),
    Store(sqlx::Error),
    /// What was recorded is of another cluster: through a tunnel, one address leads to many, and
    /// many call a datacenter dc1.
    OtherCluster,
    /// There is more than is recorded unasked.
    TooLarge(Vec<FolderKeys>),
    /// Something else is to be recorded.
    Rechosen,
}

impl From<consul::Error> for Failure {
    fn from(error: consul::Error) -> Self {
        Self::Agent(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

/// Records one datacenter.
pub(super) struct Recorder {
    history: History,
    store: Store,
    place: Place,
    /// None overlaps with another.
    prefixes: Vec<String>,
    exclude: Vec<String>,
    /// Nobody said which prefixes.
    unasked: bool,
    status: Arc<Status>,
    rules: watch::Receiver<Rules>,
    /// An agent that begins, or comes back, shows old states until its log is read in: nothing
    /// that it says is believed before its leader has made sure.
    doubtful: AtomicBool,
}

/// How it fares, for whoever asks.
#[derive(Debug, Default)]
pub(super) struct Status(Mutex<Fares>);

#[derive(Debug, Default)]
struct Fares {
    place: RecordedPlace,
    meter: Meter,
    debt: Debt,
    waits: Waits,
    /// The shortest time in which something was answered.
    quickest: Option<Duration>,
}

impl Status {
    /// As it is now.
    pub(super) fn now(&self) -> RecordedPlace {
        let mut fares = self.lock();
        let (bytes, queries) = fares.meter.last_minute();
        RecordedPlace {
            bytes_per_second: bytes,
            queries_per_minute: queries,
            ..fares.place.clone()
        }
    }

    fn lock(&self) -> MutexGuard<'_, Fares> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the recorder knows of the store of keys.
struct Knowledge {
    trees: Vec<Tree>,
    /// Every part was read since the start.
    complete: bool,
    /// When everything was last seen.
    looked: Instant,
    /// Something changed since the names were listed: there may be some in no part.
    names_wanted: bool,
    /// When the names may be listed again.
    names_due: Instant,
}

impl Knowledge {
    /// Nothing was missed until now, or is missed by the round that comes.
    fn watched(&mut self) {
        if self.looked.elapsed() < UNWATCHED_AFTER {
            self.looked = Instant::now();
        }
    }
}

impl Recorder {
    pub(super) fn new(
        history: &History,
        store: &Store,
        place: Place,
        status: Arc<Status>,
        rules: watch::Receiver<Rules>,
    ) -> Self {
        status.lock().place.datacenter.clone_from(&place.shown);
        Self {
            history: history.clone(),
            store: store.clone(),
            place,
            prefixes: Vec::new(),
            exclude: Vec::new(),
            unasked: true,
            status,
            rules,
            doubtful: AtomicBool::new(true),
        }
    }

    /// For as long as it is polled.
    pub(super) async fn run(mut self) {
        loop {
            let rules = self.rules.borrow_and_update().clone();
            self.prefixes = rules.apart();
            self.unasked = rules.prefixes.is_empty();
            self.exclude = rules.exclude;
            {
                let mut fares = self.status.lock();
                // of these nothing was read yet
                fares.place.state = PlaceState::Starting;
                fares.place.prefixes.clone_from(&self.prefixes);
                fares.place.exclude.clone_from(&self.exclude);
                (fares.place.keys, fares.place.value_bytes) = (0, 0);
            }
            self.run_by_rules().await;
        }
    }

    /// Until something else is to be recorded.
    async fn run_by_rules(&self) {
        let mut failures = 0_u32;
        loop {
            let failure = match self.record(&mut failures).await {
                Ok(never) => match never {},
                Err(failure) => failure,
            };
            self.doubtful.store(true, Ordering::Relaxed);
            failures = failures.saturating_add(1);
            let pause = match failure {
                Failure::Rechosen => return,
                Failure::TooLarge(folders) => {
                    self.set(PlaceState::TooLarge, String::new());
                    self.status.lock().place.folders = folders;
                    TOO_LARGE_AGAIN
                }
                Failure::OtherCluster => {
                    self.set(PlaceState::OtherCluster, String::new());
                    Duration::from_secs(60)
                }
                Failure::Agent(error) => {
                    self.set(PlaceState::Failing, error.to_string());
                    // as Consul's own watches, a little sooner
                    Duration::from_secs(2)
                        .saturating_mul(failures.saturating_mul(failures))
                        .min(Duration::from_secs(60))
                }
                Failure::Store(error) => {
                    tracing::warn!(%error, "history cannot be written");
                    self.history.cannot_write(&error);
                    self.set(PlaceState::Failing, String::new());
                    Duration::from_secs(30)
                }
            };
            if self.pause(pause).await.is_err() {
                return;
            }
        }
    }

    /// Sleeps, but not where something else is to be recorded.
    async fn pause(&self, pause: Duration) -> Result<(), Failure> {
        tokio::select! {
            () = sleep(pause) => Ok(()),
            () = self.rechosen() => Err(Failure::Rechosen),
        }
    }

    /// Ends when something else is to be recorded.
    async fn rechosen(&self) {
        if self.rules.clone().changed().await.is_err() {
            std::future::pending().await
        }
    }

    async fn record(&self, failures: &mut u32) -> Result<std::convert::Infallible, Failure> {
        if !self
            .store
            .is_same(&self.place.shown, &self.servers().await?)
            .await?
        {
            return Err(Failure::OtherCluster);
        }
        let (store, dc) = (&self.store, &self.place.shown);
        store.leaves_out(dc, &self.exclude).await?;
        let covered = self.store.covered(&self.place.shown).await?;
        let mut knowledge = self.begin().await?;
        // a failure is no reason to read everything again
        loop {
            let outcome = self.look_and_wait(&mut knowledge, &covered, failures).await;
            match outcome {
                Ok(()) => *failures = 0,
                Err(Failure::Agent(error)) => {
                    *failures = failures.saturating_add(1);
                    self.doubtful.store(true, Ordering::Relaxed);
                    for tree in &mut knowledge.trees {
                        tree.forget_ways();
                    }
                    self.set(PlaceState::Failing, error.to_string());
                    let seconds = u64::from(failures.saturating_mul(*failures)).min(30);
                    tokio::select! {
                        () = sleep(Duration::from_secs(2 * seconds)) => {}
                        () = async {
                            self.place.datacenters.comes_back().await;
                            // one that answers all but waits is back at once
                            sleep(Duration::from_secs(1)).await;
                        } => {}
                        () = self.rechosen() => return Err(Failure::Rechosen),
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn look_and_wait(
        &self,
        knowledge: &mut Knowledge,
        covered: &[String],
        failures: &mut u32,
    ) -> Result<(), Failure> {
        if !knowledge.complete {
            self.set(PlaceState::Starting, String::new());
            self.round(knowledge, covered, None).await?;
            knowledge.complete = true;
            for prefix in &self.prefixes {
                self.store.cover(&self.place.shown, prefix).await?;
            }
        }
        // learns from where on to wait
        self.round(knowledge, covered, None).await?;
        self.doubtful.store(false, Ordering::Relaxed);
        self.history.wrote_well();
        let mut told_to = None;
        loop {
            *failures = 0;
            let waiting = self.reserve(knowledge.trees.len().min(WAITED_FOR));
            let state = match waiting {
                Some(_) => PlaceState::Watching,
                None => PlaceState::Polling,
            };
            self.set(state, String::new());
            let due = self
                .wait_for_change(knowledge, waiting, &mut told_to)
                .await?;
            knowledge.watched();
            if !due {
                continue;
            }
            let cost = self.round(knowledge, covered, told_to).await?;
            self.history.wrote_well();
            self.pause(cost).await?;
        }
    }

    /// True where something changed, or may have; `told_to` is then the index up to which changes
    /// came one by one.
    async fn wait_for_change(
        &self,
        knowledge: &Knowledge,
        waiting: Option<Waiting>,
        told_to: &mut Option<u64>,
    ) -> Result<bool, Failure> {
        *told_to = None;
        let polled = knowledge.trees.len() > WAITED_FOR;
        let Some(waiting) = waiting else {
            self.pause(POLL_EVERY).await?;
            return Ok(true);
        };
        // an index of 0 cannot be waited with
        if knowledge.trees.iter().any(|tree| tree.part(0).index == 0) {
            self.pause(POLL_EVERY).await?;
            return Ok(true);
        }
        let waits = knowledge.trees.iter().take(WAITED_FOR).map(|tree| {
            let top = tree.part(0);
            Box::pin(self.wait(&waiting, top, top.index))
        });
        tokio::select! {
            (woken, _, _) = futures::future::select_all(waits) => Ok(match woken? {
                Some(Woken { index, at_once }) => {
                    *told_to = (!at_once).then_some(index);
                    true
                }
                None => false,
            }),
            () = sleep_until(knowledge.names_due), if knowledge.names_wanted => Ok(true),
            () = sleep(POLL_EVERY), if polled => Ok(true),
            () = self.rechosen() => Err(Failure::Rechosen),
        }
    }

    fn set(&self, state: PlaceState, problem: String) {
        let mut fares = self.status.lock();
        fares.place.state = state;
        fares.place.problem = problem;
        if state != PlaceState::TooLarge {
            fares.place.folders.clear();
        }
    }
}
