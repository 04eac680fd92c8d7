//! Keys and folders that are picked in a list, and what is done with them together.

pub mod bar;
pub mod target;

use std::collections::BTreeSet;

use leptos::{ev, prelude::*};
use wire::{changes::Change, kv::KvEntry, problem::Problem};

use crate::{effect::effect, pages::listing::List};

/// What is picked on the page of a folder.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Whole keys; a folder's ends with `/`.
    pub keys: RwSignal<BTreeSet<String>>,
    /// The planned change that is shown.
    pub change: RwSignal<Option<Planned>>,
    /// Why a change could not be planned.
    pub problem: RwSignal<Option<Problem>>,
    last: StoredValue<Option<String>>,
    list: List,
}

/// A planned change.
#[derive(Clone)]
pub struct Planned {
    /// As the server planned it.
    pub change: Change,
    /// What has to be typed before it is carried out.
    pub confirm: Option<String>,
}

impl Selection {
    /// Nothing is picked of `list`; rows find it as a context.
    #[must_use]
    pub fn provide(list: List) -> Self {
        let selection = Self {
            keys: RwSignal::new(BTreeSet::new()),
            change: RwSignal::new(None),
            problem: RwSignal::new(None),
            last: StoredValue::new(None),
            list,
        };
        provide_context(selection);
        selection.listen();
        selection
    }

    /// Picks a key, or no more; with `range` all from the one before.
    pub fn toggle(self, key: &str, range: bool) {
        let picks = !self.keys.with_untracked(|keys| keys.contains(key));
        let last = self.last.get_value().filter(|_| range);
        let between = last.and_then(|last| self.between(&last, key));
        self.keys.update(|keys| {
            for key in between.unwrap_or_else(|| vec![key.to_owned()]) {
                if picks {
                    keys.insert(key);
                } else {
                    keys.remove(&key);
                }
            }
        });
        self.last.set_value(Some(key.to_owned()));
    }

    /// Picks all that match the filter, as far as they are held.
    pub fn take_all(self) {
        let all = untrack(|| self.list.rows::<KvEntry>());
        self.keys
            .update(|keys| keys.extend(all.into_iter().map(|row| row.key)));
    }

    /// Picks nothing any more.
    pub fn clear(self) {
        self.keys.set(BTreeSet::new());
        self.problem.set(None);
    }

    /// How many rows could be picked and are not.
    pub fn left(self) -> usize {
        let rows = self.list.rows::<KvEntry>();
        self.keys.with(|keys| {
            let left = rows.iter().filter(|row| !keys.contains(&row.key));
            left.count()
        })
    }

    fn between(self, from: &str, to: &str) -> Option<Vec<String>> {
        let rows = untrack(|| self.list.rows::<KvEntry>());
        let place = |key: &str| rows.iter().position(|row| row.key == key);
        let (from, to) = (place(from)?, place(to)?);
        let range = from.min(to)..=from.max(to);
        Some(rows[range].iter().map(|row| row.key.clone()).collect())
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
                            && !self.keys.with_untracked(BTreeSet::is_empty) =>
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
