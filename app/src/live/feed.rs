//! Whether data flows: paused by the user, hidden with the tab, or not answered.

use std::time::Duration;

use leptos::{ev, prelude::*};

use crate::effect::effect;

/// An address that does not answer.
#[derive(Clone, Debug)]
struct Failing {
    url: String,
    /// When the next try is due, in milliseconds since 1970.
    next_try: f64,
    /// When it last answered; 0 for never.
    last_answer: f64,
}

/// The stream does not tell.
#[derive(Clone, Copy, Debug)]
struct Lost {
    /// When it told something last.
    heard: f64,
    /// When it is tried again.
    next_try: f64,
}

/// The state of the page's data.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// The user holds updates back.
    pub paused: RwSignal<bool>,
    /// So many changes were told of since then.
    pub waiting: RwSignal<u32>,
    /// The tab can be seen.
    visible: RwSignal<bool>,
    failing: RwSignal<Vec<Failing>>,
    lost: RwSignal<Option<Lost>>,
    /// When any address answered last, in milliseconds since 1970.
    answered: StoredValue<f64>,
    /// Milliseconds since 1970, by the second, while something fails.
    now: RwSignal<f64>,
}

/// The state of the page's data.
///
/// # Panics
/// Outside of `App`.
#[must_use]
pub fn use_feed() -> Feed {
    expect_context()
}

impl Feed {
    /// Data is to be fetched.
    #[must_use]
    pub fn flows(&self) -> bool {
        self.visible.get() && !self.paused.get()
    }

    /// Runs `look` every so often while data flows, and at once when it flows again.
    pub fn every(self, period: Duration, look: impl Fn() + Clone + 'static) {
        let flows = Memo::new(move |_| self.flows());
        let begun = StoredValue::new(false);
        effect(move || {
            if !flows.get() {
                return;
            }
            if begun.try_update_value(|begun| std::mem::replace(begun, true)) == Some(true) {
                untrack(&look);
            }
            if let Ok(handle) = set_interval_with_handle(look.clone(), period) {
                on_cleanup(move || handle.clear());
            }
        });
    }

    pub(super) fn is_visible(&self) -> bool {
        self.visible.get()
    }

    /// Data is to be fetched, for who looks only now and then.
    #[must_use]
    pub fn flows_now(&self) -> bool {
        let flows = || Some(self.visible.try_get_untracked()? && !self.paused.try_get_untracked()?);
        flows() == Some(true)
    }

    /// What the page shows is so many seconds old; none while all is well.
    #[must_use]
    pub fn stale_seconds(&self) -> Option<u32> {
        let now = self.now.get();
        let lost = self.lost.get();
        let oldest = self.failing.with(|failing| {
            let failing = failing.iter().map(|failing| failing.last_answer);
            // without the stream the page is as old as what was asked for since
            let lost = lost.map(|lost| lost.heard.max(self.answered.get_value()));
            failing
                .chain(lost)
                .filter(|last| *last > 0.0)
                .fold(f64::INFINITY, f64::min)
        });
        whole_seconds(now - oldest).filter(|seconds| *seconds >= STALE_SECONDS)
    }

    /// Seconds until the next try; none while all is well.
    #[must_use]
    pub fn next_try_seconds(&self) -> Option<u32> {
        let now = self.now.get();
        let lost = self.lost.get();
        let next = self.failing.with(|failing| {
            let failing = failing.iter().map(|failing| failing.next_try);
            let next = failing.reduce(f64::min);
            next.or(lost.map(|lost| lost.next_try))
                .unwrap_or(f64::INFINITY)
        });
        next.is_finite()
            .then(|| whole_seconds((next - now).max(0.0).ceil() + 999.0).unwrap_or_default())
    }

    /// An address answered.
    pub(super) fn answered(&self) {
        self.answered.set_value(js_sys::Date::now());
    }

    /// The stream broke, which told something at `heard`.
    pub(super) fn lost(&self, heard: f64, next_try: f64) {
        self.now.set(js_sys::Date::now());
        self.lost.set(Some(Lost { heard, next_try }));
    }

    /// The stream tells, or nobody wants it to.
    pub(super) fn found(&self) {
        if self.lost.with_untracked(Option::is_some) {
            self.lost.set(None);
        }
    }

    /// `url` answered, or is not asked any more.
    pub(super) fn forget(&self, url: &str) {
        if self
            .failing
            .with_untracked(|failing| failing.iter().any(|one| one.url == url))
        {
            self.failing
                .update(|failing| failing.retain(|one| one.url != url));
        }
    }

    pub(super) fn failed(&self, url: &str, next_try: f64, last_answer: f64) {
        self.now.set(js_sys::Date::now());
        self.failing.update(|failing| {
            failing.retain(|one| one.url != url);
            failing.push(Failing {
                url: url.to_owned(),
                next_try,
                last_answer,
            });
        });
    }
}

/// Data is called stale when it is this old.
const STALE_SECONDS: u32 = 10;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked"
)]
fn whole_seconds(milliseconds: f64) -> Option<u32> {
    (milliseconds.is_finite() && milliseconds >= 0.0).then_some((milliseconds / 1000.0) as u32)
}

pub(super) fn provide() -> Feed {
    let feed = Feed {
        paused: RwSignal::new(false),
        waiting: RwSignal::new(0),
        visible: RwSignal::new(true),
        failing: RwSignal::new(Vec::new()),
        lost: RwSignal::new(None),
        answered: StoredValue::new(0.0),
        now: RwSignal::new(0.0),
    };
    provide_context(feed);
    effect(move || {
        if !feed.paused.get() && feed.waiting.get_untracked() > 0 {
            feed.waiting.set(0);
        }
    });
    effect(move || {
        let look = move || feed.visible.set(!document().hidden());
        let handle = window_event_listener(ev::visibilitychange, move |_| look());
        look();
        on_cleanup(move || handle.remove());
    });
    let fails = Memo::new(move |_| {
        feed.lost.with(Option::is_some) || feed.failing.with(|failing| !failing.is_empty())
    });
    effect(move || {
        if !fails.get() {
            return;
        }
        let tick = move || feed.now.set(js_sys::Date::now());
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    feed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_and_never_negative() {
        assert_eq!(whole_seconds(10_999.0), Some(10));
        assert_eq!(whole_seconds(-1.0), None);
        assert_eq!(whole_seconds(f64::NEG_INFINITY), None);
    }
}
