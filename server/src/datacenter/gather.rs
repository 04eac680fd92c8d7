//! Asks every datacenter at once, and waits for none beyond a deadline.

use std::future::Future;

use futures::future::join_all;
use tokio::time::{Instant, timeout_at};

use super::{
    Clusters, Place,
    clusters::{PATIENCE, late},
};
use crate::consul::Error;

/// What was heard of one datacenter.
#[derive(Clone, Debug)]
pub struct Heard<T> {
    /// Its name as people know it; `@cluster` for a cluster that could not name its datacenters.
    pub datacenter: String,
    /// The agent that is asked there, as it may be shown.
    pub agent: Option<String>,
    /// What it answered, or why it did not.
    pub outcome: Result<T, Error>,
}

impl Clusters {
    /// Asks every datacenter of every cluster at once. Those that did not answer 3 s after the
    /// call have failed; the order is that of the clusters, nearest datacenters first.
    pub async fn gather<T, F, Fut>(&self, ask: F) -> Vec<Heard<T>>
    where
        F: Fn(Place) -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        let deadline = Instant::now() + PATIENCE;
        let one = async |place: Place| {
            let outcome = match timeout_at(deadline, ask(place.clone())).await {
                Ok(outcome) => outcome,
                Err(_) => Err(late(&place.datacenters)),
            };
            Heard {
                agent: Some(place.datacenters.active()),
                datacenter: place.shown,
                outcome,
            }
        };
        let of_clusters = self.for_each(async |known| match known.places {
            Ok(places) => join_all(places.into_iter().map(&one)).await,
            Err(error) => vec![Heard {
                datacenter: format!("@{}", known.cluster),
                agent: error.agent().map(str::to_owned),
                outcome: Err(error),
            }],
        });
        of_clusters.await.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;
    use crate::{
        consul::{
            Client,
            fake::{FakeAgent, dead_address, response, settings},
        },
        datacenter::Datacenters,
    };

    async fn cluster(names: &str) -> (FakeAgent, Datacenters) {
        let agent = FakeAgent::always(response(200, "", names)).await;
        let datacenters = Datacenters::new(vec![agent.client()]);
        (agent, datacenters)
    }

    fn dead() -> Datacenters {
        Datacenters::new(vec![Client::new(&settings(dead_address())).unwrap()])
    }

    #[tokio::test]
    async fn names_lead_to_their_cluster_and_no_further() {
        let (_east, east) = cluster(r#"["dc1"]"#).await;
        let clusters = Clusters::new(vec![
            ("west".to_owned(), dead()),
            ("east".to_owned(), east.clone()),
        ]);
        let place = clusters.of("dc1@east").unwrap();
        assert_eq!((&*place.dc, &*place.shown), ("dc1", "dc1@east"));
        assert_eq!(place.datacenters.active(), east.active());
        let place = clusters.of("dc1").unwrap();
        assert_eq!(place.datacenters.active(), clusters.home().active());
        // the first has one way to be named only
        for unknown in ["dc1@west", "dc1@", "dc1@east@east", "dc1@north"] {
            assert!(clusters.of(unknown).is_none(), "{unknown}");
        }
    }

    #[tokio::test]
    async fn one_that_fails_takes_nothing_from_the_others() {
        let (_west, west) = cluster(r#"["dc1","dc2"]"#).await;
        let (_east, east) = cluster(r#"["dc1"]"#).await;
        let clusters = Clusters::new(vec![
            ("west".to_owned(), west),
            ("dead".to_owned(), dead()),
            ("east".to_owned(), east),
        ]);
        let heard = clusters
            .gather(async |place| {
                if place.shown == "dc2" {
                    let agent = place.datacenters.active();
                    return Err(Error::NoLeader { agent });
                }
                Ok(place.dc)
            })
            .await;
        let told: Vec<(&str, bool)> = heard
            .iter()
            .map(|heard| (&*heard.datacenter, heard.outcome.is_ok()))
            .collect();
        assert_eq!(
            told,
            [
                ("dc1", true),
                ("dc2", false),
                ("@dead", false),
                ("dc1@east", true)
            ]
        );
    }

    #[tokio::test]
    async fn one_that_hangs_is_waited_for_as_long_as_the_deadline() {
        let (_west, west) = cluster(r#"["dc1","dc2"]"#).await;
        let clusters = Clusters::from(west);
        // the names need a real connection; from here on time is ours
        clusters.known().await;
        tokio::time::pause();
        let start = Instant::now();
        let heard = clusters
            .gather(async |place| match place.dc.as_str() {
                "dc2" => pending().await,
                _ => Ok(()),
            })
            .await;
        assert_eq!(start.elapsed().as_secs(), 3);
        assert!(heard[0].outcome.is_ok());
        assert!(matches!(
            heard[1].outcome,
            Err(Error::TimedOut { seconds: 3, .. })
        ));
    }

    #[tokio::test]
    async fn a_cluster_that_is_silent_is_spared_for_a_while() {
        let agent = FakeAgent::always(response(500, "", "No cluster leader")).await;
        let clusters = Clusters::from(Datacenters::new(vec![agent.client()]));
        for _ in 0..3 {
            let known = clusters.known().await;
            assert!(known[0].places.is_err());
        }
        let asked = agent.lines();
        let names = asked
            .iter()
            .filter(|line| line.ends_with("/v1/catalog/datacenters"));
        assert_eq!(names.count(), 1);
    }
}
