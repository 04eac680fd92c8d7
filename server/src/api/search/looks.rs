//! One key after the other: does it match?

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use wire::{
    kv::is_secret,
    search_hits::{KeyHits, LookIn},
};

use super::{lines, pattern::Pattern};
use crate::consul::{KvView, LookAt};

/// What is looked for, by all pieces of a search.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) pattern: Pattern,
    pub(super) look_in: LookIn,
    /// Bytes of a name that stand before what is looked in.
    pub(super) from: usize,
    pub(super) secret: Vec<String>,
    /// Nobody waits any more.
    pub(super) over: AtomicBool,
}

/// Looks at the keys of one piece.
pub(super) struct Looks {
    wanted: Arc<Wanted>,
    bytes: Vec<u8>,
    pub(super) found: Vec<KeyHits>,
    pub(super) secret: u64,
    pub(super) binary: u64,
}

impl Looks {
    pub(super) fn new(wanted: Arc<Wanted>) -> Self {
        Self {
            wanted,
            bytes: Vec::new(),
            found: Vec::new(),
            secret: 0,
            binary: 0,
        }
    }

    /// The value as text; none where it is secret or not text.
    fn text(&mut self, pair: &KvView<'_>) -> Option<&str> {
        if is_secret(&self.wanted.secret, &pair.key) {
            self.secret += 1;
            return None;
        }
        let is_read = pair.read_value(&mut self.bytes);
        match std::str::from_utf8(&self.bytes) {
            Ok(text) if is_read && !text.contains('\0') => Some(text),
            _ => {
                self.binary += 1;
                None
            }
        }
    }
}

impl LookAt for Looks {
    fn look_at(&mut self, pair: &KvView<'_>) {
        let wanted = Arc::clone(&self.wanted);
        if wanted.over.load(Ordering::Relaxed) {
            return;
        }
        let in_name = (wanted.look_in == LookIn::Both)
            .then(|| wanted.pattern.in_name(&pair.key, wanted.from))
            .flatten();
        let (lines, more) = match self.text(pair) {
            Some(text) => lines::find(&wanted.pattern, text),
            None => (Vec::new(), 0),
        };
        if in_name.is_some() || !lines.is_empty() {
            self.found.push(KeyHits {
                key: pair.key.to_string(),
                ranges: in_name.map(|(ranges, _)| ranges).unwrap_or_default(),
                lines,
                more,
            });
        }
    }
}
