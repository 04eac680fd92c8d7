//! A topic of one datacenter, read from the agents.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, StreamExt, future::BoxFuture};
use tokio::time::timeout;
use wire::{
    datacenters::Datacenters,
    live::{Subject, Topic},
};

use super::{
    super::{
        leaders::Leaders,
        lists::{Lists, shared},
        snapshot::Watched,
        trigger::Trigger,
    },
    Changes, Mark, Reading, Source,
};
use crate::{
    consul::{Client, Contact, Error, Phase, Query},
    datacenter::{Clusters, Place},
    view::{self, Seen},
};

/// How long a query waits for a change. A link that died without a word is found out by then.
const WAIT_SECONDS: u32 = 55;

/// The same for a datacenter that is reached over others' servers.
const WAIT_SECONDS_FAR: u32 = 20;

/// How long a read of another datacenter may take, so that one that hangs is told from an agent
/// that hangs.
const FAR_DEADLINE: Duration = Duration::from_secs(5);

/// How often the time that a read may take is doubled at most: 40 s of an agent, 20 s of another
/// datacenter.
const PATIENCE_MAX: u32 = 2;

/// How often the list of all instances is read at most.
const INSTANCES_EVERY: Duration = Duration::from_secs(20);

/// An answer that may be older than this is asked for again, of a server that is sure.
pub(crate) const LAST_CONTACT_MAX_MS: u64 = 10_000;

/// A topic of one datacenter, from the agents.
pub(in crate::watch) struct AgentSource {
    pub(super) clusters: Clusters,
    pub(super) place: Place,
    pub(super) subject: Subject,
    pub(super) lists: Lists,
    pub(super) leaders: Leaders,
    /// Grows with each read that was not answered in time: what always takes long would never come.
    patience: AtomicU32,
    /// The newest indexes that any server named, one for each of a reading.
    newest: Mutex<Vec<u64>>,
}

impl AgentSource {
    pub(in crate::watch) fn new(
        clusters: impl Into<Clusters>,
        leaders: Leaders,
        topic: Topic,
    ) -> Self {
        let clusters = clusters.into();
        let Topic {
            subject,
            datacenter,
        } = topic;
        // no cluster of ours: the first one will say that it does not know it
        let place = clusters.of(&datacenter).unwrap_or_else(|| Place {
            datacenters: clusters.home().about(&datacenter),
            dc: datacenter.clone(),
            shown: datacenter,
        });
        Self {
            clusters,
            place,
            subject,
            lists: Lists::default(),
            leaders,
            patience: AtomicU32::new(0),
            newest: Mutex::default(),
        }
    }

    fn is_far(&self) -> bool {
        !self.place.dc.is_empty() && self.place.datacenters.is_far(&self.place.dc)
    }

    /// Any server may answer: what nobody writes through us. What is written has to be there for
    /// the next reader.
    fn allows_stale(&self) -> bool {
        match self.subject {
            Subject::Services
            | Subject::Overview
            | Subject::Service(_)
            | Subject::Instances
            | Subject::Nodes
            | Subject::Node(_) => true,
            Subject::Datacenters
            | Subject::Kv(_)
            | Subject::Key(_)
            | Subject::Sessions
            | Subject::History
            | Subject::HistoryBelow(_) => false,
        }
    }

    pub(super) fn query(&self, index: Option<u64>) -> Query {
        Query {
            index,
            wait_seconds: index.map(|_| {
                if self.is_far() {
                    WAIT_SECONDS_FAR
                } else {
                    WAIT_SECONDS
                }
            }),
            stale: self.allows_stale(),
            ..Query::in_datacenter(&self.place.dc)
        }
    }

    /// Asks the agent that `agent` names; none where another one would answer.
    pub(super) async fn ask_same<T, Fut>(
        &self,
        agent: &str,
        ask: impl FnOnce(Client) -> Fut,
    ) -> Result<Option<T>, Error>
    where
        Fut: Future<Output = Result<T, Error>>,
    {
        let datacenters = &self.place.datacenters;
        tokio::select! {
            answer = datacenters.read_of(agent, ask) => answer,
            () = datacenters.falls_silent(agent) => Ok(None),
        }
    }

    pub(super) async fn read_from(&self, client: &Client, query: &Query) -> Result<Reading, Error> {
        let (agent, place) = (client.address(), &self.place);
        Ok(match &self.subject {
            Subject::Datacenters => {
                let mut seen = view::datacenters::read(client).await?;
                view::datacenters::add_others(&mut seen.value, &self.clusters).await;
                reading(agent, shared(seen, place))
            }
            // an overview is told by the lists that it is made of
            Subject::Services | Subject::Overview => {
                reading(agent, self.lists.services(client, query, place).await?)
            }
            Subject::Service(name) => {
                let seen = view::services::read_detail(client, name, query).await?;
                reading(agent, shared(seen, place))
            }
            Subject::Instances => reading(agent, self.lists.instances(client, query, place).await?),
            Subject::Nodes => reading(agent, self.lists.nodes(client, query, place).await?),
            Subject::Node(name) => {
                let seen = view::nodes::read_detail(client, name, query).await?;
                reading(agent, shared(seen, place))
            }
            Subject::Kv(prefix) => {
                let seen = view::kv::read_folder(client, prefix, query).await?;
                reading(agent, shared(seen, place))
            }
            Subject::Key(key) => {
                let seen = view::kv::read_key(client, key, query).await?;
                reading(agent, shared(seen, place))
            }
            Subject::Sessions => {
                let seen = view::sessions::read(client, query).await?;
                reading(agent, shared(seen, place))
            }
            Subject::History | Subject::HistoryBelow(_) => {
                let reason = "history is not read from an agent".to_owned();
                return Err(Error::Settings { reason });
            }
        })
    }

