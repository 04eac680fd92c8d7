//! Readers of waggle's live stream, as many as are wanted: each says when it was told what.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::bench::connection::{Connection, Ender};
use crate::command::Outcome;

/// Heartbeats come every 4 s: silence for this long is an end.
const PATIENCE: Duration = Duration::from_secs(20);
/// A thread a reader: a stack of the usual size would be 2 MB each.
const STACK: usize = 256 << 10;

/// What one reader was told.
#[derive(Debug)]
pub(crate) struct Told {
    /// Which reader.
    pub(crate) reader: usize,
    /// When.
    pub(crate) at: Instant,
    /// The topics with their versions; none: its stream ended, or was never opened.
    pub(crate) versions: Result<Map<String, Value>, String>,
}

/// What readers do beside reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Habit {
    /// Asks for this again whenever it was told something, as a page does.
    pub(crate) refetch: Option<String>,
    /// Opens the stream and never reads what comes.
    pub(crate) is_deaf: bool,
}

/// Open streams; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Streams {
    told: Receiver<Told>,
    enders: Vec<Ender>,
    threads: Vec<JoinHandle<()>>,
    deaf: Vec<Connection>,
    count: usize,
}

impl Streams {
    /// Opens `count` streams of some topics.
    pub(crate) fn open(
        authority: &str,
        topics: &[String],
        count: usize,
        habit: &Habit,
    ) -> Outcome<Self> {
        let (sender, told) = channel();
        let mut streams = Self {
            told,
            enders: Vec::new(),
            threads: Vec::new(),
            deaf: Vec::new(),
            count,
        };
        let path = path_of(topics);
        for reader in 0..count {
            let mut connection = Connection::open(authority, PATIENCE)?;
            connection.send("GET", &path, &[("Accept", "text/event-stream")], "")?;
            if habit.is_deaf {
                streams.deaf.push(connection);
                continue;
            }
            streams.enders.push(connection.ender()?);
            let second = match &habit.refetch {
                Some(path) => Some((Connection::open(authority, PATIENCE)?, path.clone())),
                None => None,
            };
            let sender = sender.clone();
            let thread = thread::Builder::new()
                .stack_size(STACK)
                .spawn(move || follow(reader, connection, second, &sender))
                .map_err(|error| error.to_string())?;
            streams.threads.push(thread);
        }
        Ok(streams)
    }

