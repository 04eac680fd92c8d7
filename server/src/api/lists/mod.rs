//! Windows of lists, of one datacenter or of all: those are asked all at once, merged, and never
//! emptied by one that fails.

mod derived;
mod everywhere;
mod instances;
mod merge;

use axum::response::Response;
use serde::Serialize;
use wire::{
    datacenters::{ALL, Condition, DatacenterState},
    live::{Subject, Topic},
    rows::Rows,
    window::Listed,
};

pub(super) use everywhere::fares;
pub(super) use instances::Of;
pub(crate) use merge::AllLists;

use super::{
    acl_rule,
    etag::{IfNoneMatch, current},
    request::place,
    window::{Orders, WindowParams, window},
};
use crate::{
    consul,
    datacenter::{Clusters, Heard, Place},
    error::Error,
    watch::{Snapshot, Watched, Watches},
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
        T: Listed + Clone + Serialize,
        Rows<T>: Watched,
    {
        if asked.dc.as_deref() == Some(ALL) {
            let heard = self.clusters.gather(|place| {
                let subject = subject.clone();
                async move { self.watches.known::<Rows<T>>(subject, &place.shown).await }
            });
            let topic = Topic::new(subject.clone(), ALL).to_string();
            return self.everywhere(&asked, &topic, heard.await, merged, merge);
        }
        let place = place(&self.clusters, asked.dc.clone()).await?;
        let found = self.watches.read(subject.clone(), &place.shown).await;
        let topic = Topic::new(subject, place.shown.as_str()).to_string();
        self.here(&asked, &topic, &place, found, &acl_rule::catalog())
    }

    /// The window of a list of one datacenter.
    fn here<T: Listed + Clone + Serialize>(
        &self,
        asked: &Asked<'_>,
        topic: &str,
        place: &Place,
        found: Found<T>,
        acl_rule: &str,
    ) -> Result<Response, Error> {
        let dc = place.shown.as_str();
        let found = current(found).map_err(|error| Error::from(error).about(Some(dc), acl_rule))?;
        asked.has.try_answer(&found.version, || {
            let content = found.version.as_str();
            let rows = window(&found.value, topic, content, asked.wanted, &self.orders)?;
            let mut state = DatacenterState {
                name: dc.to_owned(),
                agent: Some(found.agent.clone()),
                rows: found.value.items.len(),
                ..DatacenterState::default()
            };
            age(&mut state, &found);
            // that all is well need not be said
            let states = Some(state).filter(|state| state.condition > Condition::Hidden);
            let states = states.into_iter().collect();
            Ok(Rows {
                datacenters: states,
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
        let all = All::of(heard);
        asked.has.try_answer(&all.version, || {
            let rows = merged.get(&all.content, || merge(&all.parts));
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
