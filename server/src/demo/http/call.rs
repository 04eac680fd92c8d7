//! A request taken apart.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use bytes::Bytes;
use http::{Method, header};
use http_body_util::BodyExt as _;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::filter::Filter;
use super::reply::{self, Outcome, Refusal};
use crate::demo::cluster::{Cluster, Datacenter};
use crate::demo::duration;

/// `kv_max_value_size` and `txn_max_req_len`.
const BODY_LIMIT: usize = 512 * 1024;

const DEFAULT_WAIT: Duration = Duration::from_secs(5 * 60);
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// One request.
pub(super) struct Call {
    pub(super) cluster: Cluster,
    pub(super) method: Method,
    query: Vec<(String, String)>,
    body: Bytes,
    /// Size of the body in bytes, which is empty here when it is over the limit.
    size: u64,
    /// Whether answers tell which server gave them.
    tells_consistency: bool,
}

/// How a read wants to be answered.
pub(super) struct Options {
    pub(super) index: u64,
    pub(super) wait: Duration,
    pub(super) consistency: Option<&'static str>,
}

impl Call {
    /// Reads a request; a body over the limit is read to its end and thrown away.
    pub(super) async fn read(cluster: Cluster, request: Request) -> Result<Self, Refusal> {
        let query = request
            .uri()
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty());
        let query = query.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let query = query
            .map(|(name, value)| (unescape(name), unescape(value)))
            .collect();
        let method = request.method().clone();
        let declared = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        let mut size = 0;
        let mut kept = Vec::new();
        let mut body = request.into_body();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Refusal::new(400, error.to_string()))?;
            if let Some(data) = frame.data_ref() {
                size += data.len() as u64;
                if size <= BODY_LIMIT as u64 {
                    kept.extend_from_slice(data);
                }
            }
        }
        let size = declared.unwrap_or(size).max(size);
        Ok(Self {
            cluster,
            method,
            query,
            body: kept.into(),
            size,
            tells_consistency: false,
        })
    }

    /// Only the catalog and health families tell which server answered.
    pub(super) fn in_family(mut self, family: &str) -> Self {
        self.tells_consistency = matches!(family, "catalog" | "health");
        self
    }

    /// The first value of a query parameter; empty for one without `=`.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params(name).next()
    }

    /// All values of a query parameter.
    pub(super) fn params<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.query
            .iter()
            .filter(move |(own, _)| *own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a query parameter is there, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.param(name).is_some()
    }

    /// A parameter that holds an unsigned number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let parse = |text: &str| {
            text.parse().map_err(|_| {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let reason = if digits {
                    "value out of range"
                } else {
                    "invalid syntax"
                };
                Refusal::internal(format!("strconv.ParseUint: parsing {text:?}: {reason}"))
            })
        };
        self.param(name).map(parse).transpose()
    }

    /// Go's `url.Values.Encode`: for messages.
    pub(super) fn query_text(&self) -> String {
        let mut pairs: Vec<_> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.sort();
        pairs.join("&")
    }

    /// The body, where it is within the limit.
    pub(super) fn body(&self, limit_name: &str) -> Result<Bytes, Refusal> {
        if self.size > BODY_LIMIT as u64 {
            return Err(Refusal::new(
                413,
                format!(
                    "Request body({} bytes) too large, max size: {BODY_LIMIT} bytes. See \
                     https://developer.hashicorp.com/docs/agent/config/config-files#{limit_name}.",
                    self.size
                ),
            ));
        }
        Ok(self.body.clone())
    }

    /// The body as JSON; nothing at all is an empty object.
    pub(super) fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        let failed = |reason: &str| Refusal::new(400, format!("Request decode failed: {reason}"));
        let value: Value =
            serde_json::from_slice(&self.body).map_err(|error| match error.is_eof() {
                true => failed("unexpected EOF"),
                false => failed(&error.to_string()),
            })?;
        if value.is_object() {
            return Ok(value);
        }
        Err(failed("json: cannot unmarshal into an object"))
    }

    /// Lets only some methods pass; `allow` is the header's text.
    pub(super) fn allow(&self, allow: &'static str) -> Result<(), Refusal> {
        if allow
            .split(',')
            .any(|method| method == self.method.as_str())
        {
            return Ok(());
        }
        Err(Refusal::method(self.method.as_str(), allow))
    }

    /// Lets only GET pass.
    pub(super) fn only_get(&self) -> Result<(), Refusal> {
        self.allow("OPTIONS,GET")
    }

    /// Lets only PUT pass.
    pub(super) fn only_put(&self) -> Result<(), Refusal> {
        self.allow("OPTIONS,PUT")
    }

    /// The datacenter that `?dc=` names.
    pub(super) fn datacenter(&self) -> Result<Arc<Datacenter>, Refusal> {
        self.datacenter_named(self.param("dc").unwrap_or_default())
    }

    pub(super) fn datacenter_named(&self, name: &str) -> Result<Arc<Datacenter>, Refusal> {
        self.cluster
            .datacenter(name)
            .ok_or_else(|| Refusal::internal("No path to datacenter"))
    }

    /// How to answer a read.
    pub(super) fn options(&self) -> Result<Options, Refusal> {
        let index = match self.param("index") {
            Some(text) if !text.is_empty() => text
                .parse()
                .map_err(|_| Refusal::new(400, "Invalid index"))?,
            _ => 0,
        };
        let wait = match self.param("wait") {
            Some(text) if !text.is_empty() => {
                duration::parse(text).ok_or_else(|| Refusal::new(400, "Invalid wait time"))?
            }
            _ => DEFAULT_WAIT,
        };
        let stale = self.has("stale");
        if stale && self.has("consistent") {
            let text = "Cannot specify ?stale with ?consistent, conflicting semantics.";
            return Err(Refusal::new(400, text));
        }
        let wait = if wait.is_zero() {
            DEFAULT_WAIT
        } else {
            wait.min(LONGEST_WAIT)
        };
        let consistency = match (stale, self.has("consistent")) {
            (true, _) => "stale",
            (_, true) => "consistent",
            _ => "leader",
        };
        Ok(Options {
            index,
            wait,
            consistency: self.tells_consistency.then_some(consistency),
        })
    }

    /// The `filter=` expression over rows with these fields.
    pub(super) fn filter(&self, fields: &[&str]) -> Result<Filter, Refusal> {
        Filter::parse(self.param("filter").unwrap_or_default(), fields).map_err(|reason| {
            Refusal::internal(format!(
                "Failed to create boolean expression evaluator: {reason}"
            ))
        })
    }

    /// JSON as the answer.
    pub(super) fn reply(&self, value: &Value) -> Outcome {
        Ok(reply::json(value, self.has("pretty")))
    }
}

fn unescape(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
