//! Windows of the instances of one service or of one node: out of what is watched for that
//! service or node, so that nobody reads all instances for them.

use std::sync::Arc;

use axum::response::Response;
use tokio::time::Instant;
use wire::{
    datacenters::ALL,
    instances::{Instance, InstanceRow},
    live::{Subject, Topic},
    nodes::NodeDetail,
    rows::Rows,
    services::ServiceDetail,
};

use super::{Asked, Lists, merge_instances};
use crate::{
    api::{acl_rule, request::place},
    consul,
    datacenter::{Place, Question},
    error::Error,
    view::instances::rows_with_failing,
    watch::{Snapshot, Watched},
};

/// Whose instances.
pub(in crate::api) struct Of {
    pub(in crate::api) service: Option<String>,
    pub(in crate::api) node: Option<String>,
}

impl Of {
    fn subject(&self) -> Subject {
        match (&self.service, &self.node) {
            (Some(service), _) => Subject::Service(service.clone()),
            (None, Some(node)) => Subject::Node(node.clone()),
            (None, None) => Subject::Instances,
        }
    }

    fn acl_rule(&self) -> String {
        match (&self.service, &self.node) {
            (Some(service), _) => acl_rule::service(service),
            (None, Some(node)) => acl_rule::node(node),
            (None, None) => acl_rule::catalog(),
        }
    }

    fn missing(&self, dc: &str) -> Error {
        Error::NotFound(match (&self.service, &self.node) {
            (None, Some(node)) => format!("there is no node {node} in {dc}"),
            (service, _) => {
                let name = service.as_deref().unwrap_or_default();
                format!("no instance of the service {name} is registered in {dc}")
            }
        })
    }

    /// Names the list among those that are kept.
    fn name(&self, dc: &str) -> String {
        let topic = Topic::new(self.subject(), dc);
        match (&self.service, &self.node) {
            (Some(_), Some(node)) => format!("instances of {topic} on {node}"),
            _ => format!("instances of {topic}"),
        }
    }
}

/// A detail that has instances.
trait HasInstances {
    fn instances(&self) -> &[Instance];
    fn filtered_by_acl(&self) -> bool;
}

impl HasInstances for ServiceDetail {
    fn instances(&self) -> &[Instance] {
        &self.instances
    }

    fn filtered_by_acl(&self) -> bool {
        self.filtered_by_acl
    }
}

impl HasInstances for NodeDetail {
    fn instances(&self) -> &[Instance] {
        &self.instances
    }

    fn filtered_by_acl(&self) -> bool {
        self.filtered_by_acl
    }
}

/// The rows, and whether there is what they are of.
type Rowed = (Snapshot<Rows<Arc<InstanceRow>>>, bool);

impl Lists {
    /// A window of the instances of one service, one node, or both.
    pub(in crate::api) async fn instances(
        &self,
        of: &Of,
        asked: Asked<'_>,
    ) -> Result<Response, Error> {
        if of.subject() == Subject::Instances {
            return self.all_instances(asked).await;
        }
        if asked.dc.as_deref() == Some(ALL) {
            let heard = self.clusters.gather_soon(&InAll { lists: self, of }).await;
            let merged = &self.merged.some_instances;
            let name = of.name(ALL);
            return self.everywhere(&asked, &name, heard, merged, merge_instances);
        }
        let place = place(&self.clusters, asked.dc.clone()).await?;
        let dc = place.shown.as_str();
        let found = match self.rows_of(of, dc, false).await {
            Ok((rows, false)) if rows.problem.is_none() => return Err(of.missing(dc)),
            found => found.map(|(rows, _)| rows),
        };
        self.here(&asked, &of.name(dc), &place, found, &of.acl_rule())
    }

    async fn rows_of(&self, of: &Of, dc: &str, everywhere: bool) -> Result<Rowed, consul::Error> {
        if of.service.is_some() {
            self.rows_from::<ServiceDetail>(of, dc, everywhere).await
        } else {
            self.rows_from::<NodeDetail>(of, dc, everywhere).await
        }
    }

    async fn rows_from<D: HasInstances>(
        &self,
        of: &Of,
        dc: &str,
        everywhere: bool,
    ) -> Result<Rowed, consul::Error>
    where
        Option<D>: Watched,
    {
        let found = if everywhere {
            self.watches.known::<Option<D>>(of.subject(), dc).await?
        } else {
            self.watches.kept::<Option<D>>(of.subject(), dc).await?
        };
        Ok(self.rowed(of, dc, found))
    }

    /// The rows as they are known, without asking for them.
    fn last_rows_of(&self, of: &Of, dc: &str) -> Option<Rowed> {
        if of.service.is_some() {
            let found = self
                .watches
                .last::<Option<ServiceDetail>>(of.subject(), dc)?;
            Some(self.rowed(of, dc, found))
        } else {
            let found = self.watches.last::<Option<NodeDetail>>(of.subject(), dc)?;
            Some(self.rowed(of, dc, found))
        }
    }

    fn rowed<D: HasInstances>(&self, of: &Of, dc: &str, found: Snapshot<Option<D>>) -> Rowed {
        let detail = Option::as_ref(&found.value);
        let exists = detail.is_some();
        let derived = &self.merged.derived;
        let rows = derived.get(&of.name(dc), &found.version, || {
            let mut items =
                detail.map_or_else(Vec::new, |detail| rows_with_failing(dc, detail.instances()));
            if let (Some(_), Some(node)) = (&of.service, &of.node) {
                items.retain(|row| row.node == *node);
            }
            let items = items.into_iter().map(Arc::new).collect();
            Rows {
                filtered_by_acl: detail.is_some_and(HasInstances::filtered_by_acl),
                ..Rows::whole(items)
            }
        });
        (found.with(rows), exists)
    }
}

/// The instances in every datacenter.
struct InAll<'a> {
    lists: &'a Lists,
    of: &'a Of,
}

impl Question for InAll<'_> {
    type Answer = Snapshot<Rows<Arc<InstanceRow>>>;

    async fn ask(&self, place: &Place) -> Result<Self::Answer, consul::Error> {
        let found = self.lists.rows_of(self.of, &place.shown, true).await;
        found.map(|(rows, _)| rows)
    }

    fn last(&self, place: &Place) -> Option<Self::Answer> {
        let (rows, _) = self.lists.last_rows_of(self.of, &place.shown)?;
        Some(rows)
    }

    fn asked_since(&self, place: &Place) -> Option<Instant> {
        let watches = &self.lists.watches;
        watches.asked_since(self.of.subject(), &place.shown)
    }
}
