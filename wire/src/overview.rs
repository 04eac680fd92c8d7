//! How datacenters fare, in a few numbers each.

use serde::{Deserialize, Serialize};

use crate::{
    datacenters::DatacenterState,
    health::{Counts, Health},
    problem::Problem,
};

/// One datacenter, or all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Overview {
    /// The datacenters, in the order of `Datacenters`.
    pub items: Vec<DatacenterOverview>,
    /// What is critical now, at most 50; services before nodes, then by name.
    pub critical: Vec<Trouble>,
    /// How much is critical in all.
    pub critical_total: usize,
}

/// How a datacenter fares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct DatacenterOverview {
    /// Its name, whether it answers, and why not.
    pub state: DatacenterState,
    /// Its leader's node, else its address; none where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
    /// Since when this server sees it lead, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader_since: Option<u64>,
    /// This server saw it begin; else it may lead for longer.
    pub leader_began: bool,
    /// Servers that vote.
    pub servers: u32,
    /// Those of them that are alive.
    pub servers_alive: u32,
    /// Its nodes, by the worst of each one's own checks.
    pub nodes: Counts,
    /// Its services, by the worst of each one's instances.
    pub services: Counts,
    /// How many instances.
    pub instances: u32,
    /// Members that failed, by name.
    pub failed: Vec<String>,
    /// Members that left, by name.
    pub left: Vec<String>,
    /// Why members cannot be told; none where they can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_problem: Option<Problem>,
    /// Consul's versions on its members, most used first.
    pub versions: Vec<VersionCount>,
    /// Its services over the last hour, oldest first; shorter where this server has not run so
    /// long.
    pub history: Vec<Moment>,
}

/// A version, and how many members run it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct VersionCount {
    /// As Consul says it.
    pub version: String,
    /// How many members.
    pub members: u32,
}

/// A span of the last hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Moment {
    /// Its beginning, in seconds since 1970.
    pub at: u64,
    /// The worst that was seen in it: services by state.
    pub services: Counts,
}

/// Something that is critical.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Trouble {
    /// Where.
    pub datacenter: String,
    /// It is a node, not a service.
    pub node: bool,
    /// Its name.
    pub name: String,
    /// Of a service its instances, of a node its own checks.
    pub counts: Counts,
}

impl DatacenterOverview {
    /// How many more servers may fail before there is no quorum; none where there is none now, or
    /// where servers are not known.
    #[must_use]
    pub fn may_fail(&self) -> Option<u32> {
        if self.servers == 0 {
            return None;
        }
        self.servers_alive.checked_sub(self.servers / 2 + 1)
    }

    /// The worst state of anything in it.
    #[must_use]
    pub fn worst(&self) -> Health {
        self.nodes.worst().max(self.services.worst())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_more_than_half() {
        for (servers, alive, may_fail) in [
            (5, 5, Some(2)),
            (5, 3, Some(0)),
            (5, 2, None),
            (3, 3, Some(1)),
            (4, 4, Some(1)),
            (1, 1, Some(0)),
            (0, 0, None),
        ] {
            let overview = DatacenterOverview {
                servers,
                servers_alive: alive,
                ..DatacenterOverview::default()
            };
            assert_eq!(overview.may_fail(), may_fail, "{alive} of {servers}");
        }
    }
}
