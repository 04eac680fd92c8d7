//! What a watch publishes: a value, whole, and the version that stands for its content.

use std::{fmt, io, sync::Arc};

use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use wire::{
    datacenters::Datacenters, instances::InstanceRow, kv::KvPair, nodes::NodeDetail,
    nodes::NodeRow, rows::Rows, services::ServiceDetail, services::ServiceRow,
    sessions::SessionRow,
};

use crate::{
    consul::{Contact, Error},
    view::kv::Folder,
};

/// Stands for a content: equal for equal contents, also after a restart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Version(Arc<str>);

impl Version {
    /// The version of `value`.
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self(hash(value).into())
    }

    /// What stands in the place of a version while nothing can be read.
    pub(crate) fn of_problem(error: &Error) -> Self {
        Self(format!("!{}", hash(&error.problem())).into())
    }

    /// The version of several contents together, by name.
    pub(crate) fn merged<'a>(parts: impl IntoIterator<Item = (&'a str, &'a Self)>) -> Self {
        let mut parts: Vec<(&str, &str)> = parts
            .into_iter()
            .map(|(name, version)| (name, &*version.0))
            .collect();
        parts.sort_unstable();
        Self(hash(&parts).into())
    }

    /// The version of the same content while no leader stands behind it: it is not the same to
    /// those who look.
    pub(crate) fn in_doubt(&self) -> Self {
        Self(hash(&(&*self.0, "in doubt")).into())
    }

    /// As it stands in headers and in the stream.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Hashes what would be sent, without keeping it.
struct Hashed(Sha256);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hash(value: &impl Serialize) -> String {
    // small writes, many of them
    let mut hashed = io::BufWriter::new(Hashed(Sha256::new()));
    serde_json::to_writer(&mut hashed, value).expect("our own types are always JSON");
    let hashed = hashed
        .into_inner()
        .map_err(io::IntoInnerError::into_error)
        .expect("hashing takes every byte");
    let digest = hashed.0.finalize();
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What was read, and how well that went.
#[derive(Debug)]
pub(crate) struct Snapshot<T> {
    /// All of it.
    pub(crate) value: Arc<T>,
    /// Of its content.
    pub(crate) version: Version,
    /// When it was read, or found unchanged.
    pub(crate) taken: Instant,
    /// Set: it could not be read again since, and why.
    pub(crate) problem: Option<Error>,
    /// The agent that answered, as it may be shown.
    pub(crate) agent: String,
    /// How far its answers could be behind.
    pub(crate) contact: Contact,
}

impl<T> Snapshot<T> {
    /// The same about something that is made of its value.
    pub(crate) fn with<U>(self, value: Arc<U>) -> Snapshot<U> {
        Snapshot {
            value,
            version: self.version,
            taken: self.taken,
            problem: self.problem,
            agent: self.agent,
            contact: self.contact,
        }
    }
}

/// A value of any watch.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Datacenters(Arc<Datacenters>),
    Services(Arc<Rows<ServiceRow>>),
    Service(Arc<Option<ServiceDetail>>),
    Instances(Arc<Rows<Arc<InstanceRow>>>),
    Nodes(Arc<Rows<NodeRow>>),
    Node(Arc<Option<NodeDetail>>),
    Folder(Arc<Folder>),
    Key(Arc<Option<KvPair>>),
    Sessions(Arc<Rows<SessionRow>>),
}

impl Data {
    pub(super) fn version(&self) -> Version {
        match self {
            Self::Datacenters(value) => Version::of(&**value),
            Self::Services(value) => Version::of(&**value),
            Self::Service(value) => Version::of(&**value),
            Self::Instances(value) => Version::of(&**value),
            Self::Nodes(value) => Version::of(&**value),
            Self::Node(value) => Version::of(&**value),
            Self::Folder(value) => Version::of(&**value),
            Self::Key(value) => Version::of(&**value),
            Self::Sessions(value) => Version::of(&**value),
        }
    }

    /// How many rows it has, roughly: how long it takes to look through it.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Datacenters(_) | Self::Key(_) => 1,
            Self::Services(rows) => rows.items.len(),
            Self::Instances(rows) => rows.items.len(),
            Self::Nodes(rows) => rows.items.len(),
            Self::Sessions(rows) => rows.items.len(),
            Self::Folder(folder) => folder.rows.items.len(),
            Self::Service(detail) => detail
                .as_ref()
                .as_ref()
                .map_or(0, |one| one.instances.len()),
            Self::Node(detail) => detail
                .as_ref()
                .as_ref()
                .map_or(0, |one| one.instances.len()),
        }
    }
}

/// A value that a watch can hold.
pub(crate) trait Watched: Sized {
    fn wrap(value: Arc<Self>) -> Data;
    fn unwrap(data: &Data) -> Option<Arc<Self>>;
}

macro_rules! watched {
    ($($variant:ident: $value:ty),* $(,)?) => {$(
        impl Watched for $value {
            fn wrap(value: Arc<Self>) -> Data {
                Data::$variant(value)
            }

            fn unwrap(data: &Data) -> Option<Arc<Self>> {
                match data {
                    Data::$variant(value) => Some(Arc::clone(value)),
                    _ => None,
                }
            }
        }
    )*};
}

watched! {
    Datacenters: Datacenters,
    Services: Rows<ServiceRow>,
    Service: Option<ServiceDetail>,
    Instances: Rows<Arc<InstanceRow>>,
    Nodes: Rows<NodeRow>,
    Node: Option<NodeDetail>,
    Folder: Folder,
    Key: Option<KvPair>,
    Sessions: Rows<SessionRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_for_contents() {
        let one = Version::of(&vec!["a", "b"]);
        assert_eq!(one, Version::of(&["a".to_owned(), "b".to_owned()]));
        assert_ne!(one, Version::of(&vec!["a", "c"]));
        // the same in every process, on every machine
        assert_eq!(one.as_str(), "0473ef2dc0d324ab");
        let two = Version::of(&0);
        let merged = Version::merged([("dc1", &one), ("dc2", &two)]);
        assert_eq!(merged, Version::merged([("dc2", &two), ("dc1", &one)]));
        assert_ne!(merged, Version::merged([("dc1", &two), ("dc2", &one)]));
    }

    #[test]
    fn problems_are_no_contents() {
        let error = |agent: &str| Error::NoLeader {
            agent: agent.into(),
        };
        let version = Version::of_problem(&error("a"));
        assert!(version.as_str().starts_with('!'));
        assert_eq!(version, Version::of_problem(&error("a")));
        assert_ne!(version, Version::of_problem(&error("b")));
    }
}
