//! Data that came inside the page.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use leptos::prelude::*;
use serde::Serialize;

use crate::api::json;

/// From API address (`api/services?dc=dc1&limit=100`) to that address's answer. A context.
#[derive(Clone, Debug, Default)]
pub struct FirstData(Arc<Mutex<HashMap<String, First>>>);

/// An answer as text, and the version of what it is made of; empty where that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct First {
    pub(super) version: String,
    pub(super) text: String,
    /// The text is a problem.
    pub(super) failed: bool,
}

impl FirstData {
    /// Reads the JSON object that the server wrote: by address `{"etag":…,"body":…}`. Empty where
    /// it cannot be read.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let answers = json::members(text).unwrap_or_default();
        let map = answers
            .into_iter()
            .filter_map(|(url, answer)| Some((url, First::parse(&answer)?)))
            .collect();
        Self(Arc::new(Mutex::new(map)))
    }

    /// The same, and `value` as the answer of `url`.
    #[must_use]
    pub fn with<T: Serialize>(self, url: &str, value: &T) -> Self {
        if let (Ok(text), Ok(mut map)) = (serde_json::to_string(value), self.0.lock()) {
            let version = String::new();
            let failed = false;
            map.insert(
                url.to_owned(),
                First {
                    version,
                    text,
                    failed,
                },
            );
        }
        self
    }

    /// The answer of `url`. In the browser only once: after that it is old.
    pub(super) fn take(&self, url: &str) -> Option<First> {
        let mut map = self.0.lock().ok()?;
        if cfg!(feature = "ssr") {
            map.get(url).cloned()
        } else {
            map.remove(url)
        }
    }
}

impl First {
    fn parse(answer: &str) -> Option<Self> {
        let mut version = String::new();
        let (mut text, mut failed) = (None, false);
        for (name, value) in json::members(answer).ok()? {
            match name.as_str() {
                "etag" => value.trim_matches('"').clone_into(&mut version),
                "body" | "problem" => {
                    failed = name == "problem";
                    text = Some(value);
                }
                _ => {}
            }
        }
        text.map(|text| Self {
            version,
            text,
            failed,
        })
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
        let text = r#"{"api/x":{"etag":"a1","body":{"n":18446744073709551615}}}"#;
        let first = FirstData::parse(text).take("api/x").unwrap();
        assert_eq!(first.version, "a1");
        assert_eq!(first.text, r#"{"n":18446744073709551615}"#);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for text in ["broken", r#"{"api/x":1}"#, r#"{"api/x":{"etag":"a"}}"#] {
            assert_eq!(FirstData::parse(text).take("api/x"), None, "{text}");
        }
        let first = FirstData::parse(r#"{"api/x":{"body":[],"etag":""}}"#).take("api/x");
        assert_eq!(first.unwrap().version, "");
        let first = FirstData::parse(r#"{"api/x":{"problem":{},"etag":""}}"#).take("api/x");
        assert!(first.unwrap().failed);
    }
}
