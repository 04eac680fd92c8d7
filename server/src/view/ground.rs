//! What a list of rows was made of last, so that checks alone can bring it up to date.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use wire::rows::Rows;

use crate::consul::{Contact, Meta};

/// A smaller list is read whole at every change: that costs little, and is exact.
const PATCHED_FROM: usize = 100;

/// The list as it was read.
pub(crate) struct Ground<R> {
    pub(super) rows: Arc<Rows<R>>,
    pub(super) index: u64,
    pub(super) contact: Contact,
    /// The leader then, where rows say who it is.
    pub(super) leader: Option<String>,
    /// When it was read whole.
    made: Instant,
    /// How long checks alone bring it up to date before it is read whole again.
    kept: Duration,
}

impl<R> Clone for Ground<R> {
    fn clone(&self) -> Self {
        Self {
            rows: Arc::clone(&self.rows),
            leader: self.leader.clone(),
            ..*self
        }
    }
}

impl<R> Ground<R> {
    /// Of an answer that was asked for at `made`, still without its rows.
    pub(super) fn of(meta: &Meta, made: Instant, kept: Duration) -> Self {
        Self {
            rows: Arc::new(Rows::whole(Vec::new())),
            index: meta.index,
            contact: Contact::of([meta]),
            leader: None,
            made,
            kept,
        }
    }

    /// It is time to read the list whole.
    pub(crate) fn is_old(&self) -> bool {
        self.made.elapsed() > self.kept
    }

    /// The same, with these rows; none where there are so few that they are read whole.
    pub(crate) fn with(mut self, rows: &Arc<Rows<R>>) -> Option<Self> {
        self.rows = Arc::clone(rows);
        (rows.items.len() >= PATCHED_FROM).then_some(self)
    }
}
