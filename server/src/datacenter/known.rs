//! The datacenters' names, kept for a moment: an unknown one is refused without asking an agent.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::Datacenters;
use crate::consul::Error;

/// How long the names are taken for true.
const KEPT: Duration = Duration::from_secs(10);

/// The names, and when they were read.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Option<(Instant, Arc<Vec<String>>)>>);

impl Datacenters {
    /// The names of the datacenters that the agents know, nearest first, at most some 10 s old.
    /// While no agent answers, the names that were read last.
    ///
    /// # Errors
    /// Any, where they were never read.
    pub async fn known(&self) -> Result<Arc<Vec<String>>, Error> {
        // held while asking, so that many who ask at once are one question
        let mut known = self.known_names().0.lock().await;
        if let Some((read, names)) = &*known
            && read.elapsed() < KEPT
        {
            return Ok(Arc::clone(names));
        }
        let asked = self
            .read(|client| async move { client.catalog().datacenters().await })
            .await;
        match (asked, &*known) {
            (Ok(names), _) => {
                let names = Arc::new(names);
                *known = Some((Instant::now(), Arc::clone(&names)));
                Ok(names)
            }
            (Err(_), Some((_, names))) => {
                // nobody else waits for the same failure for a while
                let names = Arc::clone(names);
                *known = Some((Instant::now(), Arc::clone(&names)));
                Ok(names)
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Whether this datacenter is known to be another than the agents' own. Asks nobody.
    pub(crate) fn is_far(&self, datacenter: &str) -> bool {
        let known = self.known_names().0.try_lock();
        known.is_ok_and(|known| {
            known
                .as_ref()
                .and_then(|(_, names)| names.first())
                .is_some_and(|nearest| nearest != datacenter)
        })
    }

    /// Whether the agents know this datacenter.
    ///
    /// # Errors
    /// As [`Self::known`].
    pub async fn knows(&self, datacenter: &str) -> Result<bool, Error> {
        Ok(self.known().await?.iter().any(|name| name == datacenter))
    }
}
