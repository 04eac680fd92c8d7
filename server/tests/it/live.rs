//! The live stream, versions of answers, and what many who look cost an agent.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use wire::problem::ProblemKind;

use crate::{
    agents::{TestAgent, on_each_agent},
    fake::{Answer, Fake, answer, consul},
    http::{part, send},
    kv::save,
    seed::{self, Instance},
    waggle::{self, Waggle},
};

on_each_agent!(
    a_change_of_services_is_told,
    a_change_of_keys_is_told,
    a_node_and_its_instances_are_told,
    answers_say_their_version,
    a_write_is_seen_by_the_next_read,
);

/// A browser's stream.
struct Stream {
    response: reqwest::Response,
    text: String,
    /// What was told so far.
    versions: BTreeMap<String, String>,
}

impl Stream {
    async fn open(waggle: &Waggle, topics: &[&str]) -> Self {
        let query: Vec<String> = topics
            .iter()
            .map(|topic| format!("topic={}", part(topic)))
            .collect();
        let path = format!("/api/live?{}", query.join("&"));
        let response = waggle.request("GET", &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        Self {
            response,
            text: String::new(),
            versions: BTreeMap::new(),
        }
    }

    /// The next event's name and data; none at the end.
    async fn event(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (name, data) = event.split_once('\n').unwrap();
                let name = name.strip_prefix("event: ").unwrap().to_owned();
                let data = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
                self.text = rest.to_owned();
                return Some((name, data));
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.response.chunk());
            let chunk = chunk.await.unwrap().unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// Reads until this many topics were told.
    async fn until_told(&mut self, topics: usize) {
        while self.versions.len() < topics {
            let (name, data) = self.event().await.unwrap();
            if name == "versions" {
                let versions: BTreeMap<String, String> = serde_json::from_value(data).unwrap();
                self.versions.extend(versions);
            }
        }
    }

    /// The next version of `topic`, whatever else is told.
    async fn next(&mut self, topic: &str) -> String {
        // others change what else is told of: only time counts
        let mut beats = 0;
        loop {
            let (name, data) = self.event().await.unwrap();
            if name == "heartbeat" {
                assert_eq!(data, json!({}));
                beats += 1;
                assert!(beats < 20, "{topic} is not told: {:?}", self.versions);
                continue;
            }
            assert_eq!(name, "versions");
            let versions: BTreeMap<String, String> = serde_json::from_value(data).unwrap();
            assert!(!versions.is_empty());
            self.versions.extend(versions.clone());
            if let Some(version) = versions.get(topic) {
                return version.clone();
            }
        }
    }
}

/// The version that an answer says.
async fn version(waggle: &Waggle, path: &str) -> String {
    let reply = waggle.get(path).await.ok();
    let etag = reply.header("etag");
    let version = etag
        .strip_prefix("W/\"")
        .unwrap()
        .strip_suffix('"')
        .unwrap();
    assert!(
        version.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{etag}"
    );
    version.to_owned()
}

async fn register(agent: &TestAgent, node: &str, service: &str, status: &str) {
    Instance {
        node,
        service,
        id: service,
        status,
        ..Instance::default()
    }
    .register(agent)
    .await;
}

async fn a_change_of_services_is_told(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let (node, name) = (agent.unique("told-node"), agent.unique("told"));
    let topic = format!("service:{name}@dc1");
    let mut stream = Stream::open(&waggle, &["services@dc1", "nodes@dc1", &topic]).await;
    stream.until_told(3).await;
    register(agent, &node, &name, "passing").await;
    stream.next(&topic).await;
    let path = format!("/api/services/{name}");
    waggle
        .until(&path, |reply| (reply.status == 200).then_some(()))
        .await;
    // what is told is what the answer says, once nobody else changes anything
    register(agent, &node, &name, "critical").await;
    loop {
        let told = stream.next(&topic).await;
        let reply = waggle.get(&path).await.ok();
        // what was told before may be read only now
        if reply.json()["Health"] == "critical" && version(&waggle, &path).await == told {
            break;
        }
    }
    let row = |reply: &crate::http::Reply| {
        let rows = reply.json();
        let mut rows = rows["Items"].as_array()?.iter();
        rows.find(|row| row["Name"] == name.as_str()).cloned()
    };
    waggle
        .until("/api/services?dc=dc1", |reply| {
            (row(reply)?["Health"] == "critical").then_some(())
        })
        .await;
    waggle
        .until("/api/nodes?dc=dc1", |reply| {
            let rows = reply.json();
            let mut rows = rows["Items"].as_array()?.iter();
            let row = rows.find(|row| row["Name"] == node.as_str())?;
            (row["InstanceHealth"]["Critical"] == 1).then_some(())
        })
        .await;
}

async fn a_change_of_keys_is_told(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let folder = agent.unique("live");
    seed::kv(agent, &format!("{folder}/a"), "1").await;
    let (key, level) = (format!("key:{folder}/a@dc1"), format!("kv:{folder}/@dc1"));
    let mut stream = Stream::open(&waggle, &[&key, &level]).await;
    stream.until_told(2).await;
    // a value is no matter of the folder's
    let (first, names) = (
        stream.versions[&key].clone(),
        stream.versions[&level].clone(),
    );
    seed::kv(agent, &format!("{folder}/a"), "2").await;
    assert_ne!(stream.next(&key).await, first);
    assert_eq!(stream.versions[&level], names);
    seed::kv(agent, &format!("{folder}/b/c"), "1").await;
    assert_ne!(stream.next(&level).await, names);
    let path = format!("/api/kv?dc=dc1&prefix={folder}%2F");
    assert_eq!(version(&waggle, &path).await, stream.versions[&level]);
}

async fn a_node_and_its_instances_are_told(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let (node, name) = (agent.unique("seen-node"), agent.unique("seen"));
    register(agent, &node, &name, "").await;
    let topic = format!("node:{node}@dc1");
    let mut stream = Stream::open(&waggle, &[&topic]).await;
    stream.next(&topic).await;
    let path = format!("/api/nodes/{node}?dc=dc1");
    for status in ["passing", "warning"] {
        register(agent, &node, &name, status).await;
        loop {
            let told = stream.next(&topic).await;
            let reply = waggle.get(&path).await.ok();
            let is_so = reply.json()["Instances"][0]["Health"] == status;
            if is_so && version(&waggle, &path).await == told {
                break;
            }
        }
    }
}

async fn answers_say_their_version(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let (node, name) = (agent.unique("etag-node"), agent.unique("etag"));
    register(agent, &node, &name, "passing").await;
    seed::kv(agent, &format!("{name}/a"), "1").await;
    for path in [
        format!("/api/services/{name}?dc=dc1"),
        format!("/api/services/{name}/instances/{node}/{name}?dc=dc1"),
        format!("/api/nodes/{node}?dc=dc1"),
        format!("/api/kv?dc=dc1&prefix={name}%2F"),
        format!("/api/kv/value?dc=dc1&key={name}%2Fa"),
        "/api/datacenters".to_owned(),
    ] {
        let version = version(&waggle, &path).await;
        let has = |etag: String| {
            let request = waggle.request("GET", &path).header("If-None-Match", etag);
            send(request)
        };
        let reply = has(format!("W/\"{version}\"")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.len()),
            (304, 0),
            "{path}"
        );
        assert_eq!(reply.header("etag"), format!("W/\"{version}\""));
        assert_eq!(reply.header("cache-control"), "no-store");
        let reply = has("W/\"0123456789abcdef\"".to_owned()).await;
        assert_eq!(reply.status, 200, "{path}");
        // another waggle says the same of the same
        let other = Waggle::over(agent).await;
        assert_eq!(self::version(&other, &path).await, version, "{path}");
    }
    for path in ["/api/services?dc=dc1", "/api/nodes?dc=dc1"] {
        version(&waggle, path).await;
    }
    let missing = waggle.get("/api/kv/value?dc=dc1&key=never-was").await;
    assert_eq!(
        (missing.status.as_u16(), missing.header("etag")),
        (404, String::new())
    );
}

