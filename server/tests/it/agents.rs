//! Agents to test against: the demo in this process, real ones as processes of their own.
//!
//! One agent of each kind serves all tests of this process, so every test takes key prefixes and
//! service names of its own ([`TestAgent::unique`]).

use std::{
    fs::File,
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use server::consul::{AgentSettings, Client};

use crate::{http::Http, waggle::PATIENCE};

/// Which agent answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The one inside waggle, empty.
    Demo,
    /// Consul 1.22.6 or whatever `$CONSUL_BIN` names.
    New,
    /// Consul 1.8.7 or whatever `$CONSUL_OLD_BIN` names.
    Old,
}

impl Kind {
    /// Where it is; none where it is missing.
    pub(crate) fn binary(self) -> Option<PathBuf> {
        let (variable, cached) = match self {
            Self::Demo => return None,
            Self::New => ("CONSUL_BIN", "consul-1.22.6"),
            Self::Old => ("CONSUL_OLD_BIN", "consul-1.8.7"),
        };
        if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
            return Some(PathBuf::from(path));
        }
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
            || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
            PathBuf::from,
        );
        let path = cache.join("waggle").join(cached);
        path.is_file().then_some(path)
    }
}

/// An agent that a test may use.
#[derive(Debug)]
pub(crate) struct TestAgent {
    pub(crate) kind: Kind,
    /// `ip:port` of its HTTP API.
    pub(crate) address: SocketAddr,
    /// Its node's name.
    pub(crate) node: String,
    // ends the process when it is dropped; the demo lives as long as this process
    _process: Option<Process>,
}

