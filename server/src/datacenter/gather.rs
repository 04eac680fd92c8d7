//! Asks every datacenter at once, and waits for none beyond a deadline.

use std::future::Future;

use futures::future::join_all;
use tokio::time::Instant;

use super::{Clusters, Place, clusters::late, patience::Patience};
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

/// What is asked of every datacenter, and what there is to say of one that is late.
pub(crate) trait Question: Sync {
    /// What is answered.
    type Answer: Send;

    /// Asks there.
    fn ask(&self, place: &Place) -> impl Future<Output = Result<Self::Answer, Error>> + Send;

    /// What is known of it, maybe not as it is now; asks nobody.
    fn last(&self, place: &Place) -> Option<Self::Answer>;

    /// Since when this is being asked there; none where it is not.
    fn asked_since(&self, place: &Place) -> Option<Instant>;
}

impl Clusters {
    /// Asks every datacenter of every cluster at once. Those that did not answer 3 s after the
    /// call have failed; the order is that of the clusters, nearest datacenters first.
    pub(crate) async fn gather<T, F, Fut>(&self, ask: F) -> Vec<Heard<T>>
    where
        F: Fn(Place) -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        let patience = &Patience::long();
        let one = async |place: Place| {
            let outcome = tokio::select! {
                biased;
                outcome = ask(place.clone()) => outcome,
                () = patience.ends(None) => Err(late(&place.datacenters)),
            };
            heard(place, outcome)
        };
        self.of_each(patience, one).await
    }

    /// The same for who does not wait for all: where some have answered, the others are given a
    /// moment since they were asked first, and after that go out as they are known.
    pub(crate) async fn gather_soon<Q: Question>(&self, question: &Q) -> Vec<Heard<Q::Answer>> {
        let patience = &Patience::short();
        let one = async |place: Place| {
            let since = question.asked_since(&place);
            let outcome = tokio::select! {
                biased;
                outcome = question.ask(&place) => {
                    if outcome.is_ok() {
                        patience.answered();
                    }
                    outcome
                }
                () = patience.ends(since) => {
                    let known = question.last(&place);
                    known.ok_or_else(|| late(&place.datacenters))
                }
            };
            heard(place, outcome)
        };
        self.of_each(patience, one).await
    }

    async fn of_each<T, F, Fut>(&self, patience: &Patience, one: F) -> Vec<Heard<T>>
    where
        F: Fn(Place) -> Fut,
        Fut: Future<Output = Heard<T>>,
    {
        let one = &one;
        let of_clusters = self.for_each(patience, async |known| match known.places {
            Ok(places) => join_all(places.into_iter().map(one)).await,
            Err(error) => vec![Heard {
                datacenter: format!("@{}", known.cluster),
                agent: error.agent().map(str::to_owned),
                outcome: Err(error),
            }],
        });
        of_clusters.await.into_iter().flatten().collect()
    }
}

