//! What went wrong, as RFC 9457 writes it (`application/problem+json`).

use serde::{Deserialize, Serialize};

use crate::{format::Diagnostic, kv::KvPair};

/// An error of the page's API. `type`, `title`, `status` and `detail` are RFC 9457's; the rest
/// are members of ours, there where they say something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Problem {
    /// `about:blank`: `kind` tells them apart.
    pub r#type: String,
    /// Short, the same for every problem of this kind, in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong this time, in English; never an agent's words unless cut and cleaned.
    pub detail: String,
    /// What pages and scripts tell problems apart by.
    pub kind: ProblemKind,
    /// The agent that failed, as `scheme://host:port`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The datacenter that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datacenter: Option<String>,
    /// The ACL rule that is missing, ready to copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acl_rule: Option<String>,
    /// With `conflict`: the key as it is now; none where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<KvPair>,
    /// With `invalid_value`: what is wrong with the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}

/// Every way of failing that a page has words for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A fault of waggle's own (500).
    #[default]
    Internal,
    /// The request was not understood (400).
    BadRequest,
    /// `Host` is not one that we serve (421).
    HostNotAllowed,
    /// The request came from another site (403).
    CrossSite,
    /// waggle runs read-only (403).
    ReadOnly,
    /// No such address (404).
    NoSuchRoute,
    /// The service, node, instance or key does not exist (404).
    NotFound,
    /// The agent does not know the datacenter (404).
    UnknownDatacenter,
    /// The token may not (403).
    Forbidden,
    /// The agent wants a token that it knows (401 or 403 "ACL not found").
    TokenUnknown,
    /// Someone else wrote first (409).
    Conflict,
    /// The value does not parse in its format (422).
    InvalidValue,
    /// Consul refused the key or the value (422).
    Refused,
    /// The body or value is larger than allowed (413).
    TooLarge,
    /// The connection was refused or reset (502).
    AgentUnreachable,
    /// No answer in time (504).
    AgentTimeout,
    /// The TLS handshake failed (502).
    AgentTls,
    /// The agent asks for fewer requests (503).
    AgentBusy,
    /// No leader is elected (503).
    NoLeader,
    /// The agent cannot reach the datacenter (502).
    DatacenterUnreachable,
    /// The agent answered with an error of its own (502).
    AgentError,
    /// The agent answered something that is not Consul's (502).
    AgentNonsense,
}

impl ProblemKind {
    /// Trying again later may help, without anybody changing anything here.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::AgentUnreachable
                | Self::AgentTimeout
                | Self::AgentTls
                | Self::AgentBusy
                | Self::NoLeader
                | Self::DatacenterUnreachable
                | Self::AgentError
                | Self::AgentNonsense
                | Self::Internal
        )
    }
}
