//! Every way in which asking an agent can fail, in words that may be shown.

use thiserror::Error;

/// Why an agent gave no usable answer. `agent` is its address as it may be shown; `text` is what
/// the agent said, cut to 200 characters, without control characters, secrets redacted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The settings cannot be used: a file that cannot be read, an address that is none.
    #[error("{reason}")]
    Settings {
        /// What is wrong.
        reason: String,
    },
    /// The connection was refused or reset, or the name was not found.
    #[error("{agent} cannot be reached: {reason}")]
    Unreachable {
        /// Who.
        agent: String,
        /// Why, in words.
        reason: String,
    },
    /// No connection, answer or body in time.
    #[error("{agent} did not answer in time: {phase} took more than {seconds} s")]
    TimedOut {
        /// Who.
        agent: String,
        /// What took too long.
        phase: Phase,
        /// How long we waited.
        seconds: u64,
    },
    /// Nothing yet: the question goes on, who asked does not wait for it.
    #[error("{agent} has not answered yet; it is waited for")]
    Late {
        /// Who.
        agent: String,
    },
    /// All of our own connections to the agent were in use: nothing was sent.
    #[error("every connection to {agent} was in use for more than {seconds} s")]
    Crowded {
        /// Who.
        agent: String,
        /// How long we waited.
        seconds: u64,
    },
    /// The TLS handshake failed.
    #[error("no secure connection to {agent}: {reason}")]
    Tls {
        /// Who.
        agent: String,
        /// Why, in words.
        reason: TlsReason,
    },
    /// 403: the token may not.
    #[error("{agent} refuses: {text}")]
    Forbidden {
        /// Who.
        agent: String,
        /// What it said.
        text: String,
    },
    /// 401, or 403 "ACL not found": the agent wants a token that it knows.
    #[error("{agent} does not know the token: {text}")]
    TokenUnknown {
        /// Who.
        agent: String,
        /// What it said.
        text: String,
    },
    /// 404 where that is not simply "none".
    #[error("{agent} found nothing: {text}")]
    NotFound {
        /// Who.
        agent: String,
        /// What it said.
        text: String,
    },
    /// The agent does not know this address of its API: it is too old or too new.
    #[error("{agent} has no {endpoint}")]
    Unsupported {
        /// Who.
        agent: String,
        /// The address it lacks.
        endpoint: &'static str,
    },
    /// 413: what was sent is larger than the agent takes.
    #[error("too large for {agent}: {text}")]
    TooLarge {
        /// Who.
        agent: String,
        /// What it said.
        text: String,
    },
    /// 429: the agent asks for fewer requests.
    #[error("{agent} asks for fewer requests: {text}")]
    RateLimited {
        /// Who.
        agent: String,
        /// What it said.
        text: String,
    },
    /// 500 "No cluster leader".
    #[error("the servers behind {agent} have no leader")]
    NoLeader {
        /// Who.
        agent: String,
    },
    /// 500 "No path to datacenter".
    #[error("{agent} knows no path to the datacenter")]
    NoPathToDatacenter {
        /// Who.
        agent: String,
    },
    /// 500 "No known Consul servers".
    #[error("{agent} knows no server")]
    NoServers {
        /// Who.
        agent: String,
    },
    /// Any other 4xx or 5xx.
    #[error("{agent} answered {status}: {text}")]
    Status {
        /// Who.
        agent: String,
        /// HTTP status.
        status: u16,
        /// What it said.
        text: String,
    },
    /// Consul refused the key or what was to be written: nothing was changed.
    #[error("{agent} refused: {text}")]
    Refused {
        /// Who.
        agent: String,
        /// What it said.
        text: String,
    },
    /// Not HTTP, not JSON, or not the JSON that Consul sends; also a body cut short.
    #[error("{agent} answered something that is not Consul's: {reason}")]
    NotConsul {
        /// Who.
        agent: String,
        /// What was found instead.
        reason: String,
    },
    /// The body is larger than we read.
    #[error("the answer of {agent} is larger than {limit_bytes} bytes")]
    AnswerTooLarge {
        /// Who.
        agent: String,
        /// The limit.
        limit_bytes: usize,
    },
    /// 3xx: never followed.
    #[error("{agent} answered {status}, a redirect, which is not followed")]
    Redirect {
        /// Who.
        agent: String,
        /// HTTP status.
        status: u16,
    },
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The connection, TLS included.
    Connect,
    /// The answer's head.
    Answer,
    /// The answer's body.
    Body,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "connecting",
            Self::Answer => "the answer",
            Self::Body => "the answer's body",
        })
    }
}

