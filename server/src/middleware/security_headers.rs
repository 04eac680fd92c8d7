//! The headers that every answer carries, errors and redirects included.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{assets::InlineHashes, config::Config};

/// What is no page runs and shows nothing. Short: it goes with every answer over a slow link.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// A page's: scripts and style come from our own files, or stand in the page and are known by their
/// hashes, which then follow in `scripts` and `styles`.
/// Style attributes alone are allowed, since the page rendered here sets widths by them and text
/// from Consul never becomes markup; `'wasm-unsafe-eval'` lets the page's own wasm be compiled and
/// nothing else.
fn content_security_policy(scripts: &str, styles: &str) -> String {
    format!(
        "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval'; style-src {styles}; \
         style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; \
         font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

fn policy(inline: Option<&InlineHashes>) -> HeaderValue {
    /// Where nothing stands inline.
    static PLAIN: OnceLock<HeaderValue> = OnceLock::new();
    let of = |scripts: &str, styles: &str| {
        content_security_policy(scripts, styles)
            .parse()
            .expect("base64 and words of our own")
    };
    match inline {
        Some(InlineHashes { style, scripts }) => {
            let [first, second] = scripts;
            of(
                &format!("'self' '{first}' '{second}'"),
                &format!("'self' '{style}'"),
            )
        }
        None => PLAIN.get_or_init(|| of("'self'", "'self'")).clone(),
    }
}

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Cuts the page off from a window that opened it. The browser starts another process for that,
/// once the answer is there: measured, a fourth of the time until rows are seen.
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Whether a window of another page may have opened this: not where the browser itself says that a
/// person asked for it, by the address bar, a bookmark or another program.
fn may_have_opener(request: &HeaderMap) -> bool {
    request
        .get("sec-fetch-site")
        .is_none_or(|site| site != "none")
}

fn is_page(answer: &HeaderMap) -> bool {
    answer
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Adds the headers; nothing but embedded files may be kept by a cache.
pub(crate) async fn layer(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let is_asset = request
        .uri()
        .path()
        .strip_prefix(config.base_path.as_str())
        .is_some_and(|below| below.starts_with("/assets/"));
    let may_have_opener = may_have_opener(request.headers());
    let mut response = next.run(request).await;
    let cacheable = is_asset
        && (response.status().is_success() || response.status() == http::StatusCode::NOT_MODIFIED);
    let policy = match is_page(response.headers()) {
        true => policy(response.extensions().get()),
        false => NO_PAGE,
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if may_have_opener {
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    if !cacheable {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{
        Extension, Router, body::Body, middleware::from_fn_with_state, response::Html, routing::get,
    };
    use tower::ServiceExt;

    use super::*;

    async fn headers(path: &str) -> HeaderMap {
        headers_from(path, None).await
    }

    async fn headers_from(path: &str, site: Option<&str>) -> HeaderMap {
        async fn cached() -> ([(HeaderName, &'static str); 1], &'static str) {
            ([(header::CACHE_CONTROL, "max-age=1")], "a")
        }
        async fn page() -> (Extension<InlineHashes>, Html<&'static str>) {
            let hashes = InlineHashes {
                style: "sha256-a".into(),
                scripts: ["sha256-b".into(), "sha256-c".into()],
            };
            (Extension(hashes), Html("a"))
        }
        async fn plain_page() -> Html<&'static str> {
            Html("a")
        }
        let router = Router::new()
            .route("/x/ui/a", get(page))
            .route("/x/ui/plain", get(plain_page))
            .route("/x/assets/a", get(cached))
            .route("/x/api/a", get(cached))
            .layer(from_fn_with_state(
                Arc::new(Config {
                    base_path: "/x".into(),
                    ..Config::default()
                }),
                layer,
            ));
        let mut request = Request::builder().uri(path);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let request = request.body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn every_answer_is_guarded_and_only_files_are_kept() {
        for (path, cache) in [
            ("/x/ui/a", "no-store"),
            ("/x/assets/a", "max-age=1"),
            ("/x/assets/none", "no-store"),
            ("/x/api/a", "no-store"),
            ("/nowhere", "no-store"),
        ] {
            let headers = headers(path).await;
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'"));
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["x-frame-options"], "DENY");
            assert_eq!(headers["referrer-policy"], "no-referrer");
            assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
            assert_eq!(headers["cache-control"], cache, "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_runs_our_own_files_and_what_is_known_by_its_hash() {
        for (path, style, script) in [
            ("/x/ui/a", " 'sha256-a'", " 'sha256-b' 'sha256-c'"),
            ("/x/ui/plain", "", ""),
        ] {
            let headers = headers(path).await;
            let policy = headers["content-security-policy"].to_str().unwrap();
            let script = format!("; script-src 'self'{script} 'wasm-unsafe-eval';");
            assert!(policy.contains(&script), "{policy}");
            let style = format!("; style-src 'self'{style}; style-src-attr 'unsafe-inline';");
            assert!(policy.contains(&style), "{policy}");
            assert_eq!(policy.matches("unsafe-inline").count(), 1);
            assert!(!policy.contains("'unsafe-eval'"));
            assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        }
    }

    #[tokio::test]
    async fn only_a_page_that_a_person_asked_for_is_not_cut_off_from_an_opener() {
        for (site, policy) in [
            (None, Some("same-origin")),
            (Some("cross-site"), Some("same-origin")),
            (Some("same-site"), Some("same-origin")),
            (Some("same-origin"), Some("same-origin")),
            (Some("odd"), Some("same-origin")),
            (Some("none"), None),
        ] {
            let headers = headers_from("/x/ui/a", site).await;
            let found = headers
                .get(OPENER_POLICY)
                .map(|value| value.to_str().unwrap());
            assert_eq!(found, policy, "{site:?}");
        }
    }
}
