//! What there is to know of a change beside itself.

use wire::kv::KvPair;

use super::{
    Seen,
    write::{
        Known, NOTE_LOCK, NOTE_MAY_HAVE_MISSED, NOTE_RECREATED, NOTE_SAME, NOTE_UNWATCHED, signed,
    },
};

impl Seen {
    /// One index is one change of the store, and no more of them went by.
    fn is_one_change(&self) -> bool {
        self.index_before > 0 && self.index == self.index_before.saturating_add(1)
    }
}

/// What there is to know of keys that are gone. Nobody tells the index of a deletion: it is known
/// to be all that happened only where the last change of the range is the one that was told by
/// itself, and nothing else is seen to have changed before it.
pub(super) fn notes_of_gone(seen: &Seen, others: bool) -> i64 {
    let told = seen.is_one_change() || (seen.told_to == Some(seen.index) && !others);
    match (seen.unwatched, told) {
        (true, _) => NOTE_UNWATCHED,
        (false, false) => NOTE_MAY_HAVE_MISSED,
        (false, true) => 0,
    }
}

/// What there is to know of a change beside itself.
pub(super) fn notes_of(seen: &Seen, pair: &KvPair, before: Option<&Known>, content: i64) -> i64 {
    let mut notes = 0;
    let told = seen.is_one_change() || seen.told_to.is_some_and(|told| pair.modify_index <= told);
    let changed_since_it_was_made = pair.modify_index != pair.create_index;
    if seen.unwatched {
        notes += NOTE_UNWATCHED;
    } else if before.map_or(changed_since_it_was_made, |_| !told) {
        notes += NOTE_MAY_HAVE_MISSED;
    }
    if let Some(before) = before {
        if before.create_index != signed(pair.create_index) {
            notes += NOTE_RECREATED;
        }
        if before.content == Some(content) && before.flags == signed(pair.flags) {
            notes += NOTE_SAME;
        }
        if before.lock_index != signed(pair.lock_index) || before.locked != pair.session.is_some() {
            notes += NOTE_LOCK;
        }
    }
    notes
}
