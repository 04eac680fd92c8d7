//! A search as the page sees it: what was found so far, and how far it is.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    problem::Problem,
    search_hits::{KeyHits, Progress, SearchEnd, SearchEvent},
};

use crate::api::{self, search::SearchQuery};

/// A search. A handle: clones share it.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// What is looked for; none before the first search.
    pub query: RwSignal<Option<SearchQuery>>,
    /// Keys that match, in the order in which they came.
    pub hits: RwSignal<Vec<Arc<KeyHits>>>,
    /// How far it is.
    pub progress: RwSignal<Progress>,
    /// What there is to say at its end.
    pub end: RwSignal<Option<SearchEnd>>,
    /// Why it failed.
    pub problem: RwSignal<Option<Problem>>,
    /// It is under way.
    pub running: RwSignal<bool>,
    /// It was stopped before its end.
    pub stopped: RwSignal<bool>,
    /// Counts the searches: a later one ends the one before.
    pub number: RwSignal<u32>,
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

impl Run {
    /// Nothing looked for yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            query: RwSignal::new(None),
            hits: RwSignal::new(Vec::new()),
            progress: RwSignal::new(Progress::default()),
            end: RwSignal::new(None),
            problem: RwSignal::new(None),
            running: RwSignal::new(false),
            stopped: RwSignal::new(false),
            number: RwSignal::new(0),
        }
    }

    /// Begins a search; one that is under way ends.
    pub fn start(self, query: SearchQuery) {
        let mine = self.number.get_untracked() + 1;
        self.number.set(mine);
        self.query.set(Some(query.clone()));
        self.hits.set(Vec::new());
        self.progress.set(Progress::default());
        self.end.set(None);
        self.problem.set(None);
        self.stopped.set(false);
        self.running.set(true);
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let url = api::search::search(&query);
            let outcome = api::events::read(&url, |events| self.take(mine, events)).await;
            if self.number.try_get_untracked() != Some(mine) {
                return;
            }
            if let Err(problem) = outcome {
                self.problem.set(Some(problem));
            }
            self.running.set(false);
        });
    }

    /// Ends what is under way; what was found stays.
    pub fn stop(self) {
        if self.running.get_untracked() {
            self.number.update(|number| *number += 1);
            self.running.set(false);
            self.stopped.set(true);
        }
    }

    /// Forgets all of it.
    pub fn clear(self) {
        self.stop();
        self.query.set(None);
        self.hits.set(Vec::new());
        self.end.set(None);
        self.problem.set(None);
        self.stopped.set(false);
    }

    /// How many lines match, those that are not told among them, and names that match.
    #[must_use]
    pub fn places(self) -> u64 {
        let of = |hit: &Arc<KeyHits>| {
            let lines = hit.lines.len() as u64 + u64::from(hit.more);
            lines + u64::from(!hit.ranges.is_empty())
        };
        self.hits.with(|hits| hits.iter().map(of).sum())
    }

    /// False where nobody wants more of it.
    fn take(self, mine: u32, events: Vec<SearchEvent>) -> bool {
        if self.number.try_get_untracked() != Some(mine) {
            return false;
        }
        let mut found = Vec::new();
        for event in events {
            found.extend(event.hit.map(Arc::new));
            if let Some(progress) = event.progress {
                self.progress.set(progress);
            }
            if event.end.is_some() {
                self.end.set(event.end);
            }
            if event.problem.is_some() {
                self.problem.set(event.problem);
            }
        }
        if !found.is_empty() {
            self.hits.update(|hits| hits.extend(found));
        }
        true
    }
}
