//! Every way in which a request can fail, and the one place that turns it into
//! `application/problem+json`. Imports `consul` and wire; knows no middleware.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use wire::{
    format::Diagnostic,
    kv::KvPair,
    problem::{Problem, ProblemKind},
};

use crate::consul;

/// Why a request failed.
#[derive(Clone, Debug)]
pub enum Error {
    /// 400: the request was not understood.
    BadRequest(String),
    /// 421: `Host` is not one that we serve.
    HostNotAllowed,
    /// 403: the request came from another site, or not from our page.
    CrossSite(&'static str),
    /// 403: waggle runs read-only.
    ReadOnly,
    /// 404: no such address.
    NoSuchRoute,
    /// 405: the address exists, the method does not.
    NoSuchMethod,
    /// 404: what was named does not exist.
    NotFound(String),
    /// 403: the agent left out all of it, because the token may not see it.
    Hidden {
        /// What was asked for.
        detail: String,
        /// The ACL rule that shows it.
        acl_rule: String,
    },
    /// 404: the agent does not know this datacenter.
    UnknownDatacenter(String),
    /// 409: someone else wrote first; the key as it is now.
    Conflict(Option<Box<KvPair>>),
    /// 400: the pattern of a search cannot be read; where and why.
    BadPattern(Diagnostic),
    /// 422: the value does not parse in its format.
    InvalidValue(Vec<Diagnostic>),
    /// 413: the body, value or text is larger than allowed.
    TooLarge(String),
    /// 414: the address is longer than allowed.
    AddressTooLong,
    /// 504: waggle itself gave up.
    TimedOut,
    /// 500: a fault of waggle's own; the text is logged, not sent.
    Internal(String),
    /// The agent failed, or refused: 403, 413, 422, 502, 503 or 504.
    Consul(Box<AgentFailure>),
}

/// An agent's failure, with what was asked of it.
#[derive(Clone, Debug)]
pub struct AgentFailure {
    /// What the client says.
    pub error: consul::Error,
    /// The datacenter that was asked; none for the agent's own.
    pub datacenter: Option<String>,
    /// The ACL rule that the question needs.
    pub acl_rule: Option<String>,
    /// Said before the client's words: what is therefore not known.
    pub remark: Option<&'static str>,
}

impl From<consul::Error> for Error {
    fn from(error: consul::Error) -> Self {
        Self::Consul(Box::new(AgentFailure {
            error,
            datacenter: None,
            acl_rule: None,
            remark: None,
        }))
    }
}

/// Somebody else wrote first; `current` is the key as it is now.
fn conflict(current: Option<&KvPair>) -> Problem {
    let detail = if current.is_some() {
        "the key was changed by someone else; nothing was written"
    } else {
        "the key does not exist any more; nothing was written"
    };
    Problem {
        current: current.cloned(),
        ..problem(409, ProblemKind::Conflict, detail)
    }
}

impl Error {
    /// What the browser is told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        use ProblemKind as Kind;
        match self {
            Self::BadRequest(detail) => problem(400, Kind::BadRequest, detail),
            Self::HostNotAllowed => problem(
                421,
                Kind::HostNotAllowed,
                "this server is not known by the name in the request; start waggle with \
                 --allowed-host NAME to serve it under another name than localhost",
            ),
            Self::CrossSite(detail) => problem(403, Kind::CrossSite, detail),
            Self::ReadOnly => problem(
                403,
                Kind::ReadOnly,
                "waggle was started with --read-only: nothing can be changed here",
            ),
            Self::NoSuchRoute => {
                problem(404, Kind::NoSuchRoute, "there is nothing at this address")
            }
            Self::NoSuchMethod => problem(
                405,
                Kind::NoSuchRoute,
                "this address does not take this method",
            ),
            Self::NotFound(detail) => problem(404, Kind::NotFound, detail),
            Self::Hidden { detail, acl_rule } => Problem {
                acl_rule: Some(acl_rule.clone()),
                ..problem(403, Kind::Forbidden, detail)
            },
            Self::UnknownDatacenter(name) => Problem {
                datacenter: Some(name.clone()),
                ..problem(
                    404,
                    Kind::UnknownDatacenter,
                    &format!("the agent knows no datacenter `{name}`"),
                )
            },
            Self::Conflict(current) => conflict(current.as_deref()),
            Self::BadPattern(diagnostic) => Problem {
                diagnostics: vec![diagnostic.clone()],
                ..problem(
                    400,
                    Kind::BadRequest,
                    &format!("q: character {}: {}", diagnostic.column, diagnostic.message),
                )
            },
            Self::InvalidValue(diagnostics) => Problem {
                diagnostics: diagnostics.clone(),
                ..problem(
                    422,
                    Kind::InvalidValue,
                    "the value is not what its format promises; nothing was written",
                )
            },
            Self::TooLarge(detail) => problem(413, Kind::TooLarge, detail),
            Self::AddressTooLong => problem(414, Kind::TooLarge, "the address is too long"),
            Self::TimedOut => problem(504, Kind::AgentTimeout, "the answer took too long"),
            Self::Internal(_) => problem(
                500,
                Kind::Internal,
                "a fault of waggle's own; its log says more",
            ),
            Self::Consul(failure) => failure.problem(),
        }
    }

