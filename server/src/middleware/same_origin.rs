//! Only requests from our own page, or from no browser at all.
//!
//! tower-http's `CsrfLayer` judges `Sec-Fetch-Site` and `Origin` of what changes something; the
//! layer here is stricter, wants a header and a content type that no form or plain link can
//! send, and keeps other sites from reading as well.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};
use tower_http::csrf::CsrfLayer;

use crate::{config::Config, error::Error};

/// Sent by our page with everything that changes something.
pub(crate) const HEADER: &str = "x-waggle";

type Rejection = fn(tower_http::csrf::ProtectionError) -> Response;

/// tower-http's part.
pub(crate) fn csrf() -> CsrfLayer<Rejection> {
    let rejection: Rejection =
        |_| Error::CrossSite("the request came from another site").into_response();
    CsrfLayer::new().with_rejection_response(rejection)
}

/// Our part.
pub(crate) async fn layer(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let verdict = if is_safe(request.method()) {
        judge_read(&config, &request)
    } else {
        judge_write(&config, &request)
    };
    match verdict {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// GET, HEAD and OPTIONS change nothing.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A link from another site may open a page of ours, and nothing else may be read from there.
fn judge_read(config: &Config, request: &Request) -> Result<(), Error> {
    let headers = request.headers();
    let refused = Error::CrossSite("other sites may link to pages, not read data");
    if !is_own_origin(config, headers) {
        return Err(refused);
    }
    match all(headers, "sec-fetch-site").as_slice() {
        [] | [b"same-origin" | b"none"] => Ok(()),
        _ => {
            let below = request
                .uri()
                .path()
                .strip_prefix(config.base_path.as_str())
                .unwrap_or_default();
            let is_page = below.is_empty() || below == "/" || below.starts_with("/ui");
            let is_link = all(headers, "sec-fetch-mode") == [b"navigate"]
                && all(headers, "sec-fetch-dest") == [b"document"];
            if is_page && is_link {
                Ok(())
            } else {
                Err(refused)
            }
        }
    }
}

fn judge_write(config: &Config, request: &Request) -> Result<(), Error> {
    let headers = request.headers();
    if !matches!(
        all(headers, "sec-fetch-site").as_slice(),
        [] | [b"same-origin"]
    ) || !is_own_origin(config, headers)
    {
        return Err(Error::CrossSite("the request came from another site"));
    }
    if all(headers, HEADER) != [b"1"] {
        return Err(Error::CrossSite(
            "what changes something needs the header X-Waggle: 1",
        ));
    }
    // neither is what a form of another site can send
    if has_body(request.body(), headers) && !is_json(headers) && !is_file(headers) {
        return Err(Error::BadRequest(
            "a body needs Content-Type: application/json".to_owned(),
        ));
    }
    Ok(())
}

/// `Origin`, where there is one, is the origin that `Host` names. TLS is not ours: only behind a
/// name that was allowed for a proxy may the page come by https.
fn is_own_origin(config: &Config, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    match all(headers, header::ORIGIN.as_str()).as_slice() {
        [] => true,
        [origin] => {
            let Ok(origin) = std::str::from_utf8(origin) else {
                return false;
            };
            if let Some(authority) = origin.strip_prefix("http://") {
                return authority.eq_ignore_ascii_case(host);
            }
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            origin
                .strip_prefix("https://")
                .is_some_and(|authority| authority.eq_ignore_ascii_case(host))
                && config
                    .allowed_hosts
                    .iter()
                    .any(|allowed| allowed.eq_ignore_ascii_case(name))
        }
        _ => false,
    }
}

fn all<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    headers
        .get_all(name)
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect()
}

fn has_body(body: &Body, headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING) || body.size_hint().exact() != Some(0)
}

fn is_json(headers: &HeaderMap) -> bool {
    is_type(headers, b"application/json")
}

fn is_file(headers: &HeaderMap) -> bool {
    is_type(headers, b"application/octet-stream")
}

fn is_type(headers: &HeaderMap, name: &[u8]) -> bool {
    let values = all(headers, header::CONTENT_TYPE.as_str());
    let [value] = values.as_slice() else {
        return false;
    };
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn_with_state, routing::any};
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn status(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> StatusCode {
        let config = Arc::new(Config {
            allowed_hosts: vec!["consul.example".into()],
            ..Config::default()
        });
        let router = Router::new()
            .fallback(any(|| async { "fine" }))
            .layer(from_fn_with_state(config, layer))
            .layer(csrf());
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:8900");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn the_intended_writes_go_through() {
        let ours = ("x-waggle", "1");
        let json = ("content-type", "application/json; charset=utf-8");
        let origin = ("origin", "http://localhost:8900");
        let same = ("sec-fetch-site", "same-origin");
        for headers in [
            vec![ours, json],
            vec![ours, json, origin],
            vec![ours, json, origin, same],
            vec![
                ours,
                json,
                ("host", "consul.example"),
                ("origin", "https://consul.example"),
            ],
        ] {
            let status = status("PUT", "/api/kv/value", &headers, "{}").await;
            assert_eq!(status, StatusCode::OK, "{headers:?}");
        }
        assert_eq!(
            status("DELETE", "/api/kv/value", &[ours], "").await,
            StatusCode::OK
        );
    }

    #[tokio::test]
    async fn every_other_write_is_refused() {
        let ours = ("x-waggle", "1");
        let json = ("content-type", "application/json");
        for headers in [
            vec![json],
            vec![("x-waggle", "0"), json],
            vec![ours],
            vec![ours, ("content-type", "text/plain")],
            vec![ours, ("content-type", "application/jsonp")],
            vec![ours, json, json],
            vec![ours, json, ("origin", "null")],
            vec![ours, json, ("origin", "http://localhost:8901")],
            vec![ours, json, ("origin", "https://localhost:8900")],
            vec![ours, json, ("origin", "http://127.0.0.1:8900")],
            vec![ours, json, ("origin", "http://evil.example")],
            vec![
                ours,
                json,
                ("origin", "http://evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            vec![ours, json, ("sec-fetch-site", "cross-site")],
            vec![ours, json, ("sec-fetch-site", "same-site")],
            vec![ours, json, ("sec-fetch-site", "none")],
        ] {
            for method in ["PUT", "POST", "DELETE", "PATCH"] {
                let status = status(method, "/api/kv/value", &headers, "{}").await;
                assert!(status.is_client_error(), "{method} {headers:?}");
            }
        }
    }

    #[tokio::test]
    async fn other_sites_may_link_and_not_read() {
        let link = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        let frame = [link[0], link[1], ("sec-fetch-dest", "iframe")];
        let fetch = [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")];
        let origin = [("origin", "http://evil.example")];
        let typed = [("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")];
        for (path, headers, good) in [
            ("/ui/dc1/kv", &link[..], true),
            ("/", &link, true),
            ("/api/kv?prefix=", &link, false),
            ("/assets/app.js", &fetch, false),
            ("/ui/dc1/kv", &frame, false),
            ("/ui/dc1/kv", &fetch, false),
            ("/api/nodes", &fetch, false),
            ("/api/nodes", &origin, false),
            ("/api/nodes", &typed, true),
            ("/api/nodes", &[], true),
        ] {
            let status = status("GET", path, headers, "").await;
            assert_eq!(status.is_success(), good, "{path} {headers:?}");
        }
    }
}
