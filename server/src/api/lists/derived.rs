//! Rows that are made of a detail, kept while it is the same: a window costs a slice, however
//! many instances a service has.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use wire::{instances::InstanceRow, rows::Rows};

use crate::watch::Version;

/// How many are kept: those asked for last.
const KEPT_MAX: usize = 8;

/// The rows of the details that were asked for last. A handle: clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Derived(Arc<Mutex<VecDeque<Kept>>>);

#[derive(Debug)]
struct Kept {
    /// What they are of.
    name: String,
    version: Version,
    rows: Arc<Rows<Arc<InstanceRow>>>,
}

impl Derived {
    /// The rows of `name` at this version, made where they are not kept.
    pub(super) fn get(
        &self,
        name: &str,
        version: &Version,
        make: impl FnOnce() -> Rows<Arc<InstanceRow>>,
    ) -> Arc<Rows<Arc<InstanceRow>>> {
        // held while making, so that many who ask at once make them once
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.iter().find(|one| one.name == name)
            && found.version == *version
        {
            return Arc::clone(&found.rows);
        }
        kept.retain(|one| one.name != name);
        kept.truncate(KEPT_MAX - 1);
        let rows = Arc::new(make());
        kept.push_front(Kept {
            name: name.to_owned(),
            version: version.clone(),
            rows: Arc::clone(&rows),
        });
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_made_once_a_version_and_few_are_kept() {
        let derived = Derived::default();
        let mut made = 0;
        let mut get = |name: &str, version: u32| {
            derived.get(name, &Version::of(&version), || {
                made += 1;
                Rows::whole(Vec::new())
            });
        };
        get("a", 1);
        get("a", 1);
        get("a", 2);
        for number in 0..KEPT_MAX {
            get(&number.to_string(), 1);
        }
        get("a", 2);
        assert_eq!(made, 3 + KEPT_MAX);
        assert_eq!(derived.0.lock().unwrap().len(), KEPT_MAX);
    }
}
