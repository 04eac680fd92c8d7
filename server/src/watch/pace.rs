//! How often a watch may ask: a token bucket while it goes well, growing pauses while it does not.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::consul::Error;

/// So many rounds at once, after a rest.
const BURST: f64 = 2.0;

/// The least time that a round earns.
///
/// Consul's advice is one round in 15 s where values churn, for rounds that send a whole list each
/// time. Here a round is what a change costs: among 20,000 instances it is 49 kB and 144 ms of the
/// agent's time (measured on 1.22.6, `cargo xtask bench`, row `cpu`), so one a second is a seventh
/// of one core of it, whatever churns and however many look. Where a round costs more, `SHARE`
/// makes it come as seldom as that advice: one that takes 3 s comes every 15 s. One round in 15 s
/// whatever it costs would show people a change up to 15 s late.
const EVERY_MIN: Duration = Duration::from_secs(1);

/// Reading takes at most one part in so many of the time.
const SHARE: u32 = 5;

/// A token bucket: a burst after a rest, then spaced by what a read costs.
#[derive(Debug)]
pub(super) struct Pace {
    tokens: f64,
    most: f64,
    filled: Instant,
    every: Duration,
    every_min: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            tokens: BURST,
            most: BURST,
            filled: Instant::now(),
            every: EVERY_MIN,
            every_min: EVERY_MIN,
        }
    }

    /// One round each so often at most, the first one after so long.
    pub(super) fn resting(every: Duration) -> Self {
        Self {
            tokens: 0.0,
            most: 1.0,
            filled: Instant::now(),
            every,
            every_min: every,
        }
    }

    /// Notes how long a read took.
    pub(super) fn measured(&mut self, cost: Duration) {
        self.fill();
        self.every = self.every_min.max(cost * SHARE);
    }

    /// Waits until a round is due. Nothing is lost where the caller stops waiting.
    pub(super) async fn take(&mut self) {
        loop {
            self.fill();
            // a bucket that is full but for a rounding error is full
            let missing = 1.0 - self.tokens;
            if missing <= 1e-6 {
                self.tokens -= 1.0;
                return;
            }
            // never zero, so that the clock moves
            sleep(self.every.mul_f64(missing).max(Duration::from_millis(1))).await;
        }
    }

    fn fill(&mut self) {
        let now = Instant::now();
        let earned = (now - self.filled).as_secs_f64() / self.every.as_secs_f64();
        self.tokens = (self.tokens + earned).min(self.most);
        self.filled = now;
    }
}

/// How long to wait after so many failures in a row: what Consul's own watches wait.
pub(super) fn backoff(failures: u32) -> Duration {
    const MAX: Duration = Duration::from_secs(180);
    Duration::from_secs(5)
        .saturating_mul(failures.saturating_mul(failures))
        .min(MAX)
}

/// The agent has too much to do: that it answers when it is looked at, which costs it nothing, does
/// not mean that a read would go well.
pub(super) fn asks_for_rest(error: &Error) -> bool {
    matches!(
        error,
        Error::RateLimited { .. } | Error::Status { status: 503, .. }
    )
}

/// How long to wait before asking again for what cannot be waited for: between 5 and 15 s, by
/// chance, so that many do not ask at the same moment.
pub(super) fn poll_pause() -> Duration {
    let chance = RandomState::new().build_hasher().finish();
    Duration::from_millis(5_000 + chance % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_one_at_a_time() {
        let mut pace = Pace::new();
        let start = Instant::now();
        let mut at = Vec::new();
        for _ in 0..4 {
            pace.take().await;
            at.push(start.elapsed().as_secs());
        }
        assert_eq!(at, [0, 0, 1, 2]);
        sleep(Duration::from_secs(60)).await;
        let rested = Instant::now();
        pace.take().await;
        pace.take().await;
        assert_eq!(rested.elapsed().as_secs(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_rests_is_never_hurried() {
        let mut pace = Pace::resting(Duration::from_secs(20));
        let start = Instant::now();
        sleep(Duration::from_secs(50)).await;
        let mut at = Vec::new();
        for _ in 0..3 {
            pace.measured(Duration::from_secs(1));
            pace.take().await;
            at.push(start.elapsed().as_secs());
        }
        assert_eq!(at, [50, 70, 90]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_costs_more_comes_more_seldom() {
        let mut pace = Pace::new();
        pace.measured(Duration::from_secs(3));
        pace.take().await;
        pace.take().await;
        let start = Instant::now();
        pace.take().await;
        assert_eq!(start.elapsed().as_secs(), 15);
    }

    #[test]
    fn pauses_grow_and_end() {
        let seconds: Vec<u64> = [1, 2, 3, 6, 7, u32::MAX]
            .map(|failures| backoff(failures).as_secs())
            .to_vec();
        assert_eq!(seconds, [5, 20, 45, 180, 180, 180]);
        for _ in 0..100 {
            assert!((5..15).contains(&poll_pause().as_secs()));
        }
    }
}
