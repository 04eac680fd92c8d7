//! `/v1/session`: what locks are held by.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Answer, Client, Error, Query, catalog::null_as_default, encode, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Session<'a> {
    pub(super) client: &'a Client,
}

/// A session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SessionEntry {
    /// UUID.
    #[serde(rename = "ID")]
    pub id: String,
    /// For people.
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    /// The node it lives and dies with.
    pub node: String,
    /// `release` or `delete`: what becomes of its locks.
    #[serde(deserialize_with = "null_as_default")]
    pub behavior: String,
    /// As Go writes durations; empty for none.
    #[serde(rename = "TTL", deserialize_with = "null_as_default")]
    pub ttl: String,
    /// In nanoseconds.
    pub lock_delay: u64,
    /// The checks of the node that end it when one turns critical.
    #[serde(deserialize_with = "null_as_default")]
    pub node_checks: Vec<String>,
    /// The same of services; not known to agents before 1.7.
    #[serde(deserialize_with = "null_as_default")]
    pub service_checks: Vec<ServiceCheck>,
    /// Raft index at which it was created.
    pub create_index: u64,
}

/// A check of a service that a session depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ServiceCheck {
    /// Its ID.
    #[serde(rename = "ID")]
    pub id: String,
}

/// A session to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SessionRequest {
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// None: the agent's node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// As Go writes durations, 10 s to a day; none for ever.
    #[serde(rename = "TTL", skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
    /// `release` or `delete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behavior: Option<String>,
    /// As Go writes durations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock_delay: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    #[serde(rename = "ID")]
    id: String,
}

impl Session<'_> {
    /// Makes a session; its ID.
    ///
    /// # Errors
    /// Any.
    pub async fn create(&self, session: &SessionRequest, query: &Query) -> Result<String, Error> {
        let call = Call::write(Method::PUT, "/v1/session/create", query).json(session);
        Ok(self.client.json::<Created>(call).await?.value.id)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Any.
    pub async fn destroy(&self, id: &str, query: &Query) -> Result<(), Error> {
        let path = format!("/v1/session/destroy/{}", encode::part(id));
        self.client
            .done(Call::write(Method::PUT, path, query))
            .await
    }

    /// One session.
    ///
    /// # Errors
    /// Any.
    pub async fn info(
        &self,
        id: &str,
        query: &Query,
    ) -> Result<Answer<Option<SessionEntry>>, Error> {
        let call = Call::get(format!("/v1/session/info/{}", encode::part(id)), query);
        let answer: Answer<Option<Vec<SessionEntry>>> = self.client.json(call).await?;
        Ok(answer.map(|found| found.unwrap_or_default().into_iter().next()))
    }

    /// Every session.
    ///
    /// # Errors
    /// Any.
    pub async fn list(&self, query: &Query) -> Result<Answer<Vec<SessionEntry>>, Error> {
        let call = Call::get("/v1/session/list", query);
        Ok(self
            .client
            .json::<Option<_>>(call)
            .await?
            .map(Option::unwrap_or_default))
    }
}
