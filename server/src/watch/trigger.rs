//! What lists are waited for by: queries that end when a table changed, whose answers are next to
//! nothing.

use wire::live::Subject;

use crate::consul::{Client, Error, Filter, Meta, Query, Selector};

/// A query that ends when something changed, and whose answer is small.
#[derive(Clone, Debug)]
pub(super) enum Trigger {
    Services,
    Checks,
    Nodes,
    OnNode(String),
    ChecksOnNode(String),
}

impl Trigger {
    /// In the order of what a subject's [`Seen::indexes`] are of.
    pub(super) fn of(subject: &Subject) -> Vec<Self> {
        match subject {
            Subject::Services | Subject::Overview => vec![Self::Services, Self::Checks],
            Subject::Nodes | Subject::Instances => vec![Self::Nodes, Self::Services, Self::Checks],
            Subject::Node(name) => {
                vec![Self::OnNode(name.clone()), Self::ChecksOnNode(name.clone())]
            }
            Subject::Datacenters
            | Subject::Service(_)
            | Subject::Kv(_)
            | Subject::Key(_)
            | Subject::History
            | Subject::HistoryBelow(_)
            | Subject::Sessions => Vec::new(),
        }
    }

    /// What its answer says of itself, once its index is past the query's.
    pub(super) async fn ask(&self, client: &Client, query: &Query) -> Result<Meta, Error> {
        let none = |field| {
            let nothing = Filter::equals(&Selector::field(field), "");
            query.clone().filtered(nothing)
        };
        Ok(match self {
            Self::Services => client.catalog().services(&none("ServiceName")).await?.meta,
            Self::Checks => client.health().state("any", &none("CheckID")).await?.meta,
            Self::Nodes => client.catalog().nodes(&none("Node")).await?.meta,
            Self::OnNode(name) => client.catalog().node(name, query).await?.meta,
            Self::ChecksOnNode(name) => client.health().node(name, query).await?.meta,
        })
    }
}
