//! What a change is asked to do to each key, before anybody looked what is there.

use bytes::Bytes;
use wire::changes::KeyPlace;

/// What a key holds: its bytes and its user's own number.
pub type Content = (Bytes, u64);

/// What shall become of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    /// Where, as people know it.
    pub datacenter: String,
    /// The whole key.
    pub key: String,
    /// What it shall hold; none where it shall go.
    pub put: Option<Content>,
    /// Where that comes from, if from another key.
    pub source: Option<Source>,
    /// The `ModifyIndex` at which the key was read (0 where it was not there): refused where it is
    /// another one by now.
    pub read_at: Option<u64>,
}

/// The key that a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub place: KeyPlace,
    /// The `ModifyIndex` at which it was read.
    pub modify_index: u64,
    /// What becomes of it once the value is known to be at its destination.
    pub then: Then,
}

/// What becomes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// It stays.
    Keep,
    /// It goes: a move.
    Delete,
    /// It holds this again: a move over something else is taken back.
    Restore(Content),
}

impl PlannedStep {
    /// The key shall hold `bytes` with these flags.
    pub fn put(
        datacenter: impl Into<String>,
        key: impl Into<String>,
        bytes: impl Into<Bytes>,
        flags: u64,
    ) -> Self {
        Self {
            datacenter: datacenter.into(),
            key: key.into(),
            put: Some((bytes.into(), flags)),
            source: None,
            read_at: None,
        }
    }

    /// The key shall go.
    pub fn delete(datacenter: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            datacenter: datacenter.into(),
            key: key.into(),
            put: None,
            source: None,
            read_at: None,
        }
    }

    /// The same, copied from a key that was read at `modify_index` and stays.
    #[must_use]
    pub fn copied_from(mut self, place: KeyPlace, modify_index: u64) -> Self {
        self.source = Some(Source {
            place,
            modify_index,
            then: Then::Keep,
        });
        self
    }

    /// The same, and then this becomes of the key that it comes from.
    #[must_use]
    pub fn moved_from(mut self, place: KeyPlace, modify_index: u64, then: Then) -> Self {
        self.source = Some(Source {
            place,
            modify_index,
            then,
        });
        self
    }

    /// The same, refused where the key is not at this `ModifyIndex` (0: not there) any more.
    #[must_use]
    pub fn read_at(mut self, modify_index: u64) -> Self {
        self.read_at = Some(modify_index);
        self
    }

    /// The source, where something becomes of it.
    pub(super) fn moved(&self) -> Option<&Source> {
        self.source
            .as_ref()
            .filter(|source| source.then != Then::Keep)
    }

    /// The keys that it writes.
    pub(super) fn writes(&self) -> impl Iterator<Item = (&str, &str)> {
        let moved = self.moved().map(|source| &source.place);
        [(self.datacenter.as_str(), self.key.as_str())]
            .into_iter()
            .chain(moved.map(|place| (place.datacenter.as_str(), place.key.as_str())))
    }

    /// How many bytes it keeps in memory.
    pub(super) fn held_bytes(&self) -> usize {
        let content = |content: &Content| content.0.len();
        let restored = match self.source.as_ref().map(|source| &source.then) {
            Some(Then::Restore(before)) => before.0.len(),
            _ => 0,
        };
        OVERHEAD_BYTES + 2 * self.key.len() + self.put.as_ref().map_or(0, content) + restored
    }
}

/// What a step costs beside its values.
const OVERHEAD_BYTES: usize = 400;
