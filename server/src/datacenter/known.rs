//! The datacenters' names, kept for a moment: an unknown one is refused without asking an agent.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Datacenters, kept::Kept};
use crate::consul::{AgentSelf, Error};

/// How long names are taken for true.
const KEPT: Duration = Duration::from_secs(10);

/// What is known of the datacenters that agents are in.
#[derive(Debug)]
pub(super) struct Known {
    /// Their names, nearest first.
    pub(super) names: Kept<Arc<Vec<String>>>,
    /// The agent that was asked who it is, and what it said.
    who: Kept<(String, AgentSelf)>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            names: Kept::staying(KEPT),
            who: Kept::staying(KEPT).retrying(),
        }
    }
}

impl Datacenters {
    /// The names of the datacenters that the agents know, nearest first. Those that were read last
    /// are given at once, and read again beside the caller after some 10 s: a slow agent holds up
    /// only who asks first.
    ///
    /// # Errors
    /// Any, where they were never read.
    pub async fn known(&self) -> Result<Arc<Vec<String>>, Error> {
        let this = self.clone();
        self.known_names().names.soon(|| this.ask_names()).await
    }

    /// Whether this datacenter is known to be another than the agents' own. Asks nobody.
    pub(crate) fn is_far(&self, datacenter: &str) -> bool {
        let known = self.known_names().names.last();
        let nearest = known.and_then(Result::ok).and_then(|names| {
            let nearest = names.first()?;
            Some(nearest != datacenter)
        });
        nearest.unwrap_or(false)
    }

    /// Whether the agents know this datacenter. One that is not among the names of before may be
    /// new.
    ///
    /// # Errors
    /// As [`Self::known`].
    pub async fn knows(&self, datacenter: &str) -> Result<bool, Error> {
        let is_in = |names: &[String]| names.iter().any(|name| name == datacenter);
        if is_in(&self.known().await?) {
            return Ok(true);
        }
        let this = self.clone();
        let names = self.known_names().names.get(|| this.ask_names()).await?;
        Ok(is_in(&names))
    }

    /// Since when they are being asked for the names; none where they are not.
    pub(super) fn names_asked_since(&self) -> Option<Instant> {
        self.known_names().names.asked_since()
    }

    async fn ask_names(self) -> Result<Arc<Vec<String>>, Error> {
        let asked = self.read(|client| async move { client.catalog().datacenters().await });
        asked.await.map(Arc::new)
    }

    /// The agent in use, by its address, and what it says of itself, which `ask` finds out where it
    /// is not known: once for all who want it, and for some 10 s.
    pub(crate) async fn who<F, Fut>(&self, ask: F) -> Result<(String, AgentSelf), Error>
    where
        F: FnOnce(Self) -> Fut,
        Fut: Future<Output = Result<AgentSelf, Error>> + Send + 'static,
    {
        let kept = &self.known_names().who;
        let active = self.active();
        let (asked, agent) = (ask(self.clone()), active.clone());
        let ask = move || async move { asked.await.map(|found| (agent, found)) };
        match kept.last() {
            // another agent may be elsewhere
            Some(Ok((agent, _))) if agent != active => kept.anew(ask).await,
            _ => kept.soon(ask).await,
        }
    }
}
