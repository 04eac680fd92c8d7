//! Windows of lists, of one datacenter or of all: those are asked all at once, merged, and never
//! emptied by one that fails.

mod derived;
mod everywhere;
mod instances;
mod merge;

use std::marker::PhantomData;

use axum::response::Response;
use serde::Serialize;
use tokio::time::Instant;
use wire::{
    datacenters::{ALL, Condition, DatacenterState},
    live::{Subject, Topic},
    problem::Problem,
    rows::{Failed, Rows},
    window::Listed,
};

pub(super) use everywhere::fares;
pub(super) use instances::Of;
pub(crate) use merge::AllLists;

use super::{
    acl_rule,
    etag::IfNoneMatch,
    request::place,
    window::{Orders, WindowParams, window},
};
use crate::{
    consul,
    datacenter::{Clusters, Heard, Place, Question},
    error::Error,
    watch::{Snapshot, Version, Watched, Watches},
};
use everywhere::{All, age};
use merge::{Merged, Part, merge_instances, merge_nodes, merge_services};

/// What lists are made with. A handle: clones share what is kept.
#[derive(Clone)]
pub(crate) struct Lists {
    pub(crate) clusters: Clusters,
    pub(crate) watches: Watches,
    pub(crate) merged: AllLists,
    pub(crate) orders: Orders,
}

/// Which rows somebody wants, and what he has already.
pub(super) struct Asked<'a> {
    /// Where; the agent's own datacenter if left out.
    pub(super) dc: Option<String>,
    pub(super) wanted: &'a WindowParams,
    pub(super) has: &'a IfNoneMatch,
}

type Found<T> = Result<Snapshot<Rows<T>>, consul::Error>;

impl Lists {
    /// A window of services.
    pub(super) async fn services(&self, asked: Asked<'_>) -> Result<Response, Error> {
        self.list(
            asked,
            Subject::Services,
            &self.merged.services,
            merge_services,
        )
        .await
    }

    /// A window of nodes.
    pub(super) async fn nodes(&self, asked: Asked<'_>) -> Result<Response, Error> {
        self.list(asked, Subject::Nodes, &self.merged.nodes, merge_nodes)
            .await
    }

    /// A window of all instances.
    pub(super) async fn all_instances(&self, asked: Asked<'_>) -> Result<Response, Error> {
        let merged = &self.merged.instances;
        self.list(asked, Subject::Instances, merged, merge_instances)
            .await
    }

    async fn list<T>(
        &self,
        asked: Asked<'_>,
        subject: Subject,
        merged: &Merged<T>,
        merge: fn(&[Part<T>]) -> Rows<T>,
    ) -> Result<Response, Error>
    where
        T: Listed + Clone + Serialize + Send + Sync,
        Rows<T>: Watched,
    {
        if asked.dc.as_deref() == Some(ALL) {
            let topic = Topic::new(subject.clone(), ALL).to_string();
            let question = Whole::<T> {
                watches: &self.watches,
                subject,
                rows: PhantomData,
            };
            let heard = self.clusters.gather_soon(&question).await;
            return self.everywhere(&asked, &topic, heard, merged, merge);
        }
        let place = place(&self.clusters, asked.dc.clone()).await?;
        let found = self.watches.kept(subject.clone(), &place.shown).await;
        let topic = Topic::new(subject, place.shown.as_str()).to_string();
        self.here(&asked, &topic, &place, found, &acl_rule::catalog())
    }

    /// The window of a list of one datacenter. What was known before stays where it cannot be read
    /// again, and says so.
    fn here<T: Listed + Clone + Serialize>(
        &self,
        asked: &Asked<'_>,
        topic: &str,
        place: &Place,
        found: Found<T>,
        acl_rule: &str,
    ) -> Result<Response, Error> {
        asked.wanted.check::<T>()?;
        let dc = place.shown.as_str();
        let found = found.map_err(|error| Error::from(error).about(Some(dc), acl_rule))?;
        let problem = found.problem.clone();
        let problem = problem.map(|error| Error::from(error).about(Some(dc), acl_rule).problem());
        let version = shown(&found);
        asked.has.try_answer(&version, || {
            let content = found.version.as_str();
            let rows = window(&found.value, topic, content, asked.wanted, &self.orders)?;
            let mut state = DatacenterState {
                name: dc.to_owned(),
                agent: Some(found.agent.clone()),
                rows: found.value.items.len(),
                problem: problem.clone(),
                ..DatacenterState::default()
            };
            age(&mut state, &found);
            // that all is well need not be said
            let states = Some(state).filter(|state| state.condition > Condition::Hidden);
            Ok(Rows {
                datacenters: states.into_iter().collect(),
                failed: problem
                    .into_iter()
                    .map(|problem| failed(dc, problem))
                    .collect(),
                ..rows
            })
        })
    }

    /// The window of a list of every datacenter.
    fn everywhere<T: Listed + Clone + Serialize>(
        &self,
        asked: &Asked<'_>,
        topic: &str,
        heard: Vec<Heard<Snapshot<Rows<T>>>>,
        merged: &Merged<T>,
        merge: fn(&[Part<T>]) -> Rows<T>,
    ) -> Result<Response, Error> {
        asked.wanted.check::<T>()?;
        let all = All::of(heard);
        asked.has.try_answer(&all.version, || {
            let rows = merged.get(topic, &all.content, || merge(&all.parts));
            let content = all.content.as_str();
            let window = window(&rows, topic, content, asked.wanted, &self.orders)?;
            Ok(Rows {
                failed: all.failed,
                datacenters: all.states,
                ..window
            })
        })
    }
}

/// The version as the stream tells it: what cannot be read again is not what it was.
fn shown<T>(found: &Snapshot<Rows<T>>) -> Version {
    match &found.problem {
        Some(error) => Version::of_problem(error),
        None => found.version.clone(),
    }
}

fn failed(dc: &str, problem: Problem) -> Failed {
    Failed {
        datacenter: dc.to_owned(),
        problem,
    }
}

/// A whole list, as it is watched.
struct Whole<'a, T> {
    watches: &'a Watches,
    subject: Subject,
    rows: PhantomData<fn() -> T>,
}

impl<T: Send + Sync> Question for Whole<'_, T>
where
    Rows<T>: Watched,
{
    type Answer = Snapshot<Rows<T>>;

    async fn ask(&self, place: &Place) -> Found<T> {
        let subject = self.subject.clone();
        self.watches.known(subject, &place.shown).await
    }

    fn last(&self, place: &Place) -> Option<Self::Answer> {
        self.watches.last(self.subject.clone(), &place.shown)
    }

    fn asked_since(&self, place: &Place) -> Option<Instant> {
        let subject = self.subject.clone();
        self.watches.asked_since(subject, &place.shown)
    }
}
