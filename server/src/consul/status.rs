//! `/v1/status`: who leads.

use super::{Client, Error, Query, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Status<'a> {
    pub(super) client: &'a Client,
}

impl Status<'_> {
    /// The leader's RPC address (`ip:8300`); none while there is none.
    ///
    /// # Errors
    /// Any.
    pub async fn leader(&self, query: &Query) -> Result<Option<String>, Error> {
        let leader: Option<String> = self
            .client
            .json(Call::get("/v1/status/leader", query))
            .await?
            .value;
        Ok(leader.filter(|leader| !leader.is_empty()))
    }

    /// The servers' RPC addresses.
    ///
    /// # Errors
    /// Any.
    pub async fn peers(&self, query: &Query) -> Result<Vec<String>, Error> {
        let peers: Option<Vec<String>> = self
            .client
            .json(Call::get("/v1/status/peers", query))
            .await?
            .value;
        Ok(peers.unwrap_or_default())
    }
}
