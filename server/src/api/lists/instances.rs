//! Windows of the instances of one service or of one node: out of what is watched for that
//! service or node, so that nobody reads all instances for them.

use axum::response::Response;
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
type Rowed = (Snapshot<Rows<InstanceRow>>, bool);

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
            let heard = self.clusters.gather(|place| async move {
                let found = self.rows_of(of, &place.shown, true).await;
                found.map(|(rows, _)| rows)
            });
            let merged = &self.merged.some_instances;
            let name = of.name(ALL);
            return self.everywhere(&asked, &name, heard.await, merged, merge_instances);
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
            self.watches.read::<Option<D>>(of.subject(), dc).await?
        };
        let detail = Option::as_ref(&found.value);
        let exists = detail.is_some();
        let derived = &self.merged.derived;
        let rows = derived.get(&of.name(dc), &found.version, || {
            let mut items =
                detail.map_or_else(Vec::new, |detail| rows_with_failing(dc, detail.instances()));
            if let (Some(_), Some(node)) = (&of.service, &of.node) {
                items.retain(|row| row.node == *node);
            }
            Rows {
                filtered_by_acl: detail.is_some_and(HasInstances::filtered_by_acl),
                ..Rows::whole(items)
            }
        });
        Ok((found.with(rows), exists))
    }
}
