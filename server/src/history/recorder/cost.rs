//! What recording reads of an agent is counted, and paid for with time.

use std::time::Duration;

use tokio::time::sleep;
use wire::history::PlaceState;

use super::{BYTES_A_SECOND, BYTES_A_SECOND_FIRST, Recorder};

impl Recorder {
    /// So many bytes came in an answer.
    pub(super) fn note(&self, bytes: usize) {
        let mut fares = self.status.lock();
        let rate = match fares.place.state {
            PlaceState::Starting => BYTES_A_SECOND_FIRST,
            _ => BYTES_A_SECOND,
        };
        fares.meter.note(bytes as u64);
        fares.debt.add(bytes as u64, rate);
    }

    /// Waits until what was read is paid for: no more comes than is promised.
    pub(super) async fn pay(&self) {
        loop {
            let left = self.debt();
            if left.is_zero() {
                return;
            }
            self.status.lock().waits.add(left);
            sleep(left).await;
        }
    }

    pub(super) fn debt(&self) -> Duration {
        self.status.lock().debt.left()
    }

    /// How long was waited so far for what was read to be paid.
    pub(super) fn waited(&self) -> Duration {
        self.status.lock().waits.so_far()
    }

    pub(super) fn note_time(&self, took: Duration) {
        let mut fares = self.status.lock();
        fares.quickest = Some(fares.quickest.map_or(took, |known| known.min(took)));
    }

    pub(super) fn quickest(&self) -> Duration {
        self.status.lock().quickest.unwrap_or_default()
    }
}
