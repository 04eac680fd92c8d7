//! How much is asked of one agent: connections, which are bounded, and counts.
//!
//! An agent allows 200 connections per client address, and each request on HTTP/1.1 holds one
//! (`limits.http_max_conns_per_client`). So at most 100 are open, free ones included, and those that
//! wait for changes leave a part of them to people who wait for an answer.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit},
    time::sleep,
};

use super::Error;

/// How many connections may wait for changes.
const WATCHING_MAX: usize = 64;

/// How many may be in use for answers that come at once.
const READING_MAX: usize = 36;

/// How many of them may be in use for what nobody waits for: whoever waits finds one of the others
/// free, or waits behind people alone.
const BESIDE_MAX: usize = 18;

/// How many may be taken in all. The rest of the hundred is for those that are opened in vain: a
/// request that begins to open one takes another that comes free before, and the new one is kept. To
/// keep fewer of the free ones makes it worse: each is opened again, and on a busy machine 119 were
/// open at once instead of 93.
const TAKEN_MAX: usize = 88;

/// How long a connection may take to come back to the free ones once an answer was read: a task of
/// the HTTP client's takes it there. A request that began before that would open one more, which
/// would then stay with the free ones.
const COMES_BACK: Duration = Duration::from_millis(10);

/// What is and was asked of one agent.
pub(crate) struct Traffic {
    /// Connections that are not free: in use, or on their way back.
    taken: Arc<Semaphore>,
    watching: Arc<Semaphore>,
    reading: Semaphore,
    beside: Semaphore,
    in_use: AtomicUsize,
    counts: Mutex<Counts>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    sent: BTreeMap<&'static str, u64>,
    failed: BTreeMap<&'static str, u64>,
    polled: u64,
}

/// What is and was asked of one agent, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficCounts {
    /// Requests so far, by family.
    pub sent: BTreeMap<&'static str, u64>,
    /// Those that failed, by what went wrong.
    pub failed: BTreeMap<&'static str, u64>,
    /// Connections in use now.
    pub connections: usize,
    /// Those of them that are kept for waiting for changes.
    pub watching: usize,
    /// Times that none was left to wait with, so that it is asked every few seconds instead.
    pub polled: u64,
}

/// Connections that are kept for waiting for changes.
#[derive(Debug)]
pub struct Reservation(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// When a request's turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Somebody waits for the answer.
    First,
    /// Nobody does.
    Beside,
    /// It waits for a change, with a connection that was kept for that.
    Kept,
}

/// One request under way.
pub(crate) struct Underway<'a> {
    traffic: &'a Traffic,
    _permits: [Option<SemaphorePermit<'a>>; 2],
    taken: Option<OwnedSemaphorePermit>,
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.traffic.in_use.fetch_sub(1, Ordering::Relaxed);
        let taken = self.taken.take();
        // without a runtime nothing is asked any more
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                sleep(COMES_BACK).await;
                drop(taken);
            });
        }
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            taken: Arc::new(Semaphore::new(TAKEN_MAX)),
            watching: Arc::new(Semaphore::new(WATCHING_MAX)),
            reading: Semaphore::new(READING_MAX),
            beside: Semaphore::new(BESIDE_MAX),
            in_use: AtomicUsize::new(0),
            counts: Mutex::default(),
        }
    }
}

impl Traffic {
    /// So many connections for waiting; none where too few are left.
    pub(crate) fn reserve(&self, connections: u32) -> Option<Reservation> {
        let permit = Arc::clone(&self.watching).try_acquire_many_owned(connections);
        if permit.is_err() {
            self.counts().polled += 1;
        }
        permit.ok().map(Reservation)
    }

