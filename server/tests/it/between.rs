//! Something between waggle and an agent that loses or refuses some writes.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What becomes of a transaction that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is passed on, and so is the answer.
    Pass,
    /// The agent gets it, and the connection ends without an answer.
    LoseAnswer,
    /// The agent never gets it, and the connection ends.
    LoseRequest,
    /// It is answered with 403.
    Refuse,
}

/// It stops when it is dropped.
pub(crate) struct Between {
    pub(crate) address: SocketAddr,
    bodies: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Between {
    /// Before the agent at `agent`; `fate` is asked with the number of each write, from 0.
    pub(crate) async fn start(
        agent: SocketAddr,
        fate: impl Fn(usize) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let (seen, fate) = (Arc::clone(&bodies), Arc::new(fate));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (seen, fate) = (Arc::clone(&seen), Arc::clone(&fate));
                tokio::spawn(async move {
                    // a caller that goes away is the caller's right
                    let _ = serve(stream, agent, &seen, &*fate).await;
                });
            }
        });
        Self {
            address,
            bodies,
            task,
        }
    }

    /// The bodies of all writes so far, also of those that were lost.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request a connection, so that each has an agent's connection of its own.
async fn serve(
    mut stream: TcpStream,
    agent: SocketAddr,
    seen: &Mutex<Vec<String>>,
    fate: &(dyn Fn(usize) -> Fate + Send + Sync),
) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 65536];
    let (head, length) = loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..read]);
        if let Some(end) = request.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
                .unwrap_or(0);
            break (end + 4, length);
        }
    };
    while request.len() < head + length {
        let read = stream.read(&mut buffer).await?;
        request.extend_from_slice(&buffer[..read]);
    }
    let body = String::from_utf8_lossy(&request[head..]).into_owned();
    let is_write = request.starts_with(b"PUT /v1/txn")
        && ["\"cas\"", "\"delete-cas\""]
            .iter()
            .any(|verb| body.contains(verb));
    let fate = if is_write {
        let mut seen = seen.lock().unwrap();
        seen.push(body);
        fate(seen.len() - 1)
    } else {
        Fate::Pass
    };
    if fate == Fate::LoseRequest {
        return Ok(());
    }
    if fate == Fate::Refuse {
        let answer = crate::fake::answer("403 Forbidden", "", "Permission denied");
        stream.write_all(&answer).await?;
        return stream.shutdown().await;
    }
    let text = String::from_utf8_lossy(&request[..head]).into_owned();
    let text = text.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    let mut upstream = TcpStream::connect(agent).await?;
    upstream.write_all(text.as_bytes()).await?;
    upstream.write_all(&request[head..]).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    if fate == Fate::LoseAnswer {
        return Ok(());
    }
    stream.write_all(&answer).await?;
    stream.shutdown().await
}
