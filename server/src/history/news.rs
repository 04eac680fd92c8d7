//! Tells who looks at history that there is more of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use tokio::sync::watch;
use wire::datacenters::ALL;

use super::{
    now,
    store::{Range, Written},
};

/// Who is told, and of what number of news.
#[derive(Debug)]
pub(super) struct News {
    /// Tells the numbers of this run from those of another one.
    epoch: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    told: Vec<Weak<Told>>,
    /// How often something was recorded.
    count: u64,
    /// What the count was when something was last recorded of a datacenter.
    last: BTreeMap<String, u64>,
}

impl Default for News {
    fn default() -> Self {
        Self {
            epoch: now(),
            state: Mutex::default(),
        }
    }
}

#[derive(Debug)]
struct Told {
    datacenter: String,
    range: Range,
    version: watch::Sender<u64>,
}

/// A look at history; told for as long as it is held.
#[derive(Debug)]
pub(crate) struct Following {
    epoch: u64,
    _told: Arc<Told>,
    version: watch::Receiver<u64>,
}

impl Following {
    /// Another one after each change; it is then known to have been seen. Who looks away and comes
    /// back is given another one if something was recorded meanwhile: it counts for all who look,
    /// from the start of the process on.
    pub(crate) fn version(&mut self) -> String {
        let number = *self.version.borrow_and_update();
        format!("h{:x}.{number}", self.epoch)
    }

    /// Ends when the version is another than the one that was seen last.
    pub(crate) async fn changed(&mut self) {
        if self.version.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

impl News {
    /// Follows what becomes of some keys of a datacenter, or of all of them (`@all`).
    pub(super) fn follow(&self, datacenter: &str, range: Range) -> Following {
        let mut state = self.state();
        let number = match datacenter {
            ALL => state.count,
            dc => state.last.get(dc).copied().unwrap_or_default(),
        };
        let told = Arc::new(Told {
            datacenter: datacenter.to_owned(),
            range,
            version: watch::Sender::new(number),
        });
        state.told.retain(|told| told.strong_count() > 0);
        state.told.push(Arc::downgrade(&told));
        Following {
            epoch: self.epoch,
            version: told.version.subscribe(),
            _told: told,
        }
    }

    /// Something was recorded.
    pub(super) fn tell(&self, datacenter: &str, written: &Written) {
        if written.changed.is_empty() {
            return;
        }
        // held until all are told, so that nobody begins to follow between number and news
        let mut state = self.state();
        state.count += 1;
        let count = state.count;
        state.last.insert(datacenter.to_owned(), count);
        for told in state.told.iter().filter_map(Weak::upgrade) {
            let is_about = |key: &String| match &told.range {
                Range::Below(prefix) => key.starts_with(prefix.as_str()),
                Range::Exactly(name) => key == name,
            };
            let is_there = told.datacenter == datacenter || told.datacenter == ALL;
            if is_there && written.changed.iter().any(is_about) {
                told.version.send_replace(count);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_who_looks_there_is_told() {
        let news = News::default();
        let mut all = news.follow("dc1", Range::Below(String::new()));
        let mut everywhere = news.follow(ALL, Range::Below(String::new()));
        let mut other = news.follow("dc1", Range::Below("b/".into()));
        let before = (all.version(), other.version(), everywhere.version());
        let written = Written {
            changed: vec!["a/x".into()],
            last: 7,
        };
        news.tell("dc2", &written);
        news.tell("dc1", &written);
        all.changed().await;
        assert_ne!(everywhere.version(), before.2);
        assert_ne!(all.version(), before.0);
        assert_eq!(other.version(), before.1);
        drop((all, other, everywhere));
        drop(news.follow("dc1", Range::Exactly("a".into())));
        assert_eq!(news.state().told.len(), 1);
    }

    #[tokio::test]
    async fn who_comes_back_is_told_what_happened_meanwhile() {
        let news = News::default();
        let written = |key: &str| Written {
            changed: vec![key.into()],
            last: 7,
        };
        let look = |dc: &str| news.follow(dc, Range::Below("a/".into())).version();
        let (before, everywhere, elsewhere) = (look("dc1"), look(ALL), look("dc2"));
        assert_eq!(before, look("dc1"), "nothing happened");
        // nobody looks
        news.tell("dc1", &written("a/x"));
        let after = look("dc1");
        assert_ne!(after, before);
        assert_ne!(look(ALL), everywhere);
        assert_eq!(look("dc2"), elsewhere);
        // who looks on is told the same as who comes now
        let mut on = news.follow("dc1", Range::Below("a/".into()));
        news.tell("dc1", &written("a/y"));
        assert_eq!(on.version(), look("dc1"));
        assert_ne!(on.version(), after);
        // another run counts anew, and never says the same
        let later = News {
            epoch: news.epoch + 1,
            ..News::default()
        };
        let mut first = later.follow("dc1", Range::Below("a/".into()));
        assert_ne!(first.version(), before);
    }
}
