//! What the stream is told of one topic: its version, and when it changes.

use std::collections::BTreeSet;

use futures::{FutureExt, future::select_all};
use tokio::sync::watch::Receiver;

use super::{entry::Reader, snapshot::Version};

/// A topic that somebody is told of. Holds nothing but the latest version.
pub(crate) struct Subscription {
    parts: Vec<Part>,
    /// The topic is made of its parts, by name; else it is its one part.
    merged: bool,
}

struct Part {
    name: String,
    version: Receiver<Option<Version>>,
    /// Keeps the watch alive; none where it is none.
    reader: Option<Reader>,
}

impl Part {
    fn datacenter(&self) -> Option<&str> {
        let reader = self.reader.as_ref()?;
        Some(&reader.entry.key.topic.datacenter)
    }

    fn has_ended(&self) -> bool {
        let reader = self.reader.as_ref();
        reader.is_some_and(|reader| reader.entry.outcome().borrow().ended)
    }
}

impl Subscription {
    pub(super) fn new(parts: impl IntoIterator<Item = (String, Reader)>, merged: bool) -> Self {
        let parts = parts
            .into_iter()
            .map(|(name, reader)| Part {
                name,
                version: reader.entry.version(),
                reader: Some(reader),
            })
            .collect();
        Self { parts, merged }
    }

    /// One of its watches is no more, which only a fault of ours does: nothing will be told.
    pub(crate) fn has_ended(&self) -> bool {
        self.parts.iter().any(Part::has_ended)
    }

    /// What is about all datacenters is about these.
    pub(crate) fn is_about(&self, datacenters: &[String]) -> bool {
        self.datacenters() == datacenters.iter().cloned().collect()
    }

    /// The datacenters that its watches are of.
    pub(crate) fn datacenters(&self) -> BTreeSet<String> {
        let parts = self.parts.iter().filter_map(Part::datacenter);
        parts.map(str::to_owned).collect()
    }

    /// Makes the topic tell of something more, which is no watch.
    pub(crate) fn add(&mut self, name: String, version: Receiver<Option<Version>>) {
        self.parts.push(Part {
            name,
            version,
            reader: None,
        });
    }

    /// The version now, which is then known to have been seen; none before anything was read.
    pub(crate) fn version(&mut self) -> Option<Version> {
        let versions: Vec<(&str, Version)> = self
            .parts
            .iter_mut()
            .filter_map(|part| {
                let version = part.version.borrow_and_update().clone()?;
                Some((part.name.as_str(), version))
            })
            .collect();
        match versions.as_slice() {
            [] => None,
            [(_, version)] if !self.merged => Some(version.clone()),
            versions => {
                let parts = versions.iter().map(|(name, version)| (*name, version));
                Some(Version::merged(parts))
            }
        }
    }

    /// Ends when the version is another than the one that was seen last.
    pub(crate) async fn changed(&mut self) {
        if self.parts.is_empty() {
            return std::future::pending().await;
        }
        let changes = self
            .parts
            .iter_mut()
            .map(|part| part.version.changed().boxed());
        // an error is a watch that is gone, which tells nothing any more
        if select_all(changes).await.0.is_err() {
            std::future::pending().await
        }
    }
}
