//! What every read can ask for, and what every answer says about itself.

use std::fmt::Write as _;

use reqwest::header::HeaderMap;

use super::{encode, filter::Filter};

/// How a read is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// None: the agent's own.
    pub datacenter: Option<String>,
    /// Which rows.
    pub filter: Option<Filter>,
    /// Waits until the answer's index is beyond this one; 0 and none do not wait.
    pub index: Option<u64>,
    /// How long to wait at most; none with an index is [`WAIT_SECONDS_DEFAULT`].
    pub wait_seconds: Option<u32>,
    /// Any server may answer, without a leader too.
    pub stale: bool,
    /// The leader makes sure first that it still is the leader and has everything that was
    /// committed.
    pub consistent: bool,
    /// How often the usual time that an answer may take is doubled.
    pub patience: u32,
    /// Nobody waits for it: those that somebody waits for go first.
    pub beside: bool,
}

/// How long a read with an index waits where nothing else is said. Consul's own is 5 minutes.
pub const WAIT_SECONDS_DEFAULT: u32 = 300;

/// The longest wait that Consul grants.
const WAIT_SECONDS_MAX: u32 = 600;

impl Query {
    /// A plain read of `datacenter`.
    pub fn in_datacenter(datacenter: impl Into<String>) -> Self {
        Self {
            datacenter: Some(datacenter.into()),
            ..Self::default()
        }
    }

    /// The same, answered by any server: scales better, needs no leader, and can be behind.
    #[must_use]
    pub fn stale(mut self) -> Self {
        self.stale = true;
        self
    }

    /// The datacenter's name; empty for the agent's own.
    #[must_use]
    pub fn place(&self) -> &str {
        self.datacenter.as_deref().unwrap_or_default()
    }

    /// The same, with `filter`.
    #[must_use]
    pub fn filtered(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// How long the agent may hold the answer back, in seconds.
    pub(crate) fn held_seconds(&self) -> u32 {
        match self.index {
            Some(index) if index > 0 => self
                .wait_seconds
                .unwrap_or(WAIT_SECONDS_DEFAULT)
                .min(WAIT_SECONDS_MAX),
            _ => 0,
        }
    }
}

/// The part of an address behind the `?`, built from typed parts only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(String);

impl Parameters {
    /// What a read's query asks for.
    pub(crate) fn read(query: &Query) -> Self {
        let mut parameters = Self::write(query);
        if let Some(filter) = &query.filter {
            parameters.add("filter", filter.as_str());
        }
        if query.stale {
            parameters.flag("stale");
        } else if query.consistent {
            parameters.flag("consistent");
        }
        let held_seconds = query.held_seconds();
        if let (Some(index), true) = (query.index, held_seconds > 0) {
            parameters.add("index", &index.to_string());
            parameters.add("wait", &format!("{held_seconds}s"));
        }
        parameters
    }

    /// What of a query holds for a write: where.
    pub(crate) fn write(query: &Query) -> Self {
        let mut parameters = Self::default();
        if let Some(datacenter) = &query.datacenter {
            parameters.add("dc", datacenter);
        }
        parameters
    }

    pub(crate) fn add(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.flag(name);
        let _ = write!(self.0, "={}", encode::part(value));
        self
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> &mut Self {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(name);
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// An answer and what it says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer<T> {
    /// What was asked for.
    pub value: T,
    /// About it.
    pub meta: Meta,
}

impl<T> Answer<T> {
    /// The same answer about something made of its value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            value: change(self.value),
            meta: self.meta,
        }
    }
}

/// What an answer's headers say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Raft index to wait on; 0 where the agent gave none that can be used.
    pub index: u64,
    /// How old a stale answer can be, in milliseconds.
    pub last_contact_ms: u64,
    /// The server that answered knows a leader; none where it does not say.
    pub known_leader: Option<bool>,
    /// Rows were left out because the token may not see them.
    pub filtered_by_acl: bool,
    /// `allow` or `deny`; none on old agents.
    pub default_acl_policy: Option<String>,
    /// How large the answer was, in bytes, decompressed.
    pub body_bytes: usize,
}

