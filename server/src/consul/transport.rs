//! Sends a request, reads its answer under a cap and within its deadlines.

use std::{marker::PhantomData, time::Duration};

use bytes::Bytes;
use reqwest::{
    Method, Response, Url,
    header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST},
};
use serde::{
    Serialize,
    de::{DeserializeOwned, DeserializeSeed},
};
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    Answer, Client, Error, Meta, Phase, Query,
    answer::{Fault, Text, refusal},
    query::Parameters,
    traffic::{Turn, Underway},
};

/// How much of an agent's error is read.
const ERROR_MAX_BYTES: usize = 4 * 1024;

/// From this size on, an answer is not read on a thread that others wait for.
const LARGE_BYTES: usize = 128 * 1024;

/// Does what takes a while on a thread of its own.
///
/// # Panics
/// As `work` does.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn seconds(within: Duration) -> u64 {
    within.as_secs_f64().ceil() as u64
}

/// One request, all of it typed.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// From `/v1/`, escaped.
    pub(crate) path: String,
    pub(crate) parameters: Parameters,
    pub(crate) body: Option<Body>,
    /// How long the agent may hold the answer back.
    pub(crate) held_seconds: u32,
    /// How often the usual time that an answer may take is doubled.
    pub(crate) patience: u32,
    /// Nobody waits for it.
    pub(crate) beside: bool,
    /// How large the answer may be; none for what holds for all.
    pub(crate) limit_bytes: Option<usize>,
    /// The agent must not spend time on packing the answer.
    pub(crate) uncompressed: bool,
}

pub(crate) enum Body {
    Json(Vec<u8>),
    Bytes(Vec<u8>),
}

/// An answer that was read whole.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) meta: Meta,
    pub(crate) body: Vec<u8>,
}

/// An answer of which the head was read.
pub(super) struct Opened<'a> {
    pub(super) status: u16,
    pub(super) meta: Meta,
    pub(super) chunks: Chunks,
    /// Held until the body is read.
    _underway: Underway<'a>,
}

/// A body as it arrives, within its deadlines.
pub(super) struct Chunks {
    response: Response,
    whole_until: Instant,
}

impl Chunks {
    /// The next piece, decompressed; none at the end.
    pub(super) async fn next(&mut self, client: &Client) -> Result<Option<Bytes>, Error> {
        let inner = &*client.inner;
        let until = self.whole_until.min(Instant::now() + inner.read_timeout);
        let chunk = timeout_at(until, self.response.chunk()).await;
        let chunk = chunk.map_err(|_| {
            let within = if until == self.whole_until {
                inner.body_timeout
            } else {
                inner.read_timeout
            };
            client.timed_out(Phase::Body, within)
        })?;
        chunk.map_err(|error| client.failed(&error, Phase::Body))
    }
}

impl Call {
    pub(crate) fn get(path: impl Into<String>, query: &Query) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            parameters: Parameters::read(query),
            body: None,
            held_seconds: query.held_seconds(),
            patience: query.patience,
            beside: query.beside,
            limit_bytes: None,
            uncompressed: false,
        }
    }

    pub(crate) fn write(method: Method, path: impl Into<String>, query: &Query) -> Self {
        Self {
            method,
            path: path.into(),
            parameters: Parameters::write(query),
            body: None,
            held_seconds: 0,
            patience: 0,
            beside: false,
            limit_bytes: None,
            uncompressed: false,
        }
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        let text = serde_json::to_vec(body).expect("our own types are always JSON");
        self.body = Some(Body::Json(text));
        self
    }

    pub(crate) fn bytes(mut self, body: &[u8]) -> Self {
        self.body = Some(Body::Bytes(body.to_vec()));
        self
    }
}

impl Client {
    /// Sends `call`; its answer if the status is a success or in `accepted`.
    pub(crate) async fn send(&self, call: Call, accepted: &[u16]) -> Result<Reply, Error> {
        let outcome = self.send_one(call, accepted).await;
        if let Err(error) = &outcome {
            self.inner.traffic.failed(error);
        }
        outcome
    }

