//! A comparison as the page sees it: what is compared, what of it is here, what is selected.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wire::{
    compare::{Comparison, PairCounts, PairRow, PairState, ShownPairs},
    problem::Problem,
    window::LIMIT_MAX,
};

use crate::{
    api::{self, compare::FolderPlace, request},
    navigation::Navigation,
};

/// Which folders, and which of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The left folder.
    pub left: FolderPlace,
    /// The right one.
    pub right: FolderPlace,
    /// Which keys.
    pub show: ShownPairs,
}

impl Asked {
    /// What the address asks for; none while it names no other side.
    #[must_use]
    pub fn of(navigation: Navigation, dc: &str) -> Option<Self> {
        let with = navigation.value("with");
        let prefix = navigation.value("prefix");
        let with_prefix = if untrack_has(navigation, "with-prefix") {
            navigation.value("with-prefix")
        } else {
            prefix.clone()
        };
        (!with.is_empty()).then(|| Self {
            left: FolderPlace {
                dc: dc.to_owned(),
                prefix,
            },
            right: FolderPlace {
                dc: with,
                prefix: with_prefix,
            },
            show: ShownPairs::from_word(&navigation.value("show")),
        })
    }

    /// There is nothing to compare.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.left == self.right
    }
}

/// The whole store is a folder without a name: then the address has the word without a value.
fn untrack_has(navigation: Navigation, name: &'static str) -> bool {
    navigation.has_query(name).get()
}

/// A comparison. A handle: clones share it.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// What is compared; none while no other side is named.
    pub asked: RwSignal<Option<Asked>>,
    /// The rows that are here; none before the first answer.
    pub rows: RwSignal<Option<Vec<PairRow>>>,
    /// Which rows these are: other ones have another number, some more of them the same.
    pub rows_number: RwSignal<usize>,
    /// How many there are of those that are shown.
    pub total: RwSignal<usize>,
    /// How many keys are in each state.
    pub counts: RwSignal<PairCounts>,
    /// There are more than are kept.
    pub cut: RwSignal<bool>,
    /// Why it failed.
    pub problem: RwSignal<Option<Problem>>,
    /// An answer is waited for.
    pub busy: RwSignal<bool>,
    /// The keys that are selected.
    pub selected: RwSignal<BTreeSet<String>>,
    /// The key whose difference is shown.
    pub open: RwSignal<Option<String>>,
    number: StoredValue<u32>,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// Nothing compared yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            asked: RwSignal::new(None),
            rows: RwSignal::new(None),
            rows_number: RwSignal::new(0),
            total: RwSignal::new(0),
            counts: RwSignal::new(PairCounts::default()),
            cut: RwSignal::new(false),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            selected: RwSignal::new(BTreeSet::new()),
            open: RwSignal::new(None),
            number: StoredValue::new(0),
        }
    }

    /// Compares what is asked for.
    pub fn ask(self, asked: Option<Asked>) {
        let before = self.asked.get_untracked();
        let sides = |asked: &Option<Asked>| {
            asked
                .as_ref()
                .map(|asked| (asked.left.clone(), asked.right.clone()))
        };
        if sides(&before) != sides(&asked) {
            self.rows.set(None);
            self.counts.set(PairCounts::default());
        }
        self.selected.set(BTreeSet::new());
        self.open.set(None);
        self.asked.set(asked);
        self.load(0);
    }

    /// The same once more: something may have changed.
    pub fn again(self) {
        let asked = self.asked.get_untracked();
        self.ask(asked);
    }

    /// The rows from this one on.
    pub fn load(self, offset: usize) {
        let mine = self.number.get_value() + 1;
        self.number.set_value(mine);
        self.problem.set(None);
        let Some(asked) = self.asked.get_untracked().filter(|asked| !asked.is_same()) else {
            self.busy.set(false);
            return;
        };
        self.busy.set(true);
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let Asked { left, right, show } = asked;
            let mut url = api::compare::comparison(&left, &right, show, LIMIT_MAX);
            if offset > 0 {
                url.push_str("&offset=");
                url.push_str(&offset.to_string());
            }
            let outcome = request::get_patiently::<Comparison>(&url).await;
            if self.number.try_get_value() != Some(mine) {
                return;
            }
            match outcome {
                Ok(found) => self.take(found),
                Err(problem) => self.problem.set(Some(problem)),
            }
            self.busy.set(false);
        });
    }

    fn take(self, found: Comparison) {
        self.counts.set(found.counts);
        self.cut.set(found.cut);
        self.total.set(found.total);
        if found.offset > 0 {
            self.rows
                .update(|rows| rows.get_or_insert_default().extend(found.items));
        } else {
            self.rows.set(Some(found.items));
            self.rows_number.update(|number| *number += 1);
        }
    }

    /// The selected keys that the source has.
    #[must_use]
    pub fn selected_of(self, to_right: bool) -> Vec<String> {
        let lacks = if to_right {
            PairState::Right
        } else {
            PairState::Left
        };
        let selected = self.selected.get();
        self.rows.with(|rows| {
            let rows = rows.iter().flatten();
            rows.filter(|row| row.state != lacks && selected.contains(&row.key))
                .map(|row| row.key.clone())
                .collect()
        })
    }
}