    /// Begins a request, once there is a connection for it. One that waits for changes has its
    /// own reservation.
    pub(crate) async fn begin(&self, path: &str, turn: Turn) -> Underway<'_> {
        // never closed
        let beside = match turn {
            Turn::Beside => self.beside.acquire().await.ok(),
            Turn::First | Turn::Kept => None,
        };
        let reading = match turn {
            Turn::First | Turn::Beside => self.reading.acquire().await.ok(),
            Turn::Kept => None,
        };
        let taken = Arc::clone(&self.taken).acquire_owned().await.ok();
        *self.counts().sent.entry(family(path)).or_default() += 1;
        self.in_use.fetch_add(1, Ordering::Relaxed);
        Underway {
            traffic: self,
            _permits: [beside, reading],
            taken,
        }
    }

    pub(crate) fn failed(&self, error: &Error) {
        *self.counts().failed.entry(kind(error)).or_default() += 1;
    }

    /// The numbers now.
    pub(crate) fn numbers(&self) -> TrafficCounts {
        let Counts {
            sent,
            failed,
            polled,
        } = self.counts().clone();
        TrafficCounts {
            sent,
            failed,
            connections: self.in_use.load(Ordering::Relaxed),
            watching: WATCHING_MAX - self.watching.available_permits(),
            polled,
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bounded set of words, whatever the path holds.
fn family(path: &str) -> &'static str {
    let name = path.strip_prefix("/v1/").unwrap_or_default();
    let name = name.split('/').next().unwrap_or_default();
    [
        "acl", "agent", "catalog", "health", "internal", "kv", "operator", "session", "status",
        "txn",
    ]
    .into_iter()
    .find(|family| *family == name)
    .unwrap_or("other")
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Settings { .. } => "settings",
        Error::Unreachable { .. } => "unreachable",
        Error::TimedOut { .. } | Error::Late { .. } => "timed_out",
        Error::Crowded { .. } => "crowded",
        Error::Tls { .. } => "tls",
        Error::Forbidden { .. } => "forbidden",
        Error::TokenUnknown { .. } => "token_unknown",
        Error::NotFound { .. } | Error::Unsupported { .. } => "not_found",
        Error::TooLarge { .. } => "too_large",
        Error::RateLimited { .. } => "rate_limited",
        Error::NoLeader { .. } => "no_leader",
        Error::NoPathToDatacenter { .. } => "no_path_to_datacenter",
        Error::NoServers { .. } => "no_servers",
        Error::Status { .. } => "status",
        Error::Refused { .. } => "refused",
        Error::NotConsul { .. } | Error::Redirect { .. } => "not_consul",
        Error::AnswerTooLarge { .. } => "answer_too_large",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_leaves_connections_to_people() {
        let traffic = Traffic::default();
        let kept: Vec<_> = std::iter::from_fn(|| traffic.reserve(3)).collect();
        assert_eq!(kept.len(), WATCHING_MAX / 3);
        assert_eq!(traffic.numbers().watching, 63);
        assert_eq!(traffic.numbers().polled, 1);
        let underway = traffic.begin("/v1/kv/a", Turn::First).await;
        assert_eq!(traffic.numbers().connections, 1);
        drop((kept, underway));
        assert_eq!(traffic.numbers().connections, 0);
        assert!(traffic.reserve(WATCHING_MAX as u32).is_some());
        assert_eq!(traffic.numbers().sent, BTreeMap::from([("kv", 1)]));
    }

    #[tokio::test]
    async fn people_wait_for_a_connection_too() {
        let traffic = Traffic::default();
        let mut underway = Vec::new();
        for _ in 0..READING_MAX {
            underway.push(traffic.begin("/v1/kv/a", Turn::First).await);
        }
        let next = traffic.begin("/v1/kv/a", Turn::First);
        tokio::pin!(next);
        assert!(futures::poll!(&mut next).is_pending());
        let kept = std::pin::pin!(traffic.begin("/v1/kv/a", Turn::Kept));
        assert!(futures::poll!(kept).is_ready());
        underway.pop();
        assert!(futures::poll!(&mut next).is_ready());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_taken_until_it_has_come_back() {
        let traffic = Traffic::default();
        let mut underway = Vec::new();
        for number in 0..TAKEN_MAX {
            let turn = if number < WATCHING_MAX {
                Turn::Kept
            } else {
                Turn::First
            };
            underway.push(traffic.begin("/v1/kv/a", turn).await);
        }
        let next = traffic.begin("/v1/kv/a", Turn::First);
        tokio::pin!(next);
        assert!(futures::poll!(&mut next).is_pending());
        underway.pop();
        sleep(COMES_BACK / 2).await;
        assert!(futures::poll!(&mut next).is_pending());
        assert_eq!(traffic.numbers().connections, TAKEN_MAX - 1);
        sleep(COMES_BACK).await;
        assert!(futures::poll!(&mut next).is_ready());
    }

    #[tokio::test]
    async fn people_do_not_wait_for_what_nobody_waits_for() {
        let traffic = Traffic::default();
        let mut beside: Vec<_> = (0..READING_MAX)
            .map(|_| Box::pin(traffic.begin("/v1/catalog/nodes", Turn::Beside)))
            .collect();
        let mut underway = Vec::new();
        for one in &mut beside {
            if let std::task::Poll::Ready(one) = futures::poll!(one) {
                underway.push(one);
            }
        }
        assert_eq!(underway.len(), BESIDE_MAX);
        for _ in BESIDE_MAX..READING_MAX {
            let one = std::pin::pin!(traffic.begin("/v1/kv/a", Turn::First));
            let std::task::Poll::Ready(one) = futures::poll!(one) else {
                panic!("a connection is left");
            };
            underway.push(one);
        }
    }

    #[test]
    fn families_are_few() {
        for (path, expected) in [
            ("/v1/health/state/any", "health"),
            ("/v1/txn", "txn"),
            ("/v1/x/health", "other"),
            ("", "other"),
        ] {
            assert_eq!(family(path), expected, "{path}");
        }
    }
}
