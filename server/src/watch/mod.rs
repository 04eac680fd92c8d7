//! The watches: what pages show is read once, however many look, and kept as it is.
//!
//! One task for each topic and token waits for changes by blocking queries and publishes whole
//! snapshots; it is started by the first reader and ends 30 s after the last. What a thousand
//! browsers cost an agent is what one costs. May be imported by `api` and `router`; imports
//! `view` and `datacenter`.

mod cache;
mod counts;
mod entry;
mod key;
mod leaders;
mod lists;
mod pace;
mod poll;
mod snapshot;
mod source;
mod subscription;
#[cfg(test)]
mod tests;
mod trigger;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, timeout},
};
use wire::{
    datacenters::{ALL, Datacenters as DatacenterList},
    kv::KvPair,
    live::{Subject, Topic},
};

pub(crate) use counts::WatchCounts;
pub(crate) use snapshot::{Snapshot, Version, Watched};
pub(crate) use source::LAST_CONTACT_MAX_MS;
pub(crate) use subscription::Subscription;

use crate::{consul::Error, datacenter::Clusters, view::kv::Folder};
use cache::Cache;
use entry::Outcome;
use key::Key;
use leaders::Leaders;
use source::AgentSource;

/// How long another try is given where what was known before can be shown: less than a page waits
/// for its first data.
const KEPT_AFTER: Duration = Duration::from_millis(200);

/// All watches. A handle: clones share them.
#[derive(Clone)]
pub(crate) struct Watches {
    cache: Arc<Cache>,
    clusters: Clusters,
    closed: watch::Sender<bool>,
}

impl Watches {
    /// No watch yet, of what these clusters know.
    #[must_use]
    pub(crate) fn new(clusters: impl Into<Clusters>) -> Self {
        let clusters = clusters.into();
        let asked = clusters.clone();
        let leaders = Leaders::default();
        let make = move |key: &Key| -> Box<dyn source::Source> {
            let (asked, leaders) = (asked.clone(), leaders.clone());
            Box::new(AgentSource::new(asked, leaders, key.topic.clone()))
        };
        Self {
            cache: Arc::new(Cache::new(Box::new(make), Some(clusters.clone()))),
            clusters,
            closed: watch::Sender::new(false),
        }
    }

    /// Ends the streams: waggle stops.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Ends when the streams have to end.
    pub(crate) async fn closed(&self) {
        let mut closed = self.closed.subscribe();
        if closed.wait_for(|closed| *closed).await.is_err() {
            std::future::pending().await
        }
    }

    /// The datacenters and the agent.
    pub(crate) async fn datacenters(&self) -> Result<Snapshot<DatacenterList>, Error> {
        self.get(Topic::datacenters()).await
    }

    /// One level of keys; `prefix` is empty or ends with `/`.
    pub(crate) async fn kv_folder(
        &self,
        dc: &str,
        prefix: &str,
    ) -> Result<Snapshot<Folder>, Error> {
        self.get(Topic::new(Subject::Kv(prefix.to_owned()), dc))
            .await
    }

    /// One key; none where it does not exist.
    pub(crate) async fn key(&self, dc: &str, key: &str) -> Result<Snapshot<Option<KvPair>>, Error> {
        self.get(Topic::new(Subject::Key(key.to_owned()), dc)).await
    }

    /// A session was, or may have been, ended: its keys are released or gone, whichever they are.
    pub(crate) fn ended_session(&self, dc: &str) {
        self.outdate(dc, |subject| {
            matches!(
                subject,
                Subject::Sessions | Subject::Key(_) | Subject::Kv(_)
            )
        });
    }

    /// What there is to say of a subject in a datacenter, the value being of the kind that such
    /// subjects have.
    pub(crate) async fn read<T: Watched>(
        &self,
        subject: Subject,
        dc: &str,
    ) -> Result<Snapshot<T>, Error> {
        self.get(Topic::new(subject, dc)).await
    }

    /// The same as [`Self::read`], but what failed a moment ago is not waited for
    /// again: for lists over many datacenters, which are not held up by one of them.
    pub(crate) async fn known<T: Watched>(
        &self,
        subject: Subject,
        dc: &str,
    ) -> Result<Snapshot<T>, Error> {
        let topic = Topic::new(subject, dc);
        let key = Key::from(topic.clone());
        match self.cache.peek(&key) {
            Some(outcome) if outcome.problem.is_some() && !outcome.ended => {
                // it goes on trying for as long as somebody looks
                drop(self.cache.enter(&key, false));
                snapshot(outcome)
            }
            _ => self.get(topic).await,
        }
    }

