//! Addresses of `history`. Restoring is a save of `kv`.

use wire::{history::RecordDetail, problem::Problem};

use super::request;
use crate::routes::part;

/// Which changes of a datacenter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Of this key; empty for others.
    pub key: String,
    /// Of keys that begin so; empty for all.
    pub prefix: String,
    /// By whom; empty for everybody.
    pub who: String,
    /// Not before, in milliseconds since 1970; 0 for all.
    pub since: u64,
    /// How many to leave out.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

impl HistoryQuery {
    fn after(&self, mut address: String) -> String {
        for (name, value) in [
            ("&key=", &self.key),
            ("&prefix=", &self.prefix),
            ("&who=", &self.who),
        ] {
            if !value.is_empty() {
                address.push_str(name);
                address.push_str(&part(value));
            }
        }
        for (name, number) in [
            ("&since=", self.since),
            ("&offset=", self.offset as u64),
            ("&limit=", self.limit as u64),
        ] {
            if number > 0 {
                address.push_str(name);
                address.push_str(&number.to_string());
            }
        }
        address
    }
}

/// `Records`: the changes, newest first.
#[must_use]
pub fn records(dc: &str, query: &HistoryQuery) -> String {
    query.after(format!("api/history?dc={}", part(dc)))
}

/// `DeletedKeys`: keys that are gone. Of the query, key, prefix and window count.
#[must_use]
pub fn deleted(dc: &str, query: &HistoryQuery) -> String {
    query.after(format!("api/history/deleted?dc={}", part(dc)))
}

/// A file with the changes and their values.
#[must_use]
pub fn export(dc: &str, query: &HistoryQuery) -> String {
    let query = HistoryQuery {
        offset: 0,
        limit: 0,
        ..query.clone()
    };
    query.after(format!("api/history/export?dc={}", part(dc)))
}

/// `Recording`.
#[must_use]
pub fn state() -> String {
    "api/history/state".to_owned()
}

/// One change with its values.
///
/// # Errors
/// Any problem.
pub async fn record(id: u64) -> Result<RecordDetail, Problem> {
    request::get(&format!("api/history/{id}")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_something_stands_in_the_address() {
        assert_eq!(
            records("dc1", &HistoryQuery::default()),
            "api/history?dc=dc1"
        );
        let query = HistoryQuery {
            prefix: "a b/".into(),
            since: 7,
            offset: 100,
            limit: 100,
            ..HistoryQuery::default()
        };
        assert_eq!(
            records("dc1", &query),
            "api/history?dc=dc1&prefix=a%20b%2F&since=7&offset=100&limit=100"
        );
        assert_eq!(
            export("dc1", &query),
            "api/history/export?dc=dc1&prefix=a%20b%2F&since=7"
        );
    }
}