    /// Waits until every reader was told of `topic`; gives when the last one was.
    pub(crate) fn all_told(&self, topic: &str, limit: Duration) -> Outcome<Instant> {
        let end = Instant::now() + limit;
        let mut waiting = vec![true; self.count];
        let mut left = self.count - self.deaf.len();
        let mut last = Instant::now();
        while left > 0 {
            let told = match self
                .told
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(told) => told,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("{left} of {} streams were not told", self.count));
                }
                Err(RecvTimeoutError::Disconnected) => return Err("no stream is left".to_owned()),
            };
            let versions = told.versions?;
            if versions.contains_key(topic) && std::mem::take(&mut waiting[told.reader]) {
                left -= 1;
                last = told.at;
            }
        }
        Ok(last)
    }

    /// Waits until every reader was told of all these topics for the first time.
    pub(crate) fn all_begun(&self, topics: &[String], limit: Duration) -> Outcome<Instant> {
        let end = Instant::now() + limit;
        let mut known = vec![Vec::new(); self.count];
        let mut left = self.count - self.deaf.len();
        let mut last = Instant::now();
        while left > 0 {
            let wait = end.saturating_duration_since(Instant::now());
            let told = self
                .told
                .recv_timeout(wait)
                .map_err(|_| format!("{left} of {} streams did not begin", self.count))?;
            let topics_known = &mut known[told.reader];
            let was_whole = topics_known.len() == topics.len();
            for topic in told.versions?.keys() {
                if topics.contains(topic) && !topics_known.contains(topic) {
                    topics_known.push(topic.clone());
                }
            }
            if !was_whole && topics_known.len() == topics.len() {
                left -= 1;
                last = told.at;
            }
        }
        Ok(last)
    }

    /// Forgets what was told so far; fails where a stream has ended.
    pub(crate) fn drain(&self) -> Outcome<()> {
        self.told
            .try_iter()
            .try_for_each(|told| told.versions.map(|_| ()))
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        for ender in &self.enders {
            ender.end();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// The address of a stream of these topics.
pub(crate) fn path_of(topics: &[String]) -> String {
    let query: Vec<_> = topics
        .iter()
        .map(|topic| format!("topic={}", topic.replace('%', "%25").replace('@', "%40")))
        .collect();
    format!("/api/live?{}", query.join("&"))
}

fn follow(
    reader: usize,
    connection: Connection,
    mut second: Option<(Connection, String)>,
    sender: &Sender<Told>,
) {
    let mut etag: Option<String> = None;
    let mut note = |versions: Result<Map<String, Value>, String>| {
        let at = Instant::now();
        let was_told = versions.is_ok();
        let heard = sender
            .send(Told {
                reader,
                at,
                versions,
            })
            .is_ok();
        if let (true, Some((connection, path))) = (was_told, &mut second) {
            let known: Vec<_> = etag
                .iter()
                .map(|one| ("If-None-Match", one.as_str()))
                .collect();
            if let Ok(answer) = connection.exchange("GET", path, &known, "") {
                etag = answer.head.etag.or(etag.take());
            }
        }
        heard
    };
    if let Err(error) = read_events(connection, &mut |versions| note(Ok(versions))) {
        note(Err(error));
    }
}

/// Reads until the stream ends, which is always an error, or `note` says that nobody listens.
fn read_events(
    mut connection: Connection,
    note: &mut dyn FnMut(Map<String, Value>) -> bool,
) -> Outcome<()> {
    let head = connection.head()?;
    if head.status != 200 {
        return Err(format!("the stream was answered with {}", head.status));
    }
    let mut events = Events::default();
    loop {
        let mut bytes = Vec::new();
        if !connection.chunk(&mut bytes)? {
            return Err("the stream ended".to_owned());
        }
        for versions in events.read(&bytes) {
            if !note(versions) {
                return Ok(());
            }
        }
    }
}

/// Finds the versions in what a stream sends.
#[derive(Debug, Default)]
struct Events {
    line: Vec<u8>,
    name: String,
}

impl Events {
    fn read(&mut self, bytes: &[u8]) -> Vec<Map<String, Value>> {
        let mut found = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = String::from_utf8_lossy(&self.line).trim_end().to_owned();
            self.line.clear();
            match line.split_once(':') {
                Some(("event", name)) => name.trim().clone_into(&mut self.name),
                Some(("data", data)) if self.name == "versions" => {
                    if let Ok(Value::Object(versions)) = serde_json::from_str(data.trim()) {
                        found.push(versions);
                    }
                }
                _ if line.is_empty() => self.name.clear(),
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn versions_are_found_between_heartbeats() {
        let sent = b"retry: 1\n\nevent: versions\ndata: {\"services@dc1\":\"a1\"}\n\n\
            event: heartbeat\ndata: {}\n\n: silence\n\nevent:versions\r\ndata:{\"nodes@dc1\":\"b\"}\r\n\r\n";
        for size in [1, 5, sent.len()] {
            let mut events = Events::default();
            let found: Vec<_> = sent
                .chunks(size)
                .flat_map(|part| events.read(part))
                .collect();
            assert_eq!(found.len(), 2, "{size}");
            assert_eq!(found[0]["services@dc1"], "a1");
            assert_eq!(found[1]["nodes@dc1"], "b");
        }
    }

    #[test]
    fn topics_stand_in_the_address() {
        let topics = ["services@dc1".to_owned(), "kv:bench/flat/@dc1".to_owned()];
        assert_eq!(
            path_of(&topics),
            "/api/live?topic=services%40dc1&topic=kv:bench/flat/%40dc1"
        );
    }

    /// Streams that say `first` at once and `second` when they are asked for at `/go`.
    fn serve(listener: TcpListener) {
        let mut open: Vec<TcpStream> = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut line).unwrap();
            let event = |stream: &mut TcpStream, version: &str| {
                let text = format!("event: versions\ndata: {{\"a@dc1\":\"{version}\"}}\n\n");
                let _ = write!(stream, "{:x}\r\n{text}\r\n", text.len());
            };
            if line.starts_with("GET /go") {
                for stream in &mut open {
                    event(stream, "second");
                }
                continue;
            }
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            write!(stream, "{head}").unwrap();
            event(&mut stream, "first");
            open.push(stream);
        }
    }

    #[test]
    fn all_are_told_or_it_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        thread::spawn(move || serve(listener));
        let (soon, topics) = (Duration::from_secs(5), ["a@dc1".to_owned()]);
        let streams = Streams::open(&authority, &topics, 3, &Habit::default()).unwrap();
        streams.all_begun(&topics, soon).unwrap();
        streams.drain().unwrap();
        let error = streams.all_told("a@dc1", Duration::from_millis(50));
        assert_eq!(error.unwrap_err(), "3 of 3 streams were not told");
        let mut other = Connection::open(&authority, soon).unwrap();
        let sent = Instant::now();
        other.send("GET", "/go", &[], "").unwrap();
        assert!(streams.all_told("a@dc1", soon).unwrap() >= sent);
        streams
            .all_told("b@dc1", Duration::from_millis(50))
            .unwrap_err();
    }
}
