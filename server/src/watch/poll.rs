//! The life of one watch: read, tell, wait for a change, and again.

use std::{convert::Infallible, future::Future, pin::pin, time::Duration};

use futures::StreamExt;
use tokio::time::{Instant, sleep};

use super::{
    counts::Counts,
    entry::{Entry, Taken},
    pace::{Pace, asks_for_rest, backoff, poll_pause},
    source::{Changes, Reading, Source, Woken, is_in_doubt},
};
use crate::consul::aside;

/// From so many rows on, looking through them takes a while.
const MANY: usize = 200;

/// How long a watch that failed rests at most while somebody is told of its changes: pages show
/// what was known before, and do not ask by themselves whether it is well again.
const PAUSE_LOOKED_AT: Duration = Duration::from_secs(45);

/// What a watch is at.
struct Poll<'a> {
    source: &'a dyn Source,
    entry: &'a Entry,
    counts: &'a Counts,
    pace: Pace,
    /// The agent that tells of changes, and how.
    following: Option<(String, Changes<'a>)>,
    /// Reads that failed in a row.
    failures: u32,
    /// Waits that failed in a row, while reading goes well.
    broken: u32,
    /// So many that waiting is not begun again for a while.
    rests: bool,
    /// The agent that failed last asked to be left alone.
    spares: bool,
}

/// Runs for as long as it is polled.
pub(super) async fn run(source: &dyn Source, entry: &Entry, counts: &Counts) -> Infallible {
    let mut poll = Poll {
        source,
        entry,
        counts,
        pace: source.rest().map_or_else(Pace::new, Pace::resting),
        following: None,
        failures: 0,
        broken: 0,
        rests: false,
        spares: false,
    };
    loop {
        poll.read().await;
        poll.until_due().await;
    }
}

impl<'a> Poll<'a> {
    async fn read(&mut self) {
        let began = Instant::now();
        self.entry.begin();
        self.counts.read();
        let reading = if self.entry.is_waited_for() {
            self.source.read()
        } else {
            self.source.read_beside()
        };
        match reading.await {
            Ok(reading) => {
                self.pace.measured(began.elapsed());
                self.failures = 0;
                let mark = reading.mark.clone();
                let followed = self.following.as_ref().map(|(agent, _)| agent);
                if self.source.is_direct() || followed != Some(&mark.agent) {
                    self.following = None;
                }
                if self.following.is_none() && !self.rests {
                    let changes = self.source.follow(&mark);
                    self.following = changes.map(|changes| (mark.agent, changes));
                }
                self.entry.set_followed(self.following.is_some());
                let taken = take(reading).await;
                self.counts.told(self.entry.found(taken));
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                self.spares = asks_for_rest(&error);
                self.stop_following();
                self.entry.failed(error);
            }
        }
    }

    /// Ends when it is time to read again.
    async fn until_due(&mut self) {
        loop {
            let Some((_, changes)) = &mut self.following else {
                return self.until_look().await;
            };
            let Some(woken) = unless_wanted(self.entry, changes.next()).await else {
                return;
            };
            match &woken {
                Some(Err(_)) => {
                    self.stop_following();
                    // a link may have been cut for its age: reading tells whether more is wrong
                    self.broken = self.broken.saturating_add(1);
                    self.rests = self.broken > 1;
                }
                Some(Ok(Woken::Lost)) | None => self.stop_following(),
                Some(Ok(_)) => self.broken = 0,
            }
            let is_known = match woken {
                Some(Ok(Woken::Same(contact))) => self.entry.still(contact),
                // what may be old is asked for again, of who is sure
                Some(Ok(Woken::New(reading))) if !is_in_doubt(reading.contact) => {
                    let taken = take(reading).await;
                    self.counts.told(self.entry.told(taken));
                    true
                }
                _ => false,
            };
            // an agent that answers waits at once must not be asked for ever
            let due = unless_wanted(self.entry, self.pace.take()).await;
            if due.is_none() || !is_known {
                return;
            }
        }
    }

    fn stop_following(&mut self) {
        self.following = None;
        self.entry.set_followed(false);
    }

    /// Ends when it is time to read again what does not tell of its changes.
    async fn until_look(&mut self) {
        if self.failures > 0 {
            let back = self.source.back();
            // who looks at what failed waits for it as well: Consul's own watches, which nobody
            // looks at, may rest for longer
            let pause = match self.entry.is_subscribed() {
                true => backoff(self.failures).min(PAUSE_LOOKED_AT),
                false => backoff(self.failures),
            };
            unless_wanted(self.entry, async {
                tokio::select! {
                    () = sleep(pause) => {}
                    // others find out at the same moment
                    () = back, if !self.spares => sleep(Duration::from_millis(200)).await,
                }
            })
            .await;
            return;
        }
        let pause = match self.source.look_every() {
            Some(every) => every,
            None if std::mem::take(&mut self.rests) => backoff(self.broken - 1),
            None => poll_pause(),
        };
        // what costs much is not read more often for being polled
        let pause = pause.max(self.source.rest().unwrap_or_default());
        unless_wanted(self.entry, async {
            loop {
                sleep(pause).await;
                // who only looked once is not told of changes
                if self.entry.is_subscribed() {
                    return;
                }
            }
        })
        .await;
    }
}

/// What `wait` gives, unless somebody wants a read before that.
async fn unless_wanted<T>(entry: &Entry, wait: impl Future<Output = T>) -> Option<T> {
    let wait = pin!(wait);
    tokio::select! {
        biased;
        () = entry.wanted() => None,
        value = wait => Some(value),
    }
}

/// Finds out the version of what was read.
async fn take(reading: Reading) -> Taken {
    let taken = Instant::now();
    let (data, contact) = (reading.data, reading.contact);
    let mut version = if data.size() < MANY {
        data.version()
    } else {
        let data = data.clone();
        aside(move || data.version()).await
    };
    if is_in_doubt(contact) {
        version = version.in_doubt();
    }
    Taken {
        data,
        version,
        taken,
        agent: reading.mark.agent,
        contact,
    }
}
