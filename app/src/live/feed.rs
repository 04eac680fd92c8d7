//! Whether data flows: paused by the user, hidden with the tab, or not answered.

use leptos::{ev, prelude::*};

/// The state of the page's data.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// The user holds updates back.
    pub paused: RwSignal<bool>,
    /// The tab can be seen.
    visible: RwSignal<bool>,
    /// When data last arrived, in milliseconds since 1970; 0 before the first.
    pub last_answer: RwSignal<f64>,
    /// When the next try is due, where the last one failed; else 0.
    pub next_try: RwSignal<f64>,
    /// Milliseconds since 1970, by the second, while something fails.
    pub now: RwSignal<f64>,
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

    pub(super) fn flows_untracked(&self) -> bool {
        self.visible.get_untracked() && !self.paused.get_untracked()
    }

    /// Data has been missing for so many seconds; none while all is well.
    #[must_use]
    pub fn stale_seconds(&self) -> Option<u32> {
        if self.next_try.get() == 0.0 || self.last_answer.get() == 0.0 {
            return None;
        }
        let seconds = (self.now.get() - self.last_answer.get()) / 1000.0;
        (seconds >= 10.0).then_some(seconds as u32)
    }

    /// Seconds until the next try.
    #[must_use]
    pub fn next_try_seconds(&self) -> u32 {
        ((self.next_try.get() - self.now.get()) / 1000.0).max(0.0).ceil() as u32
    }

    pub(super) fn answered(&self) {
        self.last_answer.set(js_sys::Date::now());
        if self.next_try.get_untracked() != 0.0 {
            self.next_try.set(0.0);
        }
    }

    pub(super) fn failed(&self, next_try: f64) {
        self.now.set(js_sys::Date::now());
        self.next_try.set(next_try);
    }
}

pub(super) fn provide() {
    let feed = Feed {
        paused: RwSignal::new(false),
        visible: RwSignal::new(true),
        last_answer: RwSignal::new(0.0),
        next_try: RwSignal::new(0.0),
        now: RwSignal::new(0.0),
    };
    provide_context(feed);
    Effect::new(move || {
        let look = move || feed.visible.set(!document().hidden());
        let handle = window_event_listener(ev::visibilitychange, move |_| look());
        look();
        on_cleanup(move || handle.remove());
    });
    Effect::new(move || {
        if feed.next_try.get() == 0.0 {
            return;
        }
        let tick = move || feed.now.set(js_sys::Date::now());
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
}
