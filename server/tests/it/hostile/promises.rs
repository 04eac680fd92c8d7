//! What is promised of every route: reads write nothing, read-only refuses, tokens stay here.

use serde_json::json;
use wire::problem::ProblemKind;

use super::{READS, mutation, mutations};
use crate::{
    fake::{self, Answer, Fake, answer},
    http::{part, send},
    kv::save,
    waggle::Waggle,
};

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
        "GET /api/changes",
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
        "POST /api/kv/delete",
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
