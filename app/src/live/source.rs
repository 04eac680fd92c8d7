//! What keeps data fresh, whatever their type: read from the page, else fetched, and fetched again
//! when the stream says that they changed. Without a stream they are asked for every few seconds.

use std::{
    any::Any,
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use leptos::prelude::*;
use wire::{live::Topic, problem::Problem};

use super::{Feed, FirstData, backoff, bell::Bell, connection::Connection, use_feed};
use crate::{
    api::{json::Unreadable, request},
    effect::effect,
};

/// How often data are asked for that no stream tells of.
const POLL_MILLISECONDS: u32 = 5_000;

/// Answers kept for places that were left, so that going back shows something at once.
const KEPT_MAX: usize = 60;

/// What an answer says; each address's type is known to those who read it only, so that the
/// fetching is compiled once and not once a type.
pub type Value = Arc<dyn Any + Send + Sync>;
pub(super) type Decode = fn(&str) -> Result<Value, Unreadable>;
type Kept = StoredValue<HashMap<Arc<str>, Answer>>;

/// An answer as it came.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) url: Arc<str>,
    pub(super) value: Value,
    /// The version of what it is made of; empty where that is not known.
    version: Arc<str>,
    /// Of its text: who does not tell versions sends the same text for the same data.
    sum: u64,
}

pub(super) fn provide() {
    provide_context::<Kept>(StoredValue::new(HashMap::new()));
}

/// What `Live` is made of.
#[derive(Clone, Copy)]
pub(super) struct Source {
    /// What came from another address stays until this one answers.
    moves: bool,
    decode: Decode,
    feed: Feed,
    kept: Kept,
    connection: Connection,
    /// Its number there.
    listener: StoredValue<u32>,
    bell: Bell,
    /// Counts the runs of fetching: a later one ends the one before.
    run: StoredValue<u32>,
    /// The data came with the page, so the first fetch can wait.
    fresh: StoredValue<bool>,
    pub(super) data: RwSignal<Option<Answer>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) arrived: RwSignal<f64>,
    pub(super) again: RwSignal<u32>,
}

impl Source {
    pub(super) fn new(
        topic: Topic,
        url: Signal<Option<String>>,
        moves: bool,
        decode: Decode,
    ) -> Self {
        let kept = expect_context::<Kept>();
        let url = Memo::new(move |_| url.get());
        let now = url.get_untracked();
        let first = now.as_deref().and_then(|url| {
            let first = use_context::<FirstData>()?.take(url)?;
            Answer::read(url, &first.text, &first.version, decode).ok()
        });
        let source = Self {
            moves,
            decode,
            feed: use_feed(),
            kept,
            connection: expect_context(),
            listener: StoredValue::new(0),
            bell: Bell::new(),
            run: StoredValue::new(0),
            fresh: StoredValue::new(first.is_some()),
            data: RwSignal::new(first.or_else(|| known(kept, now.as_deref()?))),
            problem: RwSignal::new(None),
            arrived: RwSignal::new(0.0),
            again: RwSignal::new(0),
        };
        effect(move || {
            let listener = source.connection.listen(&topic, source.bell);
            source.listener.set_value(listener);
            on_cleanup(move || source.connection.leave(listener));
        });
        Effect::new(move |before: Option<Option<String>>| source.follow(url.get(), before));
        effect(move || {
            let _ = source.feed.flows();
            source.bell.ring();
        });
        on_cleanup(move || {
            if let Some(url) = url.try_get_untracked().flatten() {
                source.feed.forget(&url);
            }
        });
        source
    }

    /// Shows what did not come from its address.
    pub(super) fn show(&self, value: Value) {
        self.data.update(|data| {
            *data = Some(Answer {
                url: data.as_ref().map_or("".into(), |old| Arc::clone(&old.url)),
                value,
                // whatever is fetched next counts as new
                version: "".into(),
                sum: 0,
            });
        });
    }

    /// Begins another run of fetching, as address or `reload` ask for it.
    fn follow(self, url: Option<String>, before: Option<Option<String>>) -> Option<String> {
        self.again.track();
        let mine = self.run.get_value() + 1;
        self.run.set_value(mine);
        if let Some(Some(old)) = &before
            && url.as_ref() != Some(old)
        {
            self.feed.forget(old);
        }
        let moved = before.is_some_and(|before| before != url);
        if moved {
            self.problem.set(None);
            let known = url.as_deref().and_then(|url| known(self.kept, url));
            if known.is_some() || !self.moves {
                self.data.set(known);
            }
        }
        if let Some(url) = url.clone() {
            let due = !(self.fresh.get_value() || moved && self.is_current(&url));
            self.fresh.set_value(false);
            leptos::task::spawn_local_scoped_with_cancellation(self.keep_fresh(url, mine, due));
        }
        url
    }

    /// The data are those of `url`, and of the version that the stream told.
    fn is_current(&self, url: &str) -> bool {
        let version = self.version_of(url);
        !version.is_empty()
            && !self.connection.is_broken()
            && self.connection.version(self.listener.get_value()) == Some(version)
    }