    /// The same as [`Self::read`], but where it could not be read the last time, and what was
    /// known before is still there, that is given after a moment: it says what is wrong with it.
    pub(crate) async fn kept<T: Watched>(
        &self,
        subject: Subject,
        dc: &str,
    ) -> Result<Snapshot<T>, Error> {
        let topic = Topic::new(subject, dc);
        let key = Key::from(topic.clone());
        match self.cache.peek(&key) {
            Some(outcome) if outcome.problem.is_some() && outcome.last.is_some() => {
                // another try is under way, and goes on
                let tried = timeout(KEPT_AFTER, self.get(topic)).await;
                tried.unwrap_or_else(|_| snapshot(outcome))
            }
            _ => self.get(topic).await,
        }
    }

    /// What is known without asking anybody, whether or not it is so now; none where nothing was
    /// read.
    pub(crate) fn last<T: Watched>(&self, subject: Subject, dc: &str) -> Option<Snapshot<T>> {
        self.outcome(subject, dc)?.ok()
    }

    /// The same, or why nothing could be read.
    pub(crate) fn outcome<T: Watched>(
        &self,
        subject: Subject,
        dc: &str,
    ) -> Option<Result<Snapshot<T>, Error>> {
        let outcome = self.cache.peek(&Key::from(Topic::new(subject, dc)))?;
        let is_known = outcome.last.is_some() || outcome.problem.is_some();
        is_known.then(|| snapshot(outcome))
    }

    /// Since when it is being read; none where it is not.
    pub(crate) fn asked_since(&self, subject: Subject, dc: &str) -> Option<Instant> {
        self.cache.asked_since(&Key::from(Topic::new(subject, dc)))
    }

    async fn get<T: Watched>(&self, topic: Topic) -> Result<Snapshot<T>, Error> {
        snapshot(self.cache.get(&Key::from(topic)).await?)
    }

    /// A key was, or may have been, written or deleted: whoever reads it or a folder that it is
    /// in gets what is from now on.
    pub(crate) fn wrote_key(&self, dc: &str, key: &str) {
        self.outdate(dc, |subject| match subject {
            Subject::Key(name) => name == key,
            Subject::Kv(folder) => key.starts_with(folder.as_str()),
            _ => false,
        });
    }

    fn outdate(&self, dc: &str, is_meant: impl Fn(&Subject) -> bool) {
        self.cache
            .outdate(|key| key.topic.datacenter == dc && is_meant(&key.topic.subject));
    }

    /// The versions of a topic, for as long as the subscription is held. Where the topic is about
    /// all datacenters, it is about those that are known now.
    pub(crate) async fn subscribe(&self, topic: &Topic) -> Result<Subscription, Error> {
        let enter = |subject: &Subject, dc: &str| {
            let topic = Topic::new(subject.clone(), dc);
            self.cache.enter(&Key::from(topic), true)
        };
        let subjects: &[Subject] = match &topic.subject {
            Subject::Overview => &[Subject::Services, Subject::Nodes],
            subject => std::slice::from_ref(subject),
        };
        let everywhere = topic.datacenter == ALL;
        let datacenters = if everywhere {
            self.clusters.names().await?
        } else {
            vec![topic.datacenter.clone()]
        };
        let mut parts = Vec::new();
        for dc in &datacenters {
            for subject in subjects {
                // what a list over all datacenters makes its version of
                let name = match subjects {
                    [_] => dc.clone(),
                    _ => Topic::new(subject.clone(), dc.as_str()).to_string(),
                };
                parts.push((name, enter(subject, dc)));
            }
        }
        Ok(Subscription::new(parts, everywhere || subjects.len() > 1))
    }

    /// What all watches did so far.
    pub(crate) fn numbers(&self) -> WatchCounts {
        self.cache.numbers()
    }

    /// A stream was opened; it is counted for as long as this is held.
    pub(crate) fn count_stream(&self) -> impl Drop + use<> {
        self.cache.counts.stream_opened();
        Open(Arc::clone(&self.cache))
    }
}

fn snapshot<T: Watched>(outcome: Outcome) -> Result<Snapshot<T>, Error> {
    let found = outcome
        .last
        .and_then(|last| Some((T::unwrap(&last.data)?, last)));
    match (found, outcome.problem) {
        (Some((value, last)), problem) => Ok(Snapshot {
            value,
            version: last.version,
            taken: last.taken,
            problem,
            agent: last.agent,
            contact: last.contact,
        }),
        (None, Some(problem)) => Err(problem),
        (None, None) => Err(Error::Settings {
            reason: "a watch holds something else than its topic says".to_owned(),
        }),
    }
}

struct Open(Arc<Cache>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.counts.stream_closed();
    }
}
