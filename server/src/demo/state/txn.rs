//! Transactions over keys: all operations happen at one index, or none does.

use bytes::Bytes;
use serde_json::Value;

use super::{Guard, KvEntry, State};

/// One operation of a transaction.
#[derive(Debug, Clone)]
pub(crate) struct KvOperation {
    pub(crate) verb: String,
    pub(crate) key: String,
    pub(crate) value: Bytes,
    pub(crate) flags: u64,
    pub(crate) index: u64,
    pub(crate) session: String,
}

/// Why the operation at `index` failed.
#[derive(Debug, PartialEq)]
pub(crate) struct OperationError {
    pub(crate) index: usize,
    pub(crate) what: String,
}

/// What each verb may do, as Consul checks it before it begins.
const WRITES: [&str; 7] = [
    "set",
    "cas",
    "delete",
    "delete-cas",
    "delete-tree",
    "lock",
    "unlock",
];
const READS: [&str; 6] = [
    "get",
    "get-or-empty",
    "get-tree",
    "check-index",
    "check-session",
    "check-not-exists",
];

impl KvOperation {
    pub(crate) fn is_write(&self) -> bool {
        WRITES.contains(&self.verb.as_str())
    }

    fn refusal(&self) -> Option<String> {
        if !self.is_write() && !READS.contains(&self.verb.as_str()) {
            return Some(format!("unknown KV operation: {}", self.verb));
        }
        (self.key.is_empty() && self.verb != "delete-tree").then(|| "Must provide key".to_owned())
    }
}

impl State {
    /// Applies all operations or none; the results are in the answer's own spelling.
    pub(crate) fn transact(
        &mut self,
        operations: &[KvOperation],
    ) -> Result<Vec<Value>, Vec<OperationError>> {
        let gather = |refusals: Vec<OperationError>| {
            if refusals.is_empty() {
                Ok(())
            } else {
                Err(refusals)
            }
        };
        gather(
            operations
                .iter()
                .enumerate()
                .filter_map(|(index, operation)| {
                    Some(OperationError {
                        index,
                        what: operation.refusal()?,
                    })
                })
                .collect(),
        )?;
        let before = (
            self.kv.clone(),
            self.graveyard.clone(),
            self.indexes.clone(),
        );
        let raft_index = if operations.iter().any(KvOperation::is_write) {
            self.next_index()
        } else {
            self.index
        };
        let mut results = Vec::new();
        let mut errors = Vec::new();
        // Consul goes on after an error, so that the answer names each operation that failed.
        for (index, operation) in operations.iter().enumerate() {
            match self.operate(raft_index, operation) {
                Ok(found) => results.extend(found),
                Err(what) => errors.push(OperationError { index, what }),
            }
        }
        if !errors.is_empty() {
            (self.kv, self.graveyard, self.indexes) = before;
        }
        gather(errors).map(|()| results)
    }

    fn operate(&mut self, index: u64, operation: &KvOperation) -> Result<Vec<Value>, String> {
        let KvOperation { verb, key, .. } = operation;
        let found = self.kv.get(key).cloned();
        let (entry, with_value) = match verb.as_str() {
            "get" => (
                Some(found.ok_or_else(|| format!("key {key:?} doesn't exist"))?),
                true,
            ),
            "get-or-empty" => (Some(found.unwrap_or_else(|| empty(key))), true),
            "get-tree" => {
                return Ok(self
                    .kv_list(key)
                    .1
                    .iter()
                    .map(|entry| result(entry, true))
                    .collect());
            }
            "delete" => {
                self.kv_delete_at(index, key, None);
                (None, false)
            }
            "delete-cas" if self.kv_delete_at(index, key, Some(operation.index)) => (None, false),
            "delete-cas" => return Err(format!("failed to delete key {key:?}, index is stale")),
            "delete-tree" => {
                self.kv_delete_tree_at(index, key);
                (None, false)
            }
            "check-index" => (Some(check_index(found, key, operation.index)?), false),
            "check-session" => (Some(check_session(found, key, &operation.session)?), false),
            "check-not-exists" if found.is_some() => return Err(format!("key {key:?} exists")),
            "check-not-exists" => (None, false),
            _ => (Some(self.operate_put(index, operation)?), false),
        };
        Ok(entry
            .iter()
            .map(|entry| result(entry, with_value))
            .collect())
    }

