//! What recording costs an agent, over the last minute.

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

#[cfg(test)]
mod tests {
    use super::*;

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
