//! The binary: reads how it is meant to run, starts, tells its address, and ends when asked to.

use std::{
    io::{IsTerminal as _, Write as _},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use axum::serve::ListenerExt as _;
use mimalloc::MiMalloc;
use server::{
    config::{Config, LogFormat},
    consul::{AgentAddress, AgentSettings, Client},
    datacenter::{Clusters, Datacenters},
    demo,
    history::History,
    router::router,
    state::AppState,
};
use tokio::net::{TcpListener, TcpSocket};
use tracing_subscriber::EnvFilter;

/// Rendering a page and reading an agent's answers are many small allocations: the system's own
/// allocator takes a third of a page's time, and keeps what threads have freed.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How long clients may finish what they are at after Ctrl-C.
const GRACE: Duration = Duration::from_secs(3);

/// How many connections may wait to be taken; a kernel that allows fewer keeps to its own number.
const QUEUE: u32 = 4096;

/// How long a thread that made a large list stays for the next one. What it has freed is its own as
/// long as it lives: of many that wait for work, each keeps what its largest list took (25 of 165 MB
/// with everything watched).
const IDLE: Duration = Duration::from_millis(50);

/// The start failed for a reason outside: the port is taken, say.
const FAILED: u8 = 1;

/// What was asked for cannot be done: a flag, a variable or the file is wrong.
const WRONG: u8 = 2;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(IDLE)
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(start()),
        Err(error) => end(FAILED, &format!("no threads: {error}")),
    }
}

async fn start() -> ExitCode {
    let config = match Config::from_process() {
        Ok(config) => config,
        Err(error) => {
            if let Some(help) = error.help() {
                // where nobody reads it, nothing is lost
                let _ = help.print();
                return ExitCode::SUCCESS;
            }
            return end(WRONG, &error);
        }
    };
    start_log(&config);
    match run(config).await {
        // what still runs is somebody's connection, which had its time
        Ok(()) => std::process::exit(0),
        Err((code, error)) => end(code, &error),
    }
}

fn end(code: u8, error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("waggle: {error}");
    ExitCode::from(code)
}

async fn run(mut config: Config) -> Result<(), (u8, String)> {
    let demo = if config.demo {
        let agent = demo::start()
            .await
            .map_err(|error| (FAILED, format!("the demo cannot be started: {error}")))?;
        let address: AgentAddress = format!("http://{}", agent.address())
            .parse()
            .map_err(|error| (FAILED, format!("the demo's address: {error}")))?;
        config.agents = vec![AgentSettings::new(address)];
        Some(agent)
    } else {
        None
    };
    let mut clusters = vec![(config.cluster.clone(), datacenters(&config.agents)?)];
    for cluster in &config.other_clusters {
        clusters.push((cluster.name.clone(), datacenters(&cluster.agents)?));
    }
    let clusters = Clusters::new(clusters);
    let listener = listen(config.listen).map_err(|error| {
        let text = format!("cannot listen on {}: {error}", config.listen);
        (FAILED, text)
    })?;
    let address = listener.local_addr().unwrap_or(config.listen);
    let ready = format!(
        "waggle {} is ready: http://{address}{}/ui/",
        env!("CARGO_PKG_VERSION"),
        config.base_path
    );
    let history = History::open(&config).await;
    let state = AppState::new(Arc::new(config), clusters).with_history(history);
    let app = router(state.clone());
    tokio::spawn(state.clone().observe());
    tokio::spawn(state.clone().record());

    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let listener = listener.tap_io(|stream| {
        // small answers must not wait for company
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
    });
    let serving = axum::serve(listener, app)
        .with_graceful_shutdown(async move { drop(stopped.wait_for(|stop| *stop).await) });
    let mut serving = tokio::spawn(serving.into_future());
    // stdout may be closed; the log goes elsewhere
    let _ = writeln!(std::io::stdout(), "{ready}");

    tokio::select! {
        () = asked_to_stop() => {}
        ended = &mut serving => {
            return Err((FAILED, format!("serving ended: {ended:?}")));
        }
    }
    let _ = stop.send(true);
    state.close();
    if tokio::time::timeout(GRACE, serving).await.is_err() {
        tracing::info!("clients that were still connected are cut off");
    }
    drop(demo);
    Ok(())
}

/// A socket where a thousand browsers that come back at once find room: with the usual queue of 128
/// the others would wait for a second, until their network asks again.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // a restart must not wait for the connections of the one before
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// The agents of one cluster.
fn datacenters(agents: &[AgentSettings]) -> Result<Datacenters, (u8, String)> {
    let clients = agents.iter().map(Client::new);
    let clients: Result<Vec<_>, _> = clients.collect();
    let clients = clients.map_err(|error| (WRONG, error.to_string()))?;
    Ok(Datacenters::new(clients))
}

/// Ctrl-C or SIGTERM.
async fn asked_to_stop() {
    let ctrl_c = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be watched");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be watched");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminate => {}
    }
}

/// Other crates' lines below `warn` can hold headers, and headers a token.
fn start_log(config: &Config) {
    let level = &config.log_level;
    let filter = match level.as_str() {
        "off" | "error" => EnvFilter::new(level),
        _ => EnvFilter::new(format!("warn,server={level},waggle={level}")),
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn many_who_come_at_once_find_room() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        // nobody takes them: where there is no room, the next one waits for a second
        let waiting: Vec<_> = (0..300)
            .map(|_| TcpStream::connect_timeout(&address, Duration::from_millis(900)))
            .collect();
        assert!(waiting.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn a_port_is_taken_once() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        assert!(listen(address).is_err());
        drop(listener);
        listen(address).unwrap();
    }
}
