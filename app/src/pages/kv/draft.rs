//! A key that is being edited: what it was read as, what is typed, what others did meanwhile.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use wire::{format::Format, kv::KvPair, problem::ProblemKind, schema::KeyPlace};

use super::{
    check::Check,
    code::{self, CodeCell},
    failure::{Failure, LastFailure},
    key::OpenKey,
    value::Content,
    version::{Remote, Verdict, Version, changed_lines, judge},
};
use crate::{effect::effect, live::Live};

/// A text larger than this is not compared line by line at every key press.
const COMPARED_MAX_BYTES: usize = 128 * 1024;

/// For so long after a save older answers may still be under way.
const SETTLES: std::time::Duration = std::time::Duration::from_secs(5);

/// How long lines are marked that others changed.
const MARKED: std::time::Duration = std::time::Duration::from_secs(4);

/// A save that is shown before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// On what it stands.
    pub target: Target,
    /// It is made although the text does not parse.
    pub allow_invalid: bool,
}

/// On what a save stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The version that was read.
    Read,
    /// The version that others wrote since.
    Theirs,
    /// No key: they deleted it.
    Nothing,
}

/// The state of an edit page.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Where.
    pub dc: StoredValue<String>,
    /// The whole key.
    pub key: StoredValue<String>,
    /// What the edit stands on.
    pub base: RwSignal<Arc<Version>>,
    /// What is typed.
    pub text: RwSignal<String>,
    /// What others did.
    pub remote: RwSignal<Remote>,
    /// What a save would change is shown.
    pub reviewing: RwSignal<Option<Review>>,
    /// On what the last save that was asked for stands: "save anyway" is about the same.
    pub last_target: StoredValue<Target>,
    /// A save is under way.
    pub saving: RwSignal<bool>,
    /// Why the last save wrote nothing.
    pub failure: LastFailure<String>,
    /// The last save lost the race.
    pub lost: RwSignal<bool>,
    /// Theirs and mine are shown side by side.
    pub comparing: RwSignal<bool>,
    /// A text that gave way to another.
    pub aside: RwSignal<Option<String>>,
    /// The lines that others changed just now, while nothing was typed.
    pub news: RwSignal<BTreeSet<u32>>,
    /// What it is checked as.
    pub format: RwSignal<Format>,
    /// The checker.
    pub check: Check,
    /// The editor, once it is there: it tells of a large text only at a pause.
    pub(super) code: CodeCell,
    /// A save was answered just now.
    pub(super) settling: StoredValue<bool>,
    /// The index that was heard last.
    heard: StoredValue<u64>,
    pub(super) live: Live<KvPair>,
}