    /// The same failure, of a question about this datacenter that needs this ACL rule.
    #[must_use]
    pub fn about(self, datacenter: Option<&str>, acl_rule: &str) -> Self {
        match self {
            Self::Consul(mut failure) => {
                failure.datacenter = datacenter.map(str::to_owned);
                failure.acl_rule = Some(acl_rule.to_owned());
                Self::Consul(failure)
            }
            other => other,
        }
    }
}

impl AgentFailure {
    fn problem(&self) -> Problem {
        let of_client = self.error.problem();
        let forbidden = of_client.kind == ProblemKind::Forbidden;
        Problem {
            detail: match self.remark {
                Some(remark) => format!("{remark}: {}", of_client.detail),
                None => of_client.detail,
            },
            datacenter: self.datacenter.clone(),
            acl_rule: self.acl_rule.clone().filter(|_| forbidden),
            ..of_client
        }
    }
}

impl consul::Error {
    /// What the browser is told of it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        use ProblemKind as Kind;
        let (status, kind) = match self {
            Self::Settings { .. } => (500, Kind::Internal),
            Self::Unreachable { .. } | Self::NoServers { .. } => (502, Kind::AgentUnreachable),
            Self::TimedOut { .. } | Self::Late { .. } => (504, Kind::AgentTimeout),
            Self::Tls { .. } => (502, Kind::AgentTls),
            Self::Forbidden { .. } => (403, Kind::Forbidden),
            Self::TokenUnknown { .. } => (403, Kind::TokenUnknown),
            Self::NotFound { .. } => (404, Kind::NotFound),
            Self::TooLarge { .. } => (413, Kind::TooLarge),
            Self::RateLimited { .. } | Self::Crowded { .. } => (503, Kind::AgentBusy),
            Self::NoLeader { .. } => (503, Kind::NoLeader),
            Self::NoPathToDatacenter { .. } => (502, Kind::DatacenterUnreachable),
            Self::Refused { .. } => (422, Kind::Refused),
            Self::NotConsul { .. } | Self::Redirect { .. } => (502, Kind::AgentNonsense),
            Self::Unsupported { .. } | Self::Status { .. } | Self::AnswerTooLarge { .. } => {
                (502, Kind::AgentError)
            }
        };
        Problem {
            agent: self.agent().map(str::to_owned),
            ..problem(status, kind, &self.to_string())
        }
    }
}

fn problem(status: u16, kind: ProblemKind, detail: &str) -> Problem {
    Problem {
        r#type: "about:blank".to_owned(),
        title: title(kind).to_owned(),
        status,
        detail: detail.to_owned(),
        kind,
        ..Problem::default()
    }
}

fn title(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Internal => "Internal error",
        ProblemKind::BadRequest => "Bad request",
        ProblemKind::HostNotAllowed => "Host not allowed",
        ProblemKind::CrossSite => "Cross-site request",
        ProblemKind::ReadOnly => "Read-only",
        ProblemKind::NoSuchRoute => "No such address",
        ProblemKind::NotFound => "Not found",
        ProblemKind::UnknownDatacenter => "Unknown datacenter",
        ProblemKind::Forbidden => "Permission denied",
        ProblemKind::TokenUnknown => "Token not known",
        ProblemKind::Conflict => "Changed by someone else",
        ProblemKind::InvalidValue => "Invalid value",
        ProblemKind::Refused => "Refused by Consul",
        ProblemKind::TooLarge => "Too large",
        ProblemKind::AgentUnreachable => "Agent unreachable",
        ProblemKind::AgentTimeout => "No answer in time",
        ProblemKind::AgentTls => "No secure connection",
        ProblemKind::AgentBusy => "Agent busy",
        ProblemKind::NoLeader => "No leader",
        ProblemKind::DatacenterUnreachable => "Datacenter unreachable",
        ProblemKind::AgentError => "Agent error",
        ProblemKind::AgentNonsense => "Not a Consul agent",
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = self.problem();
        match &self {
            Self::Internal(cause) => tracing::error!(cause, "internal error"),
            Self::Consul(_) if problem.status >= 500 => {
                tracing::warn!(
                    kind = ?problem.kind,
                    agent = problem.agent,
                    datacenter = problem.datacenter,
                    detail = problem.detail,
                    "an agent failed"
                );
            }
            _ => {}
        }
        into_response(&problem)
    }
}

/// A problem as an answer.
fn into_response(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = (status, Body::from(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn an_answer_is_the_problem() {
        let response = Error::Conflict(None).into_response();
        assert_eq!(response.status(), StatusCode::CONFLICT);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.kind, ProblemKind::Conflict);
        assert_eq!(problem.status, 409);
    }

    #[test]
    fn the_missing_rule_is_told_only_where_it_helps() {
        let agent = "http://127.0.0.1:8500".to_owned();
        let rule = "key_prefix \"omo/\" {\n  policy = \"read\"\n}";
        let forbidden = Error::from(consul::Error::Forbidden {
            agent: agent.clone(),
            text: "Permission denied".into(),
        });
        let problem = forbidden.about(Some("dc1"), rule).problem();
        assert_eq!(problem.acl_rule.as_deref(), Some(rule));
        assert_eq!(problem.status, 403);
        assert_eq!(problem.datacenter.as_deref(), Some("dc1"));
        let busy = Error::from(consul::Error::NoLeader { agent });
        assert_eq!(busy.about(None, rule).problem().acl_rule, None);
    }

    #[test]
    fn a_fault_of_our_own_says_nothing_of_its_cause() {
        let problem = Error::Internal("canary".into()).problem();
        assert!(!format!("{problem:?}").contains("canary"));
    }
}
