//! Agents that lie, hang, send nonsense or never end.

use wire::problem::ProblemKind;

use crate::{
    fake::{self, Answer, Fake, answer},
    kv::save,
    waggle::Waggle,
};

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
