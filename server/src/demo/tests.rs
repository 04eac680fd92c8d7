use std::time::Duration;

use ::http::{Request, StatusCode};
use axum::body::Body;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;

struct Agent(axum::Router);

struct Answer {
    status: StatusCode,
    index: u64,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

impl Agent {
    fn empty() -> Self {
        Self(http::app(Cluster::new(seed::empty(), Vec::new())))
    }

    fn beehive() -> Self {
        let (local, others) = seed::beehive();
        Self(http::app(Cluster::new(local, others)))
    }

    async fn send(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1/{path}"))
            .body(body.into())
            .unwrap();
        let response = self.0.clone().oneshot(request).await.unwrap();
        let index = response
            .headers()
            .get("x-consul-index")
            .map_or(0, |index| index.to_str().unwrap().parse().unwrap());
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            index,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    async fn put(&self, path: &str, body: &str) -> Answer {
        self.send("PUT", path, body.to_owned()).await
    }

    /// A read that must still wait now, and goes on beside.
    async fn waiting(&self, path: &str) -> tokio::task::JoinHandle<Answer> {
        let (agent, path) = (Self(self.0.clone()), path.to_owned());
        let waiting = tokio::spawn(async move { agent.get(&path).await });
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        assert!(!waiting.is_finished(), "it does not wait");
        waiting
    }
}

#[tokio::test]
async fn a_value_comes_back_with_its_index() {
    let agent = Agent::empty();
    let missing = agent.get("kv/a/b").await;
    assert_eq!(
        (missing.status, missing.text.as_str()),
        (StatusCode::NOT_FOUND, "")
    );
    assert!(
        missing.index >= 1,
        "also a missing key has an index to wait on"
    );
    assert_eq!(
        agent
            .put("kv/a/b?flags=18446744073709551615", "v1")
            .await
            .text,
        "true"
    );
    let found = agent.get("kv/a/b").await;
    let row = &found.json()[0];
    assert_eq!(
        (&row["Value"], &row["Flags"]),
        (&json!("djE="), &json!(u64::MAX))
    );
    assert_eq!(row["ModifyIndex"], found.index);
    assert_eq!(agent.get("kv/a/b?raw").await.text, "v1");
    assert_eq!(
        agent.get("kv/?keys&separator=/").await.json(),
        json!(["a/"])
    );
    assert_eq!(agent.put("kv/a/b?cas=0", "x").await.text, "false");
    assert_eq!(agent.put("kv/empty", "").await.text, "true");
    assert_eq!(agent.get("kv/empty").await.json()[0]["Value"], Value::Null);
}

#[tokio::test]
async fn a_path_that_is_not_clean_writes_nothing() {
    let agent = Agent::empty();
    for path in ["kv/a//b", "kv/a/../b", "kv//lead"] {
        assert_eq!(
            agent.put(path, "v").await.status,
            StatusCode::TEMPORARY_REDIRECT,
            "{path}"
        );
    }
    assert_eq!(
        agent.put("kv/%20edge", "v").await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(
        agent.put("kv/%2e%2e/b", "v").await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(agent.get("kv/?keys").await.json(), json!([]));
    let operation = json!([{"KV": {"Verb": "set", "Key": "a//b", "Value": "dg=="}}]);
    assert_eq!(
        agent.put("txn", &operation.to_string()).await.status,
        StatusCode::OK
    );
    assert_eq!(agent.get("kv/?keys").await.json(), json!(["a//b"]));
}

#[tokio::test]
async fn limits_are_413() {
    let agent = Agent::empty();
    assert_eq!(
        agent.send("PUT", "kv/a", vec![0; 512 * 1024]).await.text,
        "true"
    );
    assert_eq!(
        agent
            .send("PUT", "kv/b", vec![0; 512 * 1024 + 1])
            .await
            .status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let operation = json!({"KV": {"Verb": "set", "Key": "t", "Value": "dg=="}});
    let many = |count: usize| Value::from(vec![operation.clone(); count]).to_string();
    assert_eq!(agent.put("txn", &many(64)).await.status, StatusCode::OK);
    assert_eq!(
        agent.put("txn", &many(65)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(agent.get("kv/b").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_unknown_is_told_as_consul_does() {
    let agent = Agent::empty();
    let cases = [
        ("catalog/nodes?dc=nope", 500, "No path to datacenter"),
        (
            "nope",
            404,
            "Invalid URL path: not a recognized HTTP API endpoint\n",
        ),
        ("catalog/node/nope", 200, "null"),
        ("catalog/service/nope", 200, "[]"),
        ("health/node/nope", 200, "[]"),
        ("internal/ui/node/nope", 404, ""),
        ("kv/a?index=x", 400, "Invalid index"),
        ("kv/a?wait=10", 400, "Invalid wait time"),
    ];
    for (path, status, text) in cases {
        let answer = agent.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (status, text),
            "{path}"
        );
    }
    assert_eq!(
        agent.send("DELETE", "catalog/nodes", "").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(
        agent
            .get("health/state/any?filter=Foo%20==%20x")
            .await
            .status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test(start_paused = true)]
async fn a_blocking_read_wakes_for_its_own_prefix() {
    let agent = Agent::empty();
    agent.put("kv/a/1", "v").await;
    let index = agent.get("kv/a/?recurse").await.index;
    let waiting = agent.waiting(&format!("kv/a/?recurse&index={index}")).await;
    agent.put("kv/b/1", "v").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!waiting.is_finished(), "a write outside wakes nobody");
    agent.put("kv/a/2", "v").await;
    let answer = waiting.await.unwrap();
    assert!(answer.index > index);
    assert_eq!(answer.json().as_array().unwrap().len(), 2);
    let waiting = agent
        .waiting(&format!("kv/a/?recurse&index={}", answer.index))
        .await;
    agent.send("DELETE", "kv/a/?recurse", "").await;
    let answer_after = waiting.await.unwrap();
    assert_eq!(answer_after.status, StatusCode::NOT_FOUND);
    assert!(
        answer_after.index > answer.index,
        "a deletion inside moves the index too"
    );
}

#[tokio::test(start_paused = true)]
async fn a_blocking_read_ends_with_its_time() {
    let agent = Agent::empty();
    agent.put("kv/a", "v").await;
    let index = agent.get("kv/a").await.index;
    let begun = tokio::time::Instant::now();
    let answer = agent.get(&format!("kv/a?index={index}&wait=7s")).await;
    assert_eq!(
        (begun.elapsed(), answer.index),
        (Duration::from_secs(7), index)
    );
    let answer = agent
        .get(&format!("kv/none?index={}&wait=7s", index + 100))
        .await;
    assert_eq!(
        (begun.elapsed(), answer.status),
        (Duration::from_secs(14), StatusCode::NOT_FOUND)
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_is_registered_expires_and_goes() {
    let cluster = Cluster::new(seed::empty(), Vec::new());
    let time = tokio::spawn(keep_time(cluster.local()));
    let agent = Agent(http::app(cluster));
    let service = json!({
        "ID": "omo.msa.startkit-1", "Name": "omo.msa.startkit", "Tags": ["v-1"], "Port": 80,
        "Check": {"TTL": "30s", "DeregisterCriticalServiceAfter": "1m"},
    });
    assert_eq!(
        agent
            .put("agent/service/register", &service.to_string())
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        agent
            .put("agent/check/pass/service:omo.msa.startkit-1?note=ok", "")
            .await
            .status,
        StatusCode::OK
    );
    let answer = agent.get("health/service/omo.msa.startkit?passing").await;
    assert_eq!(answer.json()[0]["Checks"][1]["Output"], "ok");
    let waiting = agent
        .waiting(&format!(
            "health/service/omo.msa.startkit?index={}",
            answer.index
        ))
        .await;
    let expired = waiting.await.unwrap();
    assert_eq!(
        expired.json()[0]["Checks"][1]["Status"],
        "critical",
        "the clock wakes a reader"
    );
    let waiting = agent
        .waiting(&format!(
            "health/service/omo.msa.startkit?index={}",
            expired.index
        ))
        .await;
    assert_eq!(
        waiting.await.unwrap().json(),
        json!([]),
        "critical for too long"
    );
    assert_eq!(agent.get("agent/services").await.json(), json!({}));
    time.abort();
}

#[tokio::test]
async fn the_beehive_answers_all_that_pages_ask() {
    let agent = Agent::beehive();
    assert_eq!(
        agent.get("catalog/datacenters").await.json(),
        json!(["dc1", "dc2"])
    );
    assert_eq!(
        agent.get("status/leader").await.json(),
        json!("10.0.0.12:8300")
    );
    assert_eq!(
        agent
            .get("status/peers")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        agent
            .get("catalog/nodes?dc=dc2")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let rows = agent
        .get("health/state/any?filter=Status%20!=%20%22passing%22")
        .await
        .json();
    assert!(
        rows.as_array()
            .unwrap()
            .iter()
            .all(|row| row["Status"] != "passing")
    );
    assert!(rows.as_array().unwrap().len() > 5);
    let startkit = agent.get("health/service/omo.msa.startkit").await.json();
    assert_eq!(startkit.as_array().unwrap().len(), 3);
    let services = agent.get("internal/ui/services").await.json();
    assert_eq!(
        services.as_array().unwrap().len(),
        agent
            .get("catalog/services")
            .await
            .json()
            .as_object()
            .unwrap()
            .len()
    );
    let own = agent.get("agent/self").await.json();
    assert_eq!(
        (&own["Config"]["NodeName"], &own["Config"]["Datacenter"]),
        (&json!("src-1"), &json!("dc1"))
    );
    assert_eq!(
        agent
            .get("agent/members?wan")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn a_dropped_agent_answers_no_more() {
    let agent = start_empty().await.unwrap();
    let address = agent.address();
    assert!(tokio::net::TcpStream::connect(address).await.is_ok());
    drop(agent);
    let gone = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), gone)
        .await
        .expect("the port is closed");
}

#[tokio::test(start_paused = true)]
async fn a_blocking_read_sleeps_through_changes_of_other_rows() {
    let agent = Agent::empty();
    let register = |service: &str, status: &str| {
        let check =
            json!({"CheckID": service, "Name": "c", "ServiceID": service, "Status": status});
        json!({"Node": "n", "Address": "10.0.0.1", "Service": {"Service": service}, "Check": check})
            .to_string()
    };
    agent
        .put("catalog/register", &register("web", "passing"))
        .await;
    agent.put("kv/a", "1").await;
    let others = [
        (
            "catalog/nodes",
            "catalog/register",
            register("db", "passing"),
        ),
        (
            "health/state/critical",
            "catalog/register",
            register("cache", "passing"),
        ),
        (
            "catalog/service/web",
            "catalog/register",
            register("web", "warning"),
        ),
        (
            "health/service/none",
            "catalog/register",
            register("mail", "passing"),
        ),
        ("kv/none", "kv/other", "v".to_owned()),
    ];
    for (watched, write, body) in others {
        let index = agent.get(watched).await.index;
        let waiting = agent
            .waiting(&format!("{watched}?index={index}&wait=30s"))
            .await;
        agent.put(write, &body).await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert!(!waiting.is_finished(), "{watched}");
        assert_eq!(waiting.await.unwrap().index, index, "{watched}");
    }
    let index = agent.get("kv/a").await.index;
    let waiting = agent.waiting(&format!("kv/a?index={index}")).await;
    agent.send("DELETE", "kv/a", "").await;
    assert_eq!(
        waiting.await.unwrap().status,
        StatusCode::NOT_FOUND,
        "a deletion is news at once"
    );
}
