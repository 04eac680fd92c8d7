//! What is asked beside the watches, once a while for all who look.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::consul::Error;

/// How long an answer is taken for true.
const KEPT: Duration = Duration::from_secs(5);

/// The last answers to one question, by datacenter.
#[derive(Debug)]
pub(super) struct Asked<T>(Mutex<BTreeMap<String, Arc<Slot<T>>>>);

type Slot<T> = tokio::sync::Mutex<Option<(Instant, Result<Arc<T>, Error>)>>;

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Asked<T> {
    /// The last answer, or what `ask` gives now.
    pub(super) async fn get(
        &self,
        dc: &str,
        ask: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, Error> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(dc.to_owned()).or_default())
        };
        // held while asking, so that many who ask at once are one question
        let mut kept = slot.lock().await;
        if let Some((read, outcome)) = &*kept
            && read.elapsed() < KEPT
        {
            return outcome.clone();
        }
        let outcome = ask.await.map(Arc::new);
        *kept = Some((Instant::now(), outcome.clone()));
        outcome
    }
}
