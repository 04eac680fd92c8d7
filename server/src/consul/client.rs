//! One agent's client: made from its settings, and the way to every API family.

use std::{sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};

use super::{
    Acl, Agent, AgentAddress, AgentSettings, Catalog, Error, Health, Internal, Kv, Operator,
    Reservation, Secret, Session, Status, TrafficCounts, Txn, tls, traffic::Traffic,
};

/// One agent. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) http: reqwest::Client,
    /// `scheme://host:port/prefix`, without a slash at its end.
    pub(super) base: String,
    pub(super) label: String,
    pub(super) host: Option<HeaderValue>,
    pub(super) token: Option<(Secret, HeaderValue)>,
    pub(super) basic_auth: Option<(String, Secret)>,
    pub(super) read_timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) body_timeout: Duration,
    pub(super) body_max_bytes: usize,
    pub(super) traffic: Traffic,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("Client")
            .field(&self.inner.label)
            .finish()
    }
}

impl Client {
    /// A client of the agent that `settings` describe. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] where a file cannot be read or the TLS settings cannot be used.
    pub fn new(settings: &AgentSettings) -> Result<Self, Error> {
        let http = tls::http_client(settings)?;
        let token = match &settings.token {
            Some(token) if !token.expose().is_empty() => {
                Some((token.clone(), sensitive(token.expose())?))
            }
            _ => None,
        };
        let mut basic_auth = settings.basic_auth.clone();
        let (base, host) = match &settings.address {
            AgentAddress::Unix(_) => ("http://localhost".to_owned(), None),
            AgentAddress::Http(url) => {
                let mut url = url.clone();
                if !url.username().is_empty() && basic_auth.is_none() {
                    basic_auth = Some(user_of(&url));
                }
                let _ = url.set_username("");
                let _ = url.set_password(None);
                let host = tls::rename(&mut url, &settings.tls)?;
                (url.as_str().trim_end_matches('/').to_owned(), host)
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                base,
                label: settings.address.label(),
                host,
                token,
                basic_auth,
                read_timeout: settings.read_timeout,
                connect_timeout: settings.connect_timeout,
                body_timeout: settings.body_timeout,
                body_max_bytes: settings.body_max_bytes,
                traffic: Traffic::default(),
            }),
        })
    }

    /// The agent's address as it may be shown: never a user, password or token.
    #[must_use]
    pub fn address(&self) -> String {
        self.inner.label.clone()
    }

    /// Keeps so many connections for queries that wait for a change; none where people would have
    /// too few left.
    #[must_use]
    pub fn reserve(&self, connections: u32) -> Option<Reservation> {
        self.inner.traffic.reserve(connections)
    }

    /// What is and was asked of the agent.
    #[must_use]
    pub fn traffic(&self) -> TrafficCounts {
        self.inner.traffic.numbers()
    }

    /// `/v1/acl`.
    #[must_use]
    pub fn acl(&self) -> Acl<'_> {
        Acl { client: self }
    }

    /// `/v1/agent`.
    #[must_use]
    pub fn agent(&self) -> Agent<'_> {
        Agent { client: self }
    }

    /// `/v1/catalog`.
    #[must_use]
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog { client: self }
    }

    /// `/v1/health`.
    #[must_use]
    pub fn health(&self) -> Health<'_> {
        Health { client: self }
    }

    /// `/v1/internal`.
    #[must_use]
    pub fn internal(&self) -> Internal<'_> {
        Internal { client: self }
    }

    /// `/v1/kv`.
    #[must_use]
    pub fn kv(&self) -> Kv<'_> {
        Kv { client: self }
    }

    /// `/v1/session`.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        Session { client: self }
    }

    /// `/v1/status`.
    #[must_use]
    pub fn status(&self) -> Status<'_> {
        Status { client: self }
    }

    /// `/v1/txn`.
    #[must_use]
    pub fn txn(&self) -> Txn<'_> {
        Txn { client: self }
    }

    /// `/v1/operator`.
    #[must_use]
    pub fn operator(&self) -> Operator<'_> {
        Operator { client: self }
    }
}

fn user_of(url: &Url) -> (String, Secret) {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    (
        decode(url.username()),
        Secret::new(decode(url.password().unwrap_or_default())),
    )
}

fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Error::Settings {
        reason: "the token holds characters that no header can carry".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}
