//! Where a watch gets its data: what a topic reads of an agent, and what tells that it changed.
//!
//! A change anywhere sends a whole answer again, so lists are waited for by queries whose filter
//! nothing passes: their answer is `[]`, and they end whenever the table changes (seen on 1.8.7
//! and 1.22.6; old agents ignore the filter of `catalog/services`, whose answer is small). What
//! is small itself, a service, a key, a folder, is waited for directly.

use std::{cmp, future::Future, sync::Arc, time::Duration};

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::time::{sleep, timeout};
use wire::live::{Subject, Topic};

use super::{
    services::Services,
    snapshot::{Data, Watched},
    trigger::Trigger,
};
use crate::{
    consul::{Client, Error, Phase, Query},
    datacenter::{Clusters, Place},
    view::{
        self, Seen,
        placed::{Placed, named},
    },
};

/// How long a query waits for a change. A link that died without a word is found out by then.
const WAIT_SECONDS: u32 = 55;

/// The same for a datacenter that is reached over others' servers.
const WAIT_SECONDS_FAR: u32 = 20;

/// How long a read of another datacenter may take, so that one that hangs is told from an agent
/// that hangs.
const FAR_DEADLINE: Duration = Duration::from_secs(5);

/// How often the leader is asked for: nothing tells when another one leads.
const LEADER_EVERY: Duration = Duration::from_secs(15);

/// What was read, and from where on to wait for changes of it.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) data: Data,
    pub(super) mark: Mark,
}

/// A place in an agent's history. Indexes mean nothing to another agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) agent: String,
    /// One for each query that tells of changes; empty or with a 0 where none can.
    pub(super) indexes: Vec<u64>,
}

/// How a wait ended.
#[derive(Clone, Debug)]
pub(super) enum Woken {
    /// By itself: nothing changed.
    Same,
    /// Something changed: it has to be read.
    Moved,
    /// Something changed, and this is what is now.
    New(Reading),
    /// Where the history was is not known any more: another agent answered, or the index went
    /// backwards.
    Lost,
}

/// Tells of changes, one after another, for as long as it is asked.
pub(super) type Changes<'a> = BoxStream<'a, Result<Woken, Error>>;

/// Where a watch gets its data.
pub(super) trait Source: Send + Sync {
    /// Reads plainly.
    fn read(&self) -> BoxFuture<'_, Result<Reading, Error>>;

    /// Changes since `mark`; none where they cannot be waited for now.
    fn follow(&self, mark: &Mark) -> Option<Changes<'_>>;

    /// Changes come with what is then, so that a read makes those that are under way stale.
    fn is_direct(&self) -> bool;

    /// Ends when it is worth trying again after `error`.
    fn back(&self, error: &Error) -> BoxFuture<'_, ()>;

    /// Where changes cannot be waited for at all: how often to look.
    fn look_every(&self) -> Option<Duration>;
}

/// A topic of one datacenter, from the agents.
pub(super) struct AgentSource {
    clusters: Clusters,
    place: Place,
    subject: Subject,
    services: Services,
}

impl AgentSource {
    pub(super) fn new(clusters: impl Into<Clusters>, topic: Topic) -> Self {
        let clusters = clusters.into();
        let Topic {
            subject,
            datacenter,
        } = topic;
        // no cluster of ours: the first one will say that it does not know it
        let place = clusters.of(&datacenter).unwrap_or_else(|| Place {
            datacenters: clusters.home().clone(),
            dc: datacenter.clone(),
            shown: datacenter,
        });
        Self {
            clusters,
            place,
            subject,
            services: Services::default(),
        }
    }

    fn is_far(&self) -> bool {
        !self.place.dc.is_empty() && self.place.datacenters.is_far(&self.place.dc)
    }

    fn query(&self, index: Option<u64>) -> Query {
        Query {
            index,
            wait_seconds: index.map(|_| {
                if self.is_far() {
                    WAIT_SECONDS_FAR
                } else {
                    WAIT_SECONDS
                }
            }),
            ..Query::in_datacenter(&self.place.dc)
        }
    }

    /// Asks the agent that `agent` names; none where another one would answer.
    async fn ask_same<T, Fut>(
        &self,
        agent: &str,
        ask: impl Fn(Client) -> Fut,
    ) -> Result<Option<T>, Error>
    where
        Fut: Future<Output = Result<T, Error>>,
    {
        let ask = &ask;
        let asked = self.place.datacenters.read(|client| async move {
            if client.address() != agent {
                return Ok(None);
            }
            ask(client).await.map(Some)
        });
        tokio::select! {
            answer = asked => answer,
            () = self.place.datacenters.falls_silent(agent) => Ok(None),
        }
    }

