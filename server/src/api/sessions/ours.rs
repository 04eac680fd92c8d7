//! What becomes of keys when a session is ended through waggle is told to the history: agents say
//! of neither a release nor a deletion whose it was.

use futures::{StreamExt, stream};
use wire::{
    kv::KvPair,
    sessions::{Behavior, SessionRow},
};

use super::HeldLocks;
use crate::{
    api::kv::read,
    datacenter::Place,
    history::{Change, History},
    shards::Walks,
};

/// So many keys are looked at once the session is gone.
const LOOKED_AT: usize = 1_000;

/// So many of them at a time.
const AT_ONCE: usize = 8;

/// A release has one index for all keys: it is looked for in so many.
const SAMPLE: usize = 5;

/// What a session holds of the keys that are recorded.
pub(super) struct Ours {
    keys: Vec<String>,
    /// Some of them as they were.
    sample: Vec<KvPair>,
    behavior: Behavior,
}

impl Ours {
    /// What the session holds just now; nothing where nothing is recorded or it cannot be read.
    pub(super) async fn before(
        history: &History,
        held: &HeldLocks,
        walks: &Walks,
        place: &Place,
        session: &SessionRow,
    ) -> Self {
        let mut ours = Self {
            keys: Vec::new(),
            sample: Vec::new(),
            behavior: session.behavior,
        };
        if !history.records(&place.shown) {
            return ours;
        }
        let Ok(locks) = held.read_now(walks, place).await else {
            return ours;
        };
        let held = locks.items.iter().filter(|lock| lock.session == session.id);
        ours.keys = held.map(|lock| lock.key.clone()).collect();
        if ours.behavior == Behavior::Release {
            for key in ours.keys.iter().take(SAMPLE) {
                ours.sample.extend(read(place, key).await.ok().flatten());
            }
        }
        ours
    }

    /// Tells the history what became of them.
    pub(super) async fn after(self, history: &History, place: &Place) {
        let changes = match self.behavior {
            Behavior::Release => self.released(place).await,
            Behavior::Delete => self.deleted(place).await,
        };
        history.attribute_each(place, changes);
    }

    /// All of them were released by one entry of the log, whose index they have now; another index
    /// is another change.
    async fn released(&self, place: &Place) -> Vec<(String, Change)> {
        for before in &self.sample {
            let Ok(Some(now)) = read(place, &before.key).await else {
                continue;
            };
            if is_released(before, &now) {
                let index = Change::Wrote(now.modify_index);
                return self.keys.iter().map(|key| (key.clone(), index)).collect();
            }
        }
        Vec::new()
    }

    /// Those that are there no more.
    async fn deleted(&self, place: &Place) -> Vec<(String, Change)> {
        let keys: Vec<String> = self.keys.iter().take(LOOKED_AT).cloned().collect();
        let looks = keys.into_iter().map(|key| async move {
            let gone = matches!(read(place, &key).await, Ok(None));
            gone.then_some((key, Change::Deleted))
        });
        let looks: Vec<_> = looks.collect();
        stream::iter(looks)
            .buffer_unordered(AT_ONCE)
            .filter_map(|change| async move { change })
            .collect()
            .await
    }
}

/// Nothing happened to it but that it is held no more.
fn is_released(before: &KvPair, now: &KvPair) -> bool {
    now.session.is_none()
        && now.modify_index > before.modify_index
        && now.create_index == before.create_index
        && (&now.value, now.flags, now.lock_index)
            == (&before.value, before.flags, before.lock_index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_after_the_release_is_another_change() {
        let before = KvPair {
            value: Some("YQ==".into()),
            session: Some("s".into()),
            lock_index: 1,
            create_index: 3,
            modify_index: 4,
            ..KvPair::default()
        };
        let released = KvPair {
            session: None,
            modify_index: 9,
            ..before.clone()
        };
        assert!(is_released(&before, &released));
        for other in [
            before.clone(),
            KvPair {
                value: Some("Yg==".into()),
                ..released.clone()
            },
            KvPair {
                create_index: 9,
                ..released.clone()
            },
            KvPair {
                lock_index: 2,
                session: Some("t".into()),
                ..released
            },
        ] {
            assert!(!is_released(&before, &other), "{other:?}");
        }
    }
}