    /// Reads from the first agent that answers; with `led`, from the first whose servers know a
    /// leader.
    async fn ask(&self, query: &Query, led: bool) -> Result<Reading, Error> {
        let asked = self.place.datacenters.read(|client| async move {
            let reading = self.read_from(&client, query).await?;
            if led && reading.contact.leaderless {
                let agent = client.address();
                return Err(Error::NoLeader { agent });
            }
            Ok(reading)
        });
        asked.await
    }

    async fn read_once(&self, patience: u32, beside: bool) -> Result<Reading, Error> {
        let query = Query {
            patience,
            beside,
            ..self.query(None)
        };
        if !query.stale {
            return self.ask(&query, false).await;
        }
        let reading = match self.ask(&query, !self.is_far()).await {
            // nobody knows a leader: what is known is better than nothing
            Err(Error::NoLeader { .. }) => self.ask(&query, false).await?,
            outcome => outcome?,
        };
        let is_behind = self.is_behind(&reading.mark.indexes);
        let is_sure = reading.contact.last_contact_ms <= LAST_CONTACT_MAX_MS;
        if reading.contact.leaderless || is_sure && !is_behind {
            return Ok(reading);
        }
        // the catalog may be another one by now
        self.lists.catalog_changed();
        let sure = Query {
            stale: false,
            ..query
        };
        match self.ask(&sure, false).await {
            // what was published already is newer than what is old and all that there is
            Err(_) if !is_behind => Ok(reading),
            outcome => outcome,
        }
    }

    /// What the other clusters say where the first one does not answer.
    fn datacenters(&self, others: Datacenters) -> Reading {
        let seen = Seen {
            value: Arc::new(others),
            indexes: Vec::new(),
            contact: Contact::default(),
        };
        reading(self.place.datacenters.active(), seen)
    }

    /// The server that answered does not know yet what another one told of.
    fn is_behind(&self, indexes: &[u64]) -> bool {
        let newest = self.newest();
        newest.len() == indexes.len() && newest.iter().zip(indexes).any(|(known, now)| now < known)
    }

    fn newest(&self) -> MutexGuard<'_, Vec<u64>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where the history is now.
    pub(super) fn is_at(&self, mark: &Mark) {
        self.newest().clone_from(&mark.indexes);
    }

    /// Notes what one of the queries that tell of changes told.
    pub(super) fn heard(&self, place: usize, index: u64) {
        if let Some(known) = self.newest().get_mut(place) {
            *known = index;
        }
    }
}

fn reading<T: Watched>(agent: String, seen: Seen<Arc<T>>) -> Reading {
    Reading {
        data: T::wrap(seen.value),
        mark: Mark {
            agent,
            indexes: seen.indexes,
        },
        contact: seen.contact,
    }
}

impl AgentSource {
    /// Reads in the time that there is. An agent that is slow but lives, and is the only one, is
    /// waited for: there is nobody else to ask, and a page says that it waits.
    async fn read_in_time(&self, beside: bool) -> Result<Reading, Error> {
        let grown = self.patience.load(Ordering::Relaxed);
        let datacenters = &self.place.datacenters;
        if self.is_far() {
            let within = FAR_DEADLINE * 2_u32.pow(grown);
            let asked = timeout(within, self.read_once(grown, beside)).await;
            return asked.unwrap_or_else(|_| {
                Err(Error::TimedOut {
                    agent: datacenters.active(),
                    phase: Phase::Answer,
                    seconds: within.as_secs(),
                })
            });
        }
        let Some(only) = datacenters.only_one() else {
            return self.read_once(grown, beside).await;
        };
        tokio::select! {
            biased;
            outcome = self.read_once(PATIENCE_MAX, beside) => outcome,
            error = async {
                datacenters.falls_silent(&only).await;
                datacenters.error_of(&only)
            } => match error {
                Some(error) => Err(error),
                // it is well again already
                None => self.read_once(grown, beside).await,
            },
        }
    }
}

impl AgentSource {
    async fn read_turn(&self, beside: bool) -> Result<Reading, Error> {
        let outcome = self.read_in_time(beside).await;
        if let Err(Error::TimedOut { .. }) = &outcome {
            let grown = self.patience.load(Ordering::Relaxed) + 1;
            let grown = grown.min(PATIENCE_MAX);
            self.patience.store(grown, Ordering::Relaxed);
        }
        // however the first cluster failed
        if outcome.is_err()
            && self.subject == Subject::Datacenters
            && let Some(others) = view::datacenters::without_home(&self.clusters).await
        {
            return Ok(self.datacenters(others));
        }
        let reading = outcome?;
        self.is_at(&reading.mark);
        Ok(reading)
    }
}

impl Source for AgentSource {
    fn read(&self) -> BoxFuture<'_, Result<Reading, Error>> {
        self.read_turn(false).boxed()
    }

    fn read_beside(&self) -> BoxFuture<'_, Result<Reading, Error>> {
        self.read_turn(true).boxed()
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
        let hearing = self.lists.hear();
        let held = changes.map(move |woken| {
            let _ = (&reservation, &hearing);
            woken
        });
        Some(held.boxed())
    }

    fn is_direct(&self) -> bool {
        Trigger::of(&self.subject).is_empty()
    }

    fn back(&self) -> BoxFuture<'_, ()> {
        // agents that are down are looked at every few seconds, whatever brought them down
        self.place.datacenters.comes_back().boxed()
    }

    fn look_every(&self) -> Option<Duration> {
        (self.subject == Subject::Datacenters).then_some(Duration::from_secs(10))
    }

    fn rest(&self) -> Option<Duration> {
        (self.subject == Subject::Instances).then_some(INSTANCES_EVERY)
    }
}
