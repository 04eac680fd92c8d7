//! How long an answer is waited for: while the stream tells that the link lives, as long as the
//! server may take; over a link that is silent not so long.

use std::future::Future;

use super::connection::Connection;
use crate::api::request::{ANSWER_MILLISECONDS, within};

/// How often is looked while an answer is waited for.
const LOOK_MILLISECONDS: u32 = 1_000;

/// The server itself gives up after 90 s.
const MOST_MILLISECONDS: f64 = 95_000.0;

/// How the wait for an answer ended.
pub(super) enum Waited<T> {
    /// It came.
    Answered(T),
    /// The stream broke and came back meanwhile: what was asked before that is lost.
    Again,
    /// Nothing comes.
    Silence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Wait,
    Late,
    Again,
    Silence,
}

/// Waits for an answer; calls `late` each second once that takes long.
pub(super) async fn answer<T>(
    ask: impl Future<Output = T>,
    connection: Connection,
    late: impl Fn(),
) -> Waited<T> {
    let mut ask = Box::pin(ask);
    let begun = js_sys::Date::now();
    let returns = connection.returns();
    loop {
        if let Some(answer) = within(LOOK_MILLISECONDS, ask.as_mut()).await {
            return Waited::Answered(answer);
        }
        let came_back = connection.returns() != returns;
        match judge(js_sys::Date::now() - begun, came_back, connection.lives()) {
            Verdict::Wait => {}
            Verdict::Late => late(),
            Verdict::Again => return Waited::Again,
            Verdict::Silence => return Waited::Silence,
        }
    }
}

fn judge(milliseconds: f64, came_back: bool, lives: bool) -> Verdict {
    if came_back {
        Verdict::Again
    } else if milliseconds < f64::from(ANSWER_MILLISECONDS) {
        Verdict::Wait
    } else if lives && milliseconds < MOST_MILLISECONDS {
        Verdict::Late
    } else {
        Verdict::Silence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_link_is_given_up_and_a_slow_server_is_waited_for() {
        for (seconds, lives, verdict) in [
            (1.0, true, Verdict::Wait),
            (14.0, false, Verdict::Wait),
            (15.0, false, Verdict::Silence),
            (15.0, true, Verdict::Late),
            (90.0, true, Verdict::Late),
            (95.0, true, Verdict::Silence),
        ] {
            let judged = judge(seconds * 1_000.0, false, lives);
            assert_eq!(judged, verdict, "{seconds} s, {lives}");
        }
    }

    #[test]
    fn what_was_asked_before_the_link_was_back_is_asked_anew() {
        assert_eq!(judge(1_000.0, true, true), Verdict::Again);
    }
}
