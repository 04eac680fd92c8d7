//! One address's data as a page reads them.

use std::sync::Arc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wire::{live::Topic, problem::Problem};

pub use super::answer::Value;
use super::{answer::Answer, room::Rank, source::Source};
use crate::api::json::{self, Unreadable};

/// An address's data, and how it fares.
pub struct Live<T: Send + Sync + 'static> {
    /// What arrived last; it stays when a later fetch fails.
    pub data: Signal<Option<Arc<T>>>,
    /// Why the last fetch failed; none once one worked.
    pub problem: Signal<Option<Problem>>,
    /// Nothing arrived yet.
    pub loading: Signal<bool>,
    /// When `data` arrived, in milliseconds since 1970.
    pub arrived: Signal<f64>,
    source: Source,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: Send + Sync + 'static> Live<T> {
    /// Fetches now.
    pub fn reload(&self) {
        self.source.reload();
    }

    /// Fetches now, unless that is under way: for who does so every so often.
    pub fn renew(&self) {
        self.source.renew();
    }

    /// Shows `value`, which a write just answered, until the next answer.
    pub fn set(&self, value: T) {
        self.source.show(Arc::new(value));
    }
}

/// Data of an address that moves, whatever their type.
#[derive(Clone, Copy)]
pub struct LiveWindow {
    /// Why the last fetch failed; none once one worked.
    pub problem: Signal<Option<Problem>>,
    /// When the data arrived, in milliseconds since 1970.
    pub arrived: Signal<f64>,
    source: Source,
}

impl LiveWindow {
    /// What arrived last: from which address, and the `T` of `use_live_window`.
    #[must_use]
    pub fn answer(&self) -> Option<(Arc<str>, Value)> {
        self.source.data.with(|answer| {
            let answer = answer.as_ref()?;
            Some((Arc::clone(&answer.url), Arc::clone(&answer.value)))
        })
    }

    /// Fetches now.
    pub fn reload(&self) {
        self.source.reload();
    }

    /// Fetches now, unless that is under way: for who does so every so often.
    pub fn renew(&self) {
        self.source.renew();
    }
}

/// The data at `url` (as `api` builds it), which are about `topic`, kept fresh.
pub fn use_live<T>(topic: Topic, url: String) -> Live<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let url = Signal::stored(Some(url));
    live(Source::new(topic, Rank::Page, url, false, decode::<T>))
}

/// The same of what stands beside that which the page is about: where there is more than one
/// stream can tell of, this is asked for every few seconds.
pub fn use_live_aside<T>(topic: Topic, url: String) -> Live<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let url = Signal::stored(Some(url));
    live(Source::new(topic, Rank::Aside, url, false, decode::<T>))
}

/// The same, of an address that moves: what came from one stays until the next one answers.
pub fn use_live_window<T>(topic: Topic, url: RwSignal<Option<String>>) -> LiveWindow
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let source = Source::new(topic, Rank::Page, url.into(), true, decode::<T>);
    LiveWindow {
        problem: source.problem.into(),
        arrived: source.arrived.into(),
        source,
    }
}

fn live<T: Send + Sync + 'static>(source: Source) -> Live<T> {
    let (store, problem) = (source.data, source.problem);
    Live {
        data: Signal::derive(move || store.with(|answer| value(answer.as_ref()?))),
        problem: problem.into(),
        loading: Signal::derive(move || {
            store.with(Option::is_none) && problem.with(Option::is_none)
        }),
        arrived: source.arrived.into(),
        source,
    }
}

fn value<T: Send + Sync + 'static>(answer: &Answer) -> Option<Arc<T>> {
    answer.value.clone().downcast().ok()
}

fn decode<T>(text: &str) -> Result<Value, Unreadable>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    Ok(Arc::new(json::read::<T>(text)?))
}
