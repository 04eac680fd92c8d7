//! What keeps data fresh, whatever their type: read from the page, else fetched, and fetched again
//! when the stream says that they changed. Without a stream they are asked for every few seconds.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{live::Topic, problem::Problem};

use super::{
    Feed, FirstData,
    answer::{Answer, Decode, Kept, Value, keep, known, sum},
    backoff,
    bell::Bell,
    connection::Connection,
    patience::{self, Waited},
    room::Rank,
    use_feed,
};
use crate::{
    api::{
        json::{self, Unreadable},
        request,
    },
    effect::effect,
};

/// How often data are asked for that no stream tells of.
const POLL_MILLISECONDS: u32 = 5_000;

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
    /// The run that waits for an answer; 0 for none.
    asking: StoredValue<u32>,
    /// The data came with the page, so the first fetch can wait.
    fresh: StoredValue<bool>,
    pub(super) data: RwSignal<Option<Answer>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) arrived: RwSignal<f64>,
    again: RwSignal<u32>,
}

impl Source {
    pub(super) fn new(
        topic: Topic,
        rank: Rank,
        url: Signal<Option<String>>,
        moves: bool,
        decode: Decode,
    ) -> Self {
        let kept = expect_context::<Kept>();
        let url = Memo::new(move |_| url.get());
        let now = url.get_untracked();
        let first = now
            .as_deref()
            .and_then(|url| use_context::<FirstData>()?.take(url));
        let (failed, first) = match first {
            Some(first) if first.failed => (json::read::<Problem>(&first.text).ok(), None),
            first => (None, first),
        };
        let first = now
            .as_deref()
            .zip(first)
            .and_then(|(url, first)| Answer::read(url, &first.text, &first.version, decode).ok());
        if let Some(first) = &first {
            keep(kept, first);
        }
        let source = Self {
            moves,
            decode,
            feed: use_feed(),
            kept,
            connection: expect_context(),
            listener: StoredValue::new(0),
            bell: Bell::new(),
            run: StoredValue::new(0),
            asking: StoredValue::new(0),
            fresh: StoredValue::new(first.is_some()),
            data: RwSignal::new(first.or_else(|| known(kept, now.as_deref()?))),
            problem: RwSignal::new(failed),
            arrived: RwSignal::new(0.0),
            again: RwSignal::new(0),
        };
        effect(move || {
            let listener = source.connection.listen(&topic, rank, source.bell);
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

    /// Fetches now.
    pub(super) fn reload(&self) {
        self.again.update(|count| *count += 1);
    }

    /// Fetches now, unless that is under way: an agent may take longer than who asks again waits.
    pub(super) fn renew(&self) {
        if self.asking.get_value() != self.run.get_value() {
            self.reload();
        }
    }

    /// Begins another run of fetching, as address or `reload` ask for it.
    fn follow(self, url: Option<String>, before: Option<Option<String>>) -> Option<String> {
        self.again.track();
        let mine = self.run.get_value() + 1;
        self.run.set_value(mine);
        // the run before ends where it waits
        self.bell.ring();
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
            && !self.is_untold()
            && self.connection.version(self.listener.get_value()) == Some(version)
    }

    async fn keep_fresh(self, url: String, mine: u32, mut due: bool) {
        let is_over = move || self.run.try_get_value() != Some(mine);
        let mut failures = 0;
        // the stream's version of the last fetch: what that gave is not asked for again
        let mut asked = None;
        let mut returns = 0;
        if !due {
            self.note_arrival(&url);
        }
        loop {
            while !due {
                let rung = self.bell.wait(self.pause(failures)).await;
                if is_over() {
                    return;
                }
                // what is shown may have come another way: should it change and change back, the
                // version that was asked for before it is news again
                let told = self.connection.version(self.listener.get_value());
                if told.as_ref() == Some(&self.version_of(&url)) {
                    asked = told;
                }
                let flows = self.feed.flows_now() || !self.has_begun();
                let is_back = failures > 0 && self.connection.returns() != returns;
                due = flows && (!rung || is_back || self.is_old() || self.has_news(asked.as_ref()));
            }
            due = false;
            returns = self.connection.returns();
            asked = self.connection.version(self.listener.get_value());
            let version = self.version_of(&url);
            let ask = request::get_news(&url, &version);
            self.asking.set_value(mine);
            let answer = patience::answer(ask, self.connection, || self.note_late(&url)).await;
            if is_over() {
                return;
            }
            self.asking.set_value(0);
            let problem = match answer {
                Waited::Answered(Ok(news)) => self.accept(&url, news),
                Waited::Answered(Err(problem)) => Some(problem),
                Waited::Again => {
                    due = true;
                    continue;
                }
                // it was waited for long enough: no longer pause on top of that
                Waited::Silence => {
                    failures = 0;
                    Some(request::unanswered())
                }
            };
            match problem {
                None => {
                    if failures > 0 {
                        self.connection.hurry();
                    }
                    failures = 0;
                }
                Some(problem) => {
                    failures += 1;
                    self.fail(&url, failures, problem);
                }
            }
        }
    }

    /// What is shown grows old while the next answer is waited for.
    fn note_late(&self, url: &str) {
        let now = js_sys::Date::now();
        self.feed.failed(url, now, self.known_at());
    }

    /// Until when what is shown was known to be what there is, in milliseconds since 1970; 0 where
    /// nothing is shown.
    fn known_at(&self) -> f64 {
        let arrived = self.arrived.get_untracked();
        // a stream that lives says nothing of what it does not tell of
        let told = self.connection.version(self.listener.get_value());
        if arrived == 0.0 || told.is_none() || self.has_news(None) {
            return arrived;
        }
        arrived.max(self.connection.heard())
    }

    /// How long to wait when nobody rings; none for as long as it takes.
    fn pause(&self, failures: u32) -> Option<u32> {
        if !self.feed.flows_now() && self.has_begun() {
            return None;
        }
        match failures {
            0 => self.is_untold().then_some(POLL_MILLISECONDS),
            // one more than the stream: what broke both comes back with the stream's news
            failures => Some(backoff::milliseconds(failures + 1, js_sys::Math::random())),
        }
    }

    fn has_begun(&self) -> bool {
        self.data.with_untracked(Option::is_some) || self.problem.with_untracked(Option::is_some)
    }

    fn is_untold(&self) -> bool {
        self.connection.is_silent_to(self.listener.get_value())
    }

    /// No stream tells, and the last answer is some time ago.
    fn is_old(&self) -> bool {
        self.is_untold()
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
        self.feed.answered();
        self.arrived.try_set(js_sys::Date::now());
    }

    fn fail(&self, url: &str, failures: u32, problem: Problem) {
        if problem.kind.is_transient() {
            self.feed.failed(
                url,
                js_sys::Date::now() + f64::from(backoff::milliseconds(failures + 1, 0.0)),
                self.known_at(),
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
            keep(self.kept, &answer);
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
