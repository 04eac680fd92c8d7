//! The live stream: one `EventSource` for the tab, which tells the version of everything that the
//! page shows. Those who show something listen to their topic.

use std::sync::Arc;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use wire::live::Topic;

use super::{
    Feed, backoff,
    bell::Bell,
    room::{Rank, Room},
};
use crate::{
    api::{self, json},
    effect::effect,
    routes,
};

/// Topics come and go together when a page does: one new stream for all of them.
const SETTLE_MILLISECONDS: u64 = 50;

/// Heartbeats come every 4 s; a stream without any for so long is dead.
const DEAD_MILLISECONDS: u64 = 10_000;

/// What the stream is, for those who wait for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stream {
    /// Nobody looks, or nobody wants anything.
    #[default]
    Closed,
    /// It was asked for.
    Opening,
    /// It tells.
    Open,
    /// It does not; it is tried again.
    Broken,
}

struct Listener {
    id: u32,
    topic: String,
    rank: Rank,
    /// The stream tells of its topic, or will: there is room for it.
    fits: bool,
    version: Option<Arc<str>>,
    bell: Bell,
}

#[derive(Default)]
struct State {
    listeners: Vec<Listener>,
    last_id: u32,
    visible: bool,
    stream: Stream,
    failures: u32,
    /// How often it came back.
    returns: u32,
    /// When it was heard last, in milliseconds since 1970; before that, when it was asked for.
    heard: f64,
    /// The address of `source`; empty without one.
    url: String,
    source: Option<web_sys::EventSource>,
    /// Hears every event; made once.
    ear: Option<js_sys::Function>,
    /// Opens it again, or changes its topics.
    plan: Option<TimeoutHandle>,
    /// Ends it when no heartbeat comes.
    watchdog: Option<TimeoutHandle>,
}

/// The stream of this tab. A context.
#[derive(Clone, Copy)]
pub(super) struct Connection {
    state: StoredValue<State, LocalStorage>,
    feed: Feed,
}

impl Connection {
    /// Opens and closes as the tab is seen, from now on.
    pub(super) fn provide(feed: Feed) {
        let connection = Self {
            state: StoredValue::new_local(State::default()),
            feed,
        };
        provide_context(connection);
        effect(move || {
            let visible = feed.is_visible();
            connection.with(|state| state.visible = visible);
            connection.plan(0);
        });
        effect(move || {
            let online = window_event_listener(ev::online, move |_| connection.hurry());
            on_cleanup(move || online.remove());
        });
    }

    /// From now on `bell` rings when `topic` changes, and when the stream breaks or comes back.
    pub(super) fn listen(self, topic: &Topic, rank: Rank, bell: Bell) -> u32 {
        let id = self.with(|state| {
            state.last_id += 1;
            state.listeners.push(Listener {
                id: state.last_id,
                topic: topic.to_string(),
                rank,
                fits: true,
                version: None,
                bell,
            });
            state.last_id
        });
        self.plan(SETTLE_MILLISECONDS);
        id.unwrap_or_default()
    }

    /// The end of `listen`.
    pub(super) fn leave(self, id: u32) {
        self.with(|state| state.listeners.retain(|listener| listener.id != id));
        self.plan(SETTLE_MILLISECONDS);
    }

    /// What the stream said last of a listener's topic.
    pub(super) fn version(self, id: u32) -> Option<Arc<str>> {
        self.with(|state| {
            let mut listeners = state.listeners.iter();
            listeners
                .find(|listener| listener.id == id)?
                .version
                .clone()
        })
        .flatten()
    }

    /// Nobody will tell a listener when its topic changes: ask every few seconds.
    pub(super) fn is_silent_to(self, id: u32) -> bool {
        let is_silent = self.with(|state| {
            let mut listeners = state.listeners.iter();
            state.stream == Stream::Broken || listeners.any(|one| one.id == id && !one.fits)
        });
        is_silent == Some(true)
    }

    fn is_broken(self) -> bool {
        self.with(|state| state.stream == Stream::Broken) == Some(true)
    }

    /// It told something lately.
    pub(super) fn lives(self) -> bool {
        self.with(|state| state.stream == Stream::Open) == Some(true)
    }

    /// How often it came back after it broke.
    pub(super) fn returns(self) -> u32 {
        self.with(|state| state.returns).unwrap_or_default()
    }

    /// When it told something last, in milliseconds since 1970; 0 for never.
    pub(super) fn heard(self) -> f64 {
        self.with(|state| state.heard).unwrap_or_default()
    }

    /// The link works again: a broken stream need not wait for its next try.
    pub(super) fn hurry(self) {
        if self.is_broken() {
            self.close();
            self.plan(0);
        }
    }

    fn with<R>(self, run: impl FnOnce(&mut State) -> R) -> Option<R> {
        self.state.try_update_value(run)
    }

    /// Looks at what is wanted after a moment.
    fn plan(self, milliseconds: u64) {
        let plan = set_timeout_with_handle(
            move || self.follow(),
            std::time::Duration::from_millis(milliseconds),
        );
        self.with(|state| {
            if let Some(old) = state.plan.take() {
                old.clear();
            }
            state.plan = plan.ok();
        });
    }