    fn operate_put(&mut self, index: u64, operation: &KvOperation) -> Result<KvEntry, String> {
        let key = &operation.key;
        let (guard, refused) = match operation.verb.as_str() {
            "cas" => (
                Guard::Index(operation.index),
                format!("failed to set key {key:?}, index is stale"),
            ),
            "lock" => (
                Guard::Acquire(operation.session.clone()),
                format!("failed to lock key {key:?}, lock is already held"),
            ),
            "unlock" => (
                Guard::Release(operation.session.clone()),
                format!(
                    "failed to unlock key {key:?}, lock isn't held, or is held by another session"
                ),
            ),
            _ => (Guard::Always, String::new()),
        };
        self.kv_put_at(index, key, operation.value.clone(), operation.flags, &guard)?
            .ok_or(refused)
    }
}

fn result(entry: &KvEntry, with_value: bool) -> Value {
    serde_json::json!({ "KV": entry.json(with_value) })
}

fn empty(key: &str) -> KvEntry {
    KvEntry {
        key: key.to_owned(),
        value: Bytes::new(),
        flags: 0,
        session: String::new(),
        lock_index: 0,
        create_index: 0,
        modify_index: 0,
    }
}

fn check_index(found: Option<KvEntry>, key: &str, wanted: u64) -> Result<KvEntry, String> {
    let entry = found.ok_or_else(|| format!("failed to check index, key {key:?} doesn't exist"))?;
    let current = entry.modify_index;
    if current == wanted {
        return Ok(entry);
    }
    Err(format!(
        "failed index check for key {key:?}, current modify index {current} != {wanted}"
    ))
}

fn check_session(found: Option<KvEntry>, key: &str, wanted: &str) -> Result<KvEntry, String> {
    let entry =
        found.ok_or_else(|| format!("failed to check session, key {key:?} doesn't exist"))?;
    if entry.session == wanted {
        return Ok(entry);
    }
    Err(format!(
        "failed session check for key {key:?}, current session {:?} != {wanted:?}",
        entry.session
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(verb: &str, key: &str, index: u64) -> KvOperation {
        KvOperation {
            verb: verb.into(),
            key: key.into(),
            value: Bytes::from_static(b"v"),
            flags: 0,
            index,
            session: String::new(),
        }
    }

    #[test]
    fn a_failed_operation_takes_all_back() {
        let mut state = State::new("dc1", "n");
        state.transact(&[operation("set", "kept", 0)]).unwrap();
        let before = state.kv_list("").0;
        let errors = state
            .transact(&[
                operation("set", "a", 0),
                operation("delete", "kept", 0),
                operation("cas", "kept", 1),
                operation("delete-tree", "", 0),
                operation("check-index", "none", 1),
            ])
            .unwrap_err();
        assert_eq!(
            errors.iter().map(|error| error.index).collect::<Vec<_>>(),
            [2, 4]
        );
        let (index, entries) = state.kv_list("");
        assert_eq!(entries.len(), 1);
        assert_eq!(index, before, "nothing happened, so nobody is woken");
    }

    #[test]
    fn all_operations_share_one_index() {
        let mut state = State::new("dc1", "n");
        let results = state
            .transact(&[
                operation("set", "a//b", 0),
                operation("set", " edge", 0),
                operation("get", "a//b", 0),
            ])
            .unwrap();
        assert_eq!(results.len(), 3);
        assert_eq!(
            results[0]["KV"]["ModifyIndex"],
            results[1]["KV"]["ModifyIndex"]
        );
        assert!(results[0]["KV"]["Value"].is_null());
        assert_eq!(results[2]["KV"]["Value"], "dg==");
    }

    #[test]
    fn an_unknown_verb_or_no_key_is_refused_before_anything_happens() {
        let mut state = State::new("dc1", "n");
        let errors = state
            .transact(&[
                operation("set", "a", 0),
                operation("bogus", "b", 0),
                operation("set", "", 0),
            ])
            .unwrap_err();
        assert_eq!(
            errors[0],
            OperationError {
                index: 1,
                what: "unknown KV operation: bogus".into()
            }
        );
        assert_eq!(
            errors[1],
            OperationError {
                index: 2,
                what: "Must provide key".into()
            }
        );
        assert!(state.kv_list("").1.is_empty());
    }
}
