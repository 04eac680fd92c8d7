//! Stands between waggle and an agent, and counts what passes: the queries that the agent sees,
//! and the bytes of its answers.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::command::Outcome;

/// A proxy that counts; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    seen: Arc<Seen>,
    listening: Option<JoinHandle<()>>,
}

/// What passed.
#[derive(Debug, Default)]
struct Seen {
    ended: AtomicBool,
    answered: AtomicU64,
    queries: Mutex<BTreeMap<String, usize>>,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Listens on `address` and passes everything on to `agent`.
    pub(crate) fn start(address: &str, agent: &str) -> Outcome<Self> {
        let listener = TcpListener::bind(address).map_err(|error| format!("{address}: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let seen = Arc::new(Seen::default());
        let (agent, shared) = (agent.to_owned(), Arc::clone(&seen));
        let listening = thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.ended.load(Ordering::Relaxed) {
                    return;
                }
                // an agent that is not there is what waggle sees as one that hangs up
                let _ = stream.and_then(|stream| pass_on(stream, &agent, &shared));
            }
        });
        Ok(Self {
            address,
            seen,
            listening: Some(listening),
        })
    }

    /// Where it listens, without the scheme.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The queries so far, by path.
    pub(crate) fn queries(&self) -> BTreeMap<String, usize> {
        lock(&self.seen.queries).clone()
    }

    /// The bytes of all answers so far.
    pub(crate) fn answered(&self) -> u64 {
        self.seen.answered.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.seen.ended.store(true, Ordering::Relaxed);
        for stream in lock(&self.seen.open).iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // the listener looks at `ended` when somebody comes
        let _ = TcpStream::connect(self.address);
        // the next one listens at the same place
        let _ = self.listening.take().map(JoinHandle::join);
    }
}

/// A thread that panicked has counted up to there.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pass_on(waggle: TcpStream, agent: &str, seen: &Arc<Seen>) -> std::io::Result<()> {
    let agent = TcpStream::connect(agent)?;
    for stream in [&waggle, &agent] {
        stream.set_nodelay(true)?;
        lock(&seen.open).push(stream.try_clone()?);
    }
    let (mut asked, mut passed_on) = (waggle.try_clone()?, agent.try_clone()?);
    let counted = Arc::clone(seen);
    thread::spawn(move || {
        let mut heads = Heads::default();
        copy(&mut asked, &mut passed_on, |bytes| {
            for path in heads.read(bytes) {
                *lock(&counted.queries).entry(path).or_insert(0) += 1;
            }
        });
    });
    let (mut answers, mut waggle, counted) = (agent, waggle, Arc::clone(seen));
    thread::spawn(move || {
        copy(&mut answers, &mut waggle, |bytes| {
            let length = bytes.len() as u64;
            counted.answered.fetch_add(length, Ordering::Relaxed);
        });
    });
    Ok(())
}

/// Copies to the end of either side, then ends both.
fn copy(from: &mut TcpStream, to: &mut TcpStream, mut note: impl FnMut(&[u8])) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length) = from.read(&mut buffer) {
        note(&buffer[..length]);
        if length == 0 || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Finds the requests in what one connection sends. Those of a watch have no body; the bodies of
/// writes, which are skipped, have a length.
#[derive(Debug, Default)]
struct Heads {
    head: Vec<u8>,
    body_left: usize,
}

impl Heads {
    /// The paths of the requests that are whole now, without what follows the `?`.
    fn read(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut paths = Vec::new();
        for byte in bytes {
            if self.body_left > 0 {
                self.body_left -= 1;
                continue;
            }
            self.head.push(*byte);
            if self.head.ends_with(b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.head).into_owned();
                self.head.clear();
                self.body_left = body_length(&head);
                paths.extend(query_of(&head));
            }
        }
        paths
    }
}

fn body_length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}

fn query_of(head: &str) -> Option<String> {
    let mut words = head.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    Some(format!("{method} {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::connection::Connection;
    use std::time::Duration;

    #[test]
    fn requests_are_found_however_they_are_cut() {
        let sent = b"GET /v1/a?index=1 HTTP/1.1\r\nHost: x\r\n\r\nPUT /v1/txn HTTP/1.1\r\n\
            content-length: 8\r\n\r\n\r\n\r\nGETxGET /v1/b HTTP/1.1\r\n\r\n";
        for size in [1, 7, sent.len()] {
            let mut heads = Heads::default();
            let found: Vec<_> = sent
                .chunks(size)
                .flat_map(|part| heads.read(part))
                .collect();
            assert_eq!(found, ["GET /v1/a", "PUT /v1/txn", "GET /v1/b"], "{size}");
        }
    }

    #[test]
    fn what_passes_is_counted_and_unchanged() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let agent = listener.local_addr().unwrap().to_string();
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut heads = Heads::default();
            let mut buffer = [0; 512];
            let mut answered = 0;
            while answered < 2 {
                let length = stream.read(&mut buffer).unwrap();
                for _ in heads.read(&buffer[..length]) {
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                    stream.write_all(answer).unwrap();
                    answered += 1;
                }
            }
        });
        let proxy = Proxy::start("127.0.0.1:0", &agent).unwrap();
        let mut connection = Connection::open(&proxy.authority(), Duration::from_secs(5)).unwrap();
        assert_eq!(connection.get("/v1/a?x=1").unwrap(), b"ok");
        assert_eq!(connection.get("/v1/a?x=2").unwrap(), b"ok");
        served.join().unwrap();
        assert_eq!(
            proxy.queries(),
            BTreeMap::from([("GET /v1/a".to_owned(), 2)])
        );
        assert_eq!(proxy.answered(), 80);
    }
}
