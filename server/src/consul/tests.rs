//! The client against fake agents: what hostile or broken ones do, and what goes over the wire.

use std::io::Write as _;

use super::{
    fake::{Act, FakeAgent, dead_address, response, settings},
    *,
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn nodes(agent: &FakeAgent) -> Result<Answer<Vec<wire::nodes::Node>>, Error> {
    agent.client().catalog().nodes(&Query::default()).await
}

#[tokio::test]
async fn redirects_are_not_followed_and_take_no_token_along() {
    let elsewhere = FakeAgent::always(response(200, "", "[]")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: http://{}/v1/catalog/nodes", elsewhere.address);
        let agent = FakeAgent::always(response(status, &location, "")).await;
        let error = nodes(&agent).await.unwrap_err();
        assert!(matches!(error, Error::Redirect { status: found, .. } if found == status));
        let asked = agent.asked();
        assert_eq!(asked.len(), 1);
        assert!(asked[0].head.contains("x-consul-token: canary-token\r\n"));
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_gzip_bomb_is_counted_unpacked() {
    let packed = gzip(&vec![b' '; 20_000_000]);
    assert!(packed.len() < 50_000);
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    bytes.extend(packed);
    let agent = FakeAgent::always(bytes).await;
    let error = nodes(&agent).await.unwrap_err();
    assert!(matches!(
        error,
        Error::AnswerTooLarge {
            limit_bytes: 100_000,
            ..
        }
    ));
}

#[tokio::test]
async fn gzip_is_asked_for_and_read() {
    let packed = gzip(br#"[{"Node":"msa-1","Address":"10.0.0.1"}]"#);
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-Consul-Index: 7\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    bytes.extend(packed);
    let agent = FakeAgent::always(bytes).await;
    let answer = nodes(&agent).await.unwrap();
    assert_eq!(answer.value[0].node, "msa-1");
    assert_eq!(answer.meta.index, 7);
    assert!(agent.asked()[0].head.contains("accept-encoding: gzip"));
}

#[tokio::test]
async fn an_endless_body_is_bounded() {
    let agent = FakeAgent::start(|_| Act::Endless(vec![b' '; 10_000])).await;
    let error = nodes(&agent).await.unwrap_err();
    assert!(matches!(error, Error::AnswerTooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn slowness_is_bounded() {
    let soon = std::time::Duration::from_millis(300);
    let query = Query::default();
    let hangs = FakeAgent::start(|_| Act::Hang).await;
    let mut settings = hangs.settings();
    settings.read_timeout = soon;
    let client = Client::new(&settings).unwrap();
    let error = client.catalog().nodes(&query).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::TimedOut {
                phase: Phase::Answer,
                ..
            }
        ),
        "{error:?}"
    );
    let drips = FakeAgent::start(|_| Act::Drip).await;
    let mut settings = drips.settings();
    settings.body_timeout = soon;
    let client = Client::new(&settings).unwrap();
    let error = client.catalog().nodes(&query).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::TimedOut {
                phase: Phase::Body,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_blocking_read_may_take_its_wait() {
    let agent = FakeAgent::start(|_| Act::Hang).await;
    let mut settings = agent.settings();
    settings.read_timeout = std::time::Duration::from_millis(50);
    let query = Query {
        index: Some(5),
        wait_seconds: Some(1),
        ..Query::default()
    };
    let client = Client::new(&settings).unwrap();
    let error = client.catalog().nodes(&query).await.unwrap_err();
    // 1 s, a sixteenth of it, and the deadline
    assert!(
        matches!(error, Error::TimedOut { seconds: 2, .. }),
        "{error:?}"
    );
    assert_eq!(agent.lines(), ["GET /v1/catalog/nodes?index=5&wait=1s"]);
}

#[tokio::test]
async fn connections_that_fail_are_told_apart() {
    let gone = dead_address();
    let error = Client::new(&settings(gone))
        .unwrap()
        .status()
        .leader(&Query::default())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { reason, .. } if reason == "connection refused"),
        "{error:?}"
    );
    let closes = FakeAgent::start(|_| Act::Close).await;
    let error = nodes(&closes).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    let mut settings = settings(gone);
    settings.address = "http://no-such-host.invalid:1".parse().unwrap();
    // whoever resolves names may take his time
    settings.connect_timeout = std::time::Duration::from_secs(60);
    settings.read_timeout = settings.connect_timeout;
    let client = Client::new(&settings).unwrap();
    let error = client.status().peers(&Query::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    settings.address = "unix:///no/such.sock".parse().unwrap();
    let client = Client::new(&settings).unwrap();
    let error = client.status().peers(&Query::default()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { reason, .. } if reason == "the socket does not exist"),
        "{error:?}"
    );
}

#[tokio::test]
async fn nonsense_is_not_consuls() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let long_header = format!("X-Long: {}", "x".repeat(1_000_000));
    for (bytes, words) in [
        (response(200, "Content-Type: text/html", "<html>hi"), "HTML"),
        (response(200, "", ""), "empty"),
        (response(204, "", ""), "empty"),
        (response(200, "", "[{\"Node\":"), "no JSON"),
        (response(200, "", "{\"a\":1}"), "another shape"),
        (response(200, "", &deep), "JSON"),
        (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "not HTTP"),
        (response(200, &long_header, "[]"), "not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]".to_vec(),
            "",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]".to_vec(),
            "decompress",
        ),
    ] {
        let agent = FakeAgent::always(bytes).await;
        let error = nodes(&agent).await.unwrap_err();
        match &error {
            Error::NotConsul { reason, .. } => assert!(reason.contains(words), "{error:?}"),
            Error::Unreachable { .. } => assert_eq!(words, "", "{error:?}"),
            error => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn an_agents_words_are_cut_and_hold_no_secret() {
    let secret = "9d3f0b0e-1111-2222-3333-444455556666";
    let body = format!("canary-token {secret} \u{1b}[0m {}", "<b>".repeat(5_000));
    let agent = FakeAgent::always(response(500, "", &body)).await;
    let error = nodes(&agent).await.unwrap_err();
    let Error::Status {
        status: 500, text, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(text.starts_with("*** ***  [0m <b>"), "{text}");
    assert!(text.chars().count() <= 201);
    let all = format!("{error} {error:?}");
    assert!(!all.contains("canary") && !all.contains("4444"));
}

#[tokio::test]
async fn statuses_have_their_errors() {
    for (status, text, allows_next) in [
        (403, "Permission denied", false),
        (404, "nothing", false),
        (413, "too big", false),
        (400, "bad", false),
        (429, "slow down", true),
        (500, "No cluster leader", true),
        (503, "", true),
        (504, "", true),
    ] {
        let agent = FakeAgent::always(response(status, "", text)).await;
        let error = nodes(&agent).await.unwrap_err();
        assert_eq!(error.allows_next_agent(), allows_next, "{error:?}");
        assert_eq!(
            error.agent(),
            Some(format!("http://{}", agent.address).as_str())
        );
    }
}

#[tokio::test]
async fn a_missing_key_is_none_with_its_index() {
    let agent = FakeAgent::always(response(404, "X-Consul-Index: 9", "")).await;
    let client = agent.client();
    let query = Query::in_datacenter("dc1");
    let answer = client.kv().get("a/b", &query).await.unwrap();
    assert_eq!((answer.value, answer.meta.index), (None, 9));
    let answer = client.kv().keys("a/", Some("/"), &query).await.unwrap();
    assert_eq!((answer.value.len(), answer.meta.index), (0, 9));
    assert_eq!(
        agent.lines(),
        [
            "GET /v1/kv/a/b?dc=dc1",
            "GET /v1/kv/a/?dc=dc1&keys&separator=%2F"
        ]
    );
    // another server's 404 is no missing key
    let agent = FakeAgent::always(response(404, "", "<html>not found")).await;
    let error = agent.client().kv().get("a/b", &query).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }));
}

#[tokio::test]
async fn keys_reach_the_agent_byte_for_byte() {
    let agent = FakeAgent::start(|asked| {
        Act::Send(if asked.head.contains("/v1/txn") {
            response(200, "", r#"{"Results":[],"Errors":null}"#)
        } else {
            response(200, "", "true")
        })
    })
    .await;
    let client = agent.client();
    let query = Query::default();
    for (key, line) in [
        ("a/b", "PUT /v1/kv/a/b?cas=0"),
        ("folder/", "PUT /v1/kv/folder/?cas=0"),
        ("a b?c#d", "PUT /v1/kv/a%20b%3Fc%23d?cas=0"),
        ("%2e%2e", "PUT /v1/kv/%252e%252e?cas=0"),
        ("中/文", "PUT /v1/kv/%E4%B8%AD/%E6%96%87?cas=0"),
    ] {
        let done = client.kv().put(key, b"x", 0, Cas::CreateOnly, &query).await;
        assert!(done.unwrap());
        assert_eq!(agent.lines().pop().unwrap(), line);
        assert_eq!(agent.asked().pop().unwrap().body, b"x");
    }
    for key in ["a//b", "/x", ".", "..", "a/../b", "a\tb", "a\u{a0}b", "/"] {
        let done = client
            .kv()
            .put(key, b"x", u64::MAX, Cas::Index(7), &query)
            .await;
        assert!(done.unwrap());
        assert!(
            client
                .kv()
                .delete(key, Cas::Index(7), &query)
                .await
                .unwrap()
        );
        let asked: Vec<_> = agent.asked().into_iter().rev().take(2).collect();
        assert!(asked.iter().all(|asked| asked.line() == "PUT /v1/txn"));
        let json = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).unwrap();
        assert_eq!(
            json(&asked[1].body),
            serde_json::json!([{"KV": {"Verb": "cas", "Key": key, "Value": "eA==",
                "Flags": u64::MAX, "Index": 7}}])
        );
        assert_eq!(
            json(&asked[0].body),
            serde_json::json!([{"KV": {"Verb": "delete-cas", "Key": key, "Index": 7}}])
        );
    }
}

#[tokio::test]
async fn deletes_that_would_take_too_much_are_not_sent() {
    let agent = FakeAgent::always(response(200, "", "true")).await;
    let client = agent.client();
    let query = Query::default();
    for error in [
        client
            .kv()
            .delete("a", Cas::Index(0), &query)
            .await
            .unwrap_err(),
        client
            .kv()
            .delete("a", Cas::CreateOnly, &query)
            .await
            .unwrap_err(),
        client
            .kv()
            .delete("", Cas::Unchecked, &query)
            .await
            .unwrap_err(),
        client
            .kv()
            .put("", b"", 0, Cas::Unchecked, &query)
            .await
            .unwrap_err(),
        client.kv().get("", &query).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::Refused { .. }));
    }
    assert!(agent.asked().is_empty());
}

#[tokio::test]
async fn what_the_path_filter_refuses_goes_another_way() {
    let agent = FakeAgent::start(|asked| {
        Act::Send(if asked.head.contains("/v1/txn") {
            response(
                200,
                "",
                r#"{"Results":[{"KV":{"Key":"é","Value":"eA=="}}]}"#,
            )
        } else {
            response(400, "", "")
        })
    })
    .await;
    let key = "e\u{301}";
    let client = agent.client();
    let query = Query::in_datacenter("dc1");
    assert!(client.kv().get(key, &query).await.unwrap().value.is_some());
    assert!(
        client
            .kv()
            .put(key, b"x", 0, Cas::Unchecked, &query)
            .await
            .unwrap()
    );
    assert_eq!(
        client
            .kv()
            .keys(key, None, &query)
            .await
            .unwrap()
            .value
            .len(),
        1
    );
    let (path, txn) = ("/v1/kv/e%CC%81?dc=dc1", "PUT /v1/txn?dc=dc1");
    assert_eq!(
        agent.lines(),
        [
            &format!("GET {path}"),
            txn,
            &format!("PUT {path}"),
            txn,
            &format!("GET {path}&keys"),
            txn
        ]
    );
}

#[tokio::test]
async fn a_lost_race_is_false_and_other_rollbacks_are_errors() {
    let rolled_back = |what: &str| {
        let body = serde_json::json!({"Results": null, "Errors": [{"OpIndex": 0, "What": what}]});
        response(409, "", &body.to_string())
    };
    let query = Query::default();
    let agent = FakeAgent::always(rolled_back("failed to set key \"a//b\", index is stale")).await;
    let client = agent.client();
    assert!(
        !client
            .kv()
            .put("a//b", b"", 0, Cas::Index(3), &query)
            .await
            .unwrap()
    );
    assert!(matches!(
        client.kv().get("a//b", &query).await,
        Err(Error::Refused { .. })
    ));
    let agent = FakeAgent::always(rolled_back("key \"a//b\" doesn't exist")).await;
    assert_eq!(
        agent.client().kv().get("a//b", &query).await.unwrap().value,
        None
    );
    let agent = FakeAgent::always(rolled_back("Permission denied")).await;
    let error = agent
        .client()
        .kv()
        .put("a//b", b"", 0, Cas::Unchecked, &query)
        .await;
    assert!(matches!(error, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn names_that_no_path_carries_are_not_asked_for() {
    let agent = FakeAgent::always(response(200, "", "null")).await;
    let client = agent.client();
    let query = Query::default();
    for name in ["..", ".", "", "a/../b", "a//b"] {
        assert_eq!(
            client.catalog().node(name, &query).await.unwrap().value,
            None
        );
        assert!(
            client
                .health()
                .service(name, &query)
                .await
                .unwrap()
                .value
                .is_empty()
        );
    }
    assert!(agent.asked().is_empty());
    assert_eq!(
        client.catalog().node("a/b c", &query).await.unwrap().value,
        None
    );
    assert_eq!(agent.lines(), ["GET /v1/catalog/node/a%2Fb%20c"]);
}

#[tokio::test]
async fn users_and_prefixes_of_addresses_are_honoured() {
    let agent = FakeAgent::always(response(200, "", "\"\"")).await;
    let mut settings = agent.settings();
    settings.address = format!("http://me:pa%20ss@{}/consul/", agent.address)
        .parse()
        .unwrap();
    let client = Client::new(&settings).unwrap();
    assert_eq!(
        client.status().leader(&Query::default()).await.unwrap(),
        None
    );
    let asked = agent.asked();
    assert_eq!(asked[0].line(), "GET /consul/v1/status/leader");
    assert!(asked[0].head.contains("authorization: Basic bWU6cGEgc3M="));
    assert_eq!(client.address(), format!("http://{}/consul", agent.address));
}

#[cfg(unix)]
#[tokio::test]
async fn unix_sockets_work() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("consul.sock");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1000]).await;
        let _ = stream.write_all(&response(200, "", "\"1:8300\"")).await;
    });
    let client = Client::new(&AgentSettings::new(AgentAddress::Unix(path))).unwrap();
    let leader = client.status().leader(&Query::default()).await.unwrap();
    assert_eq!(leader.as_deref(), Some("1:8300"));
}

