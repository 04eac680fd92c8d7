//! Watches over a source that does what a test says, with time that is not real (`cache`); and the
//! agents' source over agents that misbehave (`agents`, `bound`, `patience`, `stale`); and both
//! together (`whole`, `doubt`, with the agent and the time of `model`).

mod agents;
mod bound;
mod cache;
mod doubt;
mod model;
mod patience;
mod stale;
mod whole;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep},
};
use wire::{
    kv::KvPair,
    live::{Subject, Topic},
};

use super::{
    cache::Cache,
    entry::Outcome,
    key::Key,
    snapshot::Data,
    source::{Changes, Mark, Reading, Source, Woken},
    subscription::Subscription,
};
use crate::consul::{Contact, Error};

/// What a scripted source does, and what was done to it.
struct Script {
    value: Mutex<Result<&'static str, Error>>,
    /// When each read began.
    reads: Mutex<Vec<Instant>>,
    follows: AtomicUsize,
    /// Reads pass one by one where this is not open.
    gate: Semaphore,
    can_follow: AtomicBool,
    is_direct: AtomicBool,
    changes: tokio::sync::Mutex<mpsc::UnboundedReceiver<Result<Woken, Error>>>,
    tell: mpsc::UnboundedSender<Result<Woken, Error>>,
}

struct Scripted(Arc<Script>);

impl Script {
    fn new() -> Arc<Self> {
        let (tell, changes) = mpsc::unbounded_channel();
        Arc::new(Self {
            value: Mutex::new(Ok("a")),
            reads: Mutex::default(),
            follows: AtomicUsize::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            can_follow: AtomicBool::new(true),
            is_direct: AtomicBool::new(false),
            changes: tokio::sync::Mutex::new(changes),
            tell,
        })
    }

    fn cache(self: &Arc<Self>) -> Arc<Cache> {
        let script = Arc::clone(self);
        let make = move |_: &Key| -> Box<dyn Source> { Box::new(Scripted(Arc::clone(&script))) };
        Arc::new(Cache::new(Box::new(make), None))
    }

    fn set(&self, value: Result<&'static str, Error>) {
        *self.value.lock().unwrap() = value;
    }

    fn wake(&self, woken: Woken) {
        self.tell.send(Ok(woken)).unwrap();
    }

    fn reads(&self) -> usize {
        self.reads.lock().unwrap().len()
    }

    /// Seconds from `start` to each read.
    fn read_at(&self, start: Instant) -> Vec<u64> {
        let reads = self.reads.lock().unwrap();
        reads.iter().map(|at| (*at - start).as_secs()).collect()
    }
}

impl Source for Scripted {
    fn read(&self) -> BoxFuture<'_, Result<Reading, Error>> {
        self.0.reads.lock().unwrap().push(Instant::now());
        async {
            let permit = self.0.gate.acquire().await;
            permit.unwrap().forget();
            let value = self.0.value.lock().unwrap().clone()?;
            Ok(reading(value))
        }
        .boxed()
    }

    fn follow(&self, _: &Mark) -> Option<Changes<'_>> {
        if !self.0.can_follow.load(Ordering::Relaxed) {
            return None;
        }
        self.0.follows.fetch_add(1, Ordering::Relaxed);
        Some(
            stream::unfold((), |()| async {
                let woken = self.0.changes.lock().await.recv().await?;
                Some((woken, ()))
            })
            .boxed(),
        )
    }

    fn is_direct(&self) -> bool {
        self.0.is_direct.load(Ordering::Relaxed)
    }

    fn back(&self) -> BoxFuture<'_, ()> {
        std::future::pending().boxed()
    }

    fn look_every(&self) -> Option<Duration> {
        None
    }
}

fn reading(value: &str) -> Reading {
    Reading {
        data: Data::Key(Arc::new(Some(KvPair {
            key: value.into(),
            ..KvPair::default()
        }))),
        mark: Mark {
            agent: "a".into(),
            indexes: vec![1],
        },
        contact: Contact::default(),
    }
}

fn key() -> Key {
    Key::from(Topic::new(Subject::Key("k".into()), "dc1"))
}

fn value(outcome: &Outcome) -> String {
    match &outcome.last.as_ref().unwrap().data {
        Data::Key(pair) => pair.as_ref().as_ref().unwrap().key.clone(),
        other => panic!("{other:?}"),
    }
}

fn broken() -> Error {
    Error::NoLeader { agent: "a".into() }
}

async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

fn subscribe(cache: &Arc<Cache>) -> Subscription {
    Subscription::new([("k".to_owned(), cache.enter(&key(), true))], false)
}
