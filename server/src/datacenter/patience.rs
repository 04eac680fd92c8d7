//! For how long answers are waited for.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// For how long anybody is waited for.
pub(super) const LONG: Duration = Duration::from_secs(3);

/// The same where others have answered: a page is sent 300 ms after it was asked for, with what is
/// there by then.
pub(super) const SHORT: Duration = Duration::from_millis(250);

/// One round of questions to many.
pub(super) struct Patience {
    began: Instant,
    is_short: bool,
    /// Somebody has answered.
    first: watch::Sender<bool>,
}

impl Patience {
    /// Waits for all.
    pub(super) fn long() -> Self {
        Self {
            began: Instant::now(),
            is_short: false,
            first: watch::Sender::new(false),
        }
    }

    /// Waits for long only while nobody has answered.
    pub(super) fn short() -> Self {
        Self {
            is_short: true,
            ..Self::long()
        }
    }

    /// Somebody has answered.
    pub(super) fn answered(&self) {
        self.first.send_replace(true);
    }

    /// Ends when a question is not waited for any longer that was asked `since` then, maybe by
    /// somebody else: what is late for one is late for all who come after.
    pub(super) async fn ends(&self, since: Option<Instant>) {
        let until = self.began + LONG;
        if !self.is_short {
            return sleep_until(until).await;
        }
        let since = since.map_or(self.began, |since| since.min(self.began));
        let mut first = self.first.subscribe();
        let short = async {
            sleep_until(since + SHORT).await;
            // the sender is ours
            drop(first.wait_for(|first| *first).await);
        };
        tokio::select! {
            () = short => {}
            () = sleep_until(until) => {}
        }
    }
}
