//! An answer that is kept for a while, and asked for once for all who want it.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::time::Instant;

use crate::consul::Error;

/// How often over an answer may be too old, so that it is given at once and not asked for first.
const WORTH_GIVING: u32 = 3;

type Outcome<T> = Result<T, Error>;

/// The last answer to one question. A question that is asked goes on without who asked it: who
/// gives up waiting takes nothing from those who come next.
#[derive(Clone)]
pub(crate) struct Kept<T> {
    fresh_for: Duration,
    /// The same of a failure.
    failed_for: Duration,
    /// An answer stays where a later one fails.
    stays: bool,
    state: Arc<Mutex<State<T>>>,
}

struct State<T> {
    last: Option<(Instant, Outcome<T>)>,
    asking: Option<Asking<T>>,
}

#[derive(Clone)]
struct Asking<T> {
    since: Instant,
    outcome: Shared<BoxFuture<'static, Outcome<T>>>,
}

impl<T> std::fmt::Debug for Kept<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// Nothing yet; an answer is taken for true for so long.
    pub(crate) fn new(fresh_for: Duration) -> Self {
        let state = State {
            last: None,
            asking: None,
        };
        Self {
            fresh_for,
            failed_for: fresh_for,
            stays: false,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The same, but an answer stays where a later one fails.
    pub(crate) fn staying(fresh_for: Duration) -> Self {
        Self {
            stays: true,
            ..Self::new(fresh_for)
        }
    }

    /// The same, but what failed is asked again by who comes next.
    pub(crate) fn retrying(self) -> Self {
        Self {
            failed_for: Duration::ZERO,
            ..self
        }
    }

    /// An answer that is not too old; what `ask` gives, where there is none.
    pub(crate) async fn get<F, Fut>(&self, ask: F) -> Outcome<T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Outcome<T>> + Send + 'static,
    {
        if let Some(outcome) = self.known(1) {
            return outcome;
        }
        self.begin(ask).await
    }

    /// What is known, at once; where that is old, it is asked for again beside the caller. Who
    /// comes first waits, as does who comes where the last question failed long ago.
    pub(crate) async fn soon<F, Fut>(&self, ask: F) -> Outcome<T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Outcome<T>> + Send + 'static,
    {
        if let Some(outcome) = self.known(1) {
            return outcome;
        }
        let asked = self.begin(ask);
        match self.last() {
            Some(Ok(value)) => Ok(value),
            _ => match self.known(WORTH_GIVING) {
                Some(outcome) => outcome,
                None => asked.await,
            },
        }
    }

    /// What `ask` gives now, however new what is known.
    pub(crate) async fn anew<F, Fut>(&self, ask: F) -> Outcome<T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Outcome<T>> + Send + 'static,
    {
        self.begin(ask).await
    }

    /// What was answered last, however long ago.
    pub(crate) fn last(&self) -> Option<Outcome<T>> {
        let state = self.state();
        state.last.as_ref().map(|(_, outcome)| outcome.clone())
    }

    /// Since when it is being asked; none where it is not.
    pub(crate) fn asked_since(&self) -> Option<Instant> {
        let state = self.state();
        let asking = state.asking.as_ref()?;
        asking.outcome.peek().is_none().then_some(asking.since)
    }

    /// The last answer, where it is at most so many times as old as it is fresh.
    fn known(&self, times: u32) -> Option<Outcome<T>> {
        let state = self.state();
        let (read, outcome) = state.last.as_ref()?;
        let within = match outcome {
            Ok(_) => self.fresh_for,
            Err(_) => self.failed_for,
        };
        (read.elapsed() < within * times).then(|| outcome.clone())
    }

    fn begin<F, Fut>(&self, ask: F) -> Shared<BoxFuture<'static, Outcome<T>>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Outcome<T>> + Send + 'static,
    {
        let mut state = self.state();
        if let Some(asking) = &state.asking
            && asking.outcome.peek().is_none()
        {
            return asking.outcome.clone();
        }
        let (kept, asked) = (self.clone(), ask());
        let task = tokio::spawn(async move { kept.keep(asked.await) });
        let outcome = async move {
            task.await.unwrap_or_else(|_| {
                Err(Error::Settings {
                    reason: "a question ended before it was answered".to_owned(),
                })
            })
        };
        let outcome = outcome.boxed().shared();
        state.asking = Some(Asking {
            since: Instant::now(),
            outcome: outcome.clone(),
        });
        outcome
    }

    fn keep(&self, outcome: Outcome<T>) -> Outcome<T> {
        let mut state = self.state();
        state.asking = None;
        let outcome = match (outcome, state.last.take()) {
            (Err(_), Some((_, Ok(before)))) if self.stays => Ok(before),
            (outcome, _) => outcome,
        };
        state.last = Some((Instant::now(), outcome.clone()));
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn failed() -> Error {
        Error::NoLeader { agent: "a".into() }
    }

    #[tokio::test(start_paused = true)]
    async fn many_questions_are_one_and_outlive_who_asks() {
        let asked = Arc::new(AtomicU32::new(0));
        let kept = Kept::new(10 * SECOND);
        let ask = || {
            let asked = Arc::clone(&asked);
            async move {
                sleep(SECOND).await;
                Ok(asked.fetch_add(1, Ordering::Relaxed))
            }
        };
        {
            let impatient = tokio::time::timeout(SECOND / 10, kept.get(ask));
            assert!(impatient.await.is_err());
        }
        let since = kept.asked_since().unwrap().elapsed();
        assert!((90..110).contains(&since.as_millis()), "{since:?}");
        let start = Instant::now();
        let all = (0..1_000).map(|_| kept.get(ask));
        let all = futures::future::join_all(all).await;
        assert!(all.iter().all(|one| *one == Ok(0)));
        let took = start.elapsed();
        assert!((890..910).contains(&took.as_millis()), "{took:?}");
        assert_eq!(
            (asked.load(Ordering::Relaxed), kept.asked_since()),
            (1, None)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_old_is_given_and_asked_for_beside() {
        let kept = Kept::new(10 * SECOND);
        assert_eq!(kept.soon(|| async { Ok(1) }).await, Ok(1));
        sleep(3_600 * SECOND).await;
        let start = Instant::now();
        let slow = || async {
            sleep(SECOND).await;
            Ok(2)
        };
        assert_eq!(kept.soon(slow).await, Ok(1));
        assert_eq!(start.elapsed(), Duration::ZERO);
        // who wants what is now waits for it
        assert_eq!(kept.get(slow).await, Ok(2));
        assert_eq!(kept.soon(slow).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_known_for_a_while_and_takes_nothing_where_answers_stay() {
        let kept = Kept::<u32>::new(10 * SECOND);
        let fails = || async { Err(failed()) };
        let hangs = std::future::pending;
        assert_eq!(kept.soon(fails).await, Err(failed()));
        sleep(15 * SECOND).await;
        assert_eq!(kept.soon(hangs).await, Err(failed()));
        sleep(20 * SECOND).await;
        let waits = tokio::time::timeout(SECOND, kept.soon(hangs));
        assert!(waits.await.is_err());

        let staying = Kept::staying(10 * SECOND);
        assert_eq!(staying.get(|| async { Ok(1) }).await, Ok(1));
        sleep(11 * SECOND).await;
        assert_eq!(staying.get(fails).await, Ok(1));

        let retrying = Kept::<u32>::new(10 * SECOND).retrying();
        assert_eq!(retrying.soon(fails).await, Err(failed()));
        assert_eq!(retrying.soon(|| async { Ok(2) }).await, Ok(2));
    }
}
