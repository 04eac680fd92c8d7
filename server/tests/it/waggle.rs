//! waggle itself, listening on a port of its own, as people run it.

use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc, Mutex, Once,
        atomic::{AtomicU32, Ordering},
    },
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

/// For how long something is waited for that takes a moment, on a machine that may be very slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

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
        let mut bytes: Vec<u8> = Vec::new();
        let mut patience = PATIENCE;
        loop {
            let read = tokio::time::timeout(patience, stream.read_buf(&mut bytes)).await;
            if !matches!(read, Ok(Ok(more)) if more > 0) {
                return String::from_utf8_lossy(&bytes).into_owned();
            }
            // one answer is enough where the connection stays open
            patience = Duration::from_secs(2);
        }
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
                started.elapsed() < PATIENCE,
                "{}{path}: {} {}",
                self.base,
                reply.status,
                reply.text()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What is answered once no datacenter is late: what is asked of all of them goes out without
    /// those that are, and on a slow machine any may be.
    pub(crate) async fn settled(&self, path: &str) -> Reply {
        let is_late = |state: &Value| {
            state["Condition"] == "asking" || state["Problem"]["kind"] == "agent_timeout"
        };
        let all_are_there = |reply: &Reply| {
            let answer = reply.json();
            let of_a_list = answer["Datacenters"].as_array().into_iter().flatten();
            let of_an_overview = answer["Items"].as_array().into_iter().flatten();
            let of_an_overview = of_an_overview.map(|item| &item["State"]);
            let late = of_a_list.chain(of_an_overview).any(is_late);
            (reply.status.is_success() && !late).then(|| reply.clone())
        };
        self.until(path, all_are_there).await
    }
}

impl Drop for Waggle {
    fn drop(&mut self) {
        self.task.abort();
        self.recording.abort();
    }
}

/// A loopback address where nobody listens. Its host is nobody else's, so that the port is given to
/// no other test meanwhile.
pub(crate) fn free_port() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let seed = std::process::id().wrapping_mul(7919);
    let number = seed.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    let [_, a, b, c] = number.to_be_bytes();
    // beside 127.0.0.1, where all others are, and below the real agents
    let host = Ipv4Addr::new(127, 1 + a % 63, b, 1 + c % 254);
    TcpListener::bind((host, 0))
        // not every system has more than one
        .or_else(|_| TcpListener::bind("127.0.0.1:0"))
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
