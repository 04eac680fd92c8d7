//! Rows that say where they are: those of another than the first cluster as `dc@cluster`.

use std::sync::Arc;

use wire::{
    datacenters::Datacenters,
    instances::{Instance, InstanceRow},
    kv::KvPair,
    nodes::{NodeDetail, NodeRow},
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
    sessions::SessionRow,
};

use super::kv::Folder;
use crate::datacenter::Place;

/// Something that says in which datacenter it is.
pub(crate) trait Placed {
    /// Says that it is in `shown`.
    fn put_into(&mut self, shown: &str);
}

/// The same, with the datacenter as people know it.
pub(crate) fn named<T: Placed>(mut value: T, place: &Place) -> T {
    if place.shown != place.dc {
        value.put_into(&place.shown);
    }
    value
}

impl<T: Placed> Placed for Rows<T> {
    fn put_into(&mut self, shown: &str) {
        for row in &mut self.items {
            row.put_into(shown);
        }
    }
}

impl Placed for ServiceRow {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.datacenter);
    }
}

impl Placed for Arc<InstanceRow> {
    fn put_into(&mut self, shown: &str) {
        // those that an earlier list shares say so already
        if self.datacenter != shown {
            shown.clone_into(&mut Self::make_mut(self).datacenter);
        }
    }
}

impl Placed for NodeRow {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.datacenter);
    }
}

impl<T: Placed> Placed for Option<T> {
    fn put_into(&mut self, shown: &str) {
        if let Some(value) = self {
            value.put_into(shown);
        }
    }
}

// what says nothing of where it is

impl Placed for Folder {
    fn put_into(&mut self, _: &str) {}
}

impl Placed for SessionRow {
    fn put_into(&mut self, _: &str) {}
}

impl Placed for KvPair {
    fn put_into(&mut self, _: &str) {}
}

impl Placed for Datacenters {
    fn put_into(&mut self, _: &str) {}
}

impl Placed for Instance {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.node.datacenter);
    }
}

impl Placed for ServiceDetail {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.datacenter);
        for instance in &mut self.instances {
            instance.put_into(shown);
        }
    }
}

impl Placed for NodeDetail {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.node.datacenter);
        for instance in &mut self.instances {
            instance.put_into(shown);
        }
    }
}
