//! A key that is being edited: what it was read as, what is typed, what others did meanwhile.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use wire::{
    format::Format,
    kv::{KvPair, KvSave, VALUE_MAX_BYTES},
    problem::{Problem, ProblemKind},
};

use super::{
    check::{Check, Checked},
    diff::{Step, diff},
    value::{Content, Text, encode},
};
use crate::{api, live::Live};

/// A text larger than this is not compared line by line at every key press.
const COMPARED_MAX_BYTES: usize = 128 * 1024;

/// A key as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// As Consul gave it.
    pub(super) pair: KvPair,
    /// Its value.
    pub(super) content: Content,
}

impl Version {
    /// Reads a pair's value.
    #[must_use]
    pub(super) fn new(pair: KvPair) -> Self {
        Self {
            content: Content::of_pair(&pair),
            pair,
        }
    }

    /// What an editor shows of it; empty for what is not text.
    #[must_use]
    pub(super) fn shown(&self) -> &str {
        match &self.content {
            Content::Text(text) => text.shown(),
            Content::Binary(_) => "",
        }
    }

    /// What to write when an editor that began with this version holds `typed`; none for what
    /// is not text, which is never changed.
    #[must_use]
    pub(super) fn restore(&self, typed: &str) -> Option<String> {
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
pub(super) enum Remote {
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
pub(super) enum Verdict {
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
pub(super) fn judge(base: &Version, typed: &str, news: &KvPair) -> Verdict {
    // an answer that was under way while we saved
    if news.modify_index <= base.pair.modify_index {
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

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// It does not parse.
    Invalid,
    /// It has so many bytes.
    TooLarge(usize),
    /// The key is there already.
    Exists,
    /// Anything else.
    Other(Problem),
}

/// On what a save stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The version that was read.
    Read,
    /// The version that others wrote since.
    Theirs,
    /// No key: they deleted it.
    Nothing,
}

/// The state of an edit page.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// Where.
    pub(super) dc: StoredValue<String>,
    /// The whole key.
    pub(super) key: StoredValue<String>,
    /// What the edit stands on.
    pub(super) base: RwSignal<Arc<Version>>,
    /// What is typed.
    pub(super) text: RwSignal<String>,
    /// What others did.
    pub(super) remote: RwSignal<Remote>,
    /// A save is under way.
    pub(super) saving: RwSignal<bool>,
    /// Why the last save wrote nothing.
    pub(super) failure: RwSignal<Option<Failure>>,
    /// The last save lost the race.
    pub(super) lost: RwSignal<bool>,
    /// Theirs and mine are shown side by side.
    pub(super) comparing: RwSignal<bool>,
    /// A text that gave way to another.
    pub(super) aside: RwSignal<Option<String>>,
    /// What it is checked as.
    pub(super) format: RwSignal<Format>,
    /// The checker.
    pub(super) check: Check,
    live: Live<KvPair>,
}

impl Draft {
    /// Begins with `first`, and listens to `live`.
    pub(super) fn new(dc: String, key: String, first: &KvPair, live: Live<KvPair>) -> Self {
        let base = Version::new(first.clone());
        let text = RwSignal::new(base.shown().to_owned());
        let format = RwSignal::new(Format::from_key(&key));
        let draft = Self {
            dc: StoredValue::new(dc),
            key: StoredValue::new(key),
            base: RwSignal::new(Arc::new(base)),
            text,
            remote: RwSignal::new(Remote::Same),
            saving: RwSignal::new(false),
            failure: RwSignal::new(None),
            lost: RwSignal::new(false),
            comparing: RwSignal::new(false),
            aside: RwSignal::new(None),
            format,
            check: Check::new(text, format.into()),
            live,
        };
        Effect::new(move || {
            let gone = live.problem.with(|problem| {
                problem
                    .as_ref()
                    .is_some_and(|p| p.kind == ProblemKind::NotFound)
            });
            let news = live.data.get();
            if draft.saving.get() {
                return;
            }
            if gone {
                draft.remote.set(Remote::Gone);
                draft.comparing.set(false);
            } else if let Some(news) = news {
                draft.hear(&news);
            }
        });
        Effect::new(move || {
            draft.text.track();
            if draft.failure.with_untracked(Option::is_some) {
                draft.failure.set(None);
            }
        });
        draft
    }

    /// Takes in what the server says, and never touches what was typed.
    fn hear(&self, news: &KvPair) {
        let verdict = self
            .base
            .with_untracked(|base| self.text.with_untracked(|typed| judge(base, typed, news)));
        match verdict {
            Verdict::Nothing => {
                if self.remote.with_untracked(|remote| *remote == Remote::Gone) {
                    self.remote.set(Remote::Same);
                }
            }
            Verdict::Rebase => self.stand_on(Version::new(news.clone())),
            Verdict::Adopt => self.adopt(Version::new(news.clone())),
            Verdict::Conflict => {
                let news = Remote::Changed(Arc::new(Version::new(news.clone())));
                if self.remote.with_untracked(|remote| *remote != news) {
                    self.remote.set(news);
                }
            }
        }
    }

    /// Something is typed that is not saved.
    #[must_use]
    pub(super) fn is_dirty(&self) -> bool {
        self.base
            .with(|base| self.text.with(|typed| typed != base.shown()))
    }

    /// The bytes that a save would write.
    #[must_use]
    pub(super) fn bytes(&self) -> usize {
        self.base.with(|base| match &base.content {
            Content::Text(_) => self
                .text
                .with(|typed| base.restore(typed).map_or(0, |mine| mine.len())),
            Content::Binary(bytes) => bytes.len(),
        })
    }

    /// The lines, from 1, that differ from what was read.
    #[must_use]
    pub(super) fn changed_lines(&self) -> BTreeSet<u32> {
        self.base.with(|base| {
            self.text.with(|typed| {
                if typed == base.shown() || typed.len() > COMPARED_MAX_BYTES {
                    return BTreeSet::new();
                }
                changed_lines(base.shown(), typed)
            })
        })
    }

    fn stand_on(&self, version: Version) {
        self.base.set(Arc::new(version));
        self.remote.set(Remote::Same);
        self.lost.set(false);
        self.comparing.set(false);
    }

    fn adopt(&self, version: Version) {
        let shown = version.shown().to_owned();
        self.stand_on(version);
        if self.text.with_untracked(|typed| *typed != shown) {
            self.text.set(shown);
        }
    }

    /// Shows theirs; mine is put aside.
    pub(super) fn take_theirs(&self) {
        if let Remote::Changed(theirs) = self.remote.get_untracked() {
            self.aside.set(Some(self.text.get_untracked()));
            self.adopt(Version::clone(&theirs));
        }
    }

    /// Shows what was read; mine is put aside.
    pub(super) fn discard(&self) {
        let mine = self.text.get_untracked();
        match self.remote.get_untracked() {
            Remote::Changed(theirs) => self.adopt(Version::clone(&theirs)),
            Remote::Same | Remote::Gone => {
                let shown = self.base.with_untracked(|base| base.shown().to_owned());
                self.text.set(shown);
            }
        }
        self.aside.set(Some(mine));
    }

    /// Brings back what was put aside.
    pub(super) fn put_back(&self) {
        if let Some(text) = self.aside.get_untracked() {
            self.text.set(text);
            self.aside.set(None);
        }
    }

    /// Writes what is typed. `saved` is told when that worked.
    pub(super) fn save(self, target: Target, allow_invalid: bool, saved: Callback<KvPair>) {
        if self.saving.get_untracked() {
            return;
        }
        let base = self.base.get_untracked();
        let Some(value) = self.text.with_untracked(|typed| base.restore(typed)) else {
            return;
        };
        if value.len() > VALUE_MAX_BYTES {
            self.failure.set(Some(Failure::TooLarge(value.len())));
            return;
        }
        let invalid = self
            .check
            .diagnostics
            .with_untracked(|found| super::check::stops_a_save(found));
        if invalid && !allow_invalid {
            self.failure.set(Some(Failure::Invalid));
            return;
        }
        // flags belong to the user: theirs, where theirs is what gives way
        let (cas, flags) = match (target, self.remote.get_untracked()) {
            (Target::Theirs, Remote::Changed(theirs)) => {
                (theirs.pair.modify_index, theirs.pair.flags)
            }
            (Target::Nothing, _) => (0, base.pair.flags),
            _ => (base.pair.modify_index, base.pair.flags),
        };
        let save = KvSave {
            datacenter: self.dc.get_value(),
            key: self.key.get_value(),
            value: encode(value.as_bytes()),
            flags,
            cas,
            format: self.format.get_untracked(),
            allow_invalid,
        };
        self.saving.set(true);
        self.failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = api::kv::save(&save).await;
            // the page may have been left meanwhile
            if self.saving.try_get_untracked().is_some() {
                self.answered(answer, &saved);
            }
        });
    }

    fn answered(&self, answer: Result<KvPair, Problem>, saved: &Callback<KvPair>) {
        match answer {
            Ok(pair) => {
                self.stand_on(Version::new(pair.clone()));
                self.aside.set(None);
                self.live.set(pair.clone());
                saved.run(pair);
            }
            Err(problem) if problem.kind == ProblemKind::Conflict => match problem.current {
                Some(current) => {
                    self.remote
                        .set(Remote::Changed(Arc::new(Version::new(current))));
                    self.lost.set(true);
                    self.comparing.set(true);
                }
                None => {
                    self.remote.set(Remote::Gone);
                    self.comparing.set(false);
                }
            },
            Err(problem) if problem.kind == ProblemKind::InvalidValue => {
                self.check.set(Checked::Done, problem.diagnostics);
                self.failure.set(Some(Failure::Invalid));
            }
            Err(problem) => self.failure.set(Some(Failure::Other(problem))),
        }
        self.saving.set(false);
    }

    /// The text as it was read, where it is text.
    #[must_use]
    pub(super) fn base_text(&self) -> Option<Text> {
        self.base.with(|base| match &base.content {
            Content::Text(text) => Some(text.clone()),
            Content::Binary(_) => None,
        })
    }
}

fn changed_lines(old: &str, new: &str) -> BTreeSet<u32> {
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
            // older than what we stand on
            ("a\n", pair(6, "old"), Verdict::Nothing),
            ("x\n", pair(6, "old"), Verdict::Nothing),
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
