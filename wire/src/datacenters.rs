//! The datacenters that the agent knows, and the agent itself.

use serde::{Deserialize, Serialize};

use crate::{problem::Problem, rows::Failed};

/// In the place of a datacenter's name: all of them.
pub const ALL: &str = "@all";

/// Every datacenter, the agent's own first, the others by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Datacenters {
    /// The datacenters.
    pub items: Vec<Datacenter>,
    /// The agent that answered; empty where none of the first cluster does.
    pub agent: AgentSummary,
    /// The agents of the other clusters, of those that answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<ClusterAgent>,
    /// Clusters that never said which datacenters they have, each as `@cluster`, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
}

impl Datacenters {
    /// Whether there is this datacenter, as far as is known: it is one of the names, or of a cluster
    /// that did not say its own.
    #[must_use]
    pub fn may_have(&self, datacenter: &str) -> bool {
        let of = cluster_of(datacenter);
        let is_named = self.items.iter().any(|item| item.name == datacenter);
        let is_unsaid = match of {
            // a cluster without datacenters stands there as `@cluster`
            Some(_) => self.failed.iter().any(|failed| {
                failed.datacenter.starts_with('@') && cluster_of(&failed.datacenter) == of
            }),
            // those of the first cluster stand alone
            None => self
                .items
                .iter()
                .all(|item| cluster_of(&item.name).is_some()),
        };
        is_named || is_unsaid
    }

    /// The agent that is asked about this datacenter; of the first cluster where none is named, of
    /// any where all are. None where none of its cluster answers.
    #[must_use]
    pub fn agent_of(&self, datacenter: Option<&str>) -> Option<&AgentSummary> {
        let cluster = datacenter.filter(|name| *name != ALL).and_then(cluster_of);
        match cluster {
            None => {
                let other = self.others.first().filter(|_| datacenter == Some(ALL));
                Some(&self.agent)
                    .filter(|agent| !agent.address.is_empty())
                    .or(other.map(|other| &other.agent))
            }
            Some(cluster) => {
                let of_cluster = |other: &&ClusterAgent| other.cluster == cluster;
                self.others
                    .iter()
                    .find(of_cluster)
                    .map(|other| &other.agent)
            }
        }
    }
}

/// The cluster of a datacenter that is not of the first one, `dc@cluster`.
fn cluster_of(datacenter: &str) -> Option<&str> {
    datacenter.split_once('@').map(|(_, cluster)| cluster)
}

/// The agent that is asked in another than the first cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ClusterAgent {
    /// The cluster's name, as it stands behind the `@` of its datacenters.
    pub cluster: String,
    /// Its agent.
    pub agent: AgentSummary,
}

/// Whether this is not the name of a datacenter but stands for a cluster that named none:
/// `@cluster`.
#[must_use]
pub fn is_nameless(name: &str) -> bool {
    name.starts_with('@') && name != ALL
}

/// One datacenter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Datacenter {
    /// As Consul names it.
    pub name: String,
    /// The agent that we ask belongs to it.
    pub local: bool,
}

/// The agent that waggle asks now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AgentSummary {
    /// `scheme://host:port` or `unix:///path`, never with a user or token.
    pub address: String,
    /// Its node's name.
    pub node: String,
    /// Its datacenter.
    pub datacenter: String,
    /// Consul's version.
    pub version: String,
    /// It is a server, not a client.
    pub server: bool,
}

/// How a datacenter fares, as a list that asked it found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct DatacenterState {
    /// Its name; those of another than the first cluster are `name@cluster`.
    pub name: String,
    /// What is the matter with it.
    pub condition: Condition,
    /// How old what is shown of it was when this was answered, in whole seconds, where it could not
    /// be refreshed: for who has no clock, as a page without its program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_seconds: Option<u64>,
    /// When what is shown of it was surely so, in milliseconds since 1970, where it could not be
    /// refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_since: Option<u64>,
    /// Why it could not be refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The agent that answered for it, as `scheme://host:port`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// How many rows came from it.
    pub rows: usize,
}

/// What is the matter with a datacenter, from nothing to worst.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It answered.
    #[default]
    Ok,
    /// The token does not see everything.
    Hidden,
    /// It is still being asked, and nothing of it is known yet.
    Asking,
    /// It is shown as it was at `stale_since`.
    Stale,
    /// It has no leader.
    NoLeader,
    /// Nothing of it can be shown.
    Unreachable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_that_did_not_say_its_datacenters_may_have_any() {
        let named = |names: &[&str]| Datacenters {
            items: names
                .iter()
                .map(|name| Datacenter {
                    name: (*name).to_owned(),
                    local: false,
                })
                .collect(),
            failed: vec![Failed {
                datacenter: "@east".to_owned(),
                problem: Problem::default(),
            }],
            ..Datacenters::default()
        };
        for (names, datacenter, may_have) in [
            (&["dc1", "dc1@north"][..], "dc1", true),
            (&["dc1", "dc1@north"], "dc2", false),
            (&["dc1", "dc1@north"], "dc1@north", true),
            (&["dc1", "dc1@north"], "dc2@north", false),
            (&["dc1", "dc1@north"], "dc7@east", true),
            (&["dc1", "dc1@north"], "east", false),
            (&["dc1@north"], "dc1", true),
        ] {
            assert_eq!(
                named(names).may_have(datacenter),
                may_have,
                "{names:?} {datacenter}"
            );
        }
    }

    #[test]
    fn each_datacenter_has_the_agent_of_its_cluster() {
        let agent = |address: &str| AgentSummary {
            address: address.to_owned(),
            ..AgentSummary::default()
        };
        let mut found = Datacenters {
            agent: agent("http://a"),
            others: vec![ClusterAgent {
                cluster: "east".to_owned(),
                agent: agent("http://b"),
            }],
            ..Datacenters::default()
        };
        let of = |found: &Datacenters, dc| found.agent_of(dc).map(|agent| agent.address.clone());
        for (dc, address) in [
            (None, Some("http://a")),
            (Some("dc1"), Some("http://a")),
            (Some(ALL), Some("http://a")),
            (Some("dc1@east"), Some("http://b")),
            (Some("dc1@north"), None),
        ] {
            assert_eq!(of(&found, dc).as_deref(), address, "{dc:?}");
        }
        found.agent = AgentSummary::default();
        assert_eq!(of(&found, Some("dc1")), None);
        assert_eq!(of(&found, Some(ALL)).as_deref(), Some("http://b"));
        assert_eq!(of(&found, Some("dc1@east")).as_deref(), Some("http://b"));
    }
}
