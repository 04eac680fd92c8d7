//! Clusters that do not know of each other. The first one's datacenters keep their bare names,
//! those of the others are `dc@cluster`.

use std::{future::Future, sync::Arc};

use futures::future::join_all;

use super::{Datacenters, patience::Patience};
use crate::consul::Error;

/// The clusters, each with its agents. A handle: clones share what is known about them.
#[derive(Clone, Debug)]
pub struct Clusters {
    /// The first one, then the others; never empty.
    clusters: Arc<Vec<Cluster>>,
}

#[derive(Debug)]
struct Cluster {
    name: String,
    datacenters: Datacenters,
}

/// Where something is asked or written: the agents to ask, and the datacenter's names.
#[derive(Clone, Debug)]
pub struct Place {
    /// The agents of its cluster.
    pub datacenters: Datacenters,
    /// As Consul knows it; says where only together with the agents.
    pub dc: String,
    /// As people know it: `dc`, or `dc@cluster`.
    pub shown: String,
}

/// What one cluster says of its datacenters.
#[derive(Clone, Debug)]
pub struct KnownCluster {
    /// Its name; the first cluster's may be empty.
    pub cluster: String,
    /// Where its datacenters are, nearest first; or why they could not be named.
    pub places: Result<Vec<Place>, Error>,
}

impl From<Datacenters> for Clusters {
    /// One cluster, which needs no name.
    fn from(datacenters: Datacenters) -> Self {
        Self::new(vec![(String::new(), datacenters)])
    }
}

impl Clusters {
    /// These clusters, by name.
    ///
    /// # Panics
    /// Without any: whoever reads the settings has put in the default one.
    #[must_use]
    pub fn new(clusters: Vec<(String, Datacenters)>) -> Self {
        assert!(!clusters.is_empty(), "at least one cluster");
        let clusters = clusters
            .into_iter()
            .map(|(name, datacenters)| Cluster { name, datacenters });
        Self {
            clusters: Arc::new(clusters.collect()),
        }
    }

    /// The agents of the first cluster.
    #[must_use]
    pub fn home(&self) -> &Datacenters {
        &self.clusters[0].datacenters
    }

    /// The agents of each cluster.
    pub fn each(&self) -> impl Iterator<Item = &Datacenters> {
        self.clusters.iter().map(|cluster| &cluster.datacenters)
    }

    /// There is more than one.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.clusters.len() > 1
    }

    /// Where `shown` is; none where it names no cluster of ours. Whether the cluster has such a
    /// datacenter is not asked.
    #[must_use]
    pub fn of(&self, shown: &str) -> Option<Place> {
        let (dc, cluster) = match shown.split_once('@') {
            None => (shown, &self.clusters[0]),
            Some((dc, name)) => {
                let others = &self.clusters[1..];
                (dc, others.iter().find(|cluster| cluster.name == name)?)
            }
        };
        Some(Place {
            datacenters: cluster.datacenters.about(dc),
            dc: dc.to_owned(),
            shown: shown.to_owned(),
        })
    }

    /// The names of all datacenters that are known now, as people know them.
    ///
    /// # Errors
    /// Why the first cluster cannot name its datacenters, where none can.
    pub async fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let mut problem = None;
        for known in self.known().await {
            match known.places {
                Ok(places) => names.extend(places.into_iter().map(|place| place.shown)),
                Err(error) => problem = problem.or(Some(error)),
            }
        }
        match problem {
            Some(error) if names.is_empty() => Err(error),
            _ => Ok(names),
        }
    }

    /// Looks, beside the caller, at agents whose state is not known.
    pub fn look_around(&self) {
        for cluster in self.clusters.iter() {
            cluster.datacenters.look_around();
        }
    }

    /// What each cluster says of its datacenters, all asked at once. One that never named them is
    /// waited for a moment only where others have named theirs.
    pub async fn known(&self) -> Vec<KnownCluster> {
        let patience = &Patience::short();
        self.for_each(patience, async |known| {
            if known.places.is_ok() {
                patience.answered();
            }
            known
        })
        .await
    }

    /// Asks each cluster where its datacenters are, and goes on with the answer at once: a cluster
    /// that is slow to name them holds up no other.
    pub(super) async fn for_each<F, Fut, T>(&self, patience: &Patience, go_on: F) -> Vec<T>
    where
        F: Fn(KnownCluster) -> Fut,
        Fut: Future<Output = T>,
    {
        let go_on = &go_on;
        let asked = (0..self.clusters.len())
            .map(|at| async move { go_on(self.known_of(at, patience).await).await });
        join_all(asked).await
    }

    async fn known_of(&self, at: usize, patience: &Patience) -> KnownCluster {
        let cluster = &self.clusters[at];
        let datacenters = &cluster.datacenters;
        let names = tokio::select! {
            biased;
            names = datacenters.known() => names,
            () = patience.ends(datacenters.names_asked_since()) => Err(late(datacenters)),
        };
        let places = names.map(|names| {
            let places = names.iter().map(|dc| Place {
                datacenters: datacenters.about(dc),
                dc: dc.clone(),
                shown: if at == 0 {
                    dc.clone()
                } else {
                    format!("{dc}@{}", cluster.name)
                },
            });
            places.collect()
        });
        KnownCluster {
            cluster: cluster.name.clone(),
            places,
        }
    }
}

/// Our own patience is over; the question goes on.
pub(super) fn late(datacenters: &Datacenters) -> Error {
    Error::Late {
        agent: datacenters.active(),
    }
}
