//! Answers as they came, and those of places that were left.

use std::{
    any::Any,
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use leptos::prelude::*;

use crate::api::json::Unreadable;

/// Answers kept for places that were left, so that going back shows something at once.
const KEPT_MAX: usize = 60;

/// What an answer says; each address's type is known to those who read it only, so that the
/// fetching is compiled once and not once a type.
pub type Value = Arc<dyn Any + Send + Sync>;
pub(super) type Decode = fn(&str) -> Result<Value, Unreadable>;
pub(super) type Kept = StoredValue<HashMap<Arc<str>, Answer>>;

/// An answer as it came.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) url: Arc<str>,
    pub(super) value: Value,
    /// The version of what it is made of; empty where that is not known.
    pub(super) version: Arc<str>,
    /// Of its text: who does not tell versions sends the same text for the same data.
    pub(super) sum: u64,
}

pub(super) fn provide() {
    provide_context::<Kept>(StoredValue::new(HashMap::new()));
}

impl Answer {
    pub(super) fn read(
        url: &str,
        text: &str,
        version: &str,
        decode: Decode,
    ) -> Result<Self, Unreadable> {
        Ok(Self {
            url: url.into(),
            value: decode(text)?,
            version: version.into(),
            sum: sum(text),
        })
    }
}

pub(super) fn sum(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

pub(super) fn known(kept: Kept, url: &str) -> Option<Answer> {
    kept.with_value(|kept| kept.get(url).cloned())
}

pub(super) fn keep(kept: Kept, answer: &Answer) {
    kept.update_value(|kept| {
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(Arc::clone(&answer.url), answer.clone());
    });
}