    /// Makes the stream what is wanted now.
    fn follow(self) {
        let wanted = self.with(|state| {
            state.plan = None;
            let (url, left_out) = state.fit();
            ((url != state.url).then_some(url), left_out)
        });
        let Some((url, left_out)) = wanted else {
            return;
        };
        ring(Some(left_out));
        let Some(url) = url else {
            return;
        };
        self.close();
        if url.is_empty() {
            self.with(|state| state.stream = Stream::Closed);
            self.feed.found();
            return;
        }
        let source = web_sys::EventSource::new(&url).ok();
        let ear = self.ear();
        if let Some(source) = &source {
            for event in ["open", "versions", "heartbeat", "error"] {
                let _ = source.add_event_listener_with_callback(event, &ear);
            }
        }
        self.with(|state| {
            state.source = source;
            state.url = url;
            if state.heard == 0.0 {
                state.heard = js_sys::Date::now();
            }
            // a stream that only changes its topics is as good as before, until it fails
            if state.stream == Stream::Closed {
                state.stream = Stream::Opening;
            }
        });
        self.watch();
    }

    fn ear(self) -> js_sys::Function {
        if let Some(Some(ear)) = self.with(|state| state.ear.clone()) {
            return ear;
        }
        let hear = move |event: web_sys::MessageEvent| match event.type_().as_str() {
            "error" => self.fail(false),
            "versions" => {
                self.alive();
                self.hear(&event.data().as_string().unwrap_or_default());
            }
            _ => self.alive(),
        };
        let ear: js_sys::Function = Closure::<dyn Fn(web_sys::MessageEvent)>::new(hear)
            .into_js_value()
            .unchecked_into();
        self.with(|state| state.ear = Some(ear.clone()));
        ear
    }

    fn watch(self) {
        let watchdog = set_timeout_with_handle(
            move || self.fail(true),
            std::time::Duration::from_millis(DEAD_MILLISECONDS),
        );
        self.with(|state| {
            if let Some(old) = state.watchdog.take() {
                old.clear();
            }
            state.watchdog = watchdog.ok();
        });
    }

    fn alive(self) {
        self.watch();
        let bells = self.with(|state| {
            let is_back = state.stream == Stream::Broken;
            state.failures = 0;
            state.stream = Stream::Open;
            state.heard = js_sys::Date::now();
            if !is_back {
                return Vec::new();
            }
            state.returns += 1;
            state.bells()
        });
        self.feed.found();
        ring(bells);
    }

    fn hear(self, data: &str) {
        let versions = json::members(data).unwrap_or_default();
        let mut changes = 0;
        let bells = self.with(|state| {
            let mut bells = Vec::new();
            for listener in &mut state.listeners {
                let told = versions.iter().find(|(topic, _)| *topic == listener.topic);
                let Some((_, version)) = told else { continue };
                let version: Arc<str> = version.trim_matches('"').into();
                if listener.version.as_ref() != Some(&version) {
                    changes += u32::from(listener.version.is_some());
                    listener.version = Some(version);
                    bells.push(listener.bell);
                }
            }
            bells
        });
        if changes > 0 && self.feed.paused.get_untracked() {
            self.feed.waiting.update(|waiting| *waiting += changes);
        }
        ring(bells);
    }

    fn close(self) {
        self.with(|state| {
            if let Some(source) = state.source.take() {
                source.close();
            }
            if let Some(watchdog) = state.watchdog.take() {
                watchdog.clear();
            }
            state.url.clear();
        });
    }

    /// The browser would come back by itself after some errors only, and all tabs at once. Where
    /// nothing answered at all, that it was waited for was pause enough.
    fn fail(self, is_silent: bool) {
        self.close();
        let failed = self.with(|state| {
            state.stream = Stream::Broken;
            state.failures += 1;
            let failures = if is_silent { 1 } else { state.failures };
            (failures, state.heard, state.bells())
        });
        let Some((failures, heard, bells)) = failed else {
            return;
        };
        let pause = backoff::milliseconds(failures, js_sys::Math::random());
        self.plan(u64::from(pause));
        self.feed
            .lost(heard, js_sys::Date::now() + f64::from(pause));
        ring(Some(bells));
    }
}

impl State {
    /// The address of the stream that there should be, empty for none, and who is not told any
    /// more for want of room.
    fn fit(&mut self) -> (String, Vec<Bell>) {
        let mut room = Room::default();
        let mut left_out = Vec::new();
        for rank in [Rank::Page, Rank::Aside] {
            let listeners = self.listeners.iter_mut();
            for listener in listeners.filter(|listener| listener.rank == rank) {
                let fits = room.takes(&listener.topic);
                if listener.fits && !fits {
                    listener.version = None;
                    left_out.push(listener.bell);
                }
                listener.fits = fits;
            }
        }
        let url = match room.topics() {
            topics if self.visible && !topics.is_empty() => {
                format!("{}/{}", routes::base(), api::live(&topics))
            }
            _ => String::new(),
        };
        (url, left_out)
    }

    fn bells(&self) -> Vec<Bell> {
        self.listeners
            .iter()
            .map(|listener| listener.bell)
            .collect()
    }
}

/// Never while the state is borrowed: who wakes up asks it.
fn ring(bells: Option<Vec<Bell>>) {
    for bell in bells.unwrap_or_default() {
        bell.ring();
    }
}
