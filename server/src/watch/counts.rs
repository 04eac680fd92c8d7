//! What all watches together did, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use super::entry::Way;

/// Counters; all but the streams only grow.
#[derive(Debug, Default)]
pub(super) struct Counts {
    reads: AtomicU64,
    news: AtomicU64,
    unchanged: AtomicU64,
    from_snapshot: AtomicU64,
    joined: AtomicU64,
    asked: AtomicU64,
    streams: AtomicU64,
}

/// The numbers now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WatchCounts {
    /// Tasks that run.
    pub(crate) watches: usize,
    /// Streams that are open.
    pub(crate) streams: u64,
    /// Whole reads that watches made.
    pub(crate) reads: u64,
    /// Times that something else was found than before.
    pub(crate) news: u64,
    /// Times that the same was found as before.
    pub(crate) unchanged: u64,
    /// Readers that were answered without any agent being asked.
    pub(crate) from_snapshot: u64,
    /// Readers that were answered by a read that another one had asked for.
    pub(crate) joined: u64,
    /// Readers for whom a read was made.
    pub(crate) asked: u64,
}

impl Counts {
    pub(super) fn read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// Something was found; new or not.
    pub(super) fn told(&self, new: bool) {
        let counter = if new { &self.news } else { &self.unchanged };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn answered(&self, way: Way) {
        let counter = match way {
            Way::Snapshot => &self.from_snapshot,
            Way::Joined => &self.joined,
            Way::Asked => &self.asked,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stream_opened(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stream_closed(&self) {
        self.streams.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn numbers(&self, watches: usize) -> WatchCounts {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        WatchCounts {
            watches,
            streams: get(&self.streams),
            reads: get(&self.reads),
            news: get(&self.news),
            unchanged: get(&self.unchanged),
            from_snapshot: get(&self.from_snapshot),
            joined: get(&self.joined),
            asked: get(&self.asked),
        }
    }
}
