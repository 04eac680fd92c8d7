//! Hostile and bad input, from the browser's side, from agents and from what agents hold.
//!
//! "Nothing went up" means that no request reached the fake agent.

use serde_json::json;
use wire::problem::ProblemKind;

use crate::{
    fake::{self, Answer, Fake, answer},
    http::{part, send},
    kv::save,
    waggle::Waggle,
};

/// Every route that reads, in every kind.
const READS: [&str; 14] = [
    "/",
    "/ui/",
    "/ui/dc1/services",
    "/healthz",
    "/assets/none.js",
    "/api/openapi.json",
    "/api/datacenters",
    "/api/services",
    "/api/services/web",
    "/api/nodes",
    "/api/nodes/n1",
    "/api/kv",
    "/api/kv/value?key=one",
    "/api/kv/count?prefix=a/",
];

/// Every route that changes something, with a body that would be right.
fn mutations() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("PUT", "/api/kv/value", save("a", b"x", 0).to_string()),
        ("DELETE", "/api/kv/value?key=one&cas=6", String::new()),
        ("DELETE", "/api/kv/folder?prefix=a/&keys=1", String::new()),
    ]
}

fn mutation(waggle: &Waggle, method: &str, path: &str, body: &str) -> reqwest::RequestBuilder {
    let request = waggle.request(method, path).header("X-Waggle", "1");
    if body.is_empty() {
        request
    } else {
        request
            .header("Content-Type", "application/json")
            .body(body.to_owned())
    }
}

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
async fn redirects_of_an_agent_are_not_followed() {
    let thief = Fake::healthy().await;
    for status in [
        "301 Moved",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let place = format!("Location: http://{}/v1/stolen\r\n", thief.address);
        let fake = Fake::start(move |_| Answer::Raw(answer(status, &place, ""))).await;
        let waggle = Waggle::over_addresses_with_token(&[fake.address], "canary-token").await;
        for path in [
            "/api/services",
            "/api/nodes",
            "/api/kv",
            "/api/kv/value?key=one",
        ] {
            let reply = waggle.get(path).await;
            assert_eq!(reply.status, 502, "{status} {path}: {}", reply.text());
        }
        let reply = waggle.put("/api/kv/value", &save("a", b"x", 0)).await;
        assert_eq!(reply.status, 502, "{status}");
        assert!(fake.count() > 0);
    }
    assert_eq!(thief.count(), 0);
}

#[tokio::test]
async fn nonsense_from_an_agent_is_a_problem_of_ours() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let html = "<html><script>alert(1)</script>".repeat(10);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "html",
            answer("200 OK", "Content-Type: text/html\r\n", &html),
        ),
        ("deep", fake::ok(&deep)),
        ("wrong shape", fake::ok(r#"{"a":1}"#)),
        (
            "cut",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"a\":".to_vec(),
        ),
        (
            "204",
            b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec(),
        ),
        ("not http", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        (
            "header",
            format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20)).into_bytes(),
        ),
        (
            "gzip junk",
            answer("200 OK", "Content-Encoding: gzip\r\n", "not gzip"),
        ),
        (
            "error html",
            answer(
                "500 Internal Server Error",
                "Content-Type: text/html\r\n",
                &html,
            ),
        ),
    ];
    for (name, bytes) in cases {
        let fake = Fake::start(move |_| Answer::Raw(bytes.clone())).await;
        let waggle = Waggle::over_addresses(&[fake.address]).await;
        for path in ["/api/services", "/api/nodes", "/api/kv/value?key=one"] {
            let reply = waggle.get(path).await;
            assert!(
                matches!(reply.status.as_u16(), 502..=504),
                "{name} {path}: {} {}",
                reply.status,
                reply.text()
            );
            reply.problem(reply.status.as_u16());
            assert!(reply.body.len() < 2000, "{name}");
        }
    }
}

#[tokio::test]
async fn an_endless_body_ends() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[".to_vec();
    let fake = Fake::start(move |_| Answer::Endless(head.clone())).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let reply = waggle.get("/api/kv/value?key=one").await;
    assert!(
        matches!(reply.status.as_u16(), 502 | 504),
        "{}",
        reply.status
    );
}

#[tokio::test]
async fn a_gzip_bomb_is_not_inflated() {
    use std::io::Write as _;
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b' '; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&block).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bomb.len()
    )
    .into_bytes();
    bytes.extend(bomb);
    let fake = Fake::start(move |_| Answer::Raw(bytes.clone())).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let reply = waggle.get("/api/kv/value?key=one").await;
    assert_eq!(reply.status, 502, "{}", reply.text());
}

