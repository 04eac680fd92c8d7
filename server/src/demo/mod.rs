//! The demo agent: speaks Consul's HTTP API in process, on a loopback port of its own, over state in memory.
//! What it answers was compared with an agent of 1.22.6; the client's test suite runs on both. `state` knows
//! no HTTP, `http` no seed. `main` starts it for `--demo`, and tests start it; nothing else may import it.

mod cluster;
mod duration;
mod http;
mod life;
mod seed;
mod state;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use cluster::{Cluster, Datacenter};

/// A running demo agent; it stops when it is dropped.
#[derive(Debug)]
pub struct DemoAgent {
    address: SocketAddr,
    // Dropping the set ends its tasks.
    _tasks: JoinSet<()>,
}

impl DemoAgent {
    /// Where its HTTP API listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Starts a demo agent with the BeeHive cluster and some life in it.
pub async fn start() -> std::io::Result<DemoAgent> {
    let (local, others) = seed::beehive();
    let cluster = Cluster::new(local, others);
    let mut agent = start_with(cluster.clone()).await?;
    agent._tasks.spawn(life::live(cluster.local()));
    Ok(agent)
}

/// Starts an empty demo agent: one server in `dc1`, as `consul agent -dev` begins.
pub async fn start_empty() -> std::io::Result<DemoAgent> {
    start_with(Cluster::new(seed::empty(), Vec::new())).await
}

async fn start_with(cluster: Cluster) -> std::io::Result<DemoAgent> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let mut tasks = JoinSet::new();
    for datacenter in cluster.all() {
        tasks.spawn(keep_time(datacenter));
    }
    let app = http::app(cluster);
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "the demo agent stopped listening");
        }
    });
    Ok(DemoAgent {
        address,
        _tasks: tasks,
    })
}

/// Lets what is due in a datacenter happen, for ever.
async fn keep_time(datacenter: Arc<Datacenter>) {
    let mut changes = datacenter.changes();
    loop {
        changes.borrow_and_update();
        if datacenter.read(state::State::is_due) {
            datacenter.write(state::State::expire);
        }
        match datacenter.read(state::State::next_deadline) {
            Some(deadline) => {
                // A change can bring the deadline nearer.
                let _ = tokio::time::timeout_at(deadline, changes.changed()).await;
            }
            None => {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
