//! The least of HTTP that talks to an agent on loopback: one request, one connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::command::Outcome;

/// An answer: its status and its body as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status, such as 200.
    pub(crate) status: u16,
    /// The body, as far as it is UTF-8.
    pub(crate) body: String,
}

/// Sends one request to `authority` (`127.0.0.1:8500`) and reads the answer to its end.
pub(crate) fn request(
    method: &str,
    authority: &str,
    path: &str,
    body: Option<&str>,
) -> Outcome<Answer> {
    let failed = |error: std::io::Error| format!("{method} http://{authority}{path}: {error}");
    let mut stream = TcpStream::connect(authority).map_err(failed)?;
    let limit = Some(Duration::from_secs(10));
    stream.set_read_timeout(limit).map_err(failed)?;
    stream.set_write_timeout(limit).map_err(failed)?;
    let body = body.unwrap_or_default();
    let length = body.len();
    // HTTP/1.0: the body is neither chunked nor is the connection kept
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: {authority}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).map_err(failed)?;
    stream.write_all(body.as_bytes()).map_err(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed)?;
    parse(&String::from_utf8_lossy(&answer))
        .ok_or_else(|| format!("{method} http://{authority}{path}: not an HTTP answer"))
}

/// Sends one request, and takes any status but 200 as an error.
pub(crate) fn call(
    method: &str,
    authority: &str,
    path: &str,
    body: Option<&str>,
) -> Outcome<String> {
    let answer = request(method, authority, path, body)?;
    if answer.status == 200 {
        Ok(answer.body)
    } else {
        Err(format!(
            "{method} http://{authority}{path}: {} {}",
            answer.status,
            answer.body.trim()
        ))
    }
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = parse("HTTP/1.0 404 Not Found\r\nA: b\r\n\r\nno\r\n\r\nbody").unwrap();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.body, "no\r\n\r\nbody");
        assert_eq!(parse("SSH-2.0"), None);
    }
}
