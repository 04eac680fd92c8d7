//! What recording costs an agent, over the last minute, and when the next question may be asked.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// What was asked and read lately.
#[derive(Debug, Default)]
pub(super) struct Meter {
    seconds: VecDeque<(Instant, u64, u64)>,
}

impl Meter {
    /// An answer of so many bytes.
    pub(super) fn note(&mut self, bytes: u64) {
        let now = Instant::now();
        match self.seconds.back_mut() {
            Some((at, all, queries)) if now - *at < Duration::from_secs(1) => {
                *all += bytes;
                *queries += 1;
            }
            _ => self.seconds.push_back((now, bytes, 1)),
        }
        self.let_go(now);
    }

    /// Bytes a second and questions a minute.
    pub(super) fn last_minute(&mut self) -> (u64, u64) {
        self.let_go(Instant::now());
        let sum = self.seconds.iter();
        let (bytes, queries) = sum.fold((0, 0), |(bytes, queries), (_, more, asked)| {
            (bytes + more, queries + asked)
        });
        (bytes / MINUTE.as_secs(), queries)
    }

    fn let_go(&mut self, now: Instant) {
        while let Some((at, _, _)) = self.seconds.front()
            && now - *at >= MINUTE
        {
            self.seconds.pop_front();
        }
    }
}

/// What was read is paid for with time: the next question waits until then.
#[derive(Debug, Default)]
pub(super) struct Debt(Option<Instant>);

impl Debt {
    /// So many bytes came; so many a second are allowed.
    pub(super) fn add(&mut self, bytes: u64, bytes_a_second: u64) {
        let now = Instant::now();
        let from = self.0.map_or(now, |paid| paid.max(now));
        let time = Duration::from_secs_f64(bytes as f64 / bytes_a_second as f64);
        self.0 = Some(from + time);
    }

    /// How long until all is paid.
    pub(super) fn left(&self) -> Duration {
        self.0.map_or(Duration::ZERO, |paid| {
            paid.saturating_duration_since(Instant::now())
        })
    }
}

/// How long was waited for what was read to be paid; where several wait at once, once.
#[derive(Debug, Default)]
pub(super) struct Waits {
    so_far: Duration,
    until: Option<Instant>,
}

impl Waits {
    /// Somebody waits from now on for so long.
    pub(super) fn add(&mut self, wait: Duration) {
        let now = Instant::now();
        let (from, until) = (self.until.map_or(now, |until| until.max(now)), now + wait);
        self.so_far += until.saturating_duration_since(from);
        self.until = Some(until.max(from));
    }

    pub(super) fn so_far(&self) -> Duration {
        self.so_far
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_at_once_are_one() {
        let mut waits = Waits::default();
        for _ in 0..3 {
            waits.add(Duration::from_secs(2));
        }
        assert_eq!(waits.so_far(), Duration::from_secs(2));
        tokio::time::advance(Duration::from_secs(1)).await;
        waits.add(Duration::from_secs(2));
        assert_eq!(waits.so_far(), Duration::from_secs(3));
        tokio::time::advance(Duration::from_secs(60)).await;
        waits.add(Duration::from_secs(1));
        assert_eq!(waits.so_far(), Duration::from_secs(4));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_read_is_paid_for() {
        let mut debt = Debt::default();
        assert_eq!(debt.left(), Duration::ZERO);
        debt.add(500, 1_000);
        debt.add(1_000, 1_000);
        assert_eq!(debt.left(), Duration::from_millis(1_500));
        tokio::time::advance(Duration::from_secs(60)).await;
        // what was not read then may not be read now
        assert_eq!(debt.left(), Duration::ZERO);
        debt.add(1_000, 2_000);
        assert_eq!(debt.left(), Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_is_what_is_told() {
        let mut meter = Meter::default();
        meter.note(600);
        meter.note(600);
        assert_eq!(meter.last_minute(), (20, 2));
        tokio::time::advance(MINUTE).await;
        assert_eq!(meter.last_minute(), (0, 0));
    }
}
