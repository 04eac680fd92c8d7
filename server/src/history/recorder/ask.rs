//! What the recorder asks of the agents. Everything is counted.

use std::{future::Future, sync::atomic::Ordering, time::Duration};

use tokio::time::Instant;
use wire::kv::KvPair;

use super::{Recorder, tree::Part};
use crate::consul::{Answer, Client, Error, Query, Reservation};

/// How long a question waits for a change.
const WAIT_SECONDS: u32 = 55;

/// The same for a datacenter that is reached over others' servers.
const WAIT_SECONDS_FAR: u32 = 20;

/// How a wait ended.
pub(super) struct Woken {
    /// The index of what changed last.
    pub(super) index: u64,
    /// It was there at once: more than one thing may have changed.
    pub(super) at_once: bool,
}

/// Connections that wait, and whose agent's they are.
pub(super) struct Waiting {
    agent: String,
    _reservation: Reservation,
}

impl Recorder {
    pub(super) async fn ask<T, F, Fut>(&self, ask: F) -> Result<Answer<T>, Error>
    where
        F: Fn(Client, Query) -> Fut,
        Fut: Future<Output = Result<Answer<T>, Error>>,
    {
        let query = Query {
            consistent: self.doubtful.load(Ordering::Relaxed),
            ..Query::in_datacenter(&self.place.dc)
        };
        let asked = self.place.datacenters.read(|client| {
            let query = query.clone();
            ask(client, query)
        });
        self.pay().await;
        let began = Instant::now();
        let answer = match asked.await {
            // it came, though it was of no use
            Err(Error::AnswerTooLarge { agent, limit_bytes }) => {
                self.note(limit_bytes);
                return Err(Error::AnswerTooLarge { agent, limit_bytes });
            }
            answer => answer?,
        };
        self.note_time(began.elapsed());
        self.note(answer.meta.body_bytes);
        Ok(answer)
    }

    /// The servers' ids, which tell a cluster from another; none where they are not told.
    pub(super) async fn servers(&self) -> Result<Vec<String>, Error> {
        let asked = self
            .ask(|client, query| async move { client.catalog().service("consul", &query).await })
            .await;
        let servers = match asked {
            Ok(answer) => answer.value,
            // a token for keys only
            Err(Error::Forbidden { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let ids = servers.into_iter().map(|server| server.node_id);
        Ok(ids.filter(|id| !id.is_empty()).collect())
    }

    /// All names below a prefix.
    pub(super) async fn names(&self, prefix: &str) -> Result<Answer<Vec<String>>, Error> {
        self.ask(|client, query| async move { client.kv().keys(prefix, None, &query).await })
            .await
    }

    /// The index of the last change in a part; 0 where it is not told.
    pub(super) async fn last_change(&self, part: &Part) -> Result<u64, Error> {
        let asked = self.ask(|client, query| async move {
            let separator = Some(part.separator.as_str());
            client.kv().keys(&part.prefix, separator, &query).await
        });
        Ok(asked.await?.meta.index)
    }

    /// A part's keys with their values.
    pub(super) async fn values(&self, part: &Part) -> Result<Answer<Vec<KvPair>>, Error> {
        let prefix = part.prefix.as_str();
        if part.exact {
            let asked =
                self.ask(|client, query| async move { client.kv().get(prefix, &query).await });
            return Ok(asked.await?.map(|pair| pair.into_iter().collect()));
        }
        self.ask(|client, query| async move { client.kv().list(prefix, &query).await })
            .await
    }

    /// Keeps connections for waiting; none where people would have too few left.
    pub(super) fn reserve(&self, connections: usize) -> Option<Waiting> {
        let agent = self.place.datacenters.active();
        let clients = self.place.datacenters.clients();
        let client = clients
            .into_iter()
            .find(|client| client.address() == agent)?;
        let connections = u32::try_from(connections).ok()?;
        Some(Waiting {
            agent,
            _reservation: client.reserve(connections)?,
        })
    }

    /// Ends when something changed in a part since `index`; none where nothing did for a while, or
    /// another agent is asked by now, maybe because this one failed.
    pub(super) async fn wait(
        &self,
        waiting: &Waiting,
        part: &Part,
        index: u64,
    ) -> Result<Option<Woken>, Error> {
        let far = self.place.datacenters.is_far(&self.place.dc);
        let seconds = if far { WAIT_SECONDS_FAR } else { WAIT_SECONDS };
        let query = Query {
            index: Some(index),
            wait_seconds: Some(seconds),
            ..Query::in_datacenter(&self.place.dc)
        };
        let agent = &waiting.agent;
        self.pay().await;
        let began = Instant::now();
        let datacenters = &self.place.datacenters;
        let asked = datacenters.read_of(agent, |client| async move {
            let separator = Some(part.separator.as_str());
            let answer = client.kv().keys(&part.prefix, separator, &query).await?;
            Ok(answer.meta)
        });
        let answer = tokio::select! {
            answer = asked => answer,
            () = datacenters.falls_silent(agent) => {
                datacenters.error_of(agent).map_or(Ok(None), Err)
            }
        };
        let meta = match answer {
            Ok(Some(meta)) => meta,
            Ok(None) => return Ok(None),
            // it is waited on with the next one; where there is none, not at once
            Err(_) if datacenters.active() != *agent => return Ok(None),
            Err(error) => return Err(error),
        };
        self.note(meta.body_bytes);
        if meta.index == index {
            return Ok(None);
        }
        let quick = self.quickest() * 3 + Duration::from_millis(20);
        Ok(Some(Woken {
            index: meta.index,
            at_once: began.elapsed() < quick,
        }))
    }
}
