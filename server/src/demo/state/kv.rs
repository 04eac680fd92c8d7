//! The key/value store: Consul's rules for indexes, compare-and-set, locks and prefixes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::State;

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KvEntry {
    pub(crate) key: String,
    pub(crate) value: Bytes,
    pub(crate) flags: u64,
    pub(crate) session: String,
    pub(crate) lock_index: u64,
    pub(crate) create_index: u64,
    pub(crate) modify_index: u64,
}

impl KvEntry {
    /// As the KV endpoints spell it; an empty value is `null`.
    pub(crate) fn json(&self, with_value: bool) -> Value {
        let value = (with_value && !self.value.is_empty()).then(|| STANDARD.encode(&self.value));
        let mut entry = json!({
            "LockIndex": self.lock_index, "Key": self.key, "Flags": self.flags, "Value": value,
            "CreateIndex": self.create_index, "ModifyIndex": self.modify_index,
        });
        if !self.session.is_empty() {
            entry["Session"] = json!(self.session);
        }
        entry
    }
}

/// What must hold for a write to happen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Guard {
    Always,
    /// The key's modify index; 0 means that there is no key.
    Index(u64),
    /// Take the lock for a session.
    Acquire(String),
    /// Give the lock of a session back.
    Release(String),
}

impl State {
    /// A key, with the index to wait on.
    pub(crate) fn kv_get(&self, key: &str) -> (u64, Option<&KvEntry>) {
        match self.kv.get(key) {
            Some(entry) => (entry.modify_index, Some(entry)),
            None => (self.kv_index(), None),
        }
    }