#[tokio::test]
async fn a_silent_agent_times_out() {
    for slow in [true, false] {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[".to_vec();
        let fake = Fake::start(move |_| {
            if slow {
                Answer::Drip(head.clone())
            } else {
                Answer::Hang
            }
        })
        .await;
        let waggle = Waggle::impatient(&[fake.address]).await;
        let problem = waggle.get("/api/kv/value?key=one").await.problem(504);
        assert_eq!(problem.kind, ProblemKind::AgentTimeout);
        assert_eq!(problem.agent, Some(format!("http://{}", fake.address)));
    }
}

#[tokio::test]
async fn each_failure_of_an_agent_has_its_kind() {
    for (status, body, ours, kind) in [
        ("401 Unauthorized", "", 403, ProblemKind::TokenUnknown),
        (
            "403 Forbidden",
            "Permission denied: token with AccessorID '00000000' lacks permission 'key:read' on \"one\"",
            403,
            ProblemKind::Forbidden,
        ),
        (
            "403 Forbidden",
            "ACL not found",
            403,
            ProblemKind::TokenUnknown,
        ),
        ("429 Too Many Requests", "", 503, ProblemKind::AgentBusy),
        (
            "500 Internal Server Error",
            "No cluster leader",
            503,
            ProblemKind::NoLeader,
        ),
        (
            "500 Internal Server Error",
            "No path to datacenter",
            502,
            ProblemKind::DatacenterUnreachable,
        ),
        (
            "500 Internal Server Error",
            "rpc error making call: EOF",
            502,
            ProblemKind::AgentError,
        ),
        (
            "502 Bad Gateway",
            "<h1>nginx</h1>",
            502,
            ProblemKind::AgentError,
        ),
    ] {
        let fake = Fake::start(move |_| Answer::Raw(answer(status, "", body))).await;
        let waggle = Waggle::over_addresses(&[fake.address]).await;
        let reply = waggle.get("/api/kv/value?key=one&dc=dc1").await;
        let problem = reply.problem(ours);
        assert_eq!(problem.kind, kind, "{status} {body}");
    }
}

#[tokio::test]
async fn one_bad_list_does_not_take_the_others_down() {
    let fake = Fake::start(|target| {
        if target.starts_with("/v1/kv") {
            Answer::Raw(answer("403 Forbidden", "", "Permission denied"))
        } else {
            Answer::Json(fake::consul(target))
        }
    })
    .await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    waggle.get("/api/kv").await.problem(403);
    waggle.get("/api/services").await.ok();
    waggle.get("/api/nodes").await.ok();
}

#[tokio::test]
async fn junk_indexes_do_no_harm() {
    for index in ["", "0", "-1", "junk", "18446744073709551616", "7, 8"] {
        let header = format!("Content-Type: application/json\r\nX-Consul-Index: {index}\r\n");
        let fake = Fake::start(move |target| {
            Answer::Raw(answer("200 OK", &header, &fake::consul(target).to_string()))
        })
        .await;
        let waggle = Waggle::over_addresses(&[fake.address]).await;
        waggle.get("/api/services").await.ok();
        waggle.get("/api/kv").await.ok();
    }
}

#[tokio::test]
async fn read_only_refuses_every_mutation() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::with(&[fake.address], |config| config.read_only = true).await;
    for (method, path, body) in mutations() {
        for spelled in [method.to_owned(), "POST".to_owned(), "PATCH".to_owned()] {
            let mut request = mutation(&waggle, &spelled, path, &body);
            if spelled != method {
                request = request.header("X-HTTP-Method-Override", method);
            }
            let reply = send(request).await;
            assert!(
                matches!(reply.status.as_u16(), 403 | 405),
                "{spelled} {path}: {}",
                reply.status
            );
            if spelled == method {
                assert_eq!(
                    reply.problem(403).kind,
                    ProblemKind::ReadOnly,
                    "{method} {path}"
                );
            }
        }
        let overridden = waggle
            .request("GET", path)
            .header("X-HTTP-Method-Override", method);
        send(overridden).await;
    }
    assert!(fake.heads().iter().all(|head| head.starts_with("GET ")));
    // what changes nothing may still be asked
    let text = json!({"Format": "yaml", "Text": "a: [1"});
    let reply = waggle.post("/api/validate", &text).await.ok();
    assert_eq!(reply.json()["Diagnostics"].as_array().unwrap().len(), 1);
    let place = json!({"Datacenter": "dc1", "Key": "a.yaml"});
    let ask = json!({"Format": "yaml", "Text": "", "Line": 1, "Column": 1, "Place": place});
    waggle.post("/api/complete", &ask).await.ok();
    waggle.get("/api/services").await.ok();
}

