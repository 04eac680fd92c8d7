//! Wakes the one task that waits for news.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Poll, Waker},
};

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

#[derive(Default)]
struct State {
    rung: bool,
    waiting: Option<Waker>,
}

/// A bell for one waiting task; a ring that nobody waits for is kept.
#[derive(Clone, Copy)]
pub(super) struct Bell(StoredValue<State>);

impl Bell {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(State::default()))
    }

    pub(super) fn ring(self) {
        let waiting = self.0.try_update_value(|state| {
            state.rung = true;
            state.waiting.take()
        });
        if let Some(Some(waiting)) = waiting {
            waiting.wake();
        }
    }

    /// Waits until it rings, or until so many milliseconds are over; says whether it rang.
    pub(super) async fn wait(self, milliseconds: Option<u32>) -> bool {
        let mut timer = milliseconds.map(TimeoutFuture::new);
        poll_fn(|context| {
            let rung = self.0.try_update_value(|state| {
                let rung = std::mem::take(&mut state.rung);
                state.waiting = (!rung).then(|| context.waker().clone());
                rung
            });
            // a bell that is gone rings for the last time
            if rung != Some(false) {
                return Poll::Ready(true);
            }
            match &mut timer {
                Some(timer) => Pin::new(timer).poll(context).map(|()| false),
                None => Poll::Pending,
            }
        })
        .await
    }
}
