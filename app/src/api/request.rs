//! Sends a request, reads the answer, decodes problems.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use gloo_timers::future::TimeoutFuture;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wire::problem::{Problem, ProblemKind};

use super::json;
use crate::routes;

/// How long an answer is waited for that the server has at hand, in milliseconds.
pub(crate) const ANSWER_MILLISECONDS: u32 = 15_000;

/// Ends the request when it is dropped with the future that waits for it.
pub(super) struct AbortOnDrop(Option<web_sys::AbortController>);

impl AbortOnDrop {
    pub(super) fn new() -> Self {
        Self(web_sys::AbortController::new().ok())
    }

    pub(super) fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.0.as_ref().map(web_sys::AbortController::signal)
    }

    /// There is nothing left to end.
    pub(super) fn keep(&mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Reads `url` (relative to the base path, such as `api/nodes?dc=dc1`).
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn get<T: DeserializeOwned>(url: &str) -> Result<T, Problem> {
    match within(ANSWER_MILLISECONDS, fetch("GET", url, None, "")).await {
        Some(answer) => decode(&answer?.text),
        None => Err(unanswered()),
    }
}

/// The same, of what the server may take long for.
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn get_patiently<T: DeserializeOwned>(url: &str) -> Result<T, Problem> {
    decode(&fetch("GET", url, None, "").await?.text)
}

/// What `ask` gives within so many milliseconds; else it is dropped, which ends its request.
pub(crate) async fn within<T>(milliseconds: u32, ask: impl Future<Output = T>) -> Option<T> {
    let mut ask = Box::pin(ask);
    let mut end = TimeoutFuture::new(milliseconds);
    poll_fn(|context| match ask.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => Pin::new(&mut end).poll(context).map(|()| None),
    })
    .await
}

/// What came of a read that knows what it has.
pub struct News {
    /// The answer; none where it still is what `version` says.
    pub text: Option<String>,
    /// The version of what it is made of; empty where the server does not say.
    pub version: String,
}

/// Reads `url` where it is something else than what was read as `version` (empty for nothing).
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn get_news(url: &str, version: &str) -> Result<News, Problem> {
    let answer = fetch("GET", url, None, version).await?;
    Ok(News {
        text: (answer.status != NOT_MODIFIED).then_some(answer.text),
        version: answer.version,
    })
}

/// Sends `body` with `method`, and reads the answer.
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn send<B: Serialize, T: DeserializeOwned>(
    method: &str,
    url: &str,
    body: Option<&B>,
) -> Result<T, Problem> {
    decode(&send_text(method, url, body).await?)
}

/// Sends `body` with `method`; the answer has no body.
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn send_without_answer<B: Serialize>(
    method: &str,
    url: &str,
    body: Option<&B>,
) -> Result<(), Problem> {
    send_text(method, url, body).await.map(|_| ())
}

async fn send_text<B: Serialize>(
    method: &str,
    url: &str,
    body: Option<&B>,
) -> Result<String, Problem> {
    let body = body
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| local(200, error.to_string()))?;
    Ok(fetch(method, url, body, "").await?.text)
}

/// Sends a file as it is, and reads the answer.
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn send_file<T: DeserializeOwned>(url: &str, file: &web_sys::Blob) -> Result<T, Problem> {
    let sent = send_raw(url, file.into(), "application/octet-stream").await;
    let response = sent.map_err(|error| local(0, error_text(&error)))?;
    decode(&text_of(response).await?)
}

/// Sends `body`, and gives the file that is answered, with its name.
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn fetch_file<B: Serialize>(
    url: &str,
    body: &B,
) -> Result<(web_sys::Blob, String), Problem> {
    let body = serde_json::to_string(body).map_err(|error| local(200, error.to_string()))?;
    let lost = |error: JsValue| local(0, error_text(&error));
    let response = send_raw(url, body.into(), "application/json")
        .await
        .map_err(lost)?;
    if !response.ok() {
        let problem = text_of(response).await.err();
        return Err(problem.unwrap_or_else(|| local(0, String::new())));
    }
    let head = response.headers().get("Content-Disposition");
    let head = head.ok().flatten().unwrap_or_default();
    let name = head.split('"').nth(1).unwrap_or_default().to_owned();
    let blob = async { JsFuture::from(response.blob()?).await?.dyn_into() };
    Ok((blob.await.map_err(lost)?, name))
}