/// Why a TLS handshake failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TlsReason {
    /// The certificate is for another name.
    #[error("its certificate is for another name: {0}")]
    NameMismatch(String),
    /// The certificate's time is over.
    #[error("its certificate has expired")]
    Expired,
    /// The certificate's time has not begun.
    #[error("its certificate is not valid yet")]
    NotValidYet,
    /// No authority that we trust signed it; also self-signed ones.
    #[error("its certificate is from an unknown issuer (is the CA file set?)")]
    UnknownIssuer,
    /// The agent wants a client certificate, or another one.
    #[error("it wants a client certificate that it trusts")]
    ClientCertificate,
    /// What listens there speaks no TLS.
    #[error("what listens there does not speak TLS (http instead of https?)")]
    NotTls,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Error {
    /// The agent that failed, as it may be shown.
    #[must_use]
    pub fn agent(&self) -> Option<&str> {
        match self {
            Self::Settings { .. } => None,
            Self::Unreachable { agent, .. }
            | Self::TimedOut { agent, .. }
            | Self::Late { agent }
            | Self::Crowded { agent, .. }
            | Self::Tls { agent, .. }
            | Self::Forbidden { agent, .. }
            | Self::TokenUnknown { agent, .. }
            | Self::NotFound { agent, .. }
            | Self::Unsupported { agent, .. }
            | Self::TooLarge { agent, .. }
            | Self::RateLimited { agent, .. }
            | Self::NoLeader { agent }
            | Self::NoPathToDatacenter { agent }
            | Self::NoServers { agent }
            | Self::Status { agent, .. }
            | Self::Refused { agent, .. }
            | Self::NotConsul { agent, .. }
            | Self::AnswerTooLarge { agent, .. }
            | Self::Redirect { agent, .. } => Some(agent),
        }
    }

    /// Whether the agent said nothing at all.
    #[must_use]
    pub fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Tls { .. }
        )
    }

    /// Whether a write that failed so may still have been done.
    #[must_use]
    pub fn may_have_landed(&self) -> bool {
        match self {
            Self::TimedOut { phase, .. } => *phase != Phase::Connect,
            Self::Unreachable { .. }
            | Self::NotConsul { .. }
            | Self::AnswerTooLarge { .. }
            | Self::NoLeader { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// Whether it says that the agent itself is not well, where it was asked about another
    /// datacenter than its own (`far`): what is wrong there is no fault of the agent, and how it
    /// fares itself it tells when it is looked at.
    #[must_use]
    pub fn judges_agent(&self, far: bool) -> bool {
        match self {
            // the datacenter is far from the agent, not the agent from us; and our own queue
            Self::NoPathToDatacenter { .. } | Self::Crowded { .. } => false,
            Self::TimedOut { phase, .. } => !far || *phase == Phase::Connect,
            Self::RateLimited { .. }
            | Self::NoLeader { .. }
            | Self::NoServers { .. }
            | Self::Status { .. } => !far && self.allows_next_agent(),
            _ => self.allows_next_agent(),
        }
    }

    /// Whether a read may be asked again of another agent: where this one, not the request, is at
    /// fault.
    #[must_use]
    pub fn allows_next_agent(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Crowded { .. }
            | Self::Tls { .. }
            | Self::RateLimited { .. }
            | Self::NoLeader { .. }
            | Self::NoPathToDatacenter { .. }
            | Self::NoServers { .. }
            | Self::NotConsul { .. }
            | Self::Redirect { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::Settings { .. }
            | Self::Late { .. }
            | Self::Forbidden { .. }
            | Self::TokenUnknown { .. }
            | Self::NotFound { .. }
            | Self::Unsupported { .. }
            | Self::TooLarge { .. }
            | Self::Refused { .. }
            | Self::AnswerTooLarge { .. } => false,
        }
    }
}
