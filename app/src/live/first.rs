//! Data that came inside the page.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use leptos::prelude::*;
use serde::Serialize;

use crate::api::json;

/// From API address (`api/services?dc=dc1`) to that address's answer. A context.
#[derive(Clone, Debug, Default)]
pub struct FirstData(Arc<Mutex<HashMap<String, String>>>);

impl FirstData {
    /// Reads the JSON object that the server wrote: by address `{"etag":…,"body":…}`. Empty where
    /// it cannot be read.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(Arc::new(Mutex::new(
            json::members(text)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|(url, answer)| {
                    let mut parts = json::members(&answer).ok()?.into_iter();
                    let (_, body) = parts.find(|(name, _)| name == "body")?;
                    Some((url, body))
                })
                .collect(),
        )))
    }

    /// The same, and `value` as the answer of `url`.
    #[must_use]
    pub fn with<T: Serialize>(self, url: &str, value: &T) -> Self {
        if let (Ok(raw), Ok(mut map)) = (serde_json::to_string(value), self.0.lock()) {
            map.insert(url.to_owned(), raw);
        }
        self
    }

    /// The answer of `url`, as text. In the browser only once: after that it is old.
    pub(super) fn take(&self, url: &str) -> Option<String> {
        let mut map = self.0.lock().ok()?;
        if cfg!(feature = "ssr") {
            map.get(url).cloned()
        } else {
            map.remove(url)
        }
    }
}

pub(super) fn provide() {
    if use_context::<FirstData>().is_none() {
        provide_context(FirstData::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_stay_exact() {
        let first = FirstData::parse(r#"{"api/x":{"etag":"1","body":{"n":18446744073709551615}}}"#);
        assert_eq!(
            first.take("api/x").as_deref(),
            Some(r#"{"n":18446744073709551615}"#)
        );
        assert_eq!(FirstData::parse("broken").take("api/x"), None);
    }
}