/// A POST whose answer is not read yet; it ends with the future that waits for it.
async fn send_raw(
    url: &str,
    body: JsValue,
    content_type: &str,
) -> Result<web_sys::Response, JsValue> {
    let mut guard = AbortOnDrop(web_sys::AbortController::new().ok());
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    if let Some(controller) = &guard.0 {
        init.set_signal(Some(&controller.signal()));
    }
    let headers = web_sys::Headers::new()?;
    headers.set("X-Waggle", "1")?;
    headers.set("Content-Type", content_type)?;
    init.set_headers(&headers);
    init.set_body(&body);
    let url = format!("{}/{url}", routes::base());
    let promise = leptos::prelude::window().fetch_with_str_and_init(&url, &init);
    let response = JsFuture::from(promise).await?.dyn_into()?;
    guard.0 = None;
    Ok(response)
}

/// The text of a success, or the problem of anything else.
async fn text_of(response: web_sys::Response) -> Result<String, Problem> {
    let (status, is_success) = (response.status(), response.ok());
    let text = async { JsFuture::from(response.text()?).await };
    let text = text.await.map_err(|error| local(0, error_text(&error)))?;
    let text = text.as_string().unwrap_or_default();
    if is_success {
        return Ok(text);
    }
    Err(refused(status, &text))
}

/// From the text, never through a `JsValue`: numbers above 2^53 must stay exact.
#[expect(
    clippy::result_large_err,
    reason = "once a request, and moved no further"
)]
fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    json::read(text).map_err(|error| unreadable(&error))
}

/// The answer came, but says nothing that we know.
#[must_use]
pub fn unreadable(error: &json::Unreadable) -> Problem {
    local(200, error.to_string())
}

const NOT_MODIFIED: u16 = 304;

struct Answer {
    status: u16,
    text: String,
    version: String,
}

async fn fetch(
    method: &str,
    url: &str,
    body: Option<String>,
    version: &str,
) -> Result<Answer, Problem> {
    let answer = answer(method, url, body, version)
        .await
        .map_err(|error| broken(&error))?;
    if (200..300).contains(&answer.status) || answer.status == NOT_MODIFIED {
        return Ok(answer);
    }
    Err(refused(answer.status, &answer.text))
}

/// The problem that an answer which is no success tells.
pub(super) fn refused(status: u16, text: &str) -> Problem {
    json::read::<Problem>(text)
        .ok()
        .filter(|problem| problem.status != 0)
        .unwrap_or_else(|| local(status, text.chars().take(200).collect()))
}

/// The server did not answer, or not to the end.
pub(super) fn broken(error: &JsValue) -> Problem {
    local(0, error_text(error))
}

async fn answer(
    method: &str,
    url: &str,
    body: Option<String>,
    version: &str,
) -> Result<Answer, JsValue> {
    let mut guard = AbortOnDrop::new();
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_signal(guard.signal().as_ref());
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json")?;
    if !version.is_empty() {
        headers.set("If-None-Match", &format!("W/\"{version}\""))?;
    }
    if method != "GET" {
        headers.set("X-Waggle", "1")?;
    }
    if let Some(body) = body {
        headers.set("Content-Type", "application/json")?;
        init.set_body(&body.into());
    }
    init.set_headers(&headers);
    let url = format!("{}/{url}", routes::base());
    let promise = leptos::prelude::window().fetch_with_str_and_init(&url, &init);
    let response: web_sys::Response = JsFuture::from(promise).await?.dyn_into()?;
    let tag = response.headers().get("ETag")?.unwrap_or_default();
    let text = JsFuture::from(response.text()?).await?;
    guard.keep();
    Ok(Answer {
        status: response.status(),
        text: text.as_string().unwrap_or_default(),
        version: version_of(&tag).to_owned(),
    })
}

/// What an entity tag says, be it weak or not.
pub(crate) fn version_of(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
}

fn error_text(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .unwrap_or_default()
}

/// Nothing was answered, be it a part of the page itself.
pub(crate) fn unanswered() -> Problem {
    local(0, String::new())
}

/// A problem that the server did not tell; status 0 where it did not answer at all.
fn local(status: u16, detail: String) -> Problem {
    Problem {
        status,
        detail,
        kind: ProblemKind::Internal,
        ..Problem::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_stands_in_a_weak_tag_or_a_strong_one() {
        for tag in ["W/\"a1\"", "\"a1\"", "a1"] {
            assert_eq!(version_of(tag), "a1");
        }
        assert_eq!(version_of(""), "");
    }
}
