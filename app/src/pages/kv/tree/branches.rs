//! The folders that are open: each with its list, live, and remembered by this browser.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use wire::{
    kv::KvEntry,
    live::{Subject, TOPICS_MAX, Topic},
    problem::ProblemKind,
    rows::Rows,
};

use super::lines::{Inside, Line, lines};
use crate::{
    api,
    effect::effect,
    live::{Live, use_live_aside},
    routes,
};

/// So many folders are open at most: the stream tells of each, and of what the page shows.
const OPEN_MAX: usize = TOPICS_MAX - 24;

/// The folders of a datacenter that are open.
#[derive(Clone, Copy)]
pub struct Branches {
    dc: StoredValue<String>,
    owner: StoredValue<Owner>,
    open: RwSignal<BTreeMap<String, Branch>>,
    /// The folder that the page is about.
    shown: StoredValue<String>,
}

#[derive(Clone)]
struct Branch {
    /// The later it was opened, the higher.
    number: u32,
    list: Live<Rows<KvEntry>>,
    /// Follows the list for as long as it is held.
    owner: Owner,
}

impl Branches {
    /// Those that were open when the tree was last seen; the top always is.
    #[must_use]
    pub fn remembered(dc: String) -> Self {
        let branches = Self {
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            open: RwSignal::new(BTreeMap::new()),
            shown: StoredValue::new(String::new()),
            dc: StoredValue::new(dc),
        };
        // before the first is opened, which keeps what is open then
        let kept = branches.kept();
        branches.begin("");
        for folder in kept {
            branches.begin(&folder);
        }
        branches
    }

    /// The lines that are seen.
    #[must_use]
    pub fn lines(self) -> Vec<Line> {
        self.open.with(|open| {
            lines(&|folder| {
                let rows: Arc<Rows<KvEntry>> = open.get(folder)?.list.data.get()?;
                Some(Inside::of(&rows))
            })
        })
    }

    /// Whether a folder is open.
    #[must_use]
    pub fn has(self, folder: &str) -> bool {
        self.open.with_untracked(|open| open.contains_key(folder))
    }

    /// Opens a folder; where there are too many, others close.
    pub fn open(self, folder: &str) {
        self.begin(folder);
        self.bound(folder);
    }

    fn begin(self, folder: &str) {
        if self.has(folder) {
            return;
        }
        let key = folder.to_owned();
        let owner = self.owner.with_value(Owner::child);
        let list = owner.with(|| {
            let dc = self.dc.get_value();
            let url = api::kv::list(&dc, &key, &api::ListQuery::default());
            let list = use_live_aside(Topic::new(Subject::Kv(key.clone()), &*dc), url);
            let gone = key.clone();
            effect(move || {
                let is_gone = list.problem.with(|problem| {
                    problem
                        .as_ref()
                        .is_some_and(|problem| problem.kind == ProblemKind::NotFound)
                });
                if is_gone && !gone.is_empty() {
                    let gone = gone.clone();
                    // not while it is asked by what goes with it
                    set_timeout(move || self.close(&gone), std::time::Duration::ZERO);
                }
            });
            list
        });
        self.open.update(|open| {
            let last = open.values().map(|branch| branch.number).max();
            let branch = Branch {
                number: last.unwrap_or_default() + 1,
                list,
                owner,
            };
            open.insert(key, branch);
        });
        self.keep();
    }

    /// Opens the way to a folder, and the folder, which the page is about; where there are too
    /// many, others close.
    pub fn reveal(self, folder: &str) {
        self.shown.set_value(folder.to_owned());
        for (at, _) in folder.match_indices('/') {
            self.begin(&folder[..=at]);
        }
        self.bound(folder);
    }

    /// Closes what is too much, and nothing on the way to `folder` or to what the page is about.
    fn bound(self, folder: &str) {
        let shown = self.shown.get_value();
        let surplus = self.open.with_untracked(|open| {
            let numbers = open
                .iter()
                .map(|(name, branch)| (name.as_str(), branch.number));
            let surplus = surplus(numbers.collect(), &[folder, &shown]);
            surplus.into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        for folder in surplus {
            self.close(&folder);
        }
    }

    /// Closes a folder and all below it.
    pub fn close(self, folder: &str) {
        if folder.is_empty() {
            return;
        }
        self.open.try_update(|open| {
            open.retain(|open, branch| {
                let stays = !open.starts_with(folder);
                if !stays {
                    branch.owner.cleanup();
                }
                stays
            });
        });
        self.keep();
    }

    fn name(self) -> Option<String> {
        let dc = self.dc.try_get_value()?;
        Some(format!("waggle:tree:{dc}"))
    }

    fn kept(self) -> Vec<String> {
        let written = self
            .name()
            .and_then(|name| storage()?.get_item(&name).ok().flatten())
            .unwrap_or_default();
        let folders = written.split(' ').filter(|folder| !folder.is_empty());
        folders
            .filter_map(|folder| js_sys::decode_uri_component(folder).ok())
            .map(String::from)
            .filter(|folder| folder.ends_with('/'))
            .take(OPEN_MAX - 1)
            .collect()
    }

    fn keep(self) {
        let Some((name, storage)) = self.name().zip(storage()) else {
            return;
        };
        let folders = self.open.try_with_untracked(|open| {
            let folders = open.keys().filter(|folder| !folder.is_empty());
            folders
                .map(|folder| routes::part(folder))
                .collect::<Vec<_>>()
        });
        // where the browser keeps nothing, the tree begins anew
        let _ = storage.set_item(&name, &folders.unwrap_or_default().join(" "));
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Which of the open folders, each with its number, have to close so that no more than
/// `OPEN_MAX` are: those opened first, but none on the way to those `held`, and none before what
/// is open in it.
fn surplus<'a>(mut open: Vec<(&'a str, u32)>, held: &[&str]) -> Vec<&'a str> {
    let mut closing = Vec::new();
    while open.len() > OPEN_MAX {
        let may_close = |folder: &str| {
            let has_open = |other: &&str| *other != folder && other.starts_with(folder);
            !held.iter().any(|held| held.starts_with(folder))
                && !open.iter().any(|(other, _)| has_open(other))
        };
        let oldest = (0..open.len())
            .filter(|at| may_close(open[*at].0))
            .min_by_key(|at| open[*at].1);
        let Some(at) = oldest else { break };
        closing.push(open.swap_remove(at).0);
    }
    closing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_close_and_never_the_way_to_where_one_is() {
        let others: Vec<String> = (0..OPEN_MAX).map(|n| format!("x{n:03}/")).collect();
        let way = ["", "a/", "a/b/", "z/", "z/z/"];
        let folders = way.into_iter().chain(others.iter().map(String::as_str));
        let mut open: Vec<(&str, u32)> = folders.zip(1..).collect();
        let many = open.len() - OPEN_MAX;
        let found = surplus(open.clone(), &["a/b/", ""]);
        // of `z/` and what is open in it the inner one first
        assert_eq!(found[..3], ["z/z/", "z/", "x000/"]);
        assert_eq!(found.len(), many);
        open.truncate(OPEN_MAX);
        assert_eq!(surplus(open, &["a/b/"]), [""; 0]);
    }

    #[test]
    fn a_way_that_is_too_long_stays() {
        let deep = "a/".repeat(OPEN_MAX + 5);
        let way = deep.match_indices('/').map(|(at, _)| &deep[..=at]);
        assert_eq!(surplus(way.zip(1..).collect(), &[&deep]), [""; 0]);
    }
}
