//! Addresses and requests that try to be something else.

use wire::problem::ProblemKind;

use crate::{fake::Fake, http::send, waggle::Waggle};

#[tokio::test]
async fn odd_paths_do_not_reach_an_agent() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in [
        "/api/../v1/kv/a",
        "/api//services",
        "/api/services/..",
        "/api/services/%2e%2e",
        "/api/services/%2e",
        "/api/nodes/..%2f..%2fkv",
        "/api/nodes/%2e%2e/",
        "/api/services/a%00b",
        "/api/services/..;/web",
        "/api/services/%5c..%5c",
        "/api/%2e%2e/v1/agent/self",
        "/api/services/web/instances/../..",
        "/api/nodes/%ff",
        "/v1/agent/self",
        "/api/services/",
        "/api/kv/value/one",
        "/api",
        "/api/",
    ] {
        let text = waggle
            .raw(&format!(
                "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            ))
            .await;
        let status = text.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "404"), "{path}: {text}");
        if path.starts_with("/api/") {
            assert!(text.contains("application/problem+json"), "{path}: {text}");
            assert!(!text.contains("<!doctype"), "{path}");
        }
        assert_eq!(fake.count(), 0, "{path}");
    }
}

#[tokio::test]
async fn datacenters_that_cannot_be_are_refused_at_the_door() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let long = "d".repeat(10_000);
    for datacenter in [
        "",
        " ",
        "a b",
        "dc1%0d%0aX:1",
        "dc1%26token%3Dx",
        "../dc1",
        "%00",
        "ü",
        &long,
        "dc1&dc=dc2",
        "dc1&dc=dc1",
    ] {
        for path in [
            "/api/services",
            "/api/nodes",
            "/api/kv",
            "/api/services/web",
            "/api/nodes/n1",
        ] {
            let problem = waggle
                .get(&format!("{path}?dc={datacenter}"))
                .await
                .problem(400);
            assert_eq!(
                problem.kind,
                ProblemKind::BadRequest,
                "{path} {datacenter:.20}"
            );
        }
    }
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn unknown_api_routes_are_problems_and_not_the_page() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in ["/api/none", "/api/services/web/none", "/api/v1/kv"] {
        let problem = waggle.get(path).await.problem(404);
        assert_eq!(problem.kind, ProblemKind::NoSuchRoute, "{path}");
    }
    let reply = send(
        waggle
            .request("POST", "/api/services")
            .header("X-Waggle", "1"),
    )
    .await;
    assert_eq!(reply.status, 405);
}

#[tokio::test]
async fn redirects_stay_here_and_forwarded_headers_are_ignored() {
    let fake = Fake::healthy().await;
    for base in ["", "/waggle"] {
        let waggle = Waggle::with(&[fake.address], |config| {
            base.clone_into(&mut config.base_path)
        })
        .await;
        for path in [
            "//evil.com",
            "//evil.com/ui/",
            "/\\evil.com",
            "/%2f%2fevil.com",
            "/",
            "/ui",
            "/ui/",
        ] {
            let text = waggle
                .raw(&format!(
                    "GET {base}{path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.com\r\nX-Forwarded-Prefix: /evil.com\r\nX-Forwarded-Proto: gopher\r\nForwarded: host=evil.com\r\nConnection: close\r\n\r\n"
                ))
                .await;
            let head = text
                .split("\r\n\r\n")
                .next()
                .unwrap_or_default()
                .to_lowercase();
            if let Some(line) = head.lines().find(|line| line.starts_with("location:")) {
                let place = line.trim_start_matches("location:").trim();
                let inside =
                    place.starts_with('/') && !place.starts_with("//") && !place.contains('\\');
                assert!(inside || !place.contains(':'), "{path}: {line}");
                assert!(!place.contains("evil"), "{path}: {line}");
            }
            assert!(!text.contains("gopher"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_token_in_an_address_is_refused() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in ["/api/services?token=secret", "/api/kv?dc=dc1&token=secret"] {
        waggle.get(path).await.problem(400);
    }
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn smuggled_requests_are_refused() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let inner =
        "DELETE /api/kv/value?key=one&cas=6 HTTP/1.1\r\nHost: localhost\r\nX-Waggle: 1\r\n\r\n";
    for (name, head) in [
        (
            "both",
            format!(
                "Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
                inner.len() + 5
            ),
        ),
        (
            "two lengths",
            format!(
                "Content-Length: 0\r\nContent-Length: {}\r\n\r\n{inner}",
                inner.len()
            ),
        ),
        (
            "odd coding",
            format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{inner}"),
        ),
        ("folded", format!("X: a\r\n b\r\n\r\n{inner}")),
        (
            "signed length",
            format!("Content-Length: +0\r\n\r\n{inner}"),
        ),
    ] {
        let text = waggle
            .raw(&format!("PUT /api/kv/value HTTP/1.1\r\nHost: localhost\r\nX-Waggle: 1\r\nContent-Type: application/json\r\n{head}"))
            .await;
        assert!(text.starts_with("HTTP/1.1 4"), "{name}: {text}");
        assert!(
            !fake.heads().iter().any(|head| head.starts_with("DELETE")),
            "{name}"
        );
    }
    assert_eq!(waggle.get("/healthz").await.status, 200);
}
