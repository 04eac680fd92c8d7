//! What this waggle has seen of each datacenter over the last hour: how its services fared, and
//! who led it. Once a minute it looks for itself; nothing of it outlives the process.
//!
//! Imports `watch` and `datacenter`; `api` reads it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::MissedTickBehavior;
use wire::{
    health::Counts, live::Subject, nodes::NodeRow, overview::Moment, rows::Rows,
    services::ServiceRow,
};

use crate::{
    consul::{Error, Member},
    datacenter::{Clusters, Place},
    watch::Watches,
};

/// A look costs what opening the lists costs, and keeps their watches for 30 s.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// How long a span is: of an hour there are 60.
const SPAN_SECONDS: u64 = 60;

/// How many spans are kept.
const SPANS: usize = 60;

/// How long members are taken for true: many who look are one question.
const MEMBERS_KEPT: Duration = Duration::from_secs(5);

/// What was seen. A handle: clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observer(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    seen: Mutex<BTreeMap<String, Seen>>,
    members: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Option<Members>>>>>,
}

type Members = (tokio::time::Instant, Result<Arc<Vec<Member>>, Error>);

/// What was seen of one datacenter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The spans of the last hour in which anything was seen, oldest first.
    pub(crate) history: VecDeque<Moment>,
    /// Who led when a leader was seen last.
    pub(crate) leader: Option<Leader>,
}

/// A leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leader {
    /// Its node.
    pub(crate) node: String,
    /// When it was first seen to lead, in seconds since 1970.
    pub(crate) since: u64,
    /// Another one was seen before it: it did begin about then.
    pub(crate) began: bool,
}

impl Seen {
    fn note(&mut self, services: Counts, leader: Option<&str>, now: u64) {
        let at = now - now % SPAN_SECONDS;
        while let Some(first) = self.history.front()
            && first.at + SPAN_SECONDS * SPANS as u64 <= at
        {
            self.history.pop_front();
        }
        match self.history.back_mut() {
            Some(last) if last.at == at => {
                if is_worse(&services, &last.services) {
                    last.services = services;
                }
            }
            _ => self.history.push_back(Moment { at, services }),
        }
        // no leader for a moment is an election: who comes out of it is what matters
        if let Some(node) = leader
            && self.leader.as_ref().is_none_or(|known| known.node != node)
        {
            self.leader = Some(Leader {
                node: node.to_owned(),
                since: now,
                began: self.leader.is_some(),
            });
        }
    }
}

/// More is critical, or as much and more warns.
fn is_worse(new: &Counts, old: &Counts) -> bool {
    let trouble = |counts: &Counts| (counts.critical, counts.warning, counts.maintenance);
    trouble(new) > trouble(old)
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
                let (services, nodes) = futures::try_join!(services, nodes)?;
                if services.problem.is_none() && nodes.problem.is_none() {
                    self.note(dc, &services.value, &nodes.value);
                }
                Ok(())
            });
            // what failed is told to those who ask for it
            drop(looked.await);
        }
    }

    /// Keeps what these lists say of the datacenter.
    pub(crate) fn note(&self, dc: &str, services: &Rows<ServiceRow>, nodes: &Rows<NodeRow>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let counts = services.items.iter().map(|row| row.health).collect();
        let leader = nodes.items.iter().find(|row| row.leader);
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(dc.to_owned()).or_default().note(
            counts,
            leader.map(|row| row.name.as_str()),
            now.map_or(0, |since| since.as_secs()),
        );
    }

    /// What was seen of a datacenter so far.
    pub(crate) fn seen(&self, dc: &str) -> Seen {
        let seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(dc).cloned().unwrap_or_default()
    }

    /// The members of the agent's own datacenter; none where `place` is another one.
    pub(crate) async fn members(&self, place: &Place) -> Result<Option<Arc<Vec<Member>>>, Error> {
        if place.datacenters.is_far(&place.dc) {
            return Ok(None);
        }
        let kept = {
            let members = &self.0.members;
            let mut members = members.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(members.entry(place.shown.clone()).or_default())
        };
        // held while asking, so that many who ask at once are one question
        let mut kept = kept.lock().await;
        if let Some((read, outcome)) = &*kept
            && read.elapsed() < MEMBERS_KEPT
        {
            return outcome.clone().map(Some);
        }
        let asked = place
            .datacenters
            .read(|client| async move { client.agent().members(false).await });
        let outcome = asked.await.map(|mut members| {
            members.retain(|member| member.tags.get("dc").is_none_or(|dc| *dc == place.dc));
            Arc::new(members)
        });
        *kept = Some((tokio::time::Instant::now(), outcome.clone()));
        outcome.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn critical(count: u32) -> Counts {
        Counts {
            critical: count,
            ..Counts::default()
        }
    }

    #[test]
    fn a_span_keeps_its_worst_and_an_hour_is_kept() {
        let mut seen = Seen::default();
        for (count, now) in [(1, 600), (3, 630), (2, 659), (0, 660)] {
            seen.note(critical(count), None, now);
        }
        let history: Vec<(u64, u32)> = seen
            .history
            .iter()
            .map(|moment| (moment.at, moment.services.critical))
            .collect();
        assert_eq!(history, [(600, 3), (660, 0)]);
        for minute in 0..200 {
            seen.note(critical(0), None, 720 + 60 * minute);
        }
        assert_eq!(seen.history.len(), SPANS);
        // after a long silence what was before it is no part of the last hour
        seen.note(critical(9), None, 1_000_000);
        assert_eq!(seen.history.len(), 1);
    }

    #[test]
    fn a_leader_began_where_another_led_before() {
        let mut seen = Seen::default();
        seen.note(critical(0), Some("a"), 100);
        seen.note(critical(0), Some("a"), 200);
        let first = seen.leader.clone().unwrap();
        assert_eq!((first.since, first.began), (100, false));
        seen.note(critical(0), None, 300);
        assert_eq!(seen.leader, Some(first));
        seen.note(critical(0), Some("b"), 400);
        let second = seen.leader.unwrap();
        assert_eq!(
            (second.node.as_str(), second.since, second.began),
            ("b", 400, true)
        );
    }
}
