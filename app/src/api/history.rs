//! Addresses of `history`. Restoring is a save of `kv`.

use wire::{
    history::{ChooseRecorded, LIMIT_DEFAULT, RecordDetail},
    problem::Problem,
};

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
    /// Of the last so many seconds; 0 for all.
    pub last: u64,
    /// Not before, in milliseconds since 1970; 0 for all.
    pub since: u64,
    /// Before, in milliseconds since 1970; 0 for all.
    pub until: u64,
    /// How many to leave out.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

const HOUR: u64 = 60 * 60;

/// The word of the time looked at: of a key all, of many the last hour, unless one was picked.
#[must_use]
pub fn span_word(picked: &str, of_one_key: bool) -> &'static str {
    match picked {
        "hour" => "hour",
        "day" => "day",
        "week" => "week",
        "all" => "all",
        "range" => "range",
        _ if of_one_key => "all",
        _ => "hour",
    }
}

impl HistoryQuery {
    /// What the page asks for first, from its own query, of which `read` gives each value.
    #[must_use]
    pub fn of_page(read: &dyn Fn(&str) -> String) -> Self {
        let key = read("key");
        let span = span_word(&read("last"), !key.is_empty());
        let last = match span {
            "hour" => HOUR,
            "day" => 24 * HOUR,
            "week" => 7 * 24 * HOUR,
            _ => 0,
        };
        let time = |name| match span {
            "range" => read(name).parse().unwrap_or_default(),
            _ => 0,
        };
        Self {
            key,
            prefix: read("prefix"),
            who: read("who"),
            last,
            since: time("since"),
            until: time("until"),
            offset: 0,
            limit: LIMIT_DEFAULT,
        }
    }

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
            ("&last=", self.last),
            ("&since=", self.since),
            ("&until=", self.until),
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

/// `Records`: the latest changes of a datacenter, or of all of them.
#[must_use]
pub fn recent(dc: &str) -> String {
    format!("api/history/recent?dc={}", part(dc))
}

/// `RecordingChoice`: what is recorded, and what there is to choose from.
#[must_use]
pub fn choice(dc: &str) -> String {
    format!("api/history/choice?dc={}", part(dc))
}

/// Chooses what is recorded.
///
/// # Errors
/// Any problem.
pub async fn choose(wanted: &ChooseRecorded) -> Result<(), Problem> {
    request::send_without_answer("PUT", "api/history/choice", Some(wanted)).await
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
            last: 3_600,
            offset: 100,
            limit: 100,
            ..HistoryQuery::default()
        };
        assert_eq!(
            records("dc1", &query),
            "api/history?dc=dc1&prefix=a%20b%2F&last=3600&offset=100&limit=100"
        );
        let range = HistoryQuery::of_page(&|name| {
            let word = match name {
                "last" => "range",
                "since" => "1700000000000",
                "until" => "1700000001500",
                _ => "",
            };
            word.to_owned()
        });
        assert_eq!(
            export("@all", &range),
            "api/history/export?dc=%40all&since=1700000000000&until=1700000001500"
        );
        assert_eq!(
            export("dc1", &query),
            "api/history/export?dc=dc1&prefix=a%20b%2F&last=3600"
        );
    }
}
