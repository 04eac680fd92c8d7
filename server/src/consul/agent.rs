//! `/v1/agent`: the agent itself, its members, and what is registered with it.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use wire::instances::AgentService;

use super::{Client, Error, Query, encode, query::Parameters, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Agent<'a> {
    pub(super) client: &'a Client,
}

/// Who the agent is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentSelf {
    /// Its node's name.
    pub node: String,
    /// Its datacenter.
    pub datacenter: String,
    /// Consul's version.
    pub version: String,
    /// It is a server, not a client.
    pub server: bool,
}

/// A member of the gossip pool, as this agent sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Member {
    /// The node's name; in the WAN pool `name.datacenter`.
    pub name: String,
    /// IP.
    pub addr: String,
    /// Gossip port.
    pub port: u16,
    /// `role` (`consul` for servers, `node`), `dc`, `build` (`1.22.6:…`), `port`, ….
    pub tags: BTreeMap<String, String>,
    /// Serf's: 1 alive, 2 leaving, 3 left, 4 failed.
    pub status: u8,
}

impl Member {
    /// It is a server.
    #[must_use]
    pub fn is_server(&self) -> bool {
        self.tags.get("role").is_some_and(|role| role == "consul")
    }

    /// Consul's version there, without the build's number.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        let build = self.tags.get("build")?;
        build
            .split(':')
            .next()
            .filter(|version| !version.is_empty())
    }

    /// Where its RPC listens, as `status/leader` writes it; servers only.
    #[must_use]
    pub fn rpc_address(&self) -> Option<String> {
        let port = self.tags.get("port").filter(|_| self.is_server())?;
        Some(if self.addr.contains(':') {
            format!("[{}]:{port}", self.addr)
        } else {
            format!("{}:{port}", self.addr)
        })
    }
}

/// A service as it registers with its agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceRegistration {
    /// Unique on the node; empty for the name.
    #[serde(rename = "ID", skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The service's name.
    pub name: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Empty for the node's.
    pub address: String,
    /// 0 for none.
    pub port: u16,
    /// Pairs.
    pub meta: BTreeMap<String, String>,
    /// Its checks.
    pub checks: Vec<CheckRegistration>,
}

/// A check as it registers with its agent. Durations are written as Go writes them (`30s`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CheckRegistration {
    /// Unique on the node; empty for `service:<id>`.
    #[serde(rename = "CheckID", skip_serializing_if = "String::is_empty")]
    pub check_id: String,
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the operator says about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Critical unless told otherwise within this time.
    #[serde(rename = "TTL", skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
    /// Asked for, passing while it answers 2xx.
    #[serde(rename = "HTTP", skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// `host:port`, passing while it takes connections.
    #[serde(rename = "TCP", skip_serializing_if = "Option::is_none")]
    pub tcp: Option<String>,
    /// How often, for those that ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// How it begins; empty for `critical`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// At least a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deregister_critical_service_after: Option<String>,
}

