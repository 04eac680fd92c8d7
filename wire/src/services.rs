//! Services: instances under one name.

use serde::{Deserialize, Serialize};

use crate::{
    health::{Counts, Health},
    instances::{DecodedTag, Endpoint, Instance},
    search::Search,
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

impl ServiceRow {
    /// Worst of its instances in these datacenters alone; in a list of one, in that one.
    #[must_use]
    pub fn health_in(&self, is_meant: &dyn Fn(&str) -> bool) -> Health {
        if self.places.is_empty() {
            return self.health;
        }
        let places = self.places.iter();
        let meant = places.filter(|place| is_meant(&place.datacenter));
        meant.map(|place| place.health).max().unwrap_or_default()
    }

    /// Its places of those datacenters that a search asks for; all where it asks for none.
    pub fn places_for<'a>(&'a self, search: &'a Search) -> impl Iterator<Item = &'a ServicePlace> {
        let places = self.places.iter();
        places.filter(|place| search.is_about(&place.datacenter))
    }

    /// Its instances there, by state; in a list of one datacenter, all.
    #[must_use]
    pub fn counts_for(&self, search: &Search) -> Counts {
        if self.places.is_empty() || !search.is_somewhere() {
            return self.instances;
        }
        let mut counts = Counts::default();
        for place in self.places_for(search) {
            counts += place.instances;
        }
        counts
    }
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
    /// What all its instances say, however few of them are here.
    #[serde(default)]
    pub together: Together,
    /// The token does not see everything: Consul left rows out.
    #[serde(default)]
    pub filtered_by_acl: bool,
}

/// What the instances of a service say, taken together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Together {
    /// Versions, the last by text first.
    pub versions: Told<Counted>,
    /// Tags that go-micro did not write, sorted.
    pub tags: Told<Counted>,
    /// Tags that it did, by what they are.
    pub decoded_tags: Told<DecodedTag>,
    /// Endpoints of go-micro's, by name.
    pub endpoints: Told<Endpoint>,
    /// Pairs of registrations and of go-micro, by key.
    pub meta: Told<MetaKey>,
}

/// The first of some things, and how many there are: an answer does not grow with the instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Told<T> {
    /// The first ones.
    pub items: Vec<T>,
    /// How many there are.
    pub total: usize,
}

impl<T> Told<T> {
    /// At most `most` of these.
    #[must_use]
    pub fn first(mut items: Vec<T>, most: usize) -> Self {
        let total = items.len();
        items.truncate(most);
        Self { items, total }
    }

    /// How many are not told.
    #[must_use]
    pub fn left(&self) -> usize {
        self.total.saturating_sub(self.items.len())
    }
}

/// Something that instances say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Counted {
    /// What.
    pub value: String,
    /// How many instances say so.
    pub instances: u32,
}

/// A key that instances give values to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct MetaKey {
    /// The key.
    pub key: String,
    /// Its values, what most instances say first.
    pub values: Told<Counted>,
}
