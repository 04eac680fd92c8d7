//! What tests write into an agent first, by the agent's own API and not by waggle's client.

use serde_json::{Value, json};

use crate::agents::TestAgent;

/// go-micro's tags of a real service, in a random order as it writes them.
pub(crate) const MICRO_TAGS: [&str; 3] = [
    "t-789caa564a2acacf4e2d52b252ca28292950aa05040000ffff364d0600",
    "v-789c32d433d03300040000ffff02ce00ee",
    "t-789caa562a28ca2fc94fcecf51b252ca2d4d2e50aa05040000ffff46a906e2",
];

/// An instance to register on an external node.
pub(crate) struct Instance<'a> {
    pub(crate) node: &'a str,
    pub(crate) service: &'a str,
    pub(crate) id: &'a str,
    pub(crate) tags: &'a [&'a str],
    /// Empty: no check.
    pub(crate) status: &'a str,
    pub(crate) output: &'a str,
}

impl Default for Instance<'_> {
    fn default() -> Self {
        Self {
            node: "external",
            service: "web",
            id: "web-1",
            tags: &[],
            status: "passing",
            output: "",
        }
    }
}

impl Instance<'_> {
    /// Writes it into the catalog.
    pub(crate) async fn register(&self, agent: &TestAgent) {
        let mut body = json!({
            "Node": self.node,
            "Address": "10.1.2.3",
            "NodeMeta": {"external-node": "true", "zone": "a"},
            "Service": {
                "ID": self.id, "Service": self.service, "Tags": self.tags, "Port": 8080,
                "Address": "10.9.9.9", "Meta": {"team": "core"},
            },
        });
        if !self.status.is_empty() {
            body["Check"] = json!({
                "CheckID": format!("service:{}", self.id), "Name": "alive", "Status": self.status,
                "Output": self.output, "Notes": "written by a test", "ServiceID": self.id,
            });
        }
        agent
            .http()
            .put("/v1/catalog/register", body.to_string())
            .await
            .ok();
    }
}

/// Registers a service with a TTL check at the agent itself, passing.
pub(crate) async fn ttl_service(agent: &TestAgent, name: &str, id: &str, ttl: &str) {
    let body = json!({
        "Name": name, "ID": id, "Port": 9000, "Tags": MICRO_TAGS,
        "Check": {"TTL": ttl, "Status": "passing", "DeregisterCriticalServiceAfter": "30m"},
    });
    agent
        .http()
        .put("/v1/agent/service/register", body.to_string())
        .await
        .ok();
}

/// Writes a key by the agent's own API.
pub(crate) async fn kv(agent: &TestAgent, key: &str, value: impl Into<reqwest::Body>) {
    let reply = agent.http().put(&kv_path(key), value).await.ok();
    assert_eq!(reply.text().trim(), "true");
}

/// Reads a key by the agent's own API: its pair with the value in base64, or none.
pub(crate) async fn kv_get(agent: &TestAgent, key: &str) -> Option<Value> {
    let reply = agent.http().get(&kv_path(key)).await;
    (reply.status == 200).then(|| reply.json()[0].clone())
}

/// Every key below a prefix, by the agent's own API.
pub(crate) async fn kv_keys(agent: &TestAgent, prefix: &str) -> Vec<String> {
    let reply = agent.http().get(&format!("{}?keys", kv_path(prefix))).await;
    serde_json::from_value(reply.json()).unwrap_or_default()
}

fn kv_path(key: &str) -> String {
    let parts: Vec<String> = key.split('/').map(crate::http::part).collect();
    format!("/v1/kv/{}", parts.join("/"))
}
