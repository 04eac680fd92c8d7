//! What is known of the keys that sessions hold.

use std::{collections::BTreeMap, sync::Arc};

use wire::sessions::{Behavior, Locks};

use crate::i18n::SessionsMessages;

/// What is known of the keys that sessions hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing yet.
    Waiting,
    /// Nothing: it could not be read.
    Unknown,
    /// These, of the keys that were looked at.
    Known(Arc<HeldKeys>),
}

/// The keys that were looked at and are held.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HeldKeys {
    by_session: BTreeMap<String, Vec<String>>,
    looked_at: u64,
    of: u64,
}

impl HeldKeys {
    /// Sorts locks by who holds them.
    #[must_use]
    pub fn new(locks: &Locks) -> Self {
        let mut held = Self {
            looked_at: locks.looked_at,
            of: locks.of,
            ..Self::default()
        };
        for lock in &locks.items {
            let keys = held.by_session.entry(lock.session.clone()).or_default();
            keys.push(lock.key.clone());
        }
        held
    }

    /// Every key was looked at.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.looked_at >= self.of
    }
}

impl Held {
    /// The keys that a session is known to hold.
    #[must_use]
    pub fn of(&self, session: &str) -> &[String] {
        match self {
            Self::Waiting | Self::Unknown => &[],
            Self::Known(held) => held.by_session.get(session).map_or(&[], Vec::as_slice),
        }
    }

    /// What becomes of the keys of a session that ends: what goes above those that are known, and
    /// what is to be said of others.
    #[must_use]
    pub fn fate(
        &self,
        t: &SessionsMessages,
        session: &str,
        behavior: Behavior,
    ) -> (Option<String>, Option<String>) {
        let deletes = behavior == Behavior::Delete;
        let Self::Known(held) = self else {
            let text = if deletes {
                t.invalidate_unknown_delete
            } else {
                t.invalidate_unknown_release
            };
            return (None, Some(text.to_owned()));
        };
        let count = self.of(session).len();
        let listed = match count {
            0 => None,
            count if deletes => Some((t.invalidate_delete)(count)),
            count => Some((t.invalidate_release)(count)),
        };
        let others = match (held.is_whole(), deletes, count) {
            (false, true, _) => Some((t.invalidate_part_delete)(held.looked_at, held.of)),
            (false, false, _) => Some((t.invalidate_part_release)(held.looked_at, held.of)),
            (true, _, 0) => Some(t.invalidate_none.to_owned()),
            (true, true, _) => Some(t.invalidate_for_good.to_owned()),
            (true, false, _) => None,
        };
        (listed, others)
    }
}

#[cfg(test)]
mod tests {
    use wire::sessions::Lock;

    use super::*;
    use crate::i18n::{Language, messages};

    fn held(keys: &[&str], looked_at: u64, of: u64) -> Held {
        let items = keys.iter().map(|key| Lock {
            key: (*key).to_owned(),
            session: "s".to_owned(),
        });
        Held::Known(Arc::new(HeldKeys::new(&Locks {
            items: items.collect(),
            looked_at,
            of,
        })))
    }

    fn said(held: &Held, behavior: Behavior) -> String {
        let t = &messages(Language::En).sessions;
        let (listed, others) = held.fate(t, "s", behavior);
        format!(
            "{}|{}",
            listed.unwrap_or_default(),
            others.unwrap_or_default()
        )
    }

    #[test]
    fn that_nothing_is_held_is_said_only_where_every_key_was_looked_at() {
        for held in [
            Held::Waiting,
            Held::Unknown,
            held(&[], 10, 20),
            held(&["a"], 10, 20),
        ] {
            for behavior in [Behavior::Release, Behavior::Delete] {
                let said = said(&held, behavior);
                assert!(!said.contains("holds no key"), "{held:?}: {said}");
                assert!(said.contains("it holds is"), "{held:?}: {said}");
                let deletes = behavior == Behavior::Delete;
                assert_eq!(said.contains("cannot be undone"), deletes, "{said}");
            }
        }
        assert_eq!(
            said(&held(&[], 20, 20), Behavior::Delete),
            "|It holds no key."
        );
    }

    #[test]
    fn known_keys_are_counted() {
        let whole = held(&["a", "b"], 20, 20);
        assert_eq!(whole.of("s"), ["a", "b"]);
        assert_eq!(whole.of("other"), <[String; 0]>::default());
        assert_eq!(said(&whole, Behavior::Release), "2 keys are released:|");
        assert_eq!(
            said(&whole, Behavior::Delete),
            "2 keys are deleted:|This cannot be undone."
        );
        let part = said(&held(&["a"], 10, 20), Behavior::Delete);
        assert!(
            part.starts_with("1 key is deleted:|Only 10 of 20 keys"),
            "{part}"
        );
    }
}