#[tokio::test]
async fn reads_change_nothing() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in READS {
        for method in ["GET", "HEAD", "OPTIONS"] {
            send(waggle.request(method, path)).await;
        }
    }
    assert!(fake.count() > 0);
    assert!(
        fake.heads().iter().all(|head| head.starts_with("GET ")),
        "{:?}",
        fake.heads()
    );
}

#[tokio::test]
async fn a_token_goes_to_the_agent_and_nowhere_else() {
    const CANARY: &str = "canary-8f14e45f-ceea-467f";
    let logs = crate::waggle::capture_logs();
    let agents = [
        Fake::healthy().await,
        Fake::start(|_| Answer::Raw(answer("500 Internal Server Error", "", CANARY))).await,
        Fake::start(|_| {
            Answer::Raw(answer(
                "403 Forbidden",
                &format!("X-Echo: {CANARY}\r\n"),
                &format!("token {CANARY} is bad"),
            ))
        })
        .await,
        Fake::start(|_| Answer::Raw(fake::ok(CANARY))).await,
        Fake::start(|_| Answer::Reset).await,
    ];
    for agent in &agents {
        let waggle = Waggle::over_addresses_with_token(&[agent.address], CANARY).await;
        for path in READS {
            let reply = waggle.get(path).await;
            assert!(!reply.text().contains(CANARY), "{path}: {}", reply.text());
            assert!(!format!("{:?}", reply.headers).contains(CANARY), "{path}");
        }
        let reply = waggle.put("/api/kv/value", &save("a", b"x", 0)).await;
        assert!(!reply.text().contains(CANARY));
        for head in agent.heads() {
            assert!(
                head.to_lowercase()
                    .contains(&format!("x-consul-token: {CANARY}")),
                "{head}"
            );
            assert!(!head.lines().next().unwrap().contains(CANARY), "{head}");
        }
    }
    let logs = logs.text();
    assert!(logs.contains("/api/services"), "the log was captured");
    assert!(!logs.contains(CANARY), "{logs}");
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

#[tokio::test]
async fn the_page_holds_no_markup_of_anyone_else() {
    let evil = "</script><img src=x onerror=alert(1)>";
    let fake = Fake::start(move |target| {
        let text = fake::consul(target)
            .to_string()
            .replace("v1\"", &format!("{}\"", evil.replace('"', "")));
        Answer::Json(serde_json::from_str(&text).unwrap())
    })
    .await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for path in [
        "/ui/dc1/services".to_owned(),
        format!("/ui/dc1/services/{}", part(evil)),
        format!("/ui/{}/kv", part(evil)),
        format!("/ui/dc1/services?q={}", part(evil)),
    ] {
        let text = waggle.get(&path).await.text();
        assert!(!text.contains("<img src=x"), "{path}: {text}");
    }
}

#[tokio::test]
async fn the_api_document_lists_every_route() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let document = waggle.get("/api/openapi.json").await.ok().json();
    assert!(document["openapi"].as_str().unwrap().starts_with('3'));
    let server = document["servers"][0]["url"].as_str().unwrap_or_default();
    let mut found: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(move |method| format!("{} {server}{path}", method.to_uppercase()))
        })
        .collect();
    found.sort();
    for route in [
        "GET /api/datacenters",
        "GET /api/services",
        "GET /api/services/{name}",
        "GET /api/services/{name}/instances/{node}/{id}",
        "GET /api/nodes",
        "GET /api/nodes/{name}",
        "GET /api/kv",
        "GET /api/kv/value",
        "PUT /api/kv/value",
        "DELETE /api/kv/value",
        "GET /api/kv/count",
        "DELETE /api/kv/folder",
        "POST /api/validate",
        "POST /api/complete",
        "GET /api/kv/schema",
    ] {
        assert!(
            found.iter().any(|entry| entry == route),
            "{route} is not in {found:?}"
        );
    }
}
