//! Reads the lists that cost most: whole where the catalog may have changed, by the checks that
//! do not pass where only checks did.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, Weak,
    atomic::{AtomicBool, Ordering},
};

use wire::{instances::InstanceRow, nodes::NodeRow, rows::Rows, services::ServiceRow};

use crate::{
    consul::{Client, Error, Query},
    datacenter::Place,
    view::{Ground, Seen, instances, nodes, placed::named, services},
};

/// The lists of one datacenter, and what they were made of last.
#[derive(Default)]
pub(super) struct Lists {
    services: Kept<services::Ground>,
    nodes: Kept<Ground<NodeRow>>,
    instances: Kept<Ground<Arc<InstanceRow>>>,
    /// The list of instances as it was published last, for as long as somebody holds it: most of its
    /// rows stand in the next one, too.
    published: Mutex<Weak<Rows<Arc<InstanceRow>>>>,
    /// Changes of the catalog are heard of now: those that were not may have made it untrue.
    hears: AtomicBool,
    /// What was read last was brought up to date by checks alone.
    is_patched: AtomicBool,
}

/// What a list was made of last, where checks alone can bring it up to date.
struct Kept<G>(Mutex<Option<Arc<G>>>);

impl<G> Default for Kept<G> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<G> Kept<G> {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<G>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self) -> Option<Arc<G>> {
        self.lock().clone()
    }

    fn set(&self, ground: Option<G>) {
        *self.lock() = ground.map(Arc::new);
    }
}

impl Lists {
    pub(super) async fn services(
        &self,
        client: &Client,
        query: &Query,
        place: &Place,
    ) -> Result<Seen<Arc<Rows<ServiceRow>>>, Error> {
        if let Some(ground) = self.heard(&self.services)
            && let Some(seen) = services::read_checks(client, query, &ground).await?
        {
            return Ok(self.patched(shared(seen, place)));
        }
        let (seen, ground) = services::read(client, query).await?;
        self.services.set(ground);
        Ok(self.whole(shared(seen, place)))
    }

    pub(super) async fn nodes(
        &self,
        client: &Client,
        query: &Query,
        place: &Place,
    ) -> Result<Seen<Arc<Rows<NodeRow>>>, Error> {
        if let Some(ground) = self.heard(&self.nodes)
            && let Some(seen) = nodes::read_checks(client, query, &ground).await?
        {
            let seen = shared(seen, place);
            self.nodes.set(Ground::clone(&ground).with(&seen.value));
            return Ok(self.patched(seen));
        }
        let (seen, ground) = nodes::read(client, query).await?;
        let seen = shared(seen, place);
        self.nodes.set(ground.with(&seen.value));
        Ok(self.whole(seen))
    }

    pub(super) async fn instances(
        &self,
        client: &Client,
        query: &Query,
        place: &Place,
    ) -> Result<Seen<Arc<Rows<Arc<InstanceRow>>>>, Error> {
        if let Some(ground) = self.heard(&self.instances)
            && let Some(seen) = instances::read_checks(client, query, &ground).await?
        {
            let seen = shared(seen, place);
            let ground = Ground::clone(&ground).with(&seen.value);
            self.instances.set(ground);
            self.publish(&seen.value);
            return Ok(self.patched(seen));
        }
        let before = self.published().upgrade();
        let (seen, ground) = instances::read(client, query, before).await?;
        let seen = shared(seen, place);
        self.instances.set(ground.with(&seen.value));
        self.publish(&seen.value);
        Ok(self.whole(seen))
    }

    fn published(&self) -> MutexGuard<'_, Weak<Rows<Arc<InstanceRow>>>> {
        let published = self.published.lock();
        published.unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, rows: &Arc<Rows<Arc<InstanceRow>>>) {
        *self.published() = Arc::downgrade(rows);
    }

    /// What the list was made of last, where every change since then was heard of.
    fn heard<G>(&self, ground: &Kept<G>) -> Option<Arc<G>> {
        let hears = self.hears.load(Ordering::Relaxed);
        ground.get().filter(|_| hears)
    }

    fn patched<T>(&self, seen: T) -> T {
        self.is_patched.store(true, Ordering::Relaxed);
        seen
    }

    fn whole<T>(&self, seen: T) -> T {
        self.is_patched.store(false, Ordering::Relaxed);
        seen
    }

    /// What was read last leaves out what checks alone do not tell, for too long by now.
    pub(super) fn is_worn(&self) -> bool {
        self.is_patched.load(Ordering::Relaxed)
            && (self.services.get().is_some_and(|ground| ground.is_old())
                || self.nodes.get().is_some_and(|ground| ground.is_old())
                || self.instances.get().is_some_and(|ground| ground.is_old()))
    }

    /// Nodes or instances came, went or changed.
    pub(super) fn catalog_changed(&self) {
        self.services.set(None);
        self.nodes.set(None);
        self.instances.set(None);
    }

    /// From now on, until what is given is dropped, [`Self::catalog_changed`] is told of every
    /// change since the last read.
    pub(super) fn hear(&self) -> Hearing<'_> {
        self.hears.store(true, Ordering::Relaxed);
        Hearing(self)
    }
}

/// As it is published: named as people know the datacenter, and held once.
pub(super) fn shared<T: crate::view::placed::Placed>(seen: Seen<T>, place: &Place) -> Seen<Arc<T>> {
    Seen {
        value: Arc::new(named(seen.value, place)),
        indexes: seen.indexes,
        contact: seen.contact,
    }
}

/// For as long as it lives, changes of the catalog are heard of.
pub(super) struct Hearing<'a>(&'a Lists);

impl Drop for Hearing<'_> {
    fn drop(&mut self) {
        self.0.hears.store(false, Ordering::Relaxed);
    }
}
