//! What other sites, other names and other forms of requests get: nothing.

use wire::problem::ProblemKind;

use super::{READS, mutation, mutations};
use crate::{fake::Fake, http::send, kv::save, waggle::Waggle};

#[tokio::test]
async fn other_hosts_are_misdirected_on_every_route() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in READS {
        let reply = send(waggle.request("GET", path).header("Host", "evil.example")).await;
        let problem = reply.problem(421);
        assert_eq!(problem.kind, ProblemKind::HostNotAllowed, "{path}");
    }
    for (method, path, body) in mutations() {
        let request = mutation(&waggle, method, path, &body).header("Host", "evil.example");
        assert_eq!(send(request).await.status, 421, "{method} {path}");
    }
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn only_loopback_names_are_our_host() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for host in [
        "localhost",
        "localhost:8500",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:65535",
        "LocalHost:80",
    ] {
        let head = waggle
            .raw(&format!(
                "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            ))
            .await;
        assert!(head.starts_with("HTTP/1.1 200"), "{host}: {head}");
    }
    for lines in [
        "Host: localhost.evil.com\r\n",
        "Host: 127.1\r\n",
        "Host: 0.0.0.0\r\n",
        "Host: user@localhost\r\n",
        "Host: localhost.\r\n",
        "Host: localhost:99999\r\n",
        "Host: localhost:\r\n",
        "Host: localhost:80a\r\n",
        "Host: \r\n",
        "Host: [::1\r\n",
        "Host: 2130706433\r\n",
        "Host: [::ffff:127.0.0.1]\r\n",
        "Host: evil.example#localhost\r\n",
        "Host: localhost,evil.example\r\n",
        "Host: localhost evil.example\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "",
    ] {
        let head = waggle
            .raw(&format!(
                "GET /api/services HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
            ))
            .await;
        let status = head.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "421"), "{lines:?}: {head}");
    }
    let head = waggle
        .raw("GET http://evil.example/api/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    assert!(head.starts_with("HTTP/1.1 4"), "{head}");
    assert_eq!(fake.count(), 0);
    assert_eq!(waggle.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn an_allowed_host_is_allowed() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::with(&[fake.address], |config| {
        config.allowed_hosts = vec!["waggle.example".to_owned()];
    })
    .await;
    let with_host = |host: &str| waggle.request("GET", "/healthz").header("Host", host);
    assert_eq!(send(with_host("waggle.example")).await.status, 200);
    assert_eq!(send(with_host("waggle.example:444")).await.status, 200);
    assert_eq!(send(with_host("other.waggle.example")).await.status, 421);
}

#[tokio::test]
async fn mutations_need_our_origin_and_our_header() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let own = waggle.origin();
    let bad: [&[(&str, &str)]; 8] = [
        &[("Origin", "null")],
        &[("Origin", "http://localhost:1")],
        &[("Origin", "https://evil.example")],
        &[("Origin", &own.replace("http://", "https://"))],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[
            ("Origin", "http://evil.example"),
            ("Sec-Fetch-Site", "none"),
        ],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
    ];
    for (method, path, body) in mutations() {
        for headers in bad {
            let mut request = mutation(&waggle, method, path, &body);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let problem = send(request).await.problem(403);
            assert_eq!(
                problem.kind,
                ProblemKind::CrossSite,
                "{method} {path} {headers:?}"
            );
        }
        // a form of another page cannot set our header
        let mut request = waggle.request(method, path).header("Origin", &own);
        if !body.is_empty() {
            request = request
                .header("Content-Type", "application/json")
                .body(body.clone());
        }
        assert_eq!(
            send(request).await.status,
            403,
            "{method} {path} without our header"
        );
    }
    assert_eq!(fake.count(), 0);
    let (method, path, body) = &mutations()[0];
    let good = mutation(&waggle, method, path, body)
        .header("Origin", &own)
        .header("Sec-Fetch-Site", "same-origin");
    send(good).await;
    assert!(fake.count() > 0, "the intended one goes through");
}

