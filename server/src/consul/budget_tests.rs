//! How many connections an agent really has of us: those in use, and those that are kept for the
//! next question.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Client, Query, fake::settings};

/// Less than so many, idle ones included (`limits.http_max_conns_per_client` is 200, and other
/// programs of the same machine need some).
const CONNECTIONS_MAX: usize = 100;

/// Connections that are open now, and the most that ever were.
#[derive(Default)]
struct Open {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// An agent that keeps connections open after an answer, as real ones do.
async fn keeping_agent() -> (Client, Arc<Open>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(listener.local_addr().unwrap());
    settings.read_timeout = Duration::from_secs(30);
    let open = Arc::new(Open::default());
    let counted = Arc::clone(&open);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let now = counted.now.fetch_add(1, Ordering::SeqCst) + 1;
            counted.most.fetch_max(now, Ordering::SeqCst);
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let _ = serve(stream).await;
                counted.now.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (Client::new(&settings).unwrap(), open)
}

/// Answers one question after another; waits end together, as those do that one change ends.
async fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    loop {
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let waits = head.windows(6).any(|six| six == b"index=");
        head.clear();
        tokio::time::sleep(Duration::from_millis(if waits { 40 } else { 2 })).await;
        let answer = "HTTP/1.1 200 OK\r\nX-Consul-Index: 8\r\nContent-Length: 2\r\n\r\n[]";
        stream.write_all(answer.as_bytes()).await?;
    }
}

async fn wait(client: &Client) {
    let _kept = client.reserve(1).expect("as many as may wait");
    let query = Query {
        index: Some(7),
        wait_seconds: Some(55),
        ..Query::default()
    };
    for _ in 0..10 {
        client.kv().get("k", &query).await.unwrap();
    }
}

async fn read(client: &Client, beside: bool) {
    let query = Query {
        beside,
        ..Query::default()
    };
    for _ in 0..10 {
        client.kv().get("k", &query).await.unwrap();
    }
}

/// The most connections that were open while 64 waited for changes and 236 read, all at once.
async fn most_at_once() -> usize {
    let (client, open) = keeping_agent().await;
    let waits = join_all((0..64).map(|_| wait(&client)));
    let reads = join_all((0..236).map(|number| read(&client, number % 2 == 0)));
    tokio::join!(waits, reads);
    open.most.load(Ordering::SeqCst)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_has_less_than_a_hundred_of_our_connections() {
    // a machine that is busy with other things can stop a thread in the midst of it
    let mut all = Vec::new();
    for _ in 0..5 {
        let most = most_at_once().await;
        assert!(most >= 64, "all wait at once: {most}");
        if most < CONNECTIONS_MAX {
            return;
        }
        all.push(most);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("{all:?}");
}
