//! Rows that say where they are: those of another than the first cluster as `dc@cluster`.

use wire::{
    instances::Instance,
    kv::KvEntry,
    nodes::{NodeDetail, NodeRow},
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use crate::datacenter::Place;

/// Something that says in which datacenter it is.
pub(super) trait Placed {
    /// Says that it is in `shown`.
    fn put_into(&mut self, shown: &str);
}

/// The same, with the datacenter as people know it.
pub(super) fn named<T: Placed>(mut value: T, place: &Place) -> T {
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
        for state in &mut self.datacenters {
            shown.clone_into(&mut state.name);
        }
    }
}

impl Placed for ServiceRow {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.datacenter);
    }
}

impl Placed for NodeRow {
    fn put_into(&mut self, shown: &str) {
        shown.clone_into(&mut self.datacenter);
    }
}

impl Placed for KvEntry {
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
