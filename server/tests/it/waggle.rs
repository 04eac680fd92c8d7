//! waggle itself, listening on a port of its own, as people run it.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, Once},
    time::{Duration, Instant},
};

use serde_json::Value;
use server::{
    config::Config,
    consul::{AgentAddress, AgentSettings, Client, Secret},
    datacenter::{Clusters, Datacenters},
    history::History,
    state::AppState,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    agents::TestAgent,
    http::{Http, Reply, send},
};

/// The settings of the agent at this address.
pub(crate) fn settings(address: SocketAddr) -> AgentSettings {
    let address: AgentAddress = address.to_string().parse().unwrap();
    AgentSettings::new(address)
}

fn datacenters(agents: &[AgentSettings]) -> Datacenters {
    let clients = agents.iter().map(|settings| Client::new(settings).unwrap());
    Datacenters::new(clients.collect())
}

/// A running waggle; it ends when it is dropped.
pub(crate) struct Waggle {
    address: SocketAddr,
    base: String,
    http: Http,
    state: AppState,
    task: tokio::task::JoinHandle<()>,
    recording: tokio::task::JoinHandle<()>,
}

impl Waggle {
    /// Over one agent.
    pub(crate) async fn over(agent: &TestAgent) -> Self {
        Self::over_addresses(&[agent.address]).await
    }

    /// Over these agents, tried in this order.
    pub(crate) async fn over_addresses(agents: &[SocketAddr]) -> Self {
        Self::with(agents, |_| {}).await
    }

    /// Over these agents, which get this token.
    pub(crate) async fn over_addresses_with_token(agents: &[SocketAddr], token: &str) -> Self {
        Self::with(agents, |config| {
            for agent in &mut config.agents {
                agent.token = Some(Secret::new(token));
            }
        })
        .await
    }

    /// Over agents that get only half a second.
    pub(crate) async fn impatient(agents: &[SocketAddr]) -> Self {
        Self::with(agents, |config| {
            for agent in &mut config.agents {
                agent.read_timeout = Duration::from_millis(500);
                agent.body_timeout = Duration::from_millis(500);
            }
        })
        .await
    }

    /// Over these agents, with anything changed.
    pub(crate) async fn with(agents: &[SocketAddr], change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            agents: agents.iter().map(|address| settings(*address)).collect(),
            ..Config::default()
        };
        change(&mut config);
        let mut clusters = vec![(config.cluster.clone(), datacenters(&config.agents))];
        for cluster in &config.other_clusters {
            clusters.push((cluster.name.clone(), datacenters(&cluster.agents)));
        }
        let state = AppState::new(Arc::new(config.clone()), Clusters::new(clusters))
            .with_history(History::open(&config).await);
        let recording = tokio::spawn(state.clone().record());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base = config.base_path.clone();
        let router = server::router(state.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            http: Http::new(&format!("http://{address}{base}")),
            base,
            state,
            task,
            recording,
        }
    }

    /// The origin that a browser would name.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Any request, nothing added.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, path)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.http.get(path).await
    }

    /// A PUT as the page sends it.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.put_text(path, &body.to_string()).await
    }

    /// A PUT as the page sends it, with a body that need not be JSON.
    pub(crate) async fn put_text(&self, path: &str, body: &str) -> Reply {
        self.mutate("PUT", path, body).await
    }

    /// A POST as the page sends it.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.mutate("POST", path, &body.to_string()).await
    }

    /// A DELETE as the page sends it.
    pub(crate) async fn delete(&self, path: &str) -> Reply {
        send(self.request("DELETE", path).header("X-Waggle", "1")).await
    }

    async fn mutate(&self, method: &str, path: &str, body: &str) -> Reply {
        let request = self
            .request(method, path)
            .header("X-Waggle", "1")
            .header("Content-Type", "application/json")
            .body(body.to_owned());
        send(request).await
    }

    /// Sends exactly this text and gives back what comes, as text.
    pub(crate) async fn raw(&self, text: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // one answer is enough where the connection stays open
        let _ = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut bytes)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What Ctrl-C does to what would not end by itself.
    pub(crate) fn close(&self) {
        self.state.close();
    }

    /// Asks again until `wanted` finds what it wants.
    pub(crate) async fn until<T>(&self, path: &str, wanted: impl Fn(&Reply) -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            let reply = self.get(path).await;
            if let Some(found) = wanted(&reply) {
                return found;
            }
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "{}{path}: {} {}",
                self.base,
                reply.status,
                reply.text()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Waggle {
    fn drop(&mut self) {
        self.task.abort();
        self.recording.abort();
    }
}

/// A loopback address where nobody listens.
pub(crate) fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// Everything that is logged by this thread from now on, at the finest level.
///
/// A `#[tokio::test]` runs all its tasks on its own thread.
pub(crate) fn capture_logs() -> Logs {
    // what a thread that listens to nothing meets first may be off for those that begin to listen at
    // that moment: somebody always listens, and drops it all
    static ALWAYS: Once = Once::new();
    ALWAYS.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry())
            .expect("the tests set no other");
    });
    let text = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&text);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || Sink(Arc::clone(&sink)))
        .finish();
    Logs {
        text,
        _guard: tracing::subscriber::set_default(subscriber),
    }
}

/// What was logged so far.
pub(crate) struct Logs {
    text: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Logs {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
