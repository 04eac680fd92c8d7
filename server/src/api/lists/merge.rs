//! Lists over every datacenter, made of those of each. Pure, but for keeping what was made last.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use wire::{
    instances::InstanceRow,
    nodes::NodeRow,
    rows::Rows,
    services::{ServicePlace, ServiceRow},
    window::Listed,
};

use crate::watch::Version;

/// The lists over all datacenters, merged anew only where one of them changed. A handle: clones
/// share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllLists {
    pub(super) services: Merged<ServiceRow>,
    pub(super) nodes: Merged<NodeRow>,
    pub(super) instances: Merged<Arc<InstanceRow>>,
    /// Of one service or node.
    pub(super) some_instances: Merged<Arc<InstanceRow>>,
    pub(super) derived: super::derived::Derived,
}

/// The rows that were merged last, and what they were merged of.
#[derive(Clone, Debug)]
pub(super) struct Merged<T>(Arc<Mutex<Option<Kept<T>>>>);

/// Of which question, merged of what, and the rows.
type Kept<T> = (String, Version, Arc<Rows<T>>);

impl<T> Default for Merged<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Merged<T> {
    /// The rows of the question `name`, merged where they are not those that were merged last: two
    /// questions can have rows of the same content and show other ones of them.
    pub(super) fn get(
        &self,
        name: &str,
        content: &Version,
        merge: impl FnOnce() -> Rows<T>,
    ) -> Arc<Rows<T>> {
        // held while merging, so that many who ask at once merge once
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, version, rows)) = &*last
            && (of.as_str(), version) == (name, content)
        {
            return Arc::clone(rows);
        }
        let rows = Arc::new(merge());
        *last = Some((name.to_owned(), content.clone(), Arc::clone(&rows)));
        rows
    }
}

/// The rows of one datacenter.
pub(super) struct Part<T> {
    pub(super) datacenter: String,
    pub(super) rows: Arc<Rows<T>>,
}

/// One row for each name, with its state in each datacenter.
pub(super) fn merge_services(parts: &[Part<ServiceRow>]) -> Rows<ServiceRow> {
    let filtered_by_acl = parts.iter().any(|part| part.rows.filtered_by_acl);
    let mut by_name: BTreeMap<String, ServiceRow> = BTreeMap::new();
    for part in parts {
        for row in &part.rows.items {
            let place = ServicePlace {
                datacenter: part.datacenter.clone(),
                health: row.health,
                instances: row.instances,
            };
            match by_name.get_mut(&row.name) {
                Some(merged) => add(merged, row, place),
                None => {
                    let merged = ServiceRow {
                        datacenter: part.datacenter.clone(),
                        places: vec![place],
                        ..row.clone()
                    };
                    by_name.insert(row.name.clone(), merged);
                }
            }
        }
    }
    Rows {
        filtered_by_acl,
        ..Rows::whole(by_name.into_values().collect())
    }
}

fn add(merged: &mut ServiceRow, row: &ServiceRow, place: ServicePlace) {
    merged.health = merged.health.max(row.health);
    merged.instances += row.instances;
    if merged.kind.is_empty() {
        merged.kind.clone_from(&row.kind);
    }
    unite(&mut merged.tags, &row.tags);
    unite(&mut merged.versions, &row.versions);
    merged.places.push(place);
}

/// Both, sorted, each once.
fn unite(words: &mut Vec<String>, more: &[String]) {
    for word in more {
        if let Err(place) = words.binary_search(word) {
            words.insert(place, word.clone());
        }
    }
}

/// All nodes, by name, then by where they are.
pub(super) fn merge_nodes(parts: &[Part<NodeRow>]) -> Rows<NodeRow> {
    let filtered_by_acl = parts.iter().any(|part| part.rows.filtered_by_acl);
    let mut rows: Vec<NodeRow> = parts
        .iter()
        .flat_map(|part| &part.rows.items)
        .cloned()
        .collect();
    rows.sort_by(|a, b| (&a.name, &a.datacenter).cmp(&(&b.name, &b.datacenter)));
    Rows {
        filtered_by_acl,
        ..Rows::whole(rows)
    }
}

/// All instances, by service, node, ID and datacenter.
pub(super) fn merge_instances(parts: &[Part<Arc<InstanceRow>>]) -> Rows<Arc<InstanceRow>> {
    let filtered_by_acl = parts.iter().any(|part| part.rows.filtered_by_acl);
    let mut rows: Vec<Arc<InstanceRow>> = parts
        .iter()
        .flat_map(|part| &part.rows.items)
        .cloned()
        .collect();
    rows.sort_by(|a, b| a.tie(b));
    Rows {
        filtered_by_acl,
        ..Rows::whole(rows)
    }
}
