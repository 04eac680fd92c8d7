//! A small load generator: a few connections that stay, each asking again as soon as it was
//! answered, for a bounded time, on loopback alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::bench::connection::Connection;
use crate::bench::figures::Samples;
use crate::command::Outcome;

const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    /// Whom, without the scheme.
    pub(crate) authority: &'a str,
    /// The paths, asked in turn.
    pub(crate) paths: &'a [String],
    /// Headers of each request.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// How many ask at once.
    pub(crate) connections: usize,
    /// For how long.
    pub(crate) time: Duration,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Milliseconds of each request.
    pub(crate) ms: Samples,
    /// Requests a second, all connections together.
    pub(crate) per_second: f64,
    /// Bytes of a body on average.
    pub(crate) bytes: f64,
}

impl Load<'_> {
    /// Asks for the whole time; any answer but 200 or 304 is an error.
    pub(crate) fn run(&self, stop: &AtomicBool) -> Outcome<Answered> {
        let started = Instant::now();
        let end = started + self.time;
        let parts: Vec<Outcome<(Vec<f64>, usize)>> = thread::scope(|scope| {
            let askers: Vec<_> = (0..self.connections)
                .map(|number| scope.spawn(move || self.ask(number, end, stop)))
                .collect();
            let joined = askers.into_iter().map(|asker| {
                let outcome = asker.join();
                outcome.map_err(|_| "an asker panicked".to_owned())?
            });
            joined.collect()
        });
        let seconds = started.elapsed().as_secs_f64();
        let (mut ms, mut bytes) = (Vec::new(), 0);
        for part in parts {
            let (times, length) = part?;
            ms.extend(times);
            bytes += length;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
        let (count, bytes) = (ms.len() as f64, bytes as f64);
        Ok(Answered {
            ms: Samples::of(ms).ok_or("nothing was answered in time")?,
            per_second: count / seconds,
            bytes: bytes / count,
        })
    }

    fn ask(&self, number: usize, end: Instant, stop: &AtomicBool) -> Outcome<(Vec<f64>, usize)> {
        let mut connection = Connection::open(self.authority, PATIENCE)?;
        let (mut times, mut bytes) = (Vec::new(), 0);
        // each connection begins elsewhere, so that they do not ask for the same at once
        let from = number * self.paths.len() / self.connections;
        for path in self.paths.iter().cycle().skip(from) {
            let started = Instant::now();
            if started >= end || stop.load(Ordering::Relaxed) {
                break;
            }
            let answer = connection.exchange("GET", path, self.headers, "")?;
            times.push(started.elapsed().as_secs_f64() * 1000.0);
            bytes += answer.body.len();
            if !matches!(answer.head.status, 200 | 304) {
                return Err(format!("{path}: {}", answer.head.status));
            }
        }
        Ok((times, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    #[test]
    fn what_is_refused_is_an_error_and_the_rest_is_counted() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
                    let status = if line.contains("/bad") {
                        "503 Busy"
                    } else {
                        "200 OK"
                    };
                    if line.starts_with("GET") {
                        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok");
                        let _ = stream.write_all(answer.as_bytes());
                    }
                    line.clear();
                }
            }
        });
        let load = |path: &str| {
            Load {
                authority: &authority,
                paths: &[path.to_owned()],
                headers: &[],
                connections: 1,
                time: Duration::from_millis(30),
            }
            .run(&AtomicBool::new(false))
        };
        let answered = load("/good").unwrap();
        assert!(answered.per_second > 0.0);
        assert!((answered.bytes - 2.0).abs() < f64::EPSILON);
        assert!(load("/bad").unwrap_err().contains("503"));
    }
}
