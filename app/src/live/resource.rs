//! One address's data: read from the page, else fetched, and fetched again while it is seen.

use std::{any::Any, collections::HashMap, sync::Arc};

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wire::problem::Problem;

use super::{Feed, FirstData, use_feed};
use crate::api::{
    json::{self, Unreadable},
    request,
};

const INTERVAL_MILLISECONDS: u32 = 5_000;
const BACKOFF_MAX_MILLISECONDS: u32 = 30_000;
/// Answers kept for places that were left, so that going back shows something at once.
const KEPT_MAX: usize = 60;

/// What an answer says; each address's type is known to those who read it only, so that the
/// fetching is compiled once and not once a type.
type Value = Arc<dyn Any + Send + Sync>;
type Decode = fn(&str) -> Result<Value, Unreadable>;
type Kept = StoredValue<HashMap<String, Answer>>;

/// An answer as it came: equal text says the same.
#[derive(Clone)]
struct Answer {
    text: Arc<str>,
    value: Value,
}

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
    store: RwSignal<Option<Answer>>,
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
        let value = Arc::new(value);
        // no text is empty, so whatever is fetched next counts as new
        let text = "".into();
        self.store.set(Some(Answer { text, value }));
    }
}

pub(super) fn provide() {
    provide_context::<Kept>(StoredValue::new(HashMap::new()));
}

/// The data at `url` (as `api` builds it), kept fresh; none as address means: not now.
pub fn use_live<T>(url: impl Fn() -> Option<String> + Send + Sync + 'static) -> Live<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    use_live_every(INTERVAL_MILLISECONDS, url)
}

/// The same, fetched again after `interval_milliseconds`: for what seldom changes.
pub fn use_live_every<T>(
    interval_milliseconds: u32,
    url: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Live<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let source = Source::new(interval_milliseconds, Signal::derive(url), decode::<T>);
    let store = source.data;
    let problem = source.problem;
    Live {
        data: Signal::derive(move || {
            store.with(|answer| answer.as_ref()?.value.clone().downcast().ok())
        }),
        problem: problem.into(),
        loading: Signal::derive(move || {
            store.with(Option::is_none) && problem.with(Option::is_none)
        }),
        arrived: source.arrived.into(),
        again: source.again,
        store,
    }
}

fn decode<T>(text: &str) -> Result<Value, Unreadable>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    Ok(Arc::new(json::read::<T>(text)?))
}

/// What `Live` is made of, whatever the type of its data.
#[derive(Clone, Copy)]
struct Source {
    interval_milliseconds: u32,
    decode: Decode,
    feed: Feed,
    kept: Kept,
    /// Counts the runs of fetching: a later one ends the one before.
    run: StoredValue<u32>,
    /// The data came with the page, so the first fetch can wait.
    fresh: StoredValue<bool>,
    data: RwSignal<Option<Answer>>,
    problem: RwSignal<Option<Problem>>,
    arrived: RwSignal<f64>,
    again: RwSignal<u32>,
}

impl Source {
    fn new(interval_milliseconds: u32, url: Signal<Option<String>>, decode: Decode) -> Self {
        let kept = expect_context::<Kept>();
        let url = Memo::new(move |_| url.get());
        let now = url.get_untracked();
        let first = now.as_deref().and_then(|url| {
            let text = use_context::<FirstData>()?.take(url)?;
            let value = decode(&text).ok()?;
            let text = text.into();
            Some(Answer { text, value })
        });
        let source = Self {
            interval_milliseconds,
            decode,
            feed: use_feed(),
            kept,
            run: StoredValue::new(0),
            fresh: StoredValue::new(first.is_some()),
            data: RwSignal::new(first.or_else(|| known(kept, now.as_deref()?))),
            problem: RwSignal::new(None),
            arrived: RwSignal::new(0.0),
            again: RwSignal::new(0),
        };
        Effect::new(move |before: Option<Option<String>>| source.follow(url.get(), before));
        on_cleanup(move || {
            if let Some(url) = url.try_get_untracked().flatten() {
                source.feed.forget(&url);
            }
        });
        source
    }

    /// Begins another run of fetching, as address, feed or `reload` ask for it.
    fn follow(self, url: Option<String>, before: Option<Option<String>>) -> Option<String> {
        self.again.track();
        let flows = self.feed.flows();
        let mine = self.run.get_value() + 1;
        self.run.set_value(mine);
        if let Some(Some(old)) = &before
            && url.as_ref() != Some(old)
        {
            self.feed.forget(old);
        }
        if before.is_some_and(|before| before != url) {
            self.problem.set(None);
            self.data
                .set(url.as_deref().and_then(|url| known(self.kept, url)));
        }
        let started = self.data.with_untracked(Option::is_some)
            || self.problem.with_untracked(Option::is_some);
        if let Some(url) = url.clone()
            && (flows || !started)
        {
            let wait = self.fresh.get_value();
            self.fresh.set_value(false);
            leptos::task::spawn_local_scoped_with_cancellation(self.keep_fresh(url, mine, wait));
        }
        url
    }

    async fn keep_fresh(self, url: String, mine: u32, mut wait: bool) {
        let is_over = move || self.run.try_get_value() != Some(mine);
        let mut failures = 0;
        let mut pause = self.interval_milliseconds;
        if wait {
            self.note_arrival(&url);
        }
        loop {
            if wait {
                TimeoutFuture::new(pause).await;
            }
            wait = true;
            pause = self.interval_milliseconds;
            if is_over() {
                return;
            }
            let answer = request::get_text(&url).await;
            if is_over() {
                return;
            }
            let problem = match answer {
                Ok(text) => self.accept(&url, text),
                Err(problem) => Some(problem),
            };
            match problem {
                None => failures = 0,
                Some(problem) => {
                    failures += 1;
                    pause = pause_milliseconds(failures);
                    self.fail(&url, pause, problem);
                }
            }
            if is_over() || !self.feed.flows_untracked() {
                return;
            }
        }
    }

    fn note_arrival(&self, url: &str) {
        self.feed.forget(url);
        self.arrived.try_set(js_sys::Date::now());
    }

    fn fail(&self, url: &str, pause: u32, problem: Problem) {
        if problem.kind.is_transient() {
            self.feed.failed(
                url,
                js_sys::Date::now() + f64::from(pause),
                self.arrived.get_untracked(),
            );
        } else {
            self.feed.forget(url);
        }
        self.problem.try_set(Some(problem));
    }

    /// Takes in what came; gives what is wrong with it.
    fn accept(&self, url: &str, text: String) -> Option<Problem> {
        let same = self
            .data
            .with_untracked(|old| old.as_ref().is_some_and(|old| *old.text == *text));
        let news = if same {
            None
        } else {
            let value = match (self.decode)(&text) {
                Ok(value) => value,
                Err(error) => return Some(request::unreadable(&error)),
            };
            let text = text.into();
            Some(Answer { text, value })
        };
        self.note_arrival(url);
        if self.problem.with_untracked(Option::is_some) {
            self.problem.try_set(None);
        }
        if let Some(news) = news {
            self.kept.update_value(|map| {
                if map.len() >= KEPT_MAX {
                    map.clear();
                }
                map.insert(url.to_owned(), news.clone());
            });
            self.data.try_set(Some(news));
        }
        None
    }
}

fn known(kept: Kept, url: &str) -> Option<Answer> {
    kept.with_value(|kept| kept.get(url).cloned())
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
