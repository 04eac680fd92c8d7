//! Reads the list of services, which costs most of all: whole where the catalog may have changed,
//! by the checks that do not pass where only checks did.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use wire::{rows::Rows, services::ServiceRow};

use crate::{
    consul::{Client, Error},
    view::{
        Seen,
        services::{Ground, read, read_checks},
    },
};

/// The list of services of one datacenter, and what it was made of last.
#[derive(Default)]
pub(super) struct Services {
    ground: Mutex<Option<Arc<Ground>>>,
    /// Changes of the catalog are heard of now: those that were not may have made it untrue.
    hears: AtomicBool,
}

impl Services {
    pub(super) async fn read(
        &self,
        client: &Client,
        dc: &str,
    ) -> Result<Seen<Rows<ServiceRow>>, Error> {
        let ground = self.ground().clone();
        if let Some(ground) = ground
            && self.hears.load(Ordering::Relaxed)
            && let Some(seen) = read_checks(client, dc, &ground).await?
        {
            return Ok(seen);
        }
        let (seen, ground) = read(client, dc).await?;
        *self.ground() = ground.map(Arc::new);
        Ok(seen)
    }

    /// Instances came, went or changed.
    pub(super) fn catalog_changed(&self) {
        *self.ground() = None;
    }

    /// From now on, until what is given is dropped, [`Self::catalog_changed`] is told of every
    /// change since the last read.
    pub(super) fn hear(&self) -> Hearing<'_> {
        self.hears.store(true, Ordering::Relaxed);
        Hearing(self)
    }

    fn ground(&self) -> MutexGuard<'_, Option<Arc<Ground>>> {
        self.ground.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For as long as it lives, changes of the catalog are heard of.
pub(super) struct Hearing<'a>(&'a Services);

impl Drop for Hearing<'_> {
    fn drop(&mut self) {
        self.0.hears.store(false, Ordering::Relaxed);
    }
}