    /// Waits by the queries that tell of a change and nothing else.
    fn follow_triggers(&self, triggers: Vec<Trigger>, mark: &Mark) -> Changes<'_> {
        let waits = triggers
            .into_iter()
            .zip(&mark.indexes)
            .map(|(trigger, index)| {
                let agent = mark.agent.clone();
                stream::unfold(*index, move |index| {
                    let (trigger, agent) = (trigger.clone(), agent.clone());
                    async move {
                        let query = &self.query(Some(index));
                        let trigger = &trigger;
                        let ask = |client: Client| async move { trigger.ask(&client, query).await };
                        let (woken, index) = match self.ask_same(&agent, ask).await {
                            Ok(Some(now)) if now == index => (Ok(Woken::Same), index),
                            // also backwards: either a table's own index, after one that covered
                            // more, or a store that was put back
                            Ok(Some(now)) if now > 0 => {
                                if matches!(trigger, Trigger::Services) {
                                    self.services.catalog_changed();
                                }
                                (Ok(Woken::Moved), now)
                            }
                            Ok(_) => (Ok(Woken::Lost), index),
                            Err(error) => (Err(error), index),
                        };
                        Some((woken, index))
                    }
                })
                .boxed()
            });
        let mut waits: Vec<Changes<'_>> = waits.collect();
        waits.push(self.follow_leader(mark.agent.clone()));
        stream::select_all(waits).boxed()
    }

    fn follow_leader(&self, agent: String) -> Changes<'_> {
        stream::unfold(None::<Option<String>>, move |mut known| {
            let agent = agent.clone();
            async move {
                loop {
                    let query = &self.query(None);
                    let ask = |client: Client| async move { client.status().leader(query).await };
                    // a leader that cannot be asked for is no news; others tell what fails
                    if let Ok(Some(leader)) = self.ask_same(&agent, ask).await
                        && let Some(before) = known.replace(leader.clone())
                        && before != leader
                    {
                        return Some((Ok(Woken::Moved), known));
                    }
                    sleep(LEADER_EVERY).await;
                }
            }
        })
        .boxed()
    }

    /// Waits by the query that reads.
    fn follow_answer(&self, mark: &Mark) -> Changes<'_> {
        let first = mark.indexes.first().copied().unwrap_or_default();
        let agent = mark.agent.clone();
        stream::unfold(first, move |index| {
            let agent = agent.clone();
            async move {
                let query = &self.query(Some(index));
                let ask = |client: Client| async move { self.read_from(&client, query).await };
                let reading = match self.ask_same(&agent, ask).await {
                    Ok(Some(reading)) => reading,
                    Ok(None) => return Some((Ok(Woken::Lost), index)),
                    Err(error) => return Some((Err(error), index)),
                };
                let now = reading.mark.indexes.first().copied().unwrap_or_default();
                let woken = match now.cmp(&index) {
                    cmp::Ordering::Equal => Woken::Same,
                    cmp::Ordering::Greater => Woken::New(reading),
                    cmp::Ordering::Less => Woken::Lost,
                };
                Some((Ok(woken), now))
            }
        })
        .boxed()
    }

    async fn read_from(&self, client: &Client, query: &Query) -> Result<Reading, Error> {
        let dc = self.place.dc.as_str();
        let agent = client.address();
        Ok(match &self.subject {
            Subject::Datacenters => {
                let mut seen = view::datacenters::read(client).await?;
                let others = view::datacenters::of_others(&self.clusters).await;
                seen.value.items.extend(others);
                self.reading(agent, seen)
            }
            // an overview is told by the lists that it is made of
            Subject::Services | Subject::Overview => {
                self.reading(agent, self.services.read(client, dc).await?)
            }
            Subject::Service(name) => self.reading(
                agent,
                view::services::read_detail(client, name, dc, query).await?,
            ),
            Subject::Nodes => self.reading(agent, view::nodes::read(client, dc).await?),
            Subject::Node(name) => {
                self.reading(agent, view::nodes::read_detail(client, name, dc).await?)
            }
            Subject::Kv(prefix) => {
                self.reading(agent, view::kv::read_folder(client, prefix, query).await?)
            }
            Subject::Sessions => self.reading(agent, view::sessions::read(client, query).await?),
            Subject::Key(key) => self.reading(agent, view::kv::read_key(client, key, query).await?),
            Subject::History | Subject::HistoryBelow(_) => {
                let reason = "history is not read from an agent".to_owned();
                return Err(Error::Settings { reason });
            }
        })
    }

    fn reading<T: Watched + Placed>(&self, agent: String, seen: Seen<T>) -> Reading {
        Reading {
            data: T::wrap(Arc::new(named(seen.value, &self.place))),
            mark: Mark {
                agent,
                indexes: seen.indexes,
            },
        }
    }
}

impl Source for AgentSource {
    fn read(&self) -> BoxFuture<'_, Result<Reading, Error>> {
        async move {
            let query = &self.query(None);
            let asked = self
                .place
                .datacenters
                .read(|client| async move { self.read_from(&client, query).await });
            if !self.is_far() {
                return asked.await;
            }
            timeout(FAR_DEADLINE, asked).await.unwrap_or_else(|_| {
                Err(Error::TimedOut {
                    agent: self.place.datacenters.active(),
                    phase: Phase::Answer,
                    seconds: FAR_DEADLINE.as_secs(),
                })
            })
        }
        .boxed()
    }

    fn follow(&self, mark: &Mark) -> Option<Changes<'_>> {
        if mark.indexes.is_empty() || mark.indexes.contains(&0) {
            return None;
        }
        let clients = self.place.datacenters.clients();
        let client = clients
            .into_iter()
            .find(|client| client.address() == mark.agent)?;
        let triggers = Trigger::of(&self.subject);
        let connections = u32::try_from(triggers.len().max(1)).unwrap_or(u32::MAX);
        let reservation = client.reserve(connections)?;
        let changes = if triggers.is_empty() {
            self.follow_answer(mark)
        } else {
            self.follow_triggers(triggers, mark)
        };
        // held for as long as the stream is
        let hearing = self.services.hear();
        let held = changes.map(move |woken| {
            let _ = (&reservation, &hearing);
            woken
        });
        Some(held.boxed())
    }

    fn is_direct(&self) -> bool {
        Trigger::of(&self.subject).is_empty()
    }

    fn back(&self, error: &Error) -> BoxFuture<'_, ()> {
        if error.is_silence() {
            self.place.datacenters.comes_back().boxed()
        } else {
            std::future::pending().boxed()
        }
    }

    fn look_every(&self) -> Option<Duration> {
        (self.subject == Subject::Datacenters).then_some(Duration::from_secs(10))
    }
}