#[tokio::test]
async fn mutations_need_a_json_body() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let body = save("a", b"x", 0).to_string();
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "text/plain; application/json",
    ] {
        let mut request = waggle
            .request("PUT", "/api/kv/value")
            .header("X-Waggle", "1")
            .body(body.clone());
        if !kind.is_empty() {
            request = request.header("Content-Type", kind);
        }
        let reply = send(request).await;
        assert!(
            matches!(reply.status.as_u16(), 400 | 403 | 415),
            "{kind}: {}",
            reply.status
        );
    }
    for wrong in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"Datacenter":"dc1","Key":"a","Value":"eA==","Cas":0,"Extra":1}"#,
        r#"{"Datacenter":"dc1","Key":"a","Value":"not base64!","Cas":0}"#,
        r#"{"Datacenter":"dc1","Key":"a","Value":"eA==","Cas":"0"}"#,
        r#"{"Datacenter":"dc1","Key":"","Value":"eA==","Cas":0}"#,
        r#"{"Datacenter":"d c","Key":"a","Value":"eA==","Cas":0}"#,
    ] {
        let reply = waggle.put_text("/api/kv/value", wrong).await;
        assert!(
            matches!(reply.status.as_u16(), 400 | 422),
            "{wrong}: {}",
            reply.status
        );
        reply.problem(reply.status.as_u16());
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(
        waggle
            .put_text("/api/kv/value", &deep)
            .await
            .status
            .is_client_error()
    );
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn other_sites_read_nothing() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in READS.into_iter().filter(|path| path.starts_with("/api/")) {
        let request = waggle
            .request("GET", path)
            .header("Sec-Fetch-Site", "cross-site");
        assert_eq!(
            send(request).await.problem(403).kind,
            ProblemKind::CrossSite,
            "{path}"
        );
    }
    for path in READS {
        let preflight = waggle
            .request("OPTIONS", path)
            .header("Origin", "https://evil.example")
            .header("Access-Control-Request-Method", "PUT")
            .header("Access-Control-Request-Headers", "x-waggle");
        let reply = send(preflight).await;
        assert!(
            reply
                .headers
                .keys()
                .all(|name| !name.as_str().starts_with("access-control")),
            "{path}"
        );
    }
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn security_headers_are_on_every_answer() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let mut replies = Vec::new();
    for path in READS {
        replies.push((path, waggle.get(path).await));
    }
    replies.push(("404", waggle.get("/api/none").await));
    replies.push(("400", waggle.get("/api/services?dc=%20").await));
    replies.push((
        "421",
        send(waggle.request("GET", "/").header("Host", "evil.example")).await,
    ));
    replies.push(("403", send(waggle.request("PUT", "/api/kv/value")).await));
    replies.push((
        "405",
        send(
            waggle
                .request("PATCH", "/api/services")
                .header("X-Waggle", "1"),
        )
        .await,
    ));
    for (path, reply) in replies {
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            reply.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            reply.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("default-src") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        if path.starts_with("/api/") {
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn cookies_from_anywhere_do_no_harm() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let long = format!("junk={}", "x".repeat(20_000));
    for cookie in [
        long.as_str(),
        "waggle_lang=zh-CN; waggle_lang=en; waggle_theme=</script>",
        ";;;=;==",
        "waggle_lang=%00%ff",
        "waggle_theme=\"><img src=x>",
    ] {
        let reply = send(
            waggle
                .request("GET", "/ui/dc1/services")
                .header("Cookie", cookie),
        )
        .await;
        // 503 where the page was not built
        assert!(
            matches!(reply.status.as_u16(), 200 | 400 | 431 | 503),
            "{}",
            reply.status
        );
        assert!(!reply.text().contains("<img src=x"), "{cookie}");
    }
    let reply = waggle
        .request("GET", "/ui/dc1/services")
        .header("Cookie", b"waggle_lang=\xff\xfe".as_slice());
    assert_ne!(send(reply).await.status, 500);
}
