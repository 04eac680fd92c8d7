//! `/v1/operator`: the servers' raft.

use serde::Deserialize;

use super::{Answer, Client, Error, Query, catalog::null_as_default, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Operator<'a> {
    pub(super) client: &'a Client,
}

/// A server as raft knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RaftServer {
    /// UUID.
    #[serde(rename = "ID")]
    pub id: String,
    /// The node's name; `(unknown)` where it is not in the catalog.
    pub node: String,
    /// RPC address.
    pub address: String,
    /// It leads.
    pub leader: bool,
    /// It votes.
    pub voter: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Configuration {
    #[serde(deserialize_with = "null_as_default")]
    servers: Vec<RaftServer>,
}

impl Operator<'_> {
    /// The servers in raft's configuration.
    ///
    /// # Errors
    /// Any; [`Error::Forbidden`] without `operator:read`.
    pub async fn raft_configuration(
        &self,
        query: &Query,
    ) -> Result<Answer<Vec<RaftServer>>, Error> {
        let call = Call::get("/v1/operator/raft/configuration", query);
        let answer: Answer<Configuration> = self.client.json(call).await?;
        Ok(answer.map(|configuration| configuration.servers))
    }
}
