//! `/v1/kv`: keys and values, byte-exact for every key that Consul can hold.
//!
//! Most keys travel in the path. What no path carries (empty and dot segments, a slash in front,
//! what is not printable) goes through a transaction, where a key is JSON: it reads, writes and
//! deletes the same, but such reads do not wait (`meta.index` is 0), names below such a prefix
//! are read with their values, and a key that the token may not read is missing, not forbidden. Agents refuse some keys of themselves ([`Error::Refused`]).

use reqwest::Method;
use wire::kv::KvPair;

use super::{
    Answer, Client, Error, Meta, Query, TxnErrorKind, TxnOp, TxnResult, encode, transport::Call,
};

/// The family, of one client.
#[derive(Debug)]
pub struct Kv<'a> {
    pub(super) client: &'a Client,
}

/// On what condition a key is written or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cas {
    /// It is still at this `ModifyIndex`. 0 creates only; a delete refuses 0.
    Index(u64),
    /// It does not exist. A delete refuses this.
    CreateOnly,
    /// None.
    Unchecked,
}

impl Cas {
    fn index(self) -> Option<u64> {
        match self {
            Self::Index(index) => Some(index),
            Self::CreateOnly => Some(0),
            Self::Unchecked => None,
        }
    }
}

impl Kv<'_> {
    /// A key; none where it does not exist (with an index to wait on).
    ///
    /// # Errors
    /// Any; [`Error::Refused`] for the empty key.
    pub async fn get(&self, key: &str, query: &Query) -> Result<Answer<Option<KvPair>>, Error> {
        self.check_name(key)?;
        if encode::is_carried(key) && !encode::is_refused_by_newer(key) {
            match self.read(key, |_| {}, query).await {
                Err(error) if is_unprintable(&error) => {}
                answer => {
                    let answer: Answer<Vec<KvPair>> = answer?;
                    return Ok(answer.map(|pairs| pairs.into_iter().next()));
                }
            }
        }
        let operation = [TxnOp::get(key)];
        match self.client.txn().apply(&operation, query).await? {
            TxnResult::Applied(pairs) => Ok(without_index(pairs.into_iter().next())),
            // the one way in which reading a key rolls back
            TxnResult::RolledBack(errors)
                if errors
                    .iter()
                    .all(|error| error.kind == TxnErrorKind::Missing) =>
            {
                Ok(without_index(None))
            }
            TxnResult::RolledBack(errors) => Err(self.rolled_back(&errors)),
        }
    }

    /// The names that begin with `prefix`, sorted; with a separator, each cut behind the first one
    /// that follows the prefix, and once. Empty where there is none.
    ///
    /// # Errors
    /// Any.
    pub async fn keys(
        &self,
        prefix: &str,
        separator: Option<&str>,
        query: &Query,
    ) -> Result<Answer<Vec<String>>, Error> {
        if is_listed_by_path(prefix) {
            let answer = self
                .read(
                    prefix,
                    |call| {
                        call.parameters.flag("keys");
                        if let Some(separator) = separator {
                            call.parameters.add("separator", separator);
                        }
                    },
                    query,
                )
                .await;
            if !answer.as_ref().is_err_and(is_unprintable) {
                return answer;
            }
        }
        let pairs = self.tree(prefix, query).await?;
        Ok(pairs.map(|pairs| names(pairs, prefix, separator)))
    }

    /// The keys that begin with `prefix`, with their values, sorted. Empty where there is none.
    ///
    /// # Errors
    /// Any.
    pub async fn list(&self, prefix: &str, query: &Query) -> Result<Answer<Vec<KvPair>>, Error> {
        if is_listed_by_path(prefix) {
            let answer = self
                .read(
                    prefix,
                    |call| {
                        call.parameters.flag("recurse");
                    },
                    query,
                )
                .await;
            if !answer.as_ref().is_err_and(is_unprintable) {
                return answer;
            }
        }
        self.tree(prefix, query).await
    }

    /// Writes a key; false where `cas` did not hold.
    ///
    /// # Errors
    /// Any; [`Error::Refused`] where the agent refuses the key, [`Error::TooLarge`] for the value.
    pub async fn put(
        &self,
        key: &str,
        value: &[u8],
        flags: u64,
        cas: Cas,
        query: &Query,
    ) -> Result<bool, Error> {
        self.check_name(key)?;
        if encode::is_carried(key) {
            let mut call = Call::write(Method::PUT, path(key), query).bytes(value);
            if flags != 0 {
                call.parameters.add("flags", &flags.to_string());
            }
            if let Some(index) = cas.index() {
                call.parameters.add("cas", &index.to_string());
            }
            let answer = self.client.json::<bool>(call).await;
            // refused before anything was done, so that another way is no repetition
            if !answer.as_ref().is_err_and(is_unprintable) {
                return Ok(answer?.value);
            }
        }
        let operation = match cas.index() {
            Some(index) => TxnOp::cas(key, value, flags, index),
            None => TxnOp::set(key, value, flags),
        };
        self.apply(operation, query).await
    }

    /// Deletes a key; false where `cas` did not hold. A key that does not exist is deleted
    /// already.
    ///
    /// # Errors
    /// Any; [`Error::Refused`] for [`Cas::CreateOnly`] and index 0, which Consul would read as
    /// "whatever it is".
    pub async fn delete(&self, key: &str, cas: Cas, query: &Query) -> Result<bool, Error> {
        self.check_name(key)?;
        if cas.index() == Some(0) {
            return Err(self.refused("a delete's index is above 0"));
        }
        if encode::is_carried(key) && !encode::is_refused_by_newer(key) {
            let mut call = Call::write(Method::DELETE, path(key), query);
            if let Some(index) = cas.index() {
                call.parameters.add("cas", &index.to_string());
            }
            let answer = self.client.json::<bool>(call).await;
            if !answer.as_ref().is_err_and(is_unprintable) {
                return Ok(answer?.value);
            }
        }
        let operation = match cas.index() {
            Some(index) => TxnOp::delete_cas(key, index),
            None => TxnOp::delete(key),
        };
        self.apply(operation, query).await
    }

    async fn read<T: serde::de::DeserializeOwned + Send + 'static>(
        &self,
        key: &str,
        change: impl FnOnce(&mut Call),
        query: &Query,
    ) -> Result<Answer<Vec<T>>, Error> {
        let mut call = Call::get(path(key), query);
        change(&mut call);
        let reply = self.client.send(call, &[404]).await?;
        let meta = reply.meta.clone();
        let value = if reply.status != 404 {
            self.client
                .read_aside(reply, Client::parse::<Option<Vec<T>>>)
                .await?
                .unwrap_or_default()
        } else if reply.body.trim_ascii().is_empty() {
            Vec::new()
        } else {
            // a missing key has no words: whoever said this knows no keys
            return Err(Error::NotFound {
                agent: self.client.address(),
                text: self.client.text(&reply.body, true).0,
            });
        };
        Ok(Answer { value, meta })
    }

    async fn tree(&self, prefix: &str, query: &Query) -> Result<Answer<Vec<KvPair>>, Error> {
        let operation = [TxnOp::get_tree(prefix)];
        match self.client.txn().apply(&operation, query).await? {
            TxnResult::Applied(pairs) => Ok(without_index(pairs)),
            TxnResult::RolledBack(errors) => Err(self.rolled_back(&errors)),
        }
    }

    async fn apply(&self, operation: TxnOp, query: &Query) -> Result<bool, Error> {
        match self.client.txn().apply(&[operation], query).await? {
            TxnResult::Applied(_) => Ok(true),
            TxnResult::RolledBack(errors)
                if errors.iter().all(|error| error.kind == TxnErrorKind::Stale) =>
            {
                Ok(false)
            }
            TxnResult::RolledBack(errors) => Err(self.rolled_back(&errors)),
        }
    }

    fn rolled_back(&self, errors: &[super::TxnError]) -> Error {
        let text = errors
            .first()
            .map_or("the transaction was rolled back", |error| &error.what);
        // a transaction's errors come with 409, also those that have a status of their own
        if text.contains("Permission denied") {
            return Error::Forbidden {
                agent: self.client.address(),
                text: text.to_owned(),
            };
        }
        self.refused(text)
    }

    fn refused(&self, text: &str) -> Error {
        Error::Refused {
            agent: self.client.address(),
            text: text.to_owned(),
        }
    }

    fn check_name(&self, key: &str) -> Result<(), Error> {
        if key.is_empty() {
            return Err(self.refused("a key has a name"));
        }
        Ok(())
    }
}