async fn a_write_is_seen_by_the_next_read(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let folder = agent.unique("own");
    let key = format!("{folder}/deep/a");
    let value = format!("/api/kv/value?dc=dc1&key={}", part(&key));
    let levels = [
        String::new(),
        format!("{folder}/"),
        format!("{folder}/deep/"),
    ]
    .map(|prefix| format!("/api/kv?dc=dc1&prefix={}", part(&prefix)));
    // all of it is watched, and told to somebody
    let topics = [
        format!("key:{key}@dc1"),
        format!("kv:{folder}/@dc1"),
        format!("kv:{folder}/deep/@dc1"),
    ];
    let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
    let _stream = Stream::open(&waggle, &topics).await;
    let seen = async || {
        let mut statuses = vec![waggle.get(&value).await.status.as_u16()];
        for level in &levels[1..] {
            statuses.push(waggle.get(level).await.status.as_u16());
        }
        let top = waggle.get(&levels[0]).await.text();
        (statuses, top.contains(&format!("\"{folder}/\"")))
    };
    for round in 0..3 {
        assert_eq!(seen().await, (vec![404; 3], false), "{round}");
        let saved = waggle.put("/api/kv/value", &save(&key, b"1", 0)).await.ok();
        assert_eq!(seen().await, (vec![200; 3], true), "{round}");
        let cas = saved.json()["ModifyIndex"].as_u64().unwrap();
        let saved = waggle
            .put("/api/kv/value", &save(&key, b"2", cas))
            .await
            .ok();
        let read = waggle.get(&value).await.json();
        assert_eq!(read, saved.json());
        let cas = &read["ModifyIndex"];
        let gone = waggle.delete(&format!("{value}&cas={cas}")).await;
        assert_eq!(gone.status, 204);
    }
    assert_eq!(seen().await, (vec![404; 3], false));
}

