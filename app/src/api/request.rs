//! Sends a request, reads the answer, decodes problems.

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wire::problem::{Problem, ProblemKind};

use super::json;
use crate::routes;

/// Ends the request when it is dropped with the future that waits for it.
struct AbortOnDrop(Option<web_sys::AbortController>);

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
    decode(&get_text(url).await?)
}

/// The same, as the text that came.
///
/// # Errors
/// The server's problem, or one with status 0 where the server did not answer.
pub async fn get_text(url: &str) -> Result<String, Problem> {
    fetch("GET", url, None).await
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
    fetch(method, url, body).await
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

async fn fetch(method: &str, url: &str, body: Option<String>) -> Result<String, Problem> {
    let (status, text) = answer(method, url, body)
        .await
        .map_err(|error| local(0, error_text(&error)))?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    Err(json::read::<Problem>(&text)
        .ok()
        .filter(|problem| problem.status != 0)
        .unwrap_or_else(|| local(status, text.chars().take(200).collect())))
}

async fn answer(method: &str, url: &str, body: Option<String>) -> Result<(u16, String), JsValue> {
    let mut guard = AbortOnDrop(web_sys::AbortController::new().ok());
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    if let Some(controller) = &guard.0 {
        init.set_signal(Some(&controller.signal()));
    }
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json")?;
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
    let text = JsFuture::from(response.text()?).await?;
    guard.0 = None;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

fn error_text(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .unwrap_or_default()
}

/// A part of the page itself did not arrive.
#[cfg(feature = "csr")]
pub(crate) fn not_fetched() -> Problem {
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