pub(super) fn path(key: &str) -> String {
    format!("/v1/kv/{}", encode::key(key))
}

/// An agent's path filter answers 400 without a word for what Go calls unprintable, before
/// anything is done. Which characters those are depends on its Unicode tables.
pub(super) fn is_unprintable(error: &Error) -> bool {
    matches!(error, Error::Status { status: 400, text, .. } if text.is_empty())
}

pub(super) fn is_listed_by_path(prefix: &str) -> bool {
    prefix.is_empty() || (encode::is_carried(prefix) && !encode::is_refused_by_newer(prefix))
}

fn without_index<T>(value: T) -> Answer<T> {
    Answer {
        value,
        meta: Meta::default(),
    }
}

/// What `?keys&separator=` would answer for these pairs.
fn names(pairs: Vec<KvPair>, prefix: &str, separator: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = pairs
        .into_iter()
        .map(|pair| {
            let mut name = pair.key;
            if let Some(separator) = separator.filter(|separator| !separator.is_empty())
                && let Some(at) = name
                    .get(prefix.len()..)
                    .and_then(|rest| rest.find(separator))
            {
                name.truncate(prefix.len() + at + separator.len());
            }
            name
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_as_consul_cuts_them() {
        let pairs = |keys: &[&str]| {
            keys.iter()
                .map(|key| KvPair {
                    key: (*key).into(),
                    ..KvPair::default()
                })
                .collect::<Vec<_>>()
        };
        let keys = ["a//", "a//b", "a//c/d", "a//c/e", "a//f//g"];
        assert_eq!(
            names(pairs(&keys), "a//", Some("/")),
            ["a//", "a//b", "a//c/", "a//f/"]
        );
        assert_eq!(names(pairs(&keys), "a//", None), keys);
        assert_eq!(names(pairs(&keys), "a/", Some("/")), ["a//"]);
    }
}
