//! Tells who looks at history that there is more of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;
use wire::datacenters::ALL;

use super::store::{Range, Written};

/// Who is told.
#[derive(Debug, Default)]
pub(super) struct News(Mutex<Vec<Weak<Told>>>);

#[derive(Debug)]
struct Told {
    datacenter: String,
    range: Range,
    version: watch::Sender<u64>,
}

/// A look at history; told for as long as it is held.
#[derive(Debug)]
pub(crate) struct Following {
    _told: Arc<Told>,
    version: watch::Receiver<u64>,
}

impl Following {
    /// Another one after each change; it is then known to have been seen.
    pub(crate) fn version(&mut self) -> String {
        format!("h{}", *self.version.borrow_and_update())
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
        let told = Arc::new(Told {
            datacenter: datacenter.to_owned(),
            range,
            version: watch::Sender::new(0),
        });
        let mut all = self.all();
        all.retain(|told| told.strong_count() > 0);
        all.push(Arc::downgrade(&told));
        Following {
            version: told.version.subscribe(),
            _told: told,
        }
    }

    /// Something was recorded.
    pub(super) fn tell(&self, datacenter: &str, written: &Written) {
        let all: Vec<_> = self.all().iter().filter_map(Weak::upgrade).collect();
        for told in all {
            let is_about = |key: &String| match &told.range {
                Range::Below(prefix) => key.starts_with(prefix.as_str()),
                Range::Exactly(name) => key == name,
            };
            let is_there = told.datacenter == datacenter || told.datacenter == ALL;
            if is_there && written.changed.iter().any(is_about) {
                told.version.send_modify(|version| *version += 1);
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Weak<Told>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        assert_eq!(everywhere.version(), "h2");
        assert_ne!(all.version(), before.0);
        assert_eq!(other.version(), before.1);
        drop((all, other, everywhere));
        drop(news.follow("dc1", Range::Exactly("a".into())));
        assert_eq!(news.all().len(), 1);
    }
}