/// An agent whose blocking queries wait, as those of a real one do.
async fn patient() -> Fake {
    Fake::start(|target| {
        if target.contains("index=") {
            return Answer::Hang;
        }
        Answer::Json(consul(target))
    })
    .await
}

#[tokio::test]
async fn two_hundred_streams_cost_what_one_costs() {
    const TOPICS: [&str; 4] = ["services@dc1", "nodes@@all", "kv:@dc1", "service:web@dc1"];
    let mut costs = Vec::new();
    for many in [1, 200] {
        let fake = patient().await;
        let waggle = Waggle::over_addresses(&[fake.address]).await;
        let mut streams = Vec::new();
        for _ in 0..many {
            streams.push(Stream::open(&waggle, &TOPICS).await);
        }
        for stream in &mut streams {
            stream.until_told(TOPICS.len()).await;
            waggle.get("/api/services?dc=dc1").await.ok();
        }
        // each one is told the same
        assert!(
            streams
                .iter()
                .all(|one| one.versions == streams[0].versions)
        );
        let mut asked = fake.heads();
        // beside the names of the datacenters, which are kept for a while only, and who leads, which
        // is asked every two seconds
        asked.retain(|head| {
            !head.contains("/v1/catalog/datacenters") && !head.contains("/v1/status/leader")
        });
        costs.push(asked.len());
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn metrics_are_beside_healthz() {
    let fake = patient().await;
    let waggle = Waggle::with(&[fake.address], |config| config.base_path = "/w".to_owned()).await;
    waggle.get("/api/services?dc=dc1").await.ok();
    let _stream = Stream::open(&waggle, &["services@dc1", "key:a@dc1"]).await;
    let reply = waggle.get("/metrics").await.ok();
    assert!(
        reply
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    let text = reply.text();
    for line in [
        "waggle_watches 2",
        "waggle_streams 1",
        "waggle_readers_total{from=\"read\"} 1",
        "waggle_http_answer_seconds_count{method=\"GET\",route=\"/w/api/services\",status=\"2xx\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn streams_end_when_waggle_does() {
    let fake = patient().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let mut stream = Stream::open(&waggle, &["services@dc1"]).await;
    stream.next("services@dc1").await;
    waggle.close();
    while let Some((name, _)) = stream.event().await {
        assert_eq!(name, "heartbeat");
    }
}

#[tokio::test]
async fn a_failure_is_told_and_so_is_its_end() {
    let address = waggle::free_port();
    let waggle = Waggle::over_addresses(&[address]).await;
    let mut stream = Stream::open(&waggle, &["services@dc1", "datacenters"]).await;
    assert!(stream.next("services@dc1").await.starts_with('!'));
    let problem = waggle.get("/api/services?dc=dc1").await.problem(502);
    assert_eq!(problem.kind, ProblemKind::AgentUnreachable);
    let _fake = Fake::start_at(address, |target| Answer::Json(consul(target))).await;
    // who looks finds out for all
    waggle
        .until("/api/services?dc=dc1", |reply| {
            (reply.status == 200).then_some(())
        })
        .await;
    let version = stream.next("services@dc1").await;
    assert_eq!(
        version,
        self::version(&waggle, "/api/services?dc=dc1").await
    );
}

#[tokio::test]
async fn what_is_no_topic_is_refused_before_the_stream_begins() {
    let fake = Fake::start(|target| {
        if target.starts_with("/v1/kv") {
            return Answer::Raw(answer("403 Forbidden", "", "Permission denied"));
        }
        Answer::Json(consul(target))
    })
    .await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let many: Vec<String> = (0..=wire::live::TOPICS_MAX)
        .map(|n| format!("topic=key:{n}@dc1"))
        .collect();
    for query in [
        "",
        "topic=x",
        "topic=services",
        "topic=kv:a@dc1",
        &many.join("&"),
    ] {
        let problem = waggle.get(&format!("/api/live?{query}")).await.problem(400);
        assert_eq!(problem.kind, ProblemKind::BadRequest, "{query}");
    }
    let problem = waggle
        .get("/api/live?topic=services@nowhere")
        .await
        .problem(404);
    assert_eq!(problem.kind, ProblemKind::UnknownDatacenter);
    // one that fails does not end the others
    let mut stream = Stream::open(&waggle, &["kv:@dc1", "services@dc1"]).await;
    stream.until_told(2).await;
    assert!(stream.versions["kv:@dc1"].starts_with('!'));
    assert!(!stream.versions["services@dc1"].starts_with('!'));
}
