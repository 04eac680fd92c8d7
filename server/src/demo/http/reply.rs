//! Answers and refusals with the headers that Consul gives them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

/// What a handler ends with.
pub(super) type Outcome = Result<Response, Refusal>;

/// A status with a line of text.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    text: String,
    allow: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            allow: None,
        }
    }

    /// What an RPC that failed looks like.
    pub(super) fn internal(text: impl Into<String>) -> Self {
        Self::new(500, text)
    }

    pub(super) fn unknown_path() -> Self {
        Self::new(
            404,
            "Invalid URL path: not a recognized HTTP API endpoint\n",
        )
    }

    pub(super) fn method(method: &str, allow: &'static str) -> Self {
        Self {
            status: 405,
            text: format!("method {method} not allowed"),
            allow: Some(allow),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.text.is_empty() {
            return status.into_response();
        }
        let mut response = (status, self.text).into_response();
        if let Some(allow) = self.allow {
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if self.status == 413 {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The headers of a read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meta {
    pub(super) index: u64,
    /// Which server answered, where the family tells.
    pub(super) consistency: Option<&'static str>,
}

/// JSON as an answer, compact unless the caller asked for `?pretty`.
pub(super) fn json(value: &Value, pretty: bool) -> Response {
    with_status(StatusCode::OK, value, pretty)
}

pub(super) fn with_status(status: StatusCode, value: &Value, pretty: bool) -> Response {
    let text = if pretty {
        serde_json::to_vec_pretty(value)
    } else {
        serde_json::to_vec(value)
    };
    let text = text.expect("a JSON value can always be written");
    let mut response = (status, Body::from(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        "x-consul-default-acl-policy",
        HeaderValue::from_static("allow"),
    );
    response
}

/// 200 with nothing in it, as most of the agent's own endpoints answer a write.
pub(super) fn done() -> Response {
    (
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        Body::empty(),
    )
        .into_response()
}

/// 404 with nothing in it.
pub(super) fn missing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

/// A value's bytes, as `?raw` gives them.
pub(super) fn raw(value: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox"),
    ];
    (headers, value).into_response()
}

/// Adds a read's headers; an index is at least 1.
pub(super) fn with_meta(mut response: Response, meta: Meta) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-consul-index", meta.index.max(1).into());
    for (name, value) in [
        ("x-consul-knownleader", "true"),
        ("x-consul-lastcontact", "0"),
        ("x-consul-default-acl-policy", "allow"),
    ]
    .into_iter()
    .chain(
        meta.consistency
            .map(|level| ("x-consul-effective-consistency", level)),
    ) {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// What Go's mux answers for a path that is not clean: 307 since Go 1.26, 301 before.
pub(super) fn redirect(path: &str, query: Option<&str>, with_body: bool) -> Response {
    let location = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let status = StatusCode::TEMPORARY_REDIRECT;
    if !with_body {
        return (status, [(header::LOCATION, location)]).into_response();
    }
    let text = format!("<a href=\"{location}\">Temporary Redirect</a>.\n\n");
    (
        status,
        [
            (header::LOCATION, location),
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        ],
        text,
    )
        .into_response()
}
