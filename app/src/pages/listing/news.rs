//! What a list asks for, and what of the answers it shows when.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;

use super::{
    List,
    rows::{Difference, Shown},
};
use crate::effect::effect;

/// While one types, the server is asked no more often than this; the first key does not wait.
const TYPING_MILLISECONDS: f64 = 60.0;

/// Pointer and keys rest when nothing was heard of them for so long.
const REST_MILLISECONDS: f64 = 500.0;

/// Rows that move wait at most so long for the pointer to rest.
const HOLD_MAX_MILLISECONDS: f64 = 3_000.0;

impl List {
    /// Asks the server for what is not held.
    pub(super) fn ask(self) {
        let last = StoredValue::new(self.wanted.get_untracked());
        effect(move || {
            let mut query = self.wanted.get();
            let at = self.offset.get();
            let is_whole = self.is_whole();
            if last.with_value(|last| *last != query) {
                last.set_value(query.clone());
                if at > 0 {
                    // comes back here
                    self.offset.set(0);
                    return;
                }
            }
            if is_whole {
                return;
            }
            query.offset = at;
            let url = self.address.with_value(|address| address(&query));
            if self.url.with_untracked(|old| old.as_ref() == Some(&url)) {
                return;
            }
            let (filter, last) = self.asked.get_value();
            let rest = if filter == query.filter {
                0.0
            } else {
                TYPING_MILLISECONDS - (js_sys::Date::now() - last)
            };
            let ask = move || {
                self.asked.set_value((query.filter, js_sys::Date::now()));
                self.url.set(Some(url));
            };
            if rest <= 0.0 {
                ask();
            } else if let Ok(timer) = set_timeout_with_handle(ask, pause(rest)) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    /// Shows what arrives.
    pub(super) fn take_in(self) {
        effect(move || {
            let Some((url, value)) = self.live.answer() else {
                return;
            };
            let is_shown = self.shown.with_untracked(|shown| {
                shown
                    .as_ref()
                    .is_some_and(|shown| Arc::ptr_eq(&shown.value, &value))
            });
            if is_shown {
                // what waited to be shown is not what is there any more
                if self.held_since.get_value() > 0.0 {
                    self.held_since.set_value(0.0);
                    self.answers.update_value(|answers| *answers += 1);
                }
                return;
            }
            let news = Shown { url, value };
            let difference = self.shown.with_untracked(|shown| {
                let shown = shown.as_ref()?;
                (shown.url == news.url).then(|| (self.kind.compare)(&shown.value, &news.value))
            });
            self.answers.update_value(|answers| *answers += 1);
            self.show(news, difference, self.answers.get_value());
        });
    }

    /// Rows that move wait for the pointer to rest: nothing goes away under it.
    fn show(self, news: Shown, difference: Option<Difference>, answer: u32) {
        if self.answers.try_get_value() != Some(answer) {
            return;
        }
        let now = js_sys::Date::now();
        let since = Some(self.held_since.get_value()).filter(|since| *since > 0.0);
        let moves = difference
            .as_ref()
            .is_some_and(|difference| difference.moved);
        if moves
            && now - self.touched.get_value() < REST_MILLISECONDS
            && now - since.unwrap_or(now) < HOLD_MAX_MILLISECONDS
        {
            self.held_since.set_value(since.unwrap_or(now));
            set_timeout(
                move || self.show(news, difference, answer),
                Duration::from_millis(200),
            );
            return;
        }
        self.held_since.set_value(0.0);
        let changed = difference
            .map(|difference| difference.changed)
            .unwrap_or_default();
        self.shown.set(Some(news));
        self.marked.show(changed);
    }
}

fn pause(milliseconds: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few milliseconds"
    )]
    Duration::from_millis(milliseconds.max(0.0) as u64)
}
