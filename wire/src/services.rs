//! Services: instances under one name.

use serde::{Deserialize, Serialize};

use crate::{
    health::{Counts, Health},
    instances::Instance,
};

/// A service in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ServiceRow {
    /// The service's name.
    pub name: String,
    /// Where it is.
    pub datacenter: String,
    /// Empty for a typical service, else `connect-proxy`, `mesh-gateway`, …
    pub kind: String,
    /// Worst of its instances.
    pub health: Health,
    /// Its instances by state.
    pub instances: Counts,
    /// Tags of any instance, sorted; what go-micro encoded is left out.
    pub tags: Vec<String>,
    /// Versions of its instances as go-micro's tags or the tags' `version=` say, sorted.
    pub versions: Vec<String>,
    /// In a list over datacenters: its state in each. Then `datacenter` is the first of them, and
    /// the rest of the row is about all together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<ServicePlace>,
}

/// A service in one datacenter of several.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ServicePlace {
    /// Where.
    pub datacenter: String,
    /// Worst of its instances there.
    pub health: Health,
    /// Its instances there, by state.
    pub instances: Counts,
}

/// A service with its instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ServiceDetail {
    /// The service's name.
    pub name: String,
    /// Where it is.
    pub datacenter: String,
    /// Empty for a typical service.
    pub kind: String,
    /// Worst of its instances.
    pub health: Health,
    /// Its instances, by node, then ID; the first ones where no more were asked for.
    pub instances: Vec<Instance>,
    /// All its instances by state.
    #[serde(default)]
    pub instance_health: Counts,
    /// The token does not see everything: Consul left rows out.
    #[serde(default)]
    pub filtered_by_acl: bool,
}
