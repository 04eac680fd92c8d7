//! HTTP/1.1 over one connection that stays: what filling, load and streams are made with.
//! It talks to what we started on loopback, and to nobody else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::command::Outcome;

/// The most that is read of a body; the largest answer of an agent is 36 MB.
const BODY_MAX: usize = 128 << 20;

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    reader: BufReader<TcpStream>,
    authority: String,
}

/// What follows an answer's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// So many bytes.
    Length(usize),
    /// Chunks, each with its length before it.
    Chunks,
}

/// The head of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Such as 200.
    pub(crate) status: u16,
    /// What follows.
    pub(crate) body: Body,
    /// The version of what was asked for.
    pub(crate) etag: Option<String>,
}

/// An answer as a whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its head.
    pub(crate) head: Head,
    /// Its body as it was sent.
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// Connects; no read waits longer than `patience`.
    pub(crate) fn open(authority: &str, patience: Duration) -> Outcome<Self> {
        let failed = |error: std::io::Error| format!("{authority}: {error}");
        let stream = TcpStream::connect(authority).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        stream.set_read_timeout(Some(patience)).map_err(failed)?;
        stream.set_write_timeout(Some(patience)).map_err(failed)?;
        Ok(Self {
            reader: BufReader::with_capacity(64 << 10, stream),
            authority: authority.to_owned(),
        })
    }

    /// Something that ends the connection from another thread.
    pub(crate) fn ender(&self) -> Outcome<Ender> {
        let stream = self.reader.get_ref().try_clone();
        stream.map(Ender).map_err(|error| self.failed(&error))
    }

    /// One request and its whole answer.
    pub(crate) fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Outcome<Answer> {
        self.send(method, path, headers, body)?;
        let head = self.head()?;
        let mut whole = Vec::new();
        match head.body {
            Body::Empty => {}
            Body::Length(length) => self.read_exactly(&mut whole, length)?,
            Body::Chunks => while self.chunk(&mut whole)? {},
        }
        Ok(Answer { head, body: whole })
    }

    /// A `GET` whose answer is 200.
    pub(crate) fn get(&mut self, path: &str) -> Outcome<Vec<u8>> {
        self.successful("GET", path, "")
    }

    /// A `PUT` whose answer is 200.
    pub(crate) fn put(&mut self, path: &str, body: &str) -> Outcome<Vec<u8>> {
        self.successful("PUT", path, body)
    }

    fn successful(&mut self, method: &str, path: &str, body: &str) -> Outcome<Vec<u8>> {
        let answer = self.exchange(method, path, &[], body)?;
        if answer.head.status == 200 {
            return Ok(answer.body);
        }
        let said: String = String::from_utf8_lossy(&answer.body)
            .chars()
            .take(300)
            .collect();
        let (authority, status) = (&self.authority, answer.head.status);
        Err(format!(
            "{method} http://{authority}{path}: {status} {said}"
        ))
    }

    /// Sends one request.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Outcome<()> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.authority);
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        if method != "GET" {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        text += "\r\n";
        text += body;
        let sent = self.reader.get_mut().write_all(text.as_bytes());
        sent.map_err(|error| self.failed(&error))
    }

    /// Reads the head of an answer.
    pub(crate) fn head(&mut self) -> Outcome<Head> {
        let mut text = String::new();
        loop {
            let before = text.len();
            self.line(&mut text)?;
            if text[before..].trim_end().is_empty() {
                break;
            }
        }
        parse_head(&text).ok_or_else(|| format!("{}: not an HTTP answer", self.authority))
    }

    /// Reads one chunk onto the end of `to`; false at the last one.
    pub(crate) fn chunk(&mut self, to: &mut Vec<u8>) -> Outcome<bool> {
        let mut line = String::new();
        self.line(&mut line)?;
        let length = usize::from_str_radix(line.trim_end(), 16)
            .map_err(|_| format!("{}: a chunk without a length", self.authority))?;
        self.read_exactly(to, length)?;
        self.line(&mut String::new())?;
        Ok(length > 0)
    }

    fn line(&mut self, to: &mut String) -> Outcome<()> {
        match self.reader.read_line(to) {
            Ok(0) => Err(format!("{}: the connection ended", self.authority)),
            Ok(_) => Ok(()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn read_exactly(&mut self, to: &mut Vec<u8>, length: usize) -> Outcome<()> {
        if to.len() + length > BODY_MAX {
            return Err(format!("{}: more than {BODY_MAX} bytes", self.authority));
        }
        let from = to.len();
        to.resize(from + length, 0);
        let read = self.reader.read_exact(&mut to[from..]);
        read.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &std::io::Error) -> String {
        format!("{}: {error}", self.authority)
    }
}

/// Ends a connection from another thread.
#[derive(Debug)]
pub(crate) struct Ender(TcpStream);

impl Ender {
    /// Ends it: who waits for it is told.
    pub(crate) fn end(&self) {
        // it may have ended by itself
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

fn parse_head(text: &str) -> Option<Head> {
    let mut lines = text.lines();
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let (mut length, mut chunked, mut etag) = (None, false, None);
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.parse().ok()?),
            "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
            "etag" => etag = Some(value.to_owned()),
            _ => {}
        }
    }
    let body = match length {
        _ if matches!(status, 100..200 | 204 | 304) => Body::Empty,
        _ if chunked => Body::Chunks,
        Some(length) => Body::Length(length),
        None => Body::Empty,
    };
    Some(Head { status, body, etag })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn the_head_says_what_follows() {
        let head = parse_head("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nETag: W/\"a\"\r\n\r\n");
        let head = head.unwrap();
        assert_eq!((head.status, head.body), (200, Body::Length(7)));
        assert_eq!(head.etag.as_deref(), Some("W/\"a\""));
        let head = parse_head("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        assert_eq!(head.body, Body::Chunks);
        let head = parse_head("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n").unwrap();
        assert_eq!(head.body, Body::Empty);
        assert!(parse_head("nonsense").is_none());
    }

    #[test]
    fn chunks_are_put_together_and_the_connection_stays() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut heads = 0;
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while heads < 2 {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line == "\r\n" {
                    heads += 1;
                    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                    stream.write_all(head).unwrap();
                    stream
                        .write_all(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                        .unwrap();
                }
            }
        });
        let mut connection = Connection::open(&authority, Duration::from_secs(5)).unwrap();
        assert_eq!(connection.get("/").unwrap(), b"abcde");
        assert_eq!(connection.get("/again").unwrap(), b"abcde");
        served.join().unwrap();
    }
}
