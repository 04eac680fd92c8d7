//! What this waggle has seen of each datacenter over the last hour: how its services fared, and
//! who led it. Once a minute it looks for itself; nothing of it outlives the process.
//!
//! Imports `watch`, `view` and `datacenter`; `api` reads it.

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
    view,
    watch::{Version, Watches},
};
use asked::Asked;

/// A look costs the agent what opening the list of services costs, and a few questions of some
/// hundred bytes; where somebody looks at the lists, nothing.
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
                let (services, leader, beside) = futures::join!(
                    services(watches, &place),
                    leader(watches, &place),
                    self.beside(&place)
                );
                if let Some(services) = services? {
                    self.note(&place.shown, &services, leader?.as_deref(), &beside);
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
        leader: Option<&str>,
        beside: &Beside,
    ) {
        let counts = services.items.iter().map(|row| row.health).collect();
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
        seen.note(counts, leader, now_seconds());
        let now = Version::of(&(seen.shown(), members, servers));
        version.send_if_modified(|told| {
            let news = told.as_ref() != Some(&now);
            *told = Some(now);
            news
        });
    }

    /// What was seen of a datacenter over the last hour.
    pub(crate) fn seen(&self, dc: &str) -> Seen {
        let mut places = self.places();
        let Some(Kept { seen, .. }) = places.get_mut(dc) else {
            return Seen::default();
        };
        seen.forget(now_seconds());
        seen.clone()
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
        Beside::new(members, servers)
    }

    /// What is known of it, without asking for it.
    pub(crate) fn last_beside(&self, place: &Place) -> Beside {
        let members = self.0.members.last(&place.shown).transpose();
        let unknown = || Err(late(place));
        let servers = self.0.servers.last(&place.shown).unwrap_or_else(unknown);
        Beside::new(members, servers)
    }

    async fn members(&self, place: &Place) -> Result<Option<Arc<Vec<Member>>>, Error> {
        let far = place.datacenters.is_far(&place.dc);
        let Place {
            datacenters, dc, ..
        } = place.clone();
        let ask = async move {
            let asked = datacenters.read(|client| {
                let dc = dc.clone();
                async move {
                    match far {
                        true => view::overview::far_members(&client, &dc).await,
                        false => view::overview::members(&client, &dc).await,
                    }
                }
            });
            asked.await
        };
        self.0.members.get(&place.shown, ask).await.map(Some)
    }

    async fn servers(&self, place: &Place) -> Result<Arc<Vec<RaftServer>>, Error> {
        // without a leader too: then it matters most
        let query = Query::in_datacenter(&place.dc).stale();
        let datacenters = place.datacenters.clone();
        let ask = async move {
            let query = &query;
            let asked = datacenters.read(|client| async move {
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

/// The services now; none where they could not be read again. Whoever watches them has them; where
/// nobody does, no watch is begun for one look.
async fn services(
    watches: &Watches,
    place: &Place,
) -> Result<Option<Arc<Rows<ServiceRow>>>, Error> {
    let dc = place.shown.as_str();
    if let Some(known) = watches.outcome::<Rows<ServiceRow>>(Subject::Services, dc) {
        let known = known?;
        return Ok(known.problem.is_none().then_some(known.value));
    }
    let query = &beside(place);
    let asked = place
        .datacenters
        .read(|client| async move { view::services::read(&client, query).await });
    let (seen, _) = asked.await?;
    Ok(Some(Arc::new(seen.value)))
}

/// The node that leads now.
async fn leader(watches: &Watches, place: &Place) -> Result<Option<String>, Error> {
    let dc = place.shown.as_str();
    if let Some(known) = watches.outcome::<Rows<NodeRow>>(Subject::Nodes, dc) {
        let known = known?.value;
        let leader = known.items.iter().find(|row| row.leader);
        return Ok(leader.map(|row| row.name.clone()));
    }
    let query = &beside(place);
    let asked = place
        .datacenters
        .read(|client| async move { view::nodes::leader(&client, query).await });
    asked.await
}

/// Since 1970.
fn now_seconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |since| since.as_secs())
}

/// A question that nobody waits for.
fn beside(place: &Place) -> Query {
    Query {
        beside: true,
        ..Query::in_datacenter(&place.dc).stale()
    }
}

impl Beside {
    fn new(
        members: Result<Option<Arc<Vec<Member>>>, Error>,
        servers: Result<Arc<Vec<RaftServer>>, Error>,
    ) -> Self {
        // who votes is told to those who may know it: others count every server
        let servers = servers.ok().filter(|servers| !servers.is_empty());
        Self { members, servers }
    }
}

fn late(place: &Place) -> Error {
    Error::Late {
        agent: place.datacenters.active(),
    }
}