    async fn keep_fresh(self, url: String, mine: u32, mut due: bool) {
        let is_over = move || self.run.try_get_value() != Some(mine);
        let mut failures = 0;
        // the stream's version of the last fetch: what that gave is not asked for again
        let mut asked = None;
        if !due {
            self.note_arrival(&url);
        }
        loop {
            while !due {
                let rung = self.bell.wait(self.pause(failures)).await;
                if is_over() {
                    return;
                }
                let flows = self.feed.flows_untracked() || !self.has_begun();
                due = flows && (!rung || self.is_old() || self.has_news(asked.as_ref()));
            }
            due = false;
            asked = self.connection.version(self.listener.get_value());
            let version = self.version_of(&url);
            let answer = request::get_news(&url, &version).await;
            if is_over() {
                return;
            }
            let problem = match answer {
                Ok(news) => self.accept(&url, news),
                Err(problem) => Some(problem),
            };
            match problem {
                None => failures = 0,
                Some(problem) => {
                    failures += 1;
                    self.fail(&url, failures, problem);
                }
            }
        }
    }

    /// How long to wait when nobody rings; none for as long as it takes.
    fn pause(&self, failures: u32) -> Option<u32> {
        if !self.feed.flows_untracked() && self.has_begun() {
            return None;
        }
        match failures {
            0 => self.connection.is_broken().then_some(POLL_MILLISECONDS),
            // one more than the stream: what broke both comes back with the stream's news
            failures => Some(backoff::milliseconds(failures + 1, js_sys::Math::random())),
        }
    }

    fn has_begun(&self) -> bool {
        self.data.with_untracked(Option::is_some) || self.problem.with_untracked(Option::is_some)
    }

    /// No stream tells, and the last answer is some time ago.
    fn is_old(&self) -> bool {
        self.connection.is_broken()
            && js_sys::Date::now() - self.arrived.get_untracked() >= f64::from(POLL_MILLISECONDS)
    }

    /// The stream told another version than is shown and than was there when it was asked last.
    fn has_news(&self, asked: Option<&Arc<str>>) -> bool {
        let told = self.connection.version(self.listener.get_value());
        told.is_some()
            && told.as_ref() != asked
            && self
                .data
                .with_untracked(|data| data.as_ref().map(|data| &data.version) != told.as_ref())
    }

    /// The version of the data, where they came from `url`: that of another window of the same
    /// list would be the same.
    fn version_of(&self, url: &str) -> Arc<str> {
        self.data.with_untracked(|data| match data {
            Some(data) if *data.url == *url => Arc::clone(&data.version),
            _ => "".into(),
        })
    }

    fn note_arrival(&self, url: &str) {
        self.feed.forget(url);
        self.arrived.try_set(js_sys::Date::now());
    }

    fn fail(&self, url: &str, failures: u32, problem: Problem) {
        if problem.kind.is_transient() {
            self.feed.failed(
                url,
                js_sys::Date::now() + f64::from(backoff::milliseconds(failures + 1, 0.0)),
                self.arrived.get_untracked(),
            );
        } else {
            self.feed.forget(url);
        }
        self.problem.try_set(Some(problem));
    }

    /// Takes in what came; gives what is wrong with it.
    fn accept(&self, url: &str, news: request::News) -> Option<Problem> {
        let answer = match self.read(url, news) {
            Ok(answer) => answer,
            Err(error) => return Some(request::unreadable(&error)),
        };
        self.note_arrival(url);
        if self.problem.with_untracked(Option::is_some) {
            self.problem.try_set(None);
        }
        if let Some(answer) = answer {
            self.kept.update_value(|map| {
                if map.len() >= KEPT_MAX {
                    map.clear();
                }
                map.insert(Arc::clone(&answer.url), answer.clone());
            });
            self.data.try_set(Some(answer));
        }
        None
    }

    /// None where it says what is shown already.
    fn read(&self, url: &str, news: request::News) -> Result<Option<Answer>, Unreadable> {
        let Some(text) = news.text else {
            return Ok(None);
        };
        let sum = sum(&text);
        let same = self.data.with_untracked(|old| {
            old.as_ref()
                .is_some_and(|old| old.sum == sum && *old.url == *url)
        });
        if !same {
            return Answer::read(url, &text, &news.version, self.decode).map(Some);
        }
        self.data.update_untracked(|data| {
            if let Some(data) = data {
                data.version = news.version.into();
            }
        });
        Ok(None)
    }
}

impl Answer {
    fn read(url: &str, text: &str, version: &str, decode: Decode) -> Result<Self, Unreadable> {
        Ok(Self {
            url: url.into(),
            value: decode(text)?,
            version: version.into(),
            sum: sum(text),
        })
    }
}

fn sum(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn known(kept: Kept, url: &str) -> Option<Answer> {
    kept.with_value(|kept| kept.get(url).cloned())
}
