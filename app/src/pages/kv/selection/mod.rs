//! Keys and folders that are picked in a list, and what is done with them together. What is seen
//! once something is picked (`bar`, `dialogs`, `target`) comes as a part of its own.

pub mod bar;
pub mod dialogs;
pub mod target;

use std::collections::BTreeSet;

use leptos::{ev, prelude::*};
use wire::{
    changes::{Change, Matching},
    kv::KvEntry,
    problem::Problem,
};

use crate::{effect::effect, pages::listing::List};
use target::Way;

/// What is picked on the page of a folder.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Whole keys; a folder's ends with `/`. Those left out where everything is picked.
    keys: RwSignal<BTreeSet<String>>,
    /// Everything is picked that this filter finds.
    everything: RwSignal<Option<String>>,
    /// What is asked for.
    pub asked: RwSignal<Option<Asked>>,
    /// The planned change that is shown.
    pub change: RwSignal<Option<Planned>>,
    /// Why a change could not be planned.
    pub problem: RwSignal<Option<Problem>>,
    place: StoredValue<(String, String)>,
    last: StoredValue<Option<String>>,
    list: List,
}

/// What shall be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// These go.
    Delete(Picked),
    /// These become a file.
    Export(Picked),
    /// What is picked goes somewhere, or gets another name.
    Go(Way),
}

/// Keys as they are named to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// Whole keys; a folder's ends with `/`.
    pub keys: Vec<String>,
    /// All that a filter finds.
    pub matching: Option<Matching>,
}

/// A planned change.
#[derive(Clone)]
pub struct Planned {
    /// As the server planned it.
    pub change: Change,
    /// What has to be typed before it is carried out.
    pub confirm: Option<String>,
}

impl Picked {
    /// One folder, or key.
    #[must_use]
    pub fn one(key: String) -> Self {
        Self {
            keys: vec![key],
            matching: None,
        }
    }
}

impl Selection {
    /// Nothing is picked of `list`, which is the folder `place` (datacenter and folder); rows find
    /// it as a context.
    #[must_use]
    pub fn provide(list: List, place: (String, String)) -> Self {
        let selection = Self {
            keys: RwSignal::new(BTreeSet::new()),
            everything: RwSignal::new(None),
            asked: RwSignal::new(None),
            change: RwSignal::new(None),
            problem: RwSignal::new(None),
            place: StoredValue::new(place),
            last: StoredValue::new(None),
            list,
        };
        provide_context(selection);
        selection.listen();
        selection.keep_to_filter();
        selection
    }

    /// The datacenter and the folder.
    #[must_use]
    pub fn place(self) -> (String, String) {
        self.place.get_value()
    }

    /// Whether a key is picked.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        let everything = self.everything.with(Option::is_some);
        self.keys.with(|keys| keys.contains(key)) != everything
    }

    /// How many lines of the list are picked.
    #[must_use]
    pub fn count(self) -> usize {
        let keys = self.keys.with(BTreeSet::len);
        if self.everything.with(Option::is_some) {
            self.list.count().saturating_sub(keys)
        } else {
            keys
        }
    }

    /// What is picked, by name.
    #[must_use]
    pub fn picked(self) -> Picked {
        let keys: Vec<String> = self
            .keys
            .with_untracked(|keys| keys.iter().cloned().collect());
        match self.everything.get_untracked() {
            None => Picked {
                keys,
                matching: None,
            },
            Some(filter) => Picked {
                keys: Vec::new(),
                matching: Some(Matching {
                    folder: self.place.with_value(|place| place.1.clone()),
                    filter,
                    except: keys,
                }),
            },
        }
    }

    /// Picks a key, or no more; with `range` all from the one before.
    pub fn toggle(self, key: &str, range: bool) {
        let (had, inverted) = untrack(|| (self.has(key), self.everything.get().is_some()));
        let last = self.last.get_value().filter(|_| range);
        let between = last.and_then(|last| self.between(&last, key));
        self.keys.update(|keys| {
            for key in between.unwrap_or_else(|| vec![key.to_owned()]) {
                if had == inverted {
                    keys.insert(key);
                } else {
                    keys.remove(&key);
                }
            }
        });
        self.last.set_value(Some(key.to_owned()));
    }

    /// Picks all that match the filter: by name where all are held, else by the filter.
    pub fn take_all(self) {
        let (all, count) = untrack(|| (self.list.rows::<KvEntry>(), self.list.count()));
        if all.len() == count {
            self.keys
                .update(|keys| keys.extend(all.into_iter().map(|row| row.key)));
        } else {
            self.keys.set(BTreeSet::new());
            self.everything
                .set(Some(self.list.filter_text().get_untracked()));
        }
    }

    /// Picks nothing any more.
    pub fn clear(self) {
        self.keys.set(BTreeSet::new());
        self.everything.set(None);
        self.problem.set(None);
    }

    /// How many lines of the list could be picked and are not.
    #[must_use]
    pub fn left(self) -> usize {
        if self.everything.with(Option::is_some) {
            return self.keys.with(BTreeSet::len);
        }
        let rows = self.list.rows::<KvEntry>();
        let held = self.keys.with(|keys| {
            let held = rows.iter().filter(|row| keys.contains(&row.key));
            held.count()
        });
        self.list.count().saturating_sub(held)
    }

    fn between(self, from: &str, to: &str) -> Option<Vec<String>> {
        let rows = untrack(|| self.list.rows::<KvEntry>());
        let place = |key: &str| rows.iter().position(|row| row.key == key);
        let (from, to) = (place(from)?, place(to)?);
        let range = from.min(to)..=from.max(to);
        Some(rows[range].iter().map(|row| row.key.clone()).collect())
    }

    /// "Everything" is what was seen to match: under another filter it would be something else.
    fn keep_to_filter(self) {
        let filter = self.list.filter_text();
        effect(move || {
            let other = filter.with(|filter| {
                self.everything
                    .with_untracked(|everything| everything.as_ref().is_some_and(|e| e != filter))
            });
            if other {
                self.clear();
            }
        });
    }

    /// `x` picks the row that has the focus, Esc picks none.
    fn listen(self) {
        effect(move || {
            let handle = window_event_listener(ev::keydown, move |event| {
                let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
                if !plain || event.default_prevented() {
                    return;
                }
                match event.key().as_str() {
                    "x" | "X" => {
                        if let Some(key) = focused_key() {
                            event.prevent_default();
                            self.toggle(&key, event.shift_key());
                        }
                    }
                    "Escape"
                        if self.change.with_untracked(Option::is_none)
                            && self.asked.with_untracked(Option::is_none)
                            && untrack(|| self.count()) > 0 =>
                    {
                        self.clear();
                    }
                    _ => {}
                }
            });
            on_cleanup(move || handle.remove());
        });
    }
}

/// The key of the row whose link has the focus.
fn focused_key() -> Option<String> {
    let active = document().active_element()?;
    active.has_attribute("data-row-link").then_some(())?;
    active.closest("tr").ok()??.get_attribute("data-key")
}
