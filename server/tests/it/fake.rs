//! A fake agent: counts what reaches it and answers as badly as a test wants.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the fake does with a request; every connection serves one.
pub(crate) enum Answer {
    /// A 200 with this JSON and an index.
    Json(Value),
    /// Exactly these bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// The same as `Json`, after so long.
    Late(Duration, Value),
    /// The same as `Json`, once this is true.
    Once(watch::Receiver<bool>, Value),
    /// Nothing, for as long as the caller waits.
    Hang,
    /// The end of the connection without a byte.
    Reset,
    /// These bytes, then one byte at a time, for ever.
    Drip(Vec<u8>),
    /// These bytes, then as much as the caller takes, for ever.
    Endless(Vec<u8>),
}

/// The fake agent; it stops when it is dropped.
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Fake {
    /// Starts on a free port; `answer` sees each request's target, such as `/v1/agent/self?dc=a`.
    pub(crate) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), answer).await
    }

    /// Starts on this address.
    pub(crate) async fn start_at(
        address: SocketAddr,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                tokio::spawn(async move {
                    // a caller that goes away is the caller's right
                    let _ = serve(stream, &*answer, &seen).await;
                });
            }
        });
        Self {
            address,
            heads,
            task,
        }
    }

    /// A healthy agent of one small datacenter `dc1`.
    pub(crate) async fn healthy() -> Self {
        Self::start(|target| Answer::Json(consul(target))).await
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// How many requests came so far.
    pub(crate) fn count(&self) -> usize {
        self.heads.lock().unwrap().len()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&str) -> Answer + Send + Sync),
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        head.extend_from_slice(&buffer[..read]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(head);
    match answer(&target) {
        Answer::Json(value) => stream.write_all(&ok(&value.to_string())).await?,
        Answer::Late(after, value) => {
            tokio::time::sleep(after).await;
            stream.write_all(&ok(&value.to_string())).await?;
        }
        Answer::Once(mut is_due, value) => {
            // where nobody will say so any more, nobody waits for it
            drop(is_due.wait_for(|is_due| *is_due).await);
            stream.write_all(&ok(&value.to_string())).await?;
        }
        Answer::Raw(bytes) => stream.write_all(&bytes).await?,
        Answer::Hang => std::future::pending().await,
        Answer::Reset => {}
        Answer::Drip(bytes) => {
            stream.write_all(&bytes).await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Answer::Endless(bytes) => {
            stream.write_all(&bytes).await?;
            let chunk = [b' '; 16384];
            loop {
                stream.write_all(&chunk).await?;
            }
        }
    }
    stream.shutdown().await
}

/// A 200 with this body, as Consul would send it.
pub(crate) fn ok(body: &str) -> Vec<u8> {
    answer(
        "200 OK",
        "Content-Type: application/json\r\nX-Consul-Index: 7\r\n",
        body,
    )
}

/// An answer with this status line, these header lines and this body.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// What a healthy agent answers to `target`: one node, one service, one key.
pub(crate) fn consul(target: &str) -> Value {
    let path = target.split('?').next().unwrap_or_default();
    let node = json!({"ID": "", "Node": "n1", "Address": "10.0.0.1", "Datacenter": "dc1",
        "TaggedAddresses": {}, "Meta": {}});
    let service = json!({"ID": "web-1", "Service": "web", "Tags": ["v1"], "Port": 80,
        "Address": "", "Meta": {}, "Weights": {"Passing": 1, "Warning": 1}});
    let check = json!({"Node": "n1", "CheckID": "serfHealth", "Name": "Serf", "Status": "passing",
        "Notes": "", "Output": "", "ServiceID": "", "ServiceName": ""});
    match path {
        "/v1/catalog/datacenters" => json!(["dc1"]),
        "/v1/agent/self" => json!({
            "Config": {"Datacenter": "dc1", "NodeName": "n1", "Version": "1.22.6", "Server": true},
            "Member": {"Name": "n1", "Addr": "10.0.0.1", "Tags": {}},
        }),
        "/v1/agent/members" => json!([{"Name": "n1", "Addr": "10.0.0.1", "Port": 8301, "Status": 1,
            "Tags": {"role": "consul", "dc": "dc1", "build": "1.22.6:"}}]),
        "/v1/status/leader" => json!("10.0.0.1:8300"),
        "/v1/status/peers" => json!(["10.0.0.1:8300"]),
        "/v1/catalog/services" => json!({"web": ["v1"]}),
        "/v1/catalog/nodes" => json!([node]),
        "/v1/catalog/node/n1" => json!({"Node": node, "Services": {"web-1": service}}),
        "/v1/catalog/node-services/n1" => json!({"Node": node, "Services": [service]}),
        "/v1/health/service/web" => json!([{"Node": node, "Service": service, "Checks": [check]}]),
        "/v1/health/node/n1" => json!([check]),
        "/v1/internal/ui/services" => json!([{"Name": "web", "Datacenter": "dc1", "Tags": ["v1"],
            "Nodes": ["n1"], "InstanceCount": 1, "ChecksPassing": 1, "ChecksWarning": 0,
            "ChecksCritical": 0, "Kind": ""}]),
        "/v1/internal/ui/nodes" => json!([{"ID": "", "Node": "n1", "Address": "10.0.0.1",
            "Meta": {}, "TaggedAddresses": {}, "Services": [service], "Checks": [check]}]),
        path if path.starts_with("/v1/health/state/any") => json!([check]),
        path if path.starts_with("/v1/kv/") && target.contains("keys") => json!(["one"]),
        path if path.starts_with("/v1/kv/") => json!([{"Key": "one", "Value": "MQ==", "Flags": 0,
            "CreateIndex": 5, "ModifyIndex": 6, "LockIndex": 0}]),
        _ => json!([]),
    }
}