    async fn send_one(&self, call: Call, accepted: &[u16]) -> Result<Reply, Error> {
        let limit_bytes = self.limit_bytes(call.limit_bytes);
        let Opened {
            status,
            mut meta,
            chunks,
            _underway,
        } = self.open_one(call, accepted).await?;
        let (body, whole) = self.read(chunks, limit_bytes).await?;
        if !whole {
            return Err(Error::AnswerTooLarge {
                agent: self.address(),
                limit_bytes,
            });
        }
        meta.body_bytes = body.len();
        Ok(Reply { status, meta, body })
    }

    /// Sends `call`; its answer, of which only the head was read, if the status is a success or in
    /// `accepted`.
    pub(super) async fn open(&self, call: Call, accepted: &[u16]) -> Result<Opened<'_>, Error> {
        let outcome = self.open_one(call, accepted).await;
        if let Err(error) = &outcome {
            self.inner.traffic.failed(error);
        }
        outcome
    }

    async fn open_one(&self, call: Call, accepted: &[u16]) -> Result<Opened<'_>, Error> {
        let inner = &*self.inner;
        let held = Duration::from_secs(u64::from(call.held_seconds));
        // Consul adds up to a sixteenth of the wait
        let head_within = (inner.read_timeout + held + held / 16) * 2_u32.pow(call.patience);
        let turn = match (call.held_seconds, call.beside) {
            (0, false) => Turn::First,
            (0, true) => Turn::Beside,
            _ => Turn::Kept,
        };
        let path = call.path.clone();
        let request = self.request(call)?;
        let underway = self.turn(&path, turn, head_within).await?;
        // from here on it is the agent that takes its time
        let response = timeout(head_within, request.send()).await;
        let response = response.map_err(|_| self.timed_out(Phase::Answer, head_within))?;
        let response = response.map_err(|error| self.failed(&error, Phase::Connect))?;
        let status = response.status().as_u16();
        if response.status().is_redirection() {
            return Err(Error::Redirect {
                agent: self.address(),
                status,
            });
        }
        let meta = Meta::read(response.headers());
        let is_good = response.status().is_success() || accepted.contains(&status);
        let chunks = Chunks {
            whole_until: Instant::now() + inner.body_timeout,
            response,
        };
        if !is_good {
            let (body, whole) = self.read(chunks, ERROR_MAX_BYTES).await?;
            return Err(refusal(self.address(), status, self.text(&body, whole)));
        }
        Ok(Opened {
            status,
            meta,
            chunks,
            _underway: underway,
        })
    }

    /// Waits for a connection that may be used: our own queue, of which the agent knows nothing.
    async fn turn(&self, path: &str, turn: Turn, within: Duration) -> Result<Underway<'_>, Error> {
        let begin = self.inner.traffic.begin(path, turn);
        if turn == Turn::Beside {
            // each that is before it ends in time
            return Ok(begin.await);
        }
        timeout(within, begin).await.map_err(|_| Error::Crowded {
            agent: self.address(),
            seconds: seconds(within),
        })
    }

    /// How large an answer may be where a call says so much.
    pub(super) fn limit_bytes(&self, of_call: Option<usize>) -> usize {
        of_call.unwrap_or(self.inner.body_max_bytes)
    }

    /// Sends `call` and reads its answer as JSON.
    pub(crate) async fn json<T>(&self, call: Call) -> Result<Answer<T>, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let reply = self.send(call, &[]).await?;
        let meta = reply.meta.clone();
        let value = self.read_aside(reply, Self::parse).await?;
        Ok(Answer { value, meta })
    }

    /// Makes a value of a whole answer, a large one on a thread that may take its time.
    pub(crate) async fn read_aside<T>(
        &self,
        reply: Reply,
        read: impl FnOnce(&Self, &[u8]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
    {
        if reply.body.len() < LARGE_BYTES {
            return read(self, &reply.body);
        }
        let client = self.clone();
        aside(move || read(&client, &reply.body)).await
    }

    /// Sends `call` and forgets what a success says.
    pub(crate) async fn done(&self, call: Call) -> Result<(), Error> {
        self.send(call, &[]).await.map(drop)
    }

    /// Reads a whole body as JSON of Consul's.
    pub(crate) fn parse<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Error> {
        self.parse_with(PhantomData, body)
    }

    /// The same, with a `seed` that says what becomes of it.
    pub(crate) fn parse_with<'de, S: DeserializeSeed<'de>>(
        &self,
        seed: S,
        body: &'de [u8],
    ) -> Result<S::Value, Error> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        let value = seed.deserialize(&mut reader);
        let value = value.and_then(|value| reader.end().map(|()| value));
        value.map_err(|error| {
            let start = body.trim_ascii_start();
            let reason = if start.is_empty() {
                "an empty body".to_owned()
            } else if start.starts_with(b"<") {
                "HTML or XML instead of JSON".to_owned()
            } else if error.is_data() {
                // serde may quote the value it did not expect
                format!(
                    "JSON of another shape, line {} column {}",
                    error.line(),
                    error.column()
                )
            } else {
                format!("no JSON at line {} column {}", error.line(), error.column())
            };
            self.not_consul(reason)
        })
    }

    /// What an agent said, cleaned.
    pub(crate) fn text(&self, body: &[u8], whole: bool) -> Text {
        let secrets = [
            self.inner.token.as_ref().map(|(token, _)| token.expose()),
            self.inner
                .basic_auth
                .as_ref()
                .map(|(_, password)| password.expose()),
        ];
        Text::clean(body, whole, secrets.into_iter().flatten())
    }

    pub(crate) fn not_consul(&self, reason: impl Into<String>) -> Error {
        Error::NotConsul {
            agent: self.address(),
            reason: reason.into(),
        }
    }

    fn request(&self, call: Call) -> Result<reqwest::RequestBuilder, Error> {
        let inner = &*self.inner;
        let address = format!("{}{}{}", inner.base, call.path, call.parameters.as_str());
        let url = Url::parse(&address)
            .ok()
            // whatever a URL parser would tidy up would reach another key
            .filter(|url| url.as_str() == address)
            .ok_or_else(|| Error::Refused {
                agent: self.address(),
                text: "no address can carry this name".to_owned(),
            })?;
        let mut request = inner.http.request(call.method, url);
        if let Some((_, token)) = &inner.token {
            request = request.header("x-consul-token", token.clone());
        }
        if call.uncompressed {
            request = request.header(ACCEPT_ENCODING, "identity");
        }
        if let Some(host) = &inner.host {
            request = request.header(HOST, host.clone());
        }
        if let Some((user, password)) = &inner.basic_auth {
            request = request.basic_auth(user, Some(password.expose()));
        }
        Ok(match call.body {
            Some(Body::Json(text)) => request.header(CONTENT_TYPE, "application/json").body(text),
            Some(Body::Bytes(bytes)) => request.body(bytes),
            None => request,
        })
    }

    /// At most `limit_bytes` of a body, decompressed, and whether that is all of it.
    async fn read(&self, mut chunks: Chunks, limit_bytes: usize) -> Result<(Vec<u8>, bool), Error> {
        let mut body = Vec::new();
        while let Some(chunk) = chunks.next(self).await? {
            if body.len() + chunk.len() > limit_bytes {
                body.extend_from_slice(&chunk[..limit_bytes - body.len()]);
                return Ok((body, false));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body, true))
    }

    fn timed_out(&self, phase: Phase, within: Duration) -> Error {
        Error::TimedOut {
            agent: self.address(),
            phase,
            seconds: seconds(within),
        }
    }

    fn failed(&self, error: &reqwest::Error, phase: Phase) -> Error {
        match Fault::of(error) {
            Fault::TimedOut => self.timed_out(phase, self.inner.connect_timeout),
            Fault::Tls(reason) => Error::Tls {
                agent: self.address(),
                reason,
            },
            Fault::Unreachable(reason) => Error::Unreachable {
                agent: self.address(),
                reason,
            },
            Fault::NotConsul(reason) => self.not_consul(reason),
        }
    }
}