    /// All keys that begin with `prefix`, with the index to wait on: that of the newest key or deletion
    /// inside, else that of the whole store.
    pub(crate) fn kv_list(&self, prefix: &str) -> (u64, Vec<&KvEntry>) {
        let entries: Vec<_> = self.kv_below(prefix).map(|(_, entry)| entry).collect();
        if prefix.is_empty() {
            return (self.kv_index(), entries);
        }
        let newest = entries
            .iter()
            .map(|entry| entry.modify_index)
            .max()
            .unwrap_or(0);
        let dead = self
            .graveyard
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix));
        match newest.max(dead.map(|(_, index)| *index).max().unwrap_or(0)) {
            0 => (self.kv_index(), entries),
            inside => (inside, entries),
        }
    }

    fn kv_index(&self) -> u64 {
        self.table_index(&["kvs", "tombstones"])
    }

    fn kv_below<'a, 'p>(
        &'a self,
        prefix: &'p str,
    ) -> impl Iterator<Item = (&'a String, &'a KvEntry)> + use<'a, 'p> {
        self.kv
            .range(prefix.to_owned()..)
            .take_while(move |(key, _)| key.starts_with(prefix))
    }

    /// Writes a key; `Ok(false)` where the guard does not hold.
    pub(crate) fn kv_put(
        &mut self,
        key: &str,
        value: Bytes,
        flags: u64,
        guard: &Guard,
    ) -> Result<bool, String> {
        if let Guard::Acquire(_) = guard
            && self
                .lock_delays
                .get(key)
                .is_some_and(|until| *until > Instant::now())
        {
            return Ok(false);
        }
        let index = self.next_index();
        self.kv_put_at(index, key, value, flags, guard)
            .map(|entry| entry.is_some())
    }

    /// Writes a key at an index that was taken; `None` where the guard does not hold.
    pub(super) fn kv_put_at(
        &mut self,
        index: u64,
        key: &str,
        value: Bytes,
        flags: u64,
        guard: &Guard,
    ) -> Result<Option<KvEntry>, String> {
        let existing = self.kv.get(key);
        let held = existing.map_or("", |entry| entry.session.as_str());
        // A plain write keeps the holder of the lock but sets LockIndex to 0, as seen on 1.22.6.
        let (session, lock_index) = match guard {
            Guard::Always => (held.to_owned(), 0),
            Guard::Index(wanted) if *wanted == existing.map_or(0, |entry| entry.modify_index) => {
                (held.to_owned(), 0)
            }
            Guard::Index(_) => return Ok(None),
            Guard::Acquire(session) if session.is_empty() => {
                return Err("missing session".to_owned());
            }
            Guard::Acquire(session) => {
                if !self.sessions.contains_key(session) {
                    return Err(format!("invalid session {session:?}"));
                }
                let count = existing.map_or(0, |entry| entry.lock_index);
                if held == session {
                    (session.clone(), count)
                } else if held.is_empty() {
                    (session.clone(), count + 1)
                } else {
                    return Ok(None);
                }
            }
            Guard::Release(session) => match existing {
                Some(entry) if entry.session == *session && !session.is_empty() => {
                    (String::new(), entry.lock_index)
                }
                _ => return Ok(None),
            },
        };
        let mut entry = KvEntry {
            key: key.to_owned(),
            value,
            flags,
            session,
            lock_index,
            create_index: existing.map_or(index, |entry| entry.create_index),
            modify_index: existing.map_or(0, |entry| entry.modify_index),
        };
        if existing != Some(&entry) {
            entry.modify_index = index;
            self.kv.insert(key.to_owned(), entry.clone());
            self.touch("kvs", index);
        }
        Ok(Some(entry))
    }

    /// Deletes a key; with an index only at that index. A key that is not there counts as deleted.
    pub(crate) fn kv_delete(&mut self, key: &str, at: Option<u64>) -> bool {
        let index = self.next_index();
        self.kv_delete_at(index, key, at)
    }

    pub(super) fn kv_delete_at(&mut self, index: u64, key: &str, at: Option<u64>) -> bool {
        let Some(entry) = self.kv.get(key) else {
            return true;
        };
        if at.is_some_and(|wanted| wanted != entry.modify_index) {
            return false;
        }
        self.kv.remove(key);
        self.bury(key, index);
        true
    }

    /// Deletes every key that begins with `prefix`: a prefix is text, not a folder.
    pub(crate) fn kv_delete_tree(&mut self, prefix: &str) {
        let index = self.next_index();
        self.kv_delete_tree_at(index, prefix);
    }

    pub(super) fn kv_delete_tree_at(&mut self, index: u64, prefix: &str) {
        let doomed: Vec<_> = self.kv_below(prefix).map(|(key, _)| key.clone()).collect();
        if doomed.is_empty() {
            return;
        }
        for key in &doomed {
            self.kv.remove(key);
        }
        if prefix.is_empty() {
            self.touch("kvs", index);
        } else {
            self.bury(prefix, index);
        }
    }

    fn bury(&mut self, key: &str, index: u64) {
        self.graveyard.insert(key.to_owned(), index);
        self.touch("kvs", index);
        self.touch("tombstones", index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(keys: &[&str]) -> State {
        let mut state = State::new("dc1", "n");
        for key in keys {
            put(&mut state, key, "v", &Guard::Always);
        }
        state
    }

    fn put(state: &mut State, key: &str, value: &str, guard: &Guard) -> bool {
        state
            .kv_put(key, Bytes::copy_from_slice(value.as_bytes()), 0, guard)
            .unwrap()
    }

    fn keys(state: &State) -> Vec<&str> {
        state
            .kv_list("")
            .1
            .iter()
            .map(|entry| entry.key.as_str())
            .collect()
    }

    #[test]
    fn compare_and_set_holds_to_the_index() {
        let mut state = store(&["a"]);
        let index = state.kv_get("a").0;
        assert!(!put(&mut state, "a", "x", &Guard::Index(0)));
        assert!(!put(&mut state, "a", "x", &Guard::Index(index + 1)));
        assert!(put(&mut state, "a", "x", &Guard::Index(index)));
        assert!(!put(&mut state, "a", "y", &Guard::Index(index)));
        assert!(put(&mut state, "b", "x", &Guard::Index(0)));
        assert!(!put(&mut state, "c", "x", &Guard::Index(5)));
        assert_eq!(keys(&state), ["a", "b"]);
        assert_eq!(state.kv_get("a").1.unwrap().value, "x");
    }

    #[test]
    fn the_same_value_keeps_its_index() {
        let mut state = store(&["a"]);
        let index = state.kv_get("a").0;
        put(&mut state, "a", "v", &Guard::Always);
        assert_eq!(state.kv_get("a").0, index);
        put(&mut state, "a", "w", &Guard::Always);
        assert!(state.kv_get("a").0 > index);
    }

    #[test]
    fn delete_holds_to_the_index() {
        let mut state = store(&["a"]);
        let index = state.kv_get("a").0;
        assert!(!state.kv_delete("a", Some(0)));
        assert!(!state.kv_delete("a", Some(index + 1)));
        assert!(state.kv_delete("a", Some(index)));
        assert!(
            state.kv_delete("a", Some(index)),
            "a key that is gone counts as deleted"
        );
    }

    #[test]
    fn a_prefix_is_text_and_no_folder() {
        let mut state = store(&["app", "app/a", "apple", "b"]);
        state.kv_delete_tree("app/");
        assert_eq!(keys(&state), ["app", "apple", "b"]);
        state.kv_delete_tree("app");
        assert_eq!(keys(&state), ["b"]);
        state.kv_delete_tree("");
        assert!(keys(&state).is_empty());
    }

    #[test]
    fn a_prefix_has_its_own_index() {
        let mut state = store(&["a/1", "b/1"]);
        let (a, _) = state.kv_list("a/");
        put(&mut state, "b/1", "w", &Guard::Always);
        assert_eq!(state.kv_list("a/").0, a, "a write outside does not move it");
        let all = state.kv_list("").0;
        state.kv_delete("a/1", None);
        assert!(
            state.kv_list("a/").0 > a && state.kv_list("a/").0 > all,
            "a deletion inside does"
        );
        let none = state.kv_list("none/").0;
        put(&mut state, "b/1", "x", &Guard::Always);
        assert!(
            state.kv_list("none/").0 > none,
            "an empty prefix moves with the store"
        );
    }
}