#[tokio::test]
async fn a_missing_ui_address_is_its_own_error() {
    let agent = FakeAgent::always(response(404, "", "Invalid URL path")).await;
    let error = agent
        .client()
        .internal()
        .services(&Query::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }));
}

#[test]
fn settings_that_cannot_be_used_are_said() {
    let mut settings = AgentSettings::new("https://a".parse().unwrap());
    settings.tls.ca_file = Some("/no/such.pem".into());
    let error = Client::new(&settings).unwrap_err();
    assert!(error.to_string().contains("/no/such.pem cannot be read"));
    settings.tls = TlsSettings {
        client_cert: Some("/x".into()),
        ..TlsSettings::default()
    };
    assert!(matches!(
        Client::new(&settings),
        Err(Error::Settings { .. })
    ));
    settings.tls = TlsSettings::default();
    settings.token = Some(Secret::new("a\nb"));
    let error = Client::new(&settings).unwrap_err();
    assert!(!error.to_string().contains('b') || matches!(error, Error::Settings { .. }));
}

#[tokio::test]
async fn a_port_that_is_none_hides_no_list() {
    let body = r#"[{"Node":{"Node":"a"},"Service":{"ID":"a","Port":-5}},
        {"Node":{"Node":"b"},"Service":{"ID":"b","Port":70000}},
        {"Node":{"Node":"c"},"Service":{"ID":"c","Port":65535}}]"#;
    let agent = FakeAgent::always(response(200, "", body)).await;
    let client = agent.client();
    let answer = client.health().service("a", &Query::default()).await;
    let instances = answer.unwrap().value;
    let ports: Vec<u16> = instances.iter().map(|row| row.service.port).collect();
    assert_eq!(ports, [0, 0, 65535]);
}