/// How much what several answers say together can be relied upon to be what is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// How old any of them can be, in milliseconds: how long ago its server heard of its leader.
    pub last_contact_ms: u64,
    /// A server that answered knows no leader.
    pub leaderless: bool,
}

impl Contact {
    /// That of all these answers together.
    #[must_use]
    pub fn of<'a>(answers: impl IntoIterator<Item = &'a Meta>) -> Self {
        let each = answers.into_iter().map(|meta| Self {
            last_contact_ms: meta.last_contact_ms,
            leaderless: meta.known_leader == Some(false),
        });
        each.fold(Self::default(), Self::and)
    }

    /// That of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            last_contact_ms: self.last_contact_ms.max(other.last_contact_ms),
            leaderless: self.leaderless || other.leaderless,
        }
    }
}

impl Meta {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| {
            text(name)
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or_default()
        };
        Self {
            index: number("x-consul-index"),
            last_contact_ms: number("x-consul-lastcontact"),
            // an answer out of a stream of events, such as those to waits for a service, says false
            // without having looked (seen on 1.22.6)
            known_leader: text("x-consul-knownleader")
                .filter(|_| text("x-consul-query-backend") != Some("streaming"))
                .map(|text| text == "true"),
            filtered_by_acl: text("x-consul-results-filtered-by-acls") == Some("true"),
            default_acl_policy: text("x-consul-default-acl-policy")
                .filter(|text| matches!(*text, "allow" | "deny"))
                .map(str::to_owned),
            body_bytes: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_escaped() {
        let mut query = Query::in_datacenter("dc1&token=x");
        assert_eq!(Parameters::read(&query).as_str(), "?dc=dc1%26token%3Dx");
        query.stale = true;
        query.index = Some(u64::MAX);
        query.wait_seconds = Some(9999);
        query.filter = Some(Filter::raw_for_tests("A == \"b\""));
        assert_eq!(
            Parameters::read(&query).as_str(),
            "?dc=dc1%26token%3Dx&filter=A%20%3D%3D%20%22b%22&stale&index=18446744073709551615&wait=600s"
        );
        assert_eq!(Parameters::write(&query).as_str(), "?dc=dc1%26token%3Dx");
    }

    #[test]
    fn the_oldest_answer_decides() {
        let meta = |last_contact_ms, known_leader| Meta {
            last_contact_ms,
            known_leader,
            ..Meta::default()
        };
        let contact = |metas: &[Meta]| {
            let contact = Contact::of(metas);
            (contact.last_contact_ms, contact.leaderless)
        };
        assert_eq!(contact(&[]), (0, false));
        assert_eq!(contact(&[meta(7, None), meta(3, Some(true))]), (7, false));
        assert_eq!(
            contact(&[meta(0, Some(false)), meta(3, Some(true))]),
            (3, true)
        );
    }

    #[test]
    fn index_zero_does_not_wait() {
        let query = Query {
            index: Some(0),
            wait_seconds: Some(5),
            ..Query::default()
        };
        assert_eq!(Parameters::read(&query).as_str(), "");
        assert_eq!(query.held_seconds(), 0);
    }

    #[test]
    fn an_index_that_cannot_be_used_is_zero() {
        for (text, index) in [
            ("7", 7),
            ("18446744073709551615", u64::MAX),
            ("18446744073709551616", 0),
            ("-1", 0),
            ("0", 0),
            ("", 0),
            ("junk", 0),
            ("1e3", 0),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-consul-index", text.parse().unwrap());
            assert_eq!(Meta::read(&headers).index, index, "{text}");
        }
        assert_eq!(Meta::read(&HeaderMap::new()), Meta::default());
        for (backend, expected) in [("streaming", None), ("blocking-query", Some(false))] {
            let mut headers = HeaderMap::new();
            headers.insert("x-consul-knownleader", "false".parse().unwrap());
            headers.insert("x-consul-query-backend", backend.parse().unwrap());
            assert_eq!(Meta::read(&headers).known_leader, expected, "{backend}");
        }
    }
}
