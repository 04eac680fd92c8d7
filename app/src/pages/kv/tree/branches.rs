//! The folders that are open: each with its list, live, and remembered by this browser.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use wire::{
    kv::KvEntry,
    live::{Subject, Topic},
    problem::ProblemKind,
    rows::Rows,
};

use super::lines::{Inside, Line, lines};
use crate::{
    api,
    effect::effect,
    live::{Live, use_live},
    routes,
};

/// So many folders are open at most: each is followed by the server.
const OPEN_MAX: usize = 40;

/// The folders of a datacenter that are open.
#[derive(Clone, Copy)]
pub struct Branches {
    dc: StoredValue<String>,
    owner: StoredValue<Owner>,
    open: RwSignal<BTreeMap<String, Branch>>,
}

#[derive(Clone)]
struct Branch {
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
            dc: StoredValue::new(dc),
        };
        branches.open("");
        for folder in branches.kept() {
            branches.open(&folder);
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

    /// Opens a folder.
    pub fn open(self, folder: &str) {
        if self.has(folder) {
            return;
        }
        let key = folder.to_owned();
        let owner = self.owner.with_value(Owner::child);
        let list = owner.with(|| {
            let dc = self.dc.get_value();
            let url = api::kv::list(&dc, &key, &api::ListQuery::default());
            let list = use_live(Topic::new(Subject::Kv(key.clone()), &*dc), url);
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
            open.insert(key, Branch { list, owner });
        });
        self.keep();
    }

    /// Opens the way to a folder, and the folder; the farthest from it close where there are many.
    pub fn reveal(self, folder: &str) {
        for (at, _) in folder.match_indices('/') {
            self.open(&folder[..=at]);
        }
        let surplus: Vec<String> = self.open.with_untracked(|open| {
            let many = open.len().saturating_sub(OPEN_MAX);
            let others = open
                .keys()
                .filter(|open| !folder.starts_with(open.as_str()));
            others.take(many).cloned().collect()
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
            .take(OPEN_MAX)
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
