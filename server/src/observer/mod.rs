//! What this waggle has seen of each datacenter over the last hour: how its services fared, and
//! who led it. Once a minute it looks for itself; nothing of it outlives the process.
//!
//! Imports `watch` and `datacenter`; `api` reads it.

mod asked;
mod seen;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::watch, time::MissedTickBehavior};
use wire::{live::Subject, nodes::NodeRow, rows::Rows, services::ServiceRow};

pub(crate) use seen::Seen;

use crate::{
    consul::{Error, Member, Query, RaftServer},
    datacenter::{Clusters, Place},
    watch::{Version, Watches},
};
use asked::Asked;

/// A look costs what opening the lists costs, and keeps their watches for 30 s.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What was seen. A handle: clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observer(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    places: Mutex<BTreeMap<String, Kept>>,
    members: Asked<Vec<Member>>,
    servers: Asked<Vec<RaftServer>>,
}

/// Of one datacenter.
#[derive(Debug, Default)]
struct Kept {
    seen: Seen,
    /// Of all that is told of it and is not in its lists; none before it was seen.
    version: watch::Sender<Option<Version>>,
}

/// What is asked beside the lists.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    /// The members of the agent's own datacenter; none of another one.
    pub(crate) members: Result<Option<Arc<Vec<Member>>>, Error>,
    /// The servers in raft's configuration; none where it is not told.
    pub(crate) servers: Option<Arc<Vec<RaftServer>>>,
}

impl Observer {
    /// Looks at every datacenter once a minute, until it is dropped with the process.
    pub(crate) async fn run(&self, clusters: &Clusters, watches: &Watches) {
        let mut minutes = tokio::time::interval(LOOK_EVERY);
        minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            minutes.tick().await;
            let looked = clusters.gather(|place| async move {
                let dc = place.shown.as_str();
                let services = watches.known::<Rows<ServiceRow>>(Subject::Services, dc);
                let nodes = watches.known::<Rows<NodeRow>>(Subject::Nodes, dc);
                let (services, nodes, beside) =
                    futures::join!(services, nodes, self.beside(&place));
                let (services, nodes) = (services?, nodes?);
                if services.problem.is_none() && nodes.problem.is_none() {
                    self.note(dc, &services.value, &nodes.value, &beside);
                }
                Ok(())
            });
            // what failed is told to those who ask for it
            drop(looked.await);
        }
    }

    /// Keeps what these say of the datacenter.
    pub(crate) fn note(
        &self,
        dc: &str,
        services: &Rows<ServiceRow>,
        nodes: &Rows<NodeRow>,
        beside: &Beside,
    ) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let counts = services.items.iter().map(|row| row.health).collect();
        let leader = nodes.items.iter().find(|row| row.leader);
        let members = beside.members.as_ref().ok().and_then(Option::as_deref);
        let mut members: Vec<(&str, u8)> = members
            .into_iter()
            .flatten()
            .map(|member| (member.name.as_str(), member.status))
            .collect();
        members.sort_unstable();
        let servers = beside.servers.as_deref().into_iter().flatten();
        let mut servers: Vec<(&str, bool)> = servers
            .map(|server| (server.node.as_str(), server.voter))
            .collect();
        servers.sort_unstable();

        let mut places = self.places();
        let Kept { seen, version } = places.entry(dc.to_owned()).or_default();
        seen.note(
            counts,
            leader.map(|row| row.name.as_str()),
            now.map_or(0, |since| since.as_secs()),
        );
        let now = Version::of(&(seen.shown(), members, servers));
        version.send_if_modified(|told| {
            let news = told.as_ref() != Some(&now);
            *told = Some(now);
            news
        });
    }

    /// What was seen of a datacenter so far.
    pub(crate) fn seen(&self, dc: &str) -> Seen {
        let places = self.places();
        places
            .get(dc)
            .map(|kept| kept.seen.clone())
            .unwrap_or_default()
    }

    /// The version of what is told of a datacenter and is not in its lists, and when it changes.
    pub(crate) fn version(&self, dc: &str) -> watch::Receiver<Option<Version>> {
        let mut places = self.places();
        let kept = places.entry(dc.to_owned()).or_default();
        kept.version.subscribe()
    }

    fn places(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks what is not in the lists.
    pub(crate) async fn beside(&self, place: &Place) -> Beside {
        let (members, servers) = futures::join!(self.members(place), self.servers(place));
        // who votes is told to those who may know it: others count every server
        let servers = servers.ok().filter(|servers| !servers.is_empty());
        Beside { members, servers }
    }

    async fn members(&self, place: &Place) -> Result<Option<Arc<Vec<Member>>>, Error> {
        if place.datacenters.is_far(&place.dc) {
            return Ok(None);
        }
        let ask = async {
            let asked = place
                .datacenters
                .read(|client| async move { client.agent().members(false).await });
            let mut members = asked.await?;
            members.retain(|member| member.tags.get("dc").is_none_or(|dc| *dc == place.dc));
            Ok(members)
        };
        self.0.members.get(&place.shown, ask).await.map(Some)
    }

    async fn servers(&self, place: &Place) -> Result<Arc<Vec<RaftServer>>, Error> {
        // without a leader too: then it matters most
        let query = &Query::in_datacenter(&place.dc).stale();
        let ask = async {
            let asked = place.datacenters.read(|client| async move {
                match client.operator().raft_configuration(query).await {
                    Ok(answer) => Ok(Ok(answer.value)),
                    // not this agent's fault: it serves all else
                    Err(error) if error.is_silence() => Err(error),
                    Err(error) => Ok(Err(error)),
                }
            });
            asked.await?
        };
        self.0.servers.get(&place.shown, ask).await
    }
}
