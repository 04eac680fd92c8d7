//! Which keys are held. Consul has no list of them, so the store is looked through, piece by
//! piece; what was found is kept for as long as the store is the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::StreamExt;
use tokio::{sync::Mutex as TurnLock, time::Instant};
use wire::sessions::{Lock, Locks};

use crate::{
    consul::{Error, KvView, LookAt, Query},
    datacenter::Place,
    shards::{self, Walks},
};

/// How much of a store is read for it.
const READ_MAX_BYTES: usize = 64 * 1024 * 1024;

/// Locks are told of at most.
const LOCKS_MAX: usize = 10_000;

/// What was found is good for so many times as long as finding it took, whatever is written.
const REST: u32 = 20;

/// Nobody needs to know sooner than this.
const REST_MIN: Duration = Duration::from_secs(1);

/// The locks of each datacenter, as they were found last. A handle: clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeldLocks(Arc<Mutex<HashMap<String, Turn>>>);

/// What was found in a datacenter: one looks at a time.
type Turn = Arc<TurnLock<Option<Found>>>;

#[derive(Clone, Debug)]
struct Found {
    /// Of the store when it was looked through; 0 where it is not known.
    index: u64,
    when: Instant,
    took: Duration,
    locks: Arc<Locks>,
}

impl Found {
    fn is_fresh(&self) -> bool {
        self.when.elapsed() < (self.took * REST).max(REST_MIN)
    }
}

impl HeldLocks {
    /// The keys that are held in a datacenter; read once, however many ask.
    pub(super) async fn read(&self, walks: &Walks, place: &Place) -> Result<Arc<Locks>, Error> {
        self.read_if(walks, place, Found::is_fresh).await
    }

    /// The same, but not what was found before something changed, however lately.
    pub(super) async fn read_now(&self, walks: &Walks, place: &Place) -> Result<Arc<Locks>, Error> {
        self.read_if(walks, place, |_| false).await
    }

    async fn read_if(
        &self,
        walks: &Walks,
        place: &Place,
        is_good: impl Fn(&Found) -> bool,
    ) -> Result<Arc<Locks>, Error> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(place.shown.clone()).or_default())
        };
        let mut found = slot.lock().await;
        if let Some(found) = found.as_ref().filter(|found| is_good(found)) {
            return Ok(Arc::clone(&found.locks));
        }
        let index = index(place).await?;
        if let Some(found) = found.as_mut()
            && found.index == index
            && index > 0
        {
            found.when = Instant::now();
            return Ok(Arc::clone(&found.locks));
        }
        let _turn = walks.enter().await;
        let began = Instant::now();
        let locks = Arc::new(look(place).await?);
        *found = Some(Found {
            // of before: what was written meanwhile is looked for the next time
            index,
            when: Instant::now(),
            took: began.elapsed(),
            locks: Arc::clone(&locks),
        });
        Ok(locks)
    }
}

/// The index of the whole store.
async fn index(place: &Place) -> Result<u64, Error> {
    let query = Query::in_datacenter(&place.dc);
    let top = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().keys("", Some("/"), &query).await }
        })
        .await?;
    Ok(top.meta.index)
}

/// Keeps those that are held.
#[derive(Default)]
struct Held(Vec<Lock>);

impl LookAt for Held {
    fn look_at(&mut self, pair: &KvView<'_>) {
        if !pair.session().is_empty() {
            self.0.push(Lock {
                key: pair.key.to_string(),
                session: pair.session().to_owned(),
            });
        }
    }
}

async fn look(place: &Place) -> Result<Locks, Error> {
    let (names, _) = shards::names(place, "").await?;
    let mut locks = Locks {
        of: names.len() as u64,
        ..Locks::default()
    };
    let mut bytes = 0;
    let mut pieces = shards::walk(place, "", Arc::new(names), Held::default);
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        locks.looked_at += piece.keys as u64;
        locks.items.extend(piece.looked.0);
        bytes += piece.bytes;
        if bytes > READ_MAX_BYTES || locks.items.len() >= LOCKS_MAX {
            break;
        }
    }
    Ok(locks)
}