fn heard<T>(place: Place, outcome: Result<T, Error>) -> Heard<T> {
    Heard {
        agent: Some(place.datacenters.active()),
        datacenter: place.shown,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        time::Duration,
    };

    use tokio::time::sleep;

    use super::*;
    use crate::{
        consul::{
            Client,
            fake::{Act, FakeAgent, dead_address, response, settings},
        },
        datacenter::{
            Datacenters,
            patience::{LONG, SHORT},
        },
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
        assert!(matches!(heard[1].outcome, Err(Error::Late { .. })));
    }

    /// Datacenters that answer after so many milliseconds; known are the names in the last list.
    struct Asked<'a> {
        after: &'a [(&'a str, u64)],
        known: &'a [&'a str],
        since: Option<Instant>,
    }

    impl Question for Asked<'_> {
        type Answer = &'static str;

        async fn ask(&self, place: &Place) -> Result<&'static str, Error> {
            let after = self.after.iter().find(|(dc, _)| *dc == place.dc);
            match after {
                Some((_, after)) => sleep(Duration::from_millis(*after)).await,
                None => pending().await,
            }
            Ok("new")
        }

        fn last(&self, place: &Place) -> Option<&'static str> {
            self.known.contains(&&*place.dc).then_some("old")
        }

        fn asked_since(&self, place: &Place) -> Option<Instant> {
            self.since.filter(|_| place.dc == "dc2")
        }
    }

    #[tokio::test]
    async fn where_others_answer_a_moment_is_enough() {
        let (_west, west) = cluster(r#"["dc2","dc1","dc3"]"#).await;
        let clusters = Clusters::from(west);
        clusters.known().await;
        tokio::time::pause();
        let began = Instant::now();
        sleep(Duration::from_secs(2)).await;
        for (after, known, since, expected, milliseconds) in [
            // all answer
            (
                &[("dc1", 9), ("dc2", 9), ("dc3", 90)][..],
                &[][..],
                None,
                "new new new",
                90,
            ),
            // one hangs: it is known, or it is not
            (
                &[("dc1", 9), ("dc3", 9)],
                &["dc2"],
                None,
                "old new new",
                250,
            ),
            (&[("dc1", 9), ("dc3", 9)], &[], None, "- new new", 250),
            // it was waited for already: who comes after does not wait
            (&[("dc1", 9), ("dc3", 9)], &[], Some(began), "- new new", 9),
            (
                &[("dc1", 0), ("dc3", 0)],
                &["dc2"],
                Some(began),
                "old new new",
                0,
            ),
            // nobody answers at once: the first one that does is waited for
            (&[("dc1", 900)], &["dc2"], None, "old new -", 900),
            (&[], &["dc2"], None, "old - -", 3_000),
        ] {
            let question = Asked {
                after,
                known,
                since,
            };
            let start = Instant::now();
            let heard = clusters.gather_soon(&question).await;
            let told: Vec<&str> = heard
                .iter()
                .map(|one| *one.outcome.as_ref().unwrap_or(&"-"))
                .collect();
            assert_eq!(told.join(" "), expected);
            let took = start.elapsed().as_millis();
            assert!(
                (milliseconds..milliseconds + 5).contains(&took),
                "{expected}: {took}"
            );
        }
    }

    #[tokio::test]
    async fn a_cluster_that_names_nothing_holds_up_nobody() {
        let (_west, west) = cluster(r#"["dc1"]"#).await;
        let silent = FakeAgent::start(|_| Act::Hang).await;
        let silent = Datacenters::new(vec![silent.client()]);
        let clusters = Clusters::new(vec![("west".to_owned(), west), ("east".to_owned(), silent)]);
        let question = Asked {
            after: &[("dc1", 0)],
            known: &[],
            since: None,
        };
        let mut took = Vec::new();
        for round in 0..2 {
            if round > 0 {
                // by now no answer has to come over a real connection
                tokio::time::pause();
            }
            let start = Instant::now();
            let heard = clusters.gather_soon(&question).await;
            took.push(start.elapsed());
            let told: Vec<(&str, bool)> = heard
                .iter()
                .map(|heard| (&*heard.datacenter, heard.outcome.is_ok()))
                .collect();
            assert_eq!(told, [("dc1", true), ("@east", false)]);
            assert_eq!(clusters.names().await.unwrap(), ["dc1"]);
        }
        assert!(took[0] >= SHORT && took[0] < LONG, "{took:?}");
        // it is being asked already: nobody waits for it again
        assert!(took[1] < SHORT, "{took:?}");
    }

    #[tokio::test]
    async fn names_that_are_known_are_given_at_once() {
        let hangs = Arc::new(AtomicBool::new(false));
        let is_hanging = Arc::clone(&hangs);
        let agent = FakeAgent::start(move |_| match is_hanging.load(Ordering::Relaxed) {
            true => Act::Hang,
            false => Act::Send(response(200, "", r#"["dc1","dc2"]"#)),
        })
        .await;
        let datacenters = Datacenters::new(vec![agent.client()]);
        assert!(datacenters.knows("dc1").await.unwrap());
        hangs.store(true, Ordering::Relaxed);
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(60)).await;
        let start = Instant::now();
        for _ in 0..100 {
            assert!(datacenters.knows("dc2").await.unwrap());
            assert!(datacenters.is_far("dc2") && !datacenters.is_far("dc1"));
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(datacenters.names_asked_since().is_some());
        tokio::time::resume();
        while agent.lines().len() < 2 {
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(agent.lines().len(), 2);
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
