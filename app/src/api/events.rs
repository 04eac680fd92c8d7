//! Answers that come in pieces: server-sent events that end.

use js_sys::{Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wire::problem::Problem;

use super::{json, request};
use crate::routes;

/// Reads the events of `url`, and gives them to `on_events` as they come, several at a time; until
/// it says false. Dropped, it ends the answer.
///
/// # Errors
/// The server's problem, or one with status 0 where the answer broke off.
pub async fn read<T: DeserializeOwned>(
    url: &str,
    mut on_events: impl FnMut(Vec<T>) -> bool,
) -> Result<(), Problem> {
    let mut guard = request::AbortOnDrop::new();
    let response = open(url, &guard)
        .await
        .map_err(|error| request::broken(&error))?;
    if !response.ok() {
        let text = match response.text() {
            Ok(text) => JsFuture::from(text).await.ok(),
            Err(_) => None,
        };
        let text = text.and_then(|text| text.as_string()).unwrap_or_default();
        return Err(request::refused(response.status(), &text));
    }
    let Some(body) = response.body() else {
        return Ok(());
    };
    let reader: web_sys::ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut held = Vec::new();
    while let Some(bytes) = next(&reader)
        .await
        .map_err(|error| request::broken(&error))?
    {
        held.extend_from_slice(&bytes);
        let events = take_events(&mut held);
        let mut read = Vec::with_capacity(events.len());
        for event in events {
            read.push(json::read::<T>(&event).map_err(|error| request::unreadable(&error))?);
        }
        if !read.is_empty() && !on_events(read) {
            return Ok(());
        }
    }
    guard.keep();
    Ok(())
}

async fn open(url: &str, guard: &request::AbortOnDrop) -> Result<web_sys::Response, JsValue> {
    let init = web_sys::RequestInit::new();
    init.set_signal(guard.signal().as_ref());
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "text/event-stream")?;
    init.set_headers(&headers);
    let url = format!("{}/{url}", routes::base());
    let promise = leptos::prelude::window().fetch_with_str_and_init(&url, &init);
    JsFuture::from(promise).await?.dyn_into()
}

async fn next(reader: &web_sys::ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, JsValue> {
    let chunk = JsFuture::from(reader.read()).await?;
    if Reflect::get(&chunk, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    let bytes: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
    Ok(Some(bytes.to_vec()))
}

/// The data of the events that are there whole; the rest stays.
fn take_events(held: &mut Vec<u8>) -> Vec<String> {
    let mut events = Vec::new();
    let mut from = 0;
    while let Some(end) = held[from..].windows(2).position(|pair| pair == b"\n\n") {
        let event = String::from_utf8_lossy(&held[from..from + end]);
        if let Some(data) = event.strip_prefix("data: ") {
            events.push(data.to_owned());
        }
        from += end + 2;
    }
    held.drain(..from);
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_taken_when_they_are_whole() {
        let mut held = b"data: {\"a\":1}\n\ndata: 2\n\nda".to_vec();
        assert_eq!(take_events(&mut held), ["{\"a\":1}", "2"]);
        held.extend_from_slice(b"ta: 3\n");
        assert!(take_events(&mut held).is_empty());
        held.push(b'\n');
        assert_eq!(take_events(&mut held), ["3"]);
        assert!(held.is_empty());
    }
}
