//! `/v1/txn`: several operations, all or none. Keys are JSON there, so it takes every key.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use wire::kv::KvPair;

use super::{Client, Error, Query, catalog::null_as_default, query::Parameters, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Txn<'a> {
    pub(super) client: &'a Client,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub enum TxnOp {
    /// On a key.
    #[serde(rename = "KV")]
    Kv(KvOp),
}

/// An operation on a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KvOp {
    verb: &'static str,
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    flags: u64,
    #[serde(skip_serializing_if = "is_zero")]
    index: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl TxnOp {
    /// Reads a key; a missing one rolls the transaction back.
    pub fn get(key: impl Into<String>) -> Self {
        Self::kv("get", key)
    }

    /// Reads every key that begins with `prefix`.
    pub fn get_tree(prefix: impl Into<String>) -> Self {
        Self::kv("get-tree", prefix)
    }

    /// Writes a key.
    pub fn set(key: impl Into<String>, value: &[u8], flags: u64) -> Self {
        Self::kv("set", key).with(value, flags, 0)
    }

    /// Writes a key if it is still at `index`; 0 creates only.
    pub fn cas(key: impl Into<String>, value: &[u8], flags: u64, index: u64) -> Self {
        Self::kv("cas", key).with(value, flags, index)
    }

    /// Deletes a key.
    pub fn delete(key: impl Into<String>) -> Self {
        Self::kv("delete", key)
    }

    /// Deletes a key if it is still at `index`.
    pub fn delete_cas(key: impl Into<String>, index: u64) -> Self {
        let Self::Kv(mut op) = Self::kv("delete-cas", key);
        op.index = index;
        Self::Kv(op)
    }

    /// Rolls the transaction back unless the key is at `index`.
    pub fn check_index(key: impl Into<String>, index: u64) -> Self {
        let Self::Kv(mut op) = Self::kv("check-index", key);
        op.index = index;
        Self::Kv(op)
    }

    /// Rolls the transaction back if the key exists.
    pub fn check_not_exists(key: impl Into<String>) -> Self {
        Self::kv("check-not-exists", key)
    }

    fn kv(verb: &'static str, key: impl Into<String>) -> Self {
        Self::Kv(KvOp {
            verb,
            key: key.into(),
            ..KvOp::default()
        })
    }

    fn with(self, value: &[u8], flags: u64, index: u64) -> Self {
        let Self::Kv(op) = self;
        Self::Kv(KvOp {
            value: Some(STANDARD.encode(value)),
            flags,
            index,
            ..op
        })
    }

    fn is_read(&self) -> bool {
        let Self::Kv(op) = self;
        matches!(
            op.verb,
            "get" | "get-tree" | "check-index" | "check-not-exists"
        )
    }
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TxnResult {
    /// All of it holds. Pairs that were written come without their value.
    Applied(Vec<KvPair>),
    /// None of it holds.
    RolledBack(Vec<TxnError>),
}

/// Why an operation did not go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TxnError {
    /// The operation's place.
    pub op_index: usize,
    /// In the agent's words, cleaned.
    pub what: String,
    /// What it means, from all of the words: a long key would hide their end.
    #[serde(skip)]
    pub kind: TxnErrorKind,
}

/// What an operation's error means. Consul says it in words alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TxnErrorKind {
    /// The key does not exist.
    Missing,
    /// The key is not at the index that was named.
    Stale,
    /// Anything else.
    #[default]
    Other,
}

impl TxnErrorKind {
    fn of(what: &str) -> Self {
        if what.ends_with("index is stale") || what.starts_with("failed index check for key") {
            Self::Stale
        } else if what.ends_with("doesn't exist") {
            Self::Missing
        } else {
            Self::Other
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TxnAnswer {
    #[serde(default, deserialize_with = "null_as_default")]
    results: Vec<ResultRow>,
    #[serde(default, deserialize_with = "null_as_default")]
    errors: Vec<TxnError>,
}

#[derive(Deserialize)]
struct ResultRow {
    #[serde(rename = "KV")]
    kv: Option<KvPair>,
}

impl Txn<'_> {
    /// Applies all of `operations` or none. At most 64 on agents before 1.13, 128 since; together
    /// at most 512 KiB of JSON by default. Reads alone may be stale; no read waits.
    ///
    /// # Errors
    /// Any; [`Error::TooLarge`] past a limit. Rolled back is no error.
    pub async fn apply(&self, operations: &[TxnOp], query: &Query) -> Result<TxnResult, Error> {
        let mut call = Call::write(Method::PUT, "/v1/txn", query).json(&operations);
        if operations.iter().all(TxnOp::is_read) {
            // neither an index nor a filter is known there
            call.parameters = Parameters::read(&Query {
                filter: None,
                index: None,
                ..query.clone()
            });
        }
        let reply = self.client.send(call, &[409]).await?;
        let answer: TxnAnswer = self.client.parse(&reply.body)?;
        if reply.status == 409 || !answer.errors.is_empty() {
            let errors = answer.errors.into_iter().map(|error| TxnError {
                kind: TxnErrorKind::of(&error.what),
                what: self.client.text(error.what.as_bytes(), true).0,
                ..error
            });
            return Ok(TxnResult::RolledBack(errors.collect()));
        }
        let pairs = answer.results.into_iter().filter_map(|row| row.kv);
        Ok(TxnResult::Applied(pairs.collect()))
    }
}