/// What a TTL check is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TtlStatus {
    /// `pass`.
    Passing,
    /// `warn`.
    Warning,
    /// `fail`.
    Critical,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SelfAnswer {
    config: SelfConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct SelfConfig {
    datacenter: String,
    node_name: String,
    server: bool,
    version: String,
}

impl Agent<'_> {
    /// Who the agent is.
    ///
    /// # Errors
    /// Any; [`Error::Forbidden`] without `agent:read`.
    pub async fn self_(&self) -> Result<AgentSelf, Error> {
        let call = Call::get("/v1/agent/self", &Query::default());
        let SelfAnswer { config } = self.client.json(call).await?.value;
        Ok(AgentSelf {
            node: config.node_name,
            datacenter: config.datacenter,
            version: config.version,
            server: config.server,
        })
    }

    /// The members that this agent sees: of its datacenter, or with `wan` all servers.
    ///
    /// # Errors
    /// Any.
    pub async fn members(&self, wan: bool) -> Result<Vec<Member>, Error> {
        let mut call = Call::get("/v1/agent/members", &Query::default());
        if wan {
            call.parameters.add("wan", "1");
        }
        Ok(self
            .client
            .json::<Option<Vec<Member>>>(call)
            .await?
            .value
            .unwrap_or_default())
    }

    /// What is registered with this agent, by ID.
    ///
    /// # Errors
    /// Any.
    pub async fn services(&self) -> Result<BTreeMap<String, AgentService>, Error> {
        let call = Call::get("/v1/agent/services", &Query::default());
        Ok(self
            .client
            .json::<Option<_>>(call)
            .await?
            .value
            .unwrap_or_default())
    }

    /// Registers a service, or replaces the one of the same ID.
    ///
    /// # Errors
    /// Any.
    pub async fn register_service(&self, service: &ServiceRegistration) -> Result<(), Error> {
        self.client
            .done(put("/v1/agent/service/register").json(service))
            .await
    }

    /// Takes a service out of the agent.
    ///
    /// # Errors
    /// Any; an unknown one is [`Error::NotFound`] on new agents.
    pub async fn deregister_service(&self, id: &str) -> Result<(), Error> {
        let path = format!("/v1/agent/service/deregister/{}", encode::key(id));
        self.client.done(put(path)).await
    }

    /// Tells a TTL check that all is well.
    ///
    /// # Errors
    /// Any.
    pub async fn pass_ttl(&self, check_id: &str, note: &str) -> Result<(), Error> {
        self.set_ttl(check_id, TtlStatus::Passing, note).await
    }

    /// Tells a TTL check how things are.
    ///
    /// # Errors
    /// Any.
    pub async fn set_ttl(
        &self,
        check_id: &str,
        status: TtlStatus,
        note: &str,
    ) -> Result<(), Error> {
        let verb = match status {
            TtlStatus::Passing => "pass",
            TtlStatus::Warning => "warn",
            TtlStatus::Critical => "fail",
        };
        let mut call = put(format!("/v1/agent/check/{verb}/{}", encode::key(check_id)));
        if !note.is_empty() {
            call.parameters.add("note", note);
        }
        self.client.done(call).await
    }

    /// Switches a service's maintenance on or off.
    ///
    /// # Errors
    /// Any.
    pub async fn set_service_maintenance(
        &self,
        id: &str,
        enable: bool,
        reason: &str,
    ) -> Result<(), Error> {
        let mut call = put(format!("/v1/agent/service/maintenance/{}", encode::key(id)));
        call.parameters
            .add("enable", if enable { "true" } else { "false" });
        if !reason.is_empty() {
            call.parameters.add("reason", reason);
        }
        self.client.done(call).await
    }

    /// Lets the agent leave its cluster and end.
    ///
    /// # Errors
    /// Any.
    pub async fn leave(&self) -> Result<(), Error> {
        self.client.done(put("/v1/agent/leave")).await
    }
}

fn put(path: impl Into<String>) -> Call {
    Call {
        method: Method::PUT,
        path: path.into(),
        parameters: Parameters::default(),
        body: None,
        held_seconds: 0,
        patience: 0,
        beside: false,
        limit_bytes: None,
        uncompressed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_tell_their_version_and_rpc_address() {
        let mut member: Member = serde_json::from_str(
            r#"{"Name":"src-1","Addr":"127.1.1.1","Port":8301,"Status":1,
                "Tags":{"role":"consul","build":"1.22.6:abc","port":"8300","dc":"dc1"}}"#,
        )
        .unwrap();
        assert_eq!(member.version(), Some("1.22.6"));
        assert_eq!(member.rpc_address().as_deref(), Some("127.1.1.1:8300"));
        member.addr = "::1".into();
        assert_eq!(member.rpc_address().as_deref(), Some("[::1]:8300"));
        member.tags.insert("role".into(), "node".into());
        assert_eq!(member.rpc_address(), None);
    }
}
