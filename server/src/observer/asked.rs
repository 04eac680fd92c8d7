//! What is asked beside the watches, once a while for all who look.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{consul::Error, datacenter::Kept};

/// How long an answer is taken for true.
const KEPT: Duration = Duration::from_secs(5);

/// The last answers to one question, by datacenter.
#[derive(Debug)]
pub(super) struct Asked<T>(Mutex<BTreeMap<String, Kept<Arc<T>>>>);

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Send + Sync + 'static> Asked<T> {
    /// The last answer, or what `ask` gives now.
    pub(super) async fn get<F>(&self, dc: &str, ask: F) -> Result<Arc<T>, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let kept = self.of(dc);
        kept.get(|| async { ask.await.map(Arc::new) }).await
    }

    /// The last answer, however old; none where nothing was answered.
    pub(super) fn last(&self, dc: &str) -> Option<Result<Arc<T>, Error>> {
        self.of(dc).last()
    }

    fn of(&self, dc: &str) -> Kept<Arc<T>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(dc.to_owned()).or_insert_with(|| Kept::new(KEPT));
        kept.clone()
    }
}
