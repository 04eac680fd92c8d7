//! Versions of a key, and what one means for an editor that began with another.

use std::{collections::BTreeSet, sync::Arc};

use wire::kv::KvPair;

use super::value::{Content, Text, encode};
use crate::components::text_diff::lines::{Step, diff};

/// A key as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// As Consul gave it.
    pub pair: KvPair,
    /// Its value.
    pub content: Content,
}

impl Version {
    /// Reads a pair's value.
    #[must_use]
    pub fn new(pair: KvPair) -> Self {
        Self {
            content: Content::of_pair(&pair),
            pair,
        }
    }

    /// What an editor shows of it; empty for what is not text.
    #[must_use]
    pub fn shown(&self) -> &str {
        match &self.content {
            Content::Text(text) => text.shown(),
            Content::Binary(_) => "",
        }
    }

    /// It is text, which can be edited.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.content, Content::Text(_))
    }

    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Binary(_) => None,
        }
    }

    /// What to write when an editor that began with this version holds `typed`; none for what
    /// is not text, which is never changed.
    #[must_use]
    pub fn restore(&self, typed: &str) -> Option<String> {
        match &self.content {
            Content::Text(text) => Some(text.restore(typed)),
            Content::Binary(_) => None,
        }
    }

    fn differs_in_bytes(&self, other: &KvPair) -> bool {
        self.pair.value.as_deref().unwrap_or_default() != other.value.as_deref().unwrap_or_default()
    }
}

/// What others did to the key since it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Remote {
    /// Nothing.
    #[default]
    Same,
    /// They wrote it.
    Changed(Arc<Version>),
    /// They deleted it.
    Gone,
}

/// What an answer of the server means for an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing new.
    Nothing,
    /// Show it: nothing was typed, or just this.
    Adopt,
    /// Only the index or the flags moved: what is typed stands on it.
    Rebase,
    /// Someone else wrote something else.
    Conflict,
}

/// Judges `news` for an editor that began with `base` and holds `typed`.
#[must_use]
pub fn judge(base: &Version, typed: &str, news: &KvPair) -> Verdict {
    // also what is older than the edit stands on: a snapshot that was restored takes a key back
    if news.modify_index == base.pair.modify_index {
        return Verdict::Nothing;
    }
    if !base.differs_in_bytes(news) {
        return Verdict::Rebase;
    }
    let dirty = typed != base.shown();
    let same_as_typed = base
        .restore(typed)
        .is_some_and(|mine| encode(mine.as_bytes()) == news.value.as_deref().unwrap_or_default());
    if !dirty || same_as_typed {
        Verdict::Adopt
    } else {
        Verdict::Conflict
    }
}

/// The lines of `new`, from 1, that differ from `old`.
#[must_use]
pub fn changed_lines(old: &str, new: &str) -> BTreeSet<u32> {
    let old: Vec<&str> = old.split('\n').collect();
    let new: Vec<&str> = new.split('\n').collect();
    let mut changed = BTreeSet::new();
    let mut next = 0_usize;
    for step in diff(&old, &new) {
        let line = match step {
            Step::Same { new, .. } => {
                next = new + 1;
                continue;
            }
            Step::Added(line) => {
                next = line + 1;
                line
            }
            // where lines are gone, the one that stands there now is marked
            Step::Removed(_) => next.min(new.len() - 1),
        };
        changed.insert(u32::try_from(line + 1).unwrap_or(u32::MAX));
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(index: u64, value: &str) -> KvPair {
        KvPair {
            modify_index: index,
            value: Some(encode(value.as_bytes())),
            ..KvPair::default()
        }
    }

    #[test]
    fn typed_text_is_never_given_up() {
        let base = Version::new(pair(7, "a\r\n"));
        for (typed, news, verdict) in [
            // nothing typed
            ("a\n", pair(7, "a\r\n"), Verdict::Nothing),
            ("a\n", pair(8, "b"), Verdict::Adopt),
            ("a\n", pair(8, "a\r\n"), Verdict::Rebase),
            // taken back, as by a restored snapshot
            ("a\n", pair(6, "old"), Verdict::Adopt),
            ("x\n", pair(6, "old"), Verdict::Conflict),
            ("x\n", pair(6, "a\r\n"), Verdict::Rebase),
            // typed
            ("x\n", pair(7, "a\r\n"), Verdict::Nothing),
            ("x\n", pair(8, "b"), Verdict::Conflict),
            ("x\n", pair(8, "a\r\n"), Verdict::Rebase),
            // our own save, heard before its answer
            ("x\n", pair(8, "x\r\n"), Verdict::Adopt),
        ] {
            assert_eq!(judge(&base, typed, &news), verdict, "{typed:?} {news:?}");
        }
    }

    #[test]
    fn bytes_are_not_text() {
        let bytes = KvPair {
            value: Some(encode(&[0xff])),
            ..pair(7, "")
        };
        let base = Version::new(bytes);
        assert_eq!(base.restore("typed"), None);
        assert_eq!(base.shown(), "");
        assert_eq!(judge(&base, "", &pair(8, "text")), Verdict::Adopt);
    }

    #[test]
    fn changed_lines_are_those_of_the_new_text() {
        let lines = |old, new| changed_lines(old, new).into_iter().collect::<Vec<_>>();
        assert_eq!(lines("a\nb\nc", "a\nx\nc"), [2]);
        assert_eq!(lines("a\nb\nc", "a\nc"), [2]);
        assert_eq!(lines("a", "a\nb\nc"), [2, 3]);
        assert_eq!(lines("a\nb", "a"), [1]);
    }
}
