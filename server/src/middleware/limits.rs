//! Bounds on what a request may be, before anything looks at what it means.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;
use percent_encoding::percent_decode_str;

use crate::{
    api::request::{BODY_MAX_BYTES, too_large},
    config::Config,
    error::Error,
};

/// A key of 4 kB, each byte escaped, fits.
const ADDRESS_MAX_BYTES: usize = 16 * 1024;

/// The client's own deadlines are sooner; this is for what they do not see.
const ANSWER_DEADLINE: Duration = Duration::from_secs(90);

/// Refuses addresses that try to be something else, bodies that are too large, and answers that
/// take too long.
pub(crate) async fn layer(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(error) = judge(&config.base_path, &request) {
        return error.into_response();
    }
    match tokio::time::timeout(ANSWER_DEADLINE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::TimedOut.into_response(),
    }
}

fn judge(base_path: &str, request: &Request) -> Result<(), Error> {
    let uri = request.uri();
    let path = uri.path();
    if path.len() + uri.query().unwrap_or_default().len() > ADDRESS_MAX_BYTES {
        return Err(Error::AddressTooLong);
    }
    let page = path
        .strip_prefix(base_path)
        .is_some_and(|below| below.starts_with("/ui/"));
    if is_trick(path, page) {
        return Err(Error::BadRequest("the path is not a plain one".to_owned()));
    }
    if uri.query().is_some_and(names_a_token) || request.headers().contains_key("x-consul-token") {
        return Err(Error::BadRequest(
            "tokens are not taken from requests: waggle has its own, from its environment"
                .to_owned(),
        ));
    }
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    // a file of keys is read under a limit of its own
    let is_file = path.strip_prefix(base_path) == Some("/api/kv/import");
    if !is_file && length.is_some_and(|length| length > BODY_MAX_BYTES as u64) {
        return Err(too_large());
    }
    Ok(())
}

/// Dot segments, empty parts, backslashes and NULs. Below `/ui/` the path names a key, which can
/// hold `//` or a backslash and is only ever text there.
fn is_trick(path: &str, page: bool) -> bool {
    if path != "*" && !path.starts_with('/') {
        return true;
    }
    let decoded = |part: &str| percent_decode_str(part).collect::<Vec<u8>>();
    let mut parts = path.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let bytes = decoded(part);
        let dots = bytes
            .split(|byte| *byte == b';')
            .next()
            .is_some_and(|name| name == b"." || name == b"..");
        let empty = bytes.is_empty() && parts.peek().is_some();
        // a name may hold a slash, but no agent takes one with a dot segment in it
        let inside = bytes
            .split(|byte| *byte == b'/')
            .any(|name| name == b"." || name == b"..");
        let odd = inside || bytes.contains(&b'\\') || bytes.contains(&0);
        if dots || (!page && (empty || odd)) {
            return true;
        }
    }
    false
}

fn names_a_token(query: &str) -> bool {
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_decode_str(name)
            .decode_utf8_lossy()
            .eq_ignore_ascii_case("token")
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn verdict(target: &str) -> Result<(), Error> {
        let request = Request::builder().uri(target).body(Body::empty()).unwrap();
        judge("", &request)
    }

    #[test]
    fn plain_addresses_pass() {
        for target in [
            "/",
            "/ui/",
            "/ui/dc1/kv/a//b/edit",
            "/ui/dc1/kv/a%5Cb/edit",
            "/api/services/omo.msa.startkit?dc=dc1",
            "/api/services/a%2Fb",
            "/api/kv/value?dc=dc1&key=..%2F..%2F%00",
            "/api/services/...",
            "/api/kv?prefix=a%2F%2Fb%2F",
            "*",
        ] {
            assert!(verdict(target).is_ok(), "{target}");
        }
    }

    #[test]
    fn tricks_do_not() {
        for target in [
            "/api/../etc/passwd",
            "/api/./nodes",
            "/api//nodes",
            "//evil.com/api",
            "/api/%2e%2e/x",
            "/api/%2E./x",
            "/api/a%5cb",
            "/api/a%00",
            "/api/..;/x",
            "/api/..;a=b",
            "/assets/%2e%2e/secret",
            "/ui/../api/nodes",
            "/ui/%2e%2e/api/nodes",
        ] {
            assert!(
                matches!(verdict(target), Err(Error::BadRequest(_))),
                "{target}"
            );
        }
        let long = format!("/api/kv?prefix={}", "a".repeat(ADDRESS_MAX_BYTES));
        assert!(matches!(verdict(&long), Err(Error::AddressTooLong)));
    }

    #[test]
    fn tokens_are_refused() {
        for target in [
            "/api/nodes?token=x",
            "/api/nodes?dc=a&%74oken=x",
            "/ui/?TOKEN",
        ] {
            assert!(
                matches!(verdict(target), Err(Error::BadRequest(_))),
                "{target}"
            );
        }
        assert!(verdict("/api/kv?prefix=token").is_ok());
    }

    #[test]
    fn a_body_that_says_it_is_too_large() {
        let request = Request::builder()
            .uri("/api/validate")
            .header(header::CONTENT_LENGTH, BODY_MAX_BYTES + 1)
            .body(Body::empty())
            .unwrap();
        assert!(matches!(judge("", &request), Err(Error::TooLarge(_))));
    }
}
