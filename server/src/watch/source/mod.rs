//! Where a watch gets its data: what a topic reads of an agent, and what tells that it changed.
//!
//! A change anywhere sends a whole answer again, so lists are waited for by queries whose filter
//! nothing passes: their answer is `[]`, and they end whenever the table changes (seen on 1.8.7
//! and 1.22.6; old agents ignore the filter of `catalog/services`, whose answer is small). What
//! is small itself, a service, a key, a folder, is waited for directly.

mod agent;
mod follow;

use std::time::Duration;

use futures::{future::BoxFuture, stream::BoxStream};

pub(super) use agent::AgentSource;
pub(crate) use agent::LAST_CONTACT_MAX_MS;

use super::snapshot::Data;
use crate::consul::{Contact, Error};

/// What was read, and from where on to wait for changes of it.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) data: Data,
    pub(super) mark: Mark,
    pub(super) contact: Contact,
}

/// A place in an agent's history. Indexes mean nothing to another agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) agent: String,
    /// One for each query that tells of changes; empty or with a 0 where none can.
    pub(super) indexes: Vec<u64>,
}

/// What was answered so may be old, or no leader stands behind it.
pub(super) fn is_in_doubt(contact: Contact) -> bool {
    contact.leaderless || contact.last_contact_ms > LAST_CONTACT_MAX_MS
}

/// How a wait ended.
#[derive(Clone, Debug)]
pub(super) enum Woken {
    /// By itself: nothing changed, as far as who says so knows.
    Same(Contact),
    /// Something changed: it has to be read.
    Moved,
    /// Something changed, and this is what is now.
    New(Reading),
    /// Where the history was is not known any more: another agent answered, or the index went
    /// backwards.
    Lost,
}

/// Tells of changes, one after another, for as long as it is asked.
pub(super) type Changes<'a> = BoxStream<'a, Result<Woken, Error>>;

/// Where a watch gets its data.
pub(super) trait Source: Send + Sync {
    /// Reads plainly.
    fn read(&self) -> BoxFuture<'_, Result<Reading, Error>>;

    /// The same where nobody waits for it: what somebody waits for goes first.
    fn read_beside(&self) -> BoxFuture<'_, Result<Reading, Error>> {
        self.read()
    }

    /// Changes since `mark`; none where they cannot be waited for now.
    fn follow(&self, mark: &Mark) -> Option<Changes<'_>>;

    /// Changes come with what is then, so that a read makes those that are under way stale.
    fn is_direct(&self) -> bool;

    /// Ends when it is worth trying again after a failure.
    fn back(&self) -> BoxFuture<'_, ()>;

    /// Where changes cannot be waited for at all: how often to look.
    fn look_every(&self) -> Option<Duration>;

    /// What costs so much that changes are read no more often than this.
    fn rest(&self) -> Option<Duration> {
        None
    }
}