impl TestAgent {
    /// The agent of `kind` that all tests share; none where its binary is missing, which is said
    /// once on stderr, and is a failure in CI.
    pub(crate) async fn shared(kind: Kind) -> Option<&'static Self> {
        static AGENTS: [OnceLock<Option<TestAgent>>; 3] = [const { OnceLock::new() }; 3];
        tokio::task::spawn_blocking(move || {
            AGENTS[kind as usize]
                .get_or_init(|| match kind {
                    Kind::Demo => Some(Self::demo()),
                    Kind::New | Kind::Old => Self::real(kind),
                })
                .as_ref()
        })
        .await
        .unwrap()
    }

    /// Starts a real agent of `kind`, a datacenter of its own named `dc1`.
    pub(crate) fn real(kind: Kind) -> Option<Self> {
        Self::real_with(kind, &[])
    }

    /// The same, with ACLs: everybody may do everything, and this token is known.
    pub(crate) fn with_acls(kind: Kind, token: &str) -> Option<Self> {
        let word = match kind {
            Kind::Old => "master",
            _ => "initial_management",
        };
        let acls = format!(
            "acl {{ enabled = true default_policy = \"allow\" tokens {{ {word} = \"{token}\" }} }}"
        );
        Self::real_with(kind, &["-hcl", &acls])
    }

    fn real_with(kind: Kind, more: &[&str]) -> Option<Self> {
        let Some(binary) = kind.binary() else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "no Consul of kind {kind:?} on this machine, and CI skips nothing"
            );
            return None;
        };
        let node = format!("it-{}", format!("{kind:?}").to_lowercase());
        Some(Self::started(kind, &binary, node, more))
    }

    /// Starts two real agents of `kind` whose datacenters, `dc1` and `dc2`, are joined: each answers
    /// for the other's, too.
    pub(crate) fn joined(kind: Kind) -> Option<[Self; 2]> {
        let binary = kind.binary()?;
        let near = Self::started(kind, &binary, "it-near".to_owned(), &[]);
        let join = format!("-retry-join-wan={}", near.address.ip());
        let far = Self::started(
            kind,
            &binary,
            "it-far".to_owned(),
            &["-datacenter=dc2", &join],
        );
        let started = Instant::now();
        // one asks the other for real, not only for its name
        while json(near.address, "/v1/status/leader?dc=dc2").is_null()
            || json(far.address, "/v1/status/leader?dc=dc1").is_null()
        {
            assert!(started.elapsed() < PATIENCE, "they do not join");
            thread::sleep(Duration::from_millis(200));
        }
        Some([near, far])
    }

    fn started(kind: Kind, binary: &Path, node: String, more: &[&str]) -> Self {
        let ip = free_loopback();
        let process = Process::start(binary, ip, &node, more);
        let address = SocketAddr::new(ip, 8500);
        process.wait_until_ready(address, &node);
        Self {
            kind,
            address,
            node,
            _process: Some(process),
        }
    }

    /// Starts the demo agent without any data, on a thread that outlives each test's runtime.
    fn demo() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let demo = server::demo::start_empty().await.unwrap();
                sender.send(demo.address()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let address = receiver.recv().expect("the demo agent starts");
        let node = json(address, "/v1/agent/self")["Config"]["NodeName"]
            .as_str()
            .expect("the demo agent has a node")
            .to_owned();
        Self {
            kind: Kind::Demo,
            address,
            node,
            _process: None,
        }
    }

    /// waggle's own client of it.
    pub(crate) fn client(&self) -> Client {
        let address = self.address.to_string().parse().unwrap();
        Client::new(&AgentSettings::new(address)).unwrap()
    }

    /// Its HTTP API, bare.
    pub(crate) fn http(&self) -> Http {
        Http::new(&format!("http://{}", self.address))
    }

    /// A word that no other test of this process uses.
    #[expect(
        clippy::unused_self,
        reason = "reads as what it is: unique on this agent"
    )]
    pub(crate) fn unique(&self, word: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        format!("{word}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Runs a test on the agent of `kind`, or says on stderr that it is skipped.
pub(crate) async fn run<F, T>(kind: Kind, name: &str, test: F)
where
    F: FnOnce(&'static TestAgent) -> T,
    T: Future<Output = ()>,
{
    match TestAgent::shared(kind).await {
        Some(agent) => test(agent).await,
        None => {
            // past the harness's capture, so that it is seen
            let line = format!("SKIPPED {name}: no Consul of kind {kind:?} on this machine\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
        }
    }
}

/// Makes three tests of each function: on the demo agent, a new and an old Consul.
macro_rules! on_each_agent {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            use crate::agents::{Kind, run};

            #[tokio::test]
            async fn demo() {
                run(Kind::Demo, concat!(module_path!(), "::demo"), super::$test).await;
            }

            #[tokio::test]
            async fn new() {
                run(Kind::New, concat!(module_path!(), "::new"), super::$test).await;
            }

            #[tokio::test]
            async fn old() {
                run(Kind::Old, concat!(module_path!(), "::old"), super::$test).await;
            }
        }
    )*};
}
pub(crate) use on_each_agent;

/// A real agent's process.
///
/// A shell stands between us and it: it ends the agent, by its process id, as soon as the pipe
/// from us closes. So no agent outlives the tests, however they end: statics are never dropped.
#[derive(Debug)]
struct Process {
    shell: Child,
    log: PathBuf,
    folder: tempfile::TempDir,
}

impl Process {
    fn start(binary: &Path, ip: IpAddr, node: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("consul.log");
        let output = File::create(&log).unwrap();
        let script = r#"folder=$1; shift; "$@" & agent=$!
            read -r _; kill -9 "$agent"; wait "$agent"; rm -rf "$folder""#;
        let shell = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(folder.path())
            .arg(binary)
            .args(["agent", "-dev", "-log-level", "warn", "-node", node])
            .arg(format!("-bind={ip}"))
            .arg(format!("-client={ip}"))
            .arg("-data-dir")
            .arg(folder.path().join("data"))
            .args(["-hcl", "limits { http_max_conns_per_client = 1000 }"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        Self { shell, log, folder }
    }

    fn wait_until_ready(&self, address: SocketAddr, node: &str) {
        let started = Instant::now();
        let registered = format!("/v1/health/node/{node}");
        while started.elapsed() < PATIENCE {
            if json(address, "/v1/status/leader")
                .as_str()
                .is_some_and(|leader| !leader.is_empty())
                && json(address, &registered)
                    .as_array()
                    .is_some_and(|checks| !checks.is_empty())
            {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!(
            "the agent on {address} is not ready after {PATIENCE:?}; its log:\n{}",
            std::fs::read_to_string(&self.log).unwrap_or_default()
        );
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
        let _ = self.folder.path();
    }
}

/// An address of 127.0.0.0/8 where nobody listens on Consul's ports, another one each time.
fn free_loopback() -> IpAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let seed = std::process::id().wrapping_mul(7919);
    for _ in 0..1000 {
        let number = seed.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let [_, a, b, c] = number.to_be_bytes();
        // 127.64.0.0 and up: away from where people start clusters by hand
        let ip = IpAddr::V4(Ipv4Addr::new(127, 64 | (a & 0x3f), b, c));
        let free = [8300, 8301, 8302, 8500, 8502, 8503, 8600]
            .into_iter()
            .all(|port| TcpListener::bind((ip, port)).is_ok());
        if free && !matches!(c, 0 | 255) {
            return ip;
        }
    }
    panic!("no free loopback address");
}

/// A GET's JSON, `Null` where nothing usable answers. Blocking, for the time before a test.
fn json(address: SocketAddr, path: &str) -> serde_json::Value {
    let fetch = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    };
    fetch()
        .ok()
        .filter(|text| {
            text.split_once(' ')
                .is_some_and(|(_, rest)| rest.starts_with("200"))
        })
        .and_then(|text| serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok())
        .unwrap_or_default()
}
