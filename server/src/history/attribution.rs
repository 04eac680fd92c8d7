//! Who did it: what waggle itself wrote, for as long as it takes to be seen.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use wire::history::Who;

/// How long something waits to be seen.
const KEPT: Duration = Duration::from_secs(300);

/// The same where there is much to remember.
const KEPT_OF_MANY: Duration = Duration::from_secs(30);

/// More than this at once are not told apart from outside.
const MANY: usize = 100_000;

/// What waggle wrote lately.
#[derive(Debug, Default)]
pub(crate) struct Attributions(Mutex<HashMap<(String, String), Made>>);

#[derive(Debug)]
struct Made {
    /// `ModifyIndex` of a write; none for a deletion.
    index: Option<u64>,
    at: Instant,
    who: Who,
}

impl Attributions {
    /// waggle wrote a key, which then had this index, or deleted it.
    pub(crate) fn note(&self, datacenter: &str, key: &str, index: Option<u64>, who: &Who) {
        let mut made = self.made();
        if made.len() >= MANY {
            made.retain(|_, made| made.at.elapsed() < KEPT_OF_MANY);
            if made.len() >= MANY {
                return;
            }
        }
        made.insert(
            (datacenter.to_owned(), key.to_owned()),
            Made {
                index,
                at: Instant::now(),
                who: who.clone(),
            },
        );
    }

    /// Says better who made what was noted, where it still waits to be seen.
    pub(crate) fn rename(&self, datacenter: &str, key: &str, index: Option<u64>, who: &Who) {
        let place = (datacenter.to_owned(), key.to_owned());
        if let Some(made) = self.made().get_mut(&place)
            && made.index == index
        {
            made.who = who.clone();
        }
    }

    /// Who wrote what has this index.
    pub(crate) fn of_write(&self, datacenter: &str, key: &str, index: u64) -> Option<Who> {
        self.of(datacenter, key, |made| made.index == Some(index))
    }

    /// Who deleted the key; told once, so that another deletion after it is not taken for ours.
    pub(crate) fn of_deletion(&self, datacenter: &str, key: &str) -> Option<Who> {
        let who = self.of(datacenter, key, |made| made.index.is_none());
        self.forget_deletion(datacenter, key);
        who
    }

    /// The key was there again since it was deleted: a later deletion is another one.
    pub(crate) fn forget_deletion(&self, datacenter: &str, key: &str) {
        let place = (datacenter.to_owned(), key.to_owned());
        let mut all = self.made();
        if all.get(&place).is_some_and(|made| made.index.is_none()) {
            all.remove(&place);
        }
    }

    fn of(&self, datacenter: &str, key: &str, is_it: impl Fn(&Made) -> bool) -> Option<Who> {
        let made = self.made();
        let made = made.get(&(datacenter.to_owned(), key.to_owned()))?;
        (is_it(made) && made.at.elapsed() < KEPT).then(|| made.who.clone())
    }

    fn made(&self) -> MutexGuard<'_, HashMap<(String, String), Made>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_what_has_the_index_is_ours() {
        let who = Who {
            through_waggle: true,
            ..Who::default()
        };
        let made = Attributions::default();
        made.note("dc1", "a", Some(7), &who);
        assert_eq!(made.of_write("dc1", "a", 7), Some(who.clone()));
        assert_eq!(made.of_write("dc1", "a", 8), None);
        assert_eq!(made.of_write("dc2", "a", 7), None);
        assert_eq!(made.of_deletion("dc1", "a"), None);
        made.note("dc1", "a", None, &who);
        assert_eq!(made.of_deletion("dc1", "a"), Some(who.clone()));
        assert_eq!(made.of_deletion("dc1", "a"), None, "another deletion");
        made.note("dc1", "a", None, &who);
        made.forget_deletion("dc1", "a");
        assert_eq!(made.of_deletion("dc1", "a"), None);
        made.note("dc1", "a", None, &who);
        tokio::time::advance(KEPT).await;
        assert_eq!(made.of_deletion("dc1", "a"), None);
    }
}
