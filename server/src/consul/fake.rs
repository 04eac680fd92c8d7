//! A fake agent on loopback, for tests: answers with raw bytes and remembers what it was asked.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{AgentSettings, Client, Secret};

/// What a fake agent does with a request.
pub(crate) enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends the head, then these bytes over and over.
    Endless(Vec<u8>),
    /// Sends the head, then a byte every now and then.
    Drip,
    /// Sends these bytes after so long.
    Late(Duration, Vec<u8>),
    /// Sends what comes of this.
    Then(BoxFuture<'static, Vec<u8>>),
    /// Sends nothing.
    Hang,
    /// Closes.
    Close,
}

/// A request as it arrived: the head, and the body.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// `GET /v1/…`.
    pub(crate) fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.strip_suffix(" HTTP/1.1").unwrap_or(line)
    }
}

pub(crate) struct FakeAgent {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl FakeAgent {
    pub(crate) async fn start(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let act = Arc::new(act);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, act) = (Arc::clone(&seen), Arc::clone(&act));
                tokio::spawn(async move {
                    let _ = serve(stream, &seen, &*act).await;
                });
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// One that answers all with the same bytes.
    pub(crate) async fn always(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        Self::start(move |_| Act::Send(response.clone())).await
    }

    pub(crate) fn settings(&self) -> AgentSettings {
        settings(self.address)
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.settings()).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The first lines of what was asked, without looks at the leader.
    pub(crate) fn lines(&self) -> Vec<String> {
        let asked = self.asked();
        let lines = asked.iter().map(|asked| asked.line().to_owned());
        lines.filter(|line| line != LOOK).collect()
    }
}

impl Drop for FakeAgent {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) const LOOK: &str = "GET /v1/status/leader";

/// Settings with the deadlines that real agents have, which are kept on a machine that is busy, too:
/// a test that waits for one sets its own.
pub(crate) fn settings(address: SocketAddr) -> AgentSettings {
    let mut settings = AgentSettings::new(format!("http://{address}").parse().unwrap());
    settings.token = Some(Secret::new("canary-token"));
    settings.body_max_bytes = 100_000;
    settings
}

/// An address that refuses connections, and that nothing else gets while the tests run.
pub(crate) fn dead_address() -> SocketAddr {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    std::mem::forget(socket);
    address
}

/// A whole response.
pub(crate) fn response(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let separator = if headers.is_empty() { "" } else { "\r\n" };
    format!(
        "HTTP/1.1 {status} X\r\n{headers}{separator}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Asked>>,
    act: &(impl Fn(&Asked) -> Act + ?Sized),
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().unwrap());
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let asked = Asked {
        head,
        body: bytes.split_off(head_end),
    };
    let what = act(&asked);
    seen.lock().unwrap().push(asked);
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    match what {
        Act::Send(response) => {
            stream.write_all(&response).await?;
            stream.shutdown().await?;
        }
        Act::Late(after, response) => {
            tokio::time::sleep(after).await;
            stream.write_all(&response).await?;
            stream.shutdown().await?;
        }
        Act::Then(response) => {
            stream.write_all(&response.await).await?;
            stream.shutdown().await?;
        }
        Act::Endless(bytes) => {
            stream.write_all(HEAD).await?;
            while stream.write_all(&bytes).await.is_ok() {}
        }
        Act::Drip => {
            stream.write_all(HEAD).await?;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Act::Hang => tokio::time::sleep(Duration::from_secs(60)).await,
        Act::Close => {}
    }
    Ok(())
}
