//! The watches that run, by what they watch: started by their first reader, ended a while after
//! their last.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::{
    counts::{Counts, WatchCounts},
    entry::{Entry, Outcome, Reader},
    key::Key,
    poll,
    source::Source,
};
use crate::{consul::Error, datacenter::Clusters};

/// How often agents are looked at while something is watched.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Makes the source of a key's data.
pub(super) type Make = Box<dyn Fn(&Key) -> Box<dyn Source> + Send + Sync>;

pub(super) struct Cache {
    make: Make,
    /// Whose agents are looked at.
    clusters: Option<Clusters>,
    entries: Mutex<HashMap<Key, Arc<Entry>>>,
    /// Agents are looked at now; changes only while `entries` are locked.
    looks: AtomicBool,
    pub(super) counts: Counts,
}

impl Cache {
    pub(super) fn new(make: Make, clusters: Option<Clusters>) -> Self {
        Self {
            make,
            clusters,
            entries: Mutex::default(),
            looks: AtomicBool::new(false),
            counts: Counts::default(),
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn numbers(&self) -> WatchCounts {
        let watches = self.entries().len();
        self.counts.numbers(watches)
    }

    /// Begins to read, and starts the watch where it does not run.
    pub(super) fn enter(self: &Arc<Self>, key: &Key, subscribes: bool) -> Reader {
        let mut entries = self.entries();
        if let Some(entry) = entries.get(key)
            && let Some(reader) = Reader::enter(entry, subscribes)
        {
            return reader;
        }
        let entry = Arc::new(Entry::new(key.clone()));
        let reader = Reader::enter(&entry, subscribes).expect("it was made just now");
        entries.insert(key.clone(), Arc::clone(&entry));
        if !self.looks.swap(true, Ordering::Relaxed) {
            self.start_looking();
        }
        drop(entries);
        tokio::spawn(Arc::clone(self).drive(entry));
        reader
    }

    /// What is known once a read has ended that began late enough.
    pub(super) async fn get(self: &Arc<Self>, key: &Key) -> Result<Outcome, Error> {
        // a watch ends by itself only between readers; twice in a row is a fault of ours
        for _ in 0..2 {
            let reader = self.enter(key, false);
            let mut outcomes = reader.entry.outcome();
            let (number, way) = reader.entry.need();
            let outcome = outcomes
                .wait_for(|outcome| outcome.ended || outcome.finished >= number)
                .await;
            if let Ok(outcome) = outcome
                && outcome.finished >= number
            {
                self.counts.answered(way);
                return Ok(outcome.clone());
            }
        }
        Err(Error::Settings {
            reason: "a watch ended before it had read anything".to_owned(),
        })
    }

    /// What is known now, without waiting; none where nothing is watched.
    pub(super) fn peek(&self, key: &Key) -> Option<Outcome> {
        let entries = self.entries();
        let outcome = entries.get(key)?.outcome().borrow().clone();
        Some(outcome)
    }

    /// Since when it is being read; none where it is not.
    pub(super) fn asked_since(&self, key: &Key) -> Option<Instant> {
        self.entries().get(key)?.asked_since()
    }

    /// What the watches of these keys hold is not what is any more.
    pub(super) fn outdate(&self, is_meant: impl Fn(&Key) -> bool) {
        for (key, entry) in &*self.entries() {
            if is_meant(key) {
                entry.outdate();
            }
        }
    }

    async fn drive(self: Arc<Self>, entry: Arc<Entry>) {
        let _end = End(Arc::clone(&self), Arc::clone(&entry));
        let source = (self.make)(&entry.key);
        let mut run = pin!(poll::run(&*source, &entry, &self.counts));
        loop {
            tokio::select! {
                never = &mut run => match never {},
                () = entry.idle() => {}
            }
            if entry.end_if_idle() {
                return;
            }
        }
    }

    fn start_looking(self: &Arc<Self>) {
        let Some(clusters) = self.clusters.clone() else {
            return;
        };
        let cache = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                sleep(LOOK_EVERY).await;
                match cache.upgrade() {
                    Some(cache) if cache.goes_on_looking() => clusters.look_around(),
                    _ => return,
                }
            }
        });
    }

    /// False where nothing is watched any more: the next one that is starts it again.
    fn goes_on_looking(&self) -> bool {
        let entries = self.entries();
        let goes_on = !entries.is_empty();
        self.looks.store(goes_on, Ordering::Relaxed);
        goes_on
    }
}

/// Takes the entry away however its task ends.
struct End(Arc<Cache>, Arc<Entry>);

impl Drop for End {
    fn drop(&mut self) {
        let Self(cache, entry) = self;
        let mut entries = cache.entries();
        if entries
            .get(&entry.key)
            .is_some_and(|current| Arc::ptr_eq(current, entry))
        {
            entries.remove(&entry.key);
        }
        drop(entries);
        entry.end();
    }
}