impl Draft {
    /// Begins with a key as it is, or with what was typed before, and listens to it.
    pub fn new(open: &OpenKey) -> Self {
        let OpenKey { dc, key, live, .. } = open.clone();
        let base = Version::new(open.first.as_ref().clone());
        let text = RwSignal::new(base.shown().to_owned());
        let format = RwSignal::new(Format::from_key(&key));
        let place = Signal::stored(KeyPlace {
            datacenter: dc.clone(),
            key: key.clone(),
        });
        let draft = Self {
            dc: StoredValue::new(dc),
            key: StoredValue::new(key),
            base: RwSignal::new(Arc::new(base)),
            text,
            remote: RwSignal::new(Remote::Same),
            reviewing: RwSignal::new(None),
            last_target: StoredValue::new(Target::Read),
            saving: RwSignal::new(false),
            failure: LastFailure::new(move |failed| text.with(|text| text == failed)),
            lost: RwSignal::new(false),
            comparing: RwSignal::new(false),
            aside: RwSignal::new(None),
            news: RwSignal::new(BTreeSet::new()),
            format,
            check: Check::new(text, format.into(), place),
            code: StoredValue::new_local(None),
            settling: StoredValue::new(false),
            heard: StoredValue::new(0),
            live,
        };
        if let Some(kept) = open.restore.get_untracked() {
            draft.restore(kept);
        }
        effect(move || {
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
        draft
    }

    /// Says why nothing was written, until something else is typed.
    pub fn fail(&self, failure: Failure) {
        self.failure.tell(failure, self.text.get_untracked());
    }

    /// Takes in what the server says, and never touches what was typed.
    fn hear(&self, news: &KvPair) {
        let is_older = self
            .base
            .with_untracked(|base| news.modify_index < base.pair.modify_index);
        // not what was heard before the edit came to stand on something newer
        let is_known = self.heard.get_value() == news.modify_index;
        if is_older && (is_known || self.settling.get_value()) {
            return;
        }
        self.heard.set_value(news.modify_index);
        // what was typed a moment ago is typed, too
        code::flush(self.code);
        let verdict = self
            .base
            .with_untracked(|base| self.text.with_untracked(|typed| judge(base, typed, news)));
        match verdict {
            Verdict::Nothing => {
                let is_back = self.remote.with_untracked(|remote| match remote {
                    Remote::Same => false,
                    Remote::Gone => true,
                    // it was taken back, and is here again
                    Remote::Changed(theirs) => theirs.pair.modify_index < news.modify_index,
                });
                if is_back {
                    self.remote.set(Remote::Same);
                }
            }
            Verdict::Rebase => self.stand_on(Version::new(news.clone())),
            Verdict::Adopt => {
                let news = Version::new(news.clone());
                let lines = self.lines_of(&news);
                self.adopt(news);
                self.mark(lines);
            }
            Verdict::Conflict => {
                let news = Remote::Changed(Arc::new(Version::new(news.clone())));
                if self.remote.with_untracked(|remote| *remote != news) {
                    self.remote.set(news);
                }
            }
        }
    }

    /// A save was answered: what was read before it may arrive after it. What is still there a
    /// moment later is what there is.
    pub(super) fn settle(self) {
        self.settling.set_value(true);
        set_timeout(
            move || {
                if self.settling.try_update_value(|is| *is = false).is_none() {
                    return;
                }
                if let Some(news) = self.live.data.get_untracked() {
                    self.hear(&news);
                }
            },
            SETTLES,
        );
    }

    /// The lines that `news` changes in what is shown; none where it says what is typed.
    fn lines_of(&self, news: &Version) -> BTreeSet<u32> {
        self.text.with_untracked(|typed| {
            if typed.len().max(news.shown().len()) > COMPARED_MAX_BYTES || typed == news.shown() {
                return BTreeSet::new();
            }
            changed_lines(typed, news.shown())
        })
    }

    /// Marks lines for a moment.
    fn mark(&self, lines: BTreeSet<u32>) {
        if lines.is_empty() {
            return;
        }
        self.news.set(lines);
        let news = self.news;
        set_timeout(
            move || {
                news.try_set(BTreeSet::new());
            },
            MARKED,
        );
    }

    /// Something is typed that is not saved.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.base
            .with(|base| self.text.with(|typed| typed != base.shown()))
    }

    /// The bytes that a save would write.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.base.with(|base| match &base.content {
            Content::Text(_) => self
                .text
                .with(|typed| base.restore(typed).map_or(0, |mine| mine.len())),
            Content::Binary(bytes) => bytes.len(),
        })
    }

    /// The lines, from 1, that differ from what was read.
    #[must_use]
    pub fn changed_lines(&self) -> BTreeSet<u32> {
        self.base.with(|base| {
            self.text.with(|typed| {
                if typed == base.shown() {
                    return self.news.get();
                }
                if typed.len() > COMPARED_MAX_BYTES {
                    return BTreeSet::new();
                }
                changed_lines(base.shown(), typed)
            })
        })
    }

    pub(super) fn stand_on(&self, version: Version) {
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
    pub fn take_theirs(&self) {
        if let Remote::Changed(theirs) = self.remote.get_untracked() {
            self.aside.set(Some(self.text.get_untracked()));
            self.adopt(Version::clone(&theirs));
        }
    }

    /// Goes on with a text that holds both, on top of theirs.
    pub fn take_merged(&self, text: String) {
        self.keep_mine();
        self.text.set(text);
    }

    /// What is typed stands on theirs from now on: the next save writes over it.
    pub fn keep_mine(&self) {
        if let Remote::Changed(theirs) = self.remote.get_untracked() {
            self.stand_on(Version::clone(&theirs));
        }
    }

    /// Shows what was read; mine is put aside.
    pub fn discard(&self) {
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
    pub fn put_back(&self) {
        if let Some(text) = self.aside.get_untracked() {
            self.text.set(text);
            self.aside.set(None);
        }
    }
}
