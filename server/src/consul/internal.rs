//! `/v1/internal/ui`: what Consul's own UI calls. Undocumented, so only used where it saves an
//! order of magnitude, and missing is an error of its own ([`Error::Unsupported`]).

use serde::{Deserialize, de::DeserializeOwned};
use wire::{checks::Check, instances::AgentService, nodes::Node};

use super::{
    Answer, Client, Error, Query, catalog::null_as_default, elements::STREAMED_MAX_BYTES,
    transport::Call,
};

/// The family, of one client.
#[derive(Debug)]
pub struct Internal<'a> {
    pub(super) client: &'a Client,
}

/// A service with counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UiService {
    /// Its name.
    pub name: String,
    /// Empty for a typical service.
    #[serde(deserialize_with = "null_as_default")]
    pub kind: String,
    /// Tags of any instance.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<String>,
    /// The nodes of its instances.
    #[serde(deserialize_with = "null_as_default")]
    pub nodes: Vec<String>,
    /// How many instances.
    pub instance_count: u32,
    /// How many checks pass, the nodes' included.
    pub checks_passing: u32,
    /// How many checks warn.
    pub checks_warning: u32,
    /// How many checks are critical.
    pub checks_critical: u32,
}

/// A node with all that is on it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UiNode {
    /// The node.
    #[serde(flatten)]
    pub node: Node,
    /// What is registered on it.
    #[serde(deserialize_with = "null_as_default")]
    pub services: Vec<AgentService>,
    /// All its checks.
    #[serde(deserialize_with = "null_as_default")]
    pub checks: Vec<Check>,
}

impl Internal<'_> {
    /// Every service with counts of instances and checks.
    ///
    /// # Errors
    /// Any; [`Error::Unsupported`] where the agent has no such address.
    pub async fn services(&self, query: &Query) -> Result<Answer<Vec<UiService>>, Error> {
        self.list("/v1/internal/ui/services", query).await
    }

    /// Every node with its services and checks.
    ///
    /// # Errors
    /// Any; [`Error::Unsupported`] where the agent has no such address.
    pub async fn nodes(&self, query: &Query) -> Result<Answer<Vec<UiNode>>, Error> {
        self.nodes_as(query, |node| node).await
    }

    /// What `make` makes of every node: the answer is large (36 MB for 5,000 nodes with 20,000
    /// instances), so that it is read as it comes.
    ///
    /// # Errors
    /// Any; [`Error::Unsupported`] where the agent has no such address.
    pub async fn nodes_as<R: Send + 'static>(
        &self,
        query: &Query,
        make: impl FnMut(UiNode) -> R + Send + 'static,
    ) -> Result<Answer<Vec<R>>, Error> {
        let endpoint = "/v1/internal/ui/nodes";
        let call = Call {
            limit_bytes: Some(STREAMED_MAX_BYTES),
            ..Call::get(endpoint, query)
        };
        match self.client.elements(call, make).await {
            Err(Error::NotFound { agent, .. }) => Err(Error::Unsupported { agent, endpoint }),
            outcome => outcome,
        }
    }

    async fn list<T: DeserializeOwned + Send + 'static>(
        &self,
        endpoint: &'static str,
        query: &Query,
    ) -> Result<Answer<Vec<T>>, Error> {
        let answer = self
            .client
            .json::<Option<Vec<T>>>(Call::get(endpoint, query))
            .await;
        match answer {
            Err(Error::NotFound { agent, .. }) => Err(Error::Unsupported { agent, endpoint }),
            answer => Ok(answer?.map(Option::unwrap_or_default)),
        }
    }
}
