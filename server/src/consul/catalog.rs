//! `/v1/catalog`: datacenters, nodes and services as the servers keep them.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize};
use wire::{
    checks::Check,
    instances::{AgentService, ServiceAddress},
    nodes::Node,
};

use super::{Answer, Client, Error, Query, encode, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Catalog<'a> {
    pub(super) client: &'a Client,
}

/// One instance as `catalog/service/:name` lists it, without checks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CatalogService {
    /// The node's own id, a UUID that outlives restarts; empty where it has none.
    #[serde(rename = "ID", deserialize_with = "null_as_default")]
    pub node_id: String,
    /// The node's name.
    pub node: String,
    /// The node's address.
    pub address: String,
    /// Unique on its node.
    #[serde(rename = "ServiceID")]
    pub service_id: String,
    /// The service's name.
    pub service_name: String,
    /// Empty for a typical service.
    #[serde(deserialize_with = "null_as_default")]
    pub service_kind: String,
    /// Empty: the node's holds.
    pub service_address: String,
    /// 0: none; Consul takes numbers here that are no ports.
    pub service_port: i64,
    /// Tags.
    #[serde(deserialize_with = "null_as_default")]
    pub service_tags: Vec<String>,
    /// Pairs.
    #[serde(deserialize_with = "null_as_default")]
    pub service_meta: BTreeMap<String, String>,
    /// `lan`, `wan`, …
    #[serde(deserialize_with = "null_as_default")]
    pub service_tagged_addresses: BTreeMap<String, ServiceAddress>,
    /// Raft index of its last change.
    pub modify_index: u64,
}

/// A node, and what is on it, as it is written straight into the catalog. A node that is no
/// member of the gossip pool needs `external-node` = `true` in its meta and no `serfHealth` check,
/// else the leader removes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Registration {
    /// The node's name.
    pub node: String,
    /// Its address.
    pub address: String,
    /// The node's pairs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_meta: BTreeMap<String, String>,
    /// A service on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<AgentService>,
    /// Checks of the node, or of the service that their `service_id` names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The node itself stays as it is.
    pub skip_node_update: bool,
}

/// What is taken out of the catalog: a service or a check of a node, or with neither the node
/// and all on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Deregistration {
    /// The node's name.
    pub node: String,
    /// The service's ID on it.
    #[serde(rename = "ServiceID", skip_serializing_if = "Option::is_none")]
    pub service_id: Option<String>,
    /// The check's ID on it.
    #[serde(rename = "CheckID", skip_serializing_if = "Option::is_none")]
    pub check_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NodeServices {
    node: Option<Node>,
    #[serde(default, deserialize_with = "null_as_default")]
    services: BTreeMap<String, AgentService>,
}

impl Catalog<'_> {
    /// The names of the datacenters that the agent knows, nearest first.
    ///
    /// # Errors
    /// Any.
    pub async fn datacenters(&self) -> Result<Vec<String>, Error> {
        let call = Call::get("/v1/catalog/datacenters", &Query::default());
        Ok(self
            .client
            .json::<Option<_>>(call)
            .await?
            .value
            .unwrap_or_default())
    }

    /// The services' names, each with the tags of all its instances.
    ///
    /// # Errors
    /// Any.
    pub async fn services(
        &self,
        query: &Query,
    ) -> Result<Answer<BTreeMap<String, Vec<String>>>, Error> {
        let call = Call::get("/v1/catalog/services", query);
        let answer: Answer<Option<BTreeMap<String, Option<Vec<String>>>>> =
            self.client.json(call).await?;
        Ok(answer.map(|services| {
            let services = services.unwrap_or_default();
            services
                .into_iter()
                .map(|(name, tags)| (name, tags.unwrap_or_default()))
                .collect()
        }))
    }

    /// The nodes.
    ///
    /// # Errors
    /// Any.
    pub async fn nodes(&self, query: &Query) -> Result<Answer<Vec<Node>>, Error> {
        let call = Call::get("/v1/catalog/nodes", query);
        Ok(self
            .client
            .json::<Option<_>>(call)
            .await?
            .map(Option::unwrap_or_default))
    }

    /// A node and what is registered on it, by ID; none where there is no such node.
    ///
    /// # Errors
    /// Any.
    pub async fn node(
        &self,
        name: &str,
        query: &Query,
    ) -> Result<Answer<Option<(Node, Vec<AgentService>)>>, Error> {
        let Some(name) = encode::name(name) else {
            return Ok(Answer::default());
        };
        let call = Call::get(format!("/v1/catalog/node/{name}"), query);
        let answer: Answer<Option<NodeServices>> = self.client.json(call).await?;
        Ok(answer.map(|found| {
            let found = found?;
            Some((found.node?, found.services.into_values().collect()))
        }))
    }

    /// The instances of a service, without their checks.
    ///
    /// # Errors
    /// Any.
    pub async fn service(
        &self,
        name: &str,
        query: &Query,
    ) -> Result<Answer<Vec<CatalogService>>, Error> {
        let Some(name) = encode::name(name) else {
            return Ok(Answer::default());
        };
        let call = Call::get(format!("/v1/catalog/service/{name}"), query);
        Ok(self
            .client
            .json::<Option<_>>(call)
            .await?
            .map(Option::unwrap_or_default))
    }

    /// Writes into the catalog, past the agents.
    ///
    /// # Errors
    /// Any.
    pub async fn register(&self, what: &Registration, query: &Query) -> Result<(), Error> {
        let call = Call::write(Method::PUT, "/v1/catalog/register", query).json(what);
        self.client.done(call).await
    }

    /// Takes out of the catalog, past the agents: what an agent still holds comes back.
    ///
    /// # Errors
    /// Any.
    pub async fn deregister(&self, what: &Deregistration, query: &Query) -> Result<(), Error> {
        let call = Call::write(Method::PUT, "/v1/catalog/deregister", query).json(what);
        self.client.done(call).await
    }
}

/// Consul writes `null` for empty maps and lists.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
