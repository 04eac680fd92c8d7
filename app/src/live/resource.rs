//! One address's data: read from the page, else fetched, and fetched again while it is seen.

use std::{any::Any, collections::HashMap, sync::Arc};

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wire::problem::Problem;

use super::{FirstData, use_feed};
use crate::api::request;

const INTERVAL_MILLISECONDS: u32 = 5_000;
const BACKOFF_MAX_MILLISECONDS: u32 = 30_000;
/// Answers kept for places that were left, so that going back shows something at once.
const KEPT_MAX: usize = 60;

type Kept = StoredValue<HashMap<String, Arc<dyn Any + Send + Sync>>>;

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
    again: RwSignal<u32>,
    store: RwSignal<Option<Arc<T>>>,
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
        self.again.update(|count| *count += 1);
    }

    /// Shows `value`, which a write just answered, and fetches again after it.
    pub fn set(&self, value: T) {
        self.store.set(Some(Arc::new(value)));
    }
}

pub(super) fn provide() {
    provide_context::<Kept>(StoredValue::new(HashMap::new()));
}

/// The data at `url` (as `api` builds it), kept fresh; none as address means: not now.
pub fn use_live<T>(url: impl Fn() -> Option<String> + Send + Sync + 'static) -> Live<T>
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    use_live_every(INTERVAL_MILLISECONDS, url)
}

/// The same, fetched again after `interval_milliseconds`: for what seldom changes.
pub fn use_live_every<T>(
    interval_milliseconds: u32,
    url: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Live<T>
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    let feed = use_feed();
    let kept = expect_context::<Kept>();
    let url = Memo::new(move |_| url());
    let first = url.get_untracked().and_then(|url| {
        use_context::<FirstData>()
            .and_then(|first| first.take::<T>(&url))
            .map(Arc::new)
    });
    let fresh = StoredValue::new(first.is_some());
    let data = RwSignal::new(first.or_else(|| known::<T>(kept, &url.get_untracked()?)));
    let problem = RwSignal::new(None::<Problem>);
    let arrived = RwSignal::new(0.0);
    let again = RwSignal::new(0_u32);
    let run = StoredValue::new(0_u32);

    Effect::new(move |before: Option<Option<String>>| {
        let url = url.get();
        again.track();
        let flows = feed.flows();
        let mine = run.get_value() + 1;
        run.set_value(mine);
        if let Some(Some(old)) = &before
            && url.as_ref() != Some(old)
        {
            feed.forget(old);
        }
        if before.is_some_and(|before| before != url) {
            problem.set(None);
            data.set(url.as_deref().and_then(|url| known::<T>(kept, url)));
        }
        let started =
            data.with_untracked(Option::is_some) || problem.with_untracked(Option::is_some);
        if let Some(url) = url.clone()
            && (flows || !started)
        {
            let poll = Poll {
                interval_milliseconds,
                feed,
                kept,
                url,
                run,
                mine,
                data,
                problem,
                arrived,
            };
            let wait = fresh.get_value();
            fresh.set_value(false);
            leptos::task::spawn_local_scoped_with_cancellation(poll.keep_fresh(wait));
        }
        url
    });

    on_cleanup(move || {
        if let Some(url) = url.try_get_untracked().flatten() {
            feed.forget(&url);
        }
    });

    Live {
        data: data.into(),
        problem: problem.into(),
        loading: Signal::derive(move || {
            data.with(Option::is_none) && problem.with(Option::is_none)
        }),
        arrived: arrived.into(),
        again,
        store: data,
    }
}

fn known<T: Send + Sync + 'static>(kept: Kept, url: &str) -> Option<Arc<T>> {
    kept.with_value(|kept| kept.get(url).cloned())?
        .downcast()
        .ok()
}

/// One run of fetching; a later run of the same data ends it.
struct Poll<T: Send + Sync + 'static> {
    interval_milliseconds: u32,
    feed: super::Feed,
    kept: Kept,
    url: String,
    run: StoredValue<u32>,
    mine: u32,
    data: RwSignal<Option<Arc<T>>>,
    problem: RwSignal<Option<Problem>>,
    arrived: RwSignal<f64>,
}

impl<T: DeserializeOwned + PartialEq + Send + Sync + 'static> Poll<T> {
    async fn keep_fresh(self, mut wait: bool) {
        let mut failures = 0;
        let mut pause = self.interval_milliseconds;
        if wait {
            self.note_arrival();
        }
        loop {
            if wait {
                TimeoutFuture::new(pause).await;
            }
            wait = true;
            pause = self.interval_milliseconds;
            if self.is_over() {
                return;
            }
            let answer = request::get::<T>(&self.url).await;
            if self.is_over() {
                return;
            }
            match answer {
                Ok(value) => {
                    failures = 0;
                    self.accept(value);
                }
                Err(problem) => {
                    failures += 1;
                    pause = pause_milliseconds(failures);
                    if problem.kind.is_transient() {
                        self.feed.failed(
                            &self.url,
                            js_sys::Date::now() + f64::from(pause),
                            self.arrived.get_untracked(),
                        );
                    } else {
                        self.feed.forget(&self.url);
                    }
                    self.problem.try_set(Some(problem));
                }
            }
            if self.is_over() || !self.feed.flows_untracked() {
                return;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.run.try_get_value() != Some(self.mine)
    }

    fn note_arrival(&self) {
        self.feed.forget(&self.url);
        self.arrived.try_set(js_sys::Date::now());
    }

    fn accept(&self, value: T) {
        self.note_arrival();
        if self.problem.with_untracked(Option::is_some) {
            self.problem.try_set(None);
        }
        let same = self
            .data
            .with_untracked(|old| old.as_deref().is_some_and(|old| *old == value));
        if same {
            return;
        }
        let value = Arc::new(value);
        let kept: Arc<dyn Any + Send + Sync> = value.clone();
        self.kept.update_value(|map| {
            if map.len() >= KEPT_MAX {
                map.clear();
            }
            map.insert(self.url.clone(), kept);
        });
        self.data.try_set(Some(value));
    }
}

/// After a failure 2, 4, 8 … 30 s, each a little off, so that many pages do not come back in one
/// moment.
fn pause_milliseconds(failures: u32) -> u32 {
    let pause = (1_000_u32 << failures.min(5)).min(BACKOFF_MAX_MILLISECONDS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1"
    )]
    let off = (js_sys::Math::random() * 500.0) as u32;
    pause + off
}
