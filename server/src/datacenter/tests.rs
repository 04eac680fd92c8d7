//! Failover, against fake agents.

use std::time::Duration;

use crate::consul::{
    Cas, Client, Error, Query,
    fake::{Act, FakeAgent, LOOK, dead_address, response, settings},
};

use super::{Clusters, Datacenters};
use crate::grant::WriteGrant;

fn healthy(leader: &'static str) -> impl Fn(&crate::consul::fake::Asked) -> Act {
    move |asked| {
        Act::Send(match asked.line() {
            LOOK => response(200, "", &format!("\"{leader}\"")),
            "GET /v1/catalog/datacenters" => response(200, "", r#"["dc1","dc2"]"#),
            line if line.starts_with("PUT") => response(200, "", "true"),
            _ => response(200, "", "[]"),
        })
    }
}

fn dead() -> Client {
    Client::new(&settings(dead_address())).unwrap()
}

async fn read(datacenters: &Datacenters) -> Result<(), Error> {
    datacenters
        .read(|client| async move { client.catalog().nodes(&Query::default()).await })
        .await
        .map(drop)
}

async fn write(datacenters: &Datacenters) -> Result<bool, Error> {
    datacenters
        .write(WriteGrant::unless(false).unwrap(), |client| async move {
            let query = Query::default();
            client.kv().put("a", b"x", 0, Cas::Unchecked, &query).await
        })
        .await
}

#[tokio::test]
async fn reads_go_on_with_the_next_agent_and_remember_it() {
    for broken in [
        response(429, "", ""),
        response(503, "", ""),
        response(500, "", "No cluster leader"),
        response(200, "", "<html>"),
    ] {
        let first = FakeAgent::always(broken).await;
        let second = FakeAgent::start(healthy("a:1")).await;
        let third = FakeAgent::start(healthy("a:1")).await;
        let datacenters = Datacenters::new(vec![first.client(), second.client(), third.client()]);
        read(&datacenters).await.unwrap();
        read(&datacenters).await.unwrap();
        assert_eq!(first.lines().len(), 1);
        assert_eq!(second.lines().len(), 2);
        assert!(third.asked().is_empty());
        assert_eq!(datacenters.active(), second.client().address());
        assert_eq!(datacenters.down()[0].0, first.client().address());
    }
}

#[tokio::test]
async fn one_agent_alone_is_asked_or_none() {
    let first = FakeAgent::start(healthy("a:1")).await;
    let second = FakeAgent::start(|asked| match asked.line() {
        LOOK => Act::Send(response(200, "", "\"a:1\"")),
        _ => Act::Send(response(503, "", "")),
    })
    .await;
    let datacenters = Datacenters::new(vec![first.client(), second.client()]);
    let ask = |client: Client| async move { client.catalog().datacenters().await };
    let second_address = second.client().address();
    // it is not its turn
    let asked = datacenters.read_of(&second_address, ask).await;
    assert_eq!(asked.unwrap(), None);
    assert!(first.asked().is_empty() && second.asked().is_empty());
    // nobody was asked, so that nobody is known to live: a write looks first
    assert!(write(&datacenters).await.unwrap());
    let looks = first.asked();
    assert_eq!(looks[0].line(), LOOK);
    // what fails stays with it
    let datacenters = Datacenters::new(vec![second.client(), first.client()]);
    let before = first.asked().len();
    datacenters.read_of(&second_address, ask).await.unwrap_err();
    assert_eq!((first.asked().len(), datacenters.moved()), (before, 0));
    assert_eq!(datacenters.down()[0].0, second_address);
}

#[tokio::test]
async fn what_is_not_the_agents_fault_stays_with_it() {
    for status in [400, 403, 404, 413] {
        let first = FakeAgent::always(response(status, "", "no")).await;
        let second = FakeAgent::start(healthy("a:1")).await;
        let datacenters = Datacenters::new(vec![first.client(), second.client()]);
        read(&datacenters).await.unwrap_err();
        assert!(second.asked().is_empty(), "{status}");
        assert!(datacenters.down().is_empty());
    }
}

#[tokio::test]
async fn an_agent_that_comes_back_is_asked_again() {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let first = FakeAgent::start(move |asked| {
        if is_well.load(Ordering::Relaxed) {
            healthy("a:1")(asked)
        } else {
            Act::Send(response(500, "", "No cluster leader"))
        }
    })
    .await;
    let second = FakeAgent::start(healthy("a:1")).await;
    let datacenters = Datacenters::new(vec![first.client(), second.client()]);
    read(&datacenters).await.unwrap();
    assert_eq!(datacenters.active(), second.client().address());
    well.store(true, Ordering::Relaxed);
    // this one is still answered by the second, while somebody looks at the first
    read(&datacenters).await.unwrap();
    while datacenters.active() != first.client().address() {
        tokio::task::yield_now().await;
    }
    read(&datacenters).await.unwrap();
    assert_eq!((first.lines().len(), second.lines().len()), (2, 2));
}

#[tokio::test]
async fn the_error_that_says_most_is_given() {
    let leaderless = FakeAgent::always(response(500, "", "No cluster leader")).await;
    let datacenters = Datacenters::new(vec![dead(), leaderless.client(), dead()]);
    let error = read(&datacenters).await.unwrap_err();
    assert!(matches!(error, Error::NoLeader { .. }), "{error:?}");
    let silent = Datacenters::new(vec![dead(), dead()]);
    let error = read(&silent).await.unwrap_err();
    assert_eq!(error.agent(), Some(silent.clients()[0].address().as_str()));
}

#[tokio::test]
async fn a_write_is_never_sent_twice() {
    for broken in ["close", "500"] {
        let first = FakeAgent::start(move |asked| match (asked.line(), broken) {
            (LOOK, _) => Act::Send(response(200, "", "\"a:1\"")),
            (_, "close") => Act::Close,
            _ => Act::Send(response(500, "", "No cluster leader")),
        })
        .await;
        let second = FakeAgent::start(healthy("a:1")).await;
        let datacenters = Datacenters::new(vec![first.client(), second.client()]);
        write(&datacenters).await.unwrap_err();
        assert_eq!(first.lines().len(), 1);
        assert!(second.lines().is_empty());
    }
}

#[tokio::test]
async fn a_write_goes_to_an_agent_that_lives_and_sees_a_leader() {
    let leaderless = FakeAgent::start(healthy("")).await;
    let living = FakeAgent::start(healthy("a:1")).await;
    let datacenters = Datacenters::new(vec![dead(), leaderless.client(), living.client()]);
    assert!(write(&datacenters).await.unwrap());
    assert_eq!(living.lines(), ["PUT /v1/kv/a"]);
    assert!(leaderless.lines().is_empty());
    // it answered just now: no look before the next one
    let asked = living.asked().len();
    assert!(write(&datacenters).await.unwrap());
    assert_eq!(living.lines().len(), 2);
    assert!(living.asked().len() > asked);
}

#[tokio::test]
async fn a_write_without_a_living_agent_is_not_sent() {
    let datacenters = Datacenters::new(vec![dead(), dead()]);
    let error = write(&datacenters).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }));
    // where none sees a leader, the agent says so itself
    let first = FakeAgent::start(|asked| {
        Act::Send(match asked.line() {
            LOOK => response(200, "", "\"\""),
            _ => response(500, "", "No cluster leader"),
        })
    })
    .await;
    let datacenters = Datacenters::new(vec![first.client(), dead()]);
    let error = write(&datacenters).await.unwrap_err();
    assert!(matches!(error, Error::NoLeader { .. }));
    assert_eq!(first.lines().len(), 1);
}

#[tokio::test]
async fn handlers_can_hold_them() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let agent = FakeAgent::start(healthy("a:1")).await;
    let datacenters = Datacenters::new(vec![agent.client()]);
    let key = String::from("a");
    let query = Query::default();
    let (key, query) = (&key, &query);
    let read = datacenters.read(|client| async move { client.kv().get(key, query).await });
    is_send(read).await.unwrap();
    let put = datacenters.write(WriteGrant::unless(false).unwrap(), |client| async move {
        client.kv().put(key, b"x", 0, Cas::Index(1), query).await
    });
    assert!(is_send(put).await.unwrap());
    is_send(datacenters.known()).await.unwrap();
}

#[tokio::test]
async fn datacenters_are_asked_for_once_in_a_while() {
    let agent = FakeAgent::start(healthy("a:1")).await;
    let datacenters = Datacenters::new(vec![agent.client()]);
    let (one, two) = tokio::join!(datacenters.knows("dc2"), datacenters.knows("dc3"));
    assert!(one.unwrap() && !two.unwrap());
    assert!(!datacenters.knows("dc4").await.unwrap());
    assert_eq!(agent.lines(), ["GET /v1/catalog/datacenters"]);
    let dead = Datacenters::new(vec![dead()]);
    assert!(dead.known().await.is_err());
}

#[tokio::test]
async fn what_is_wrong_elsewhere_is_no_fault_of_the_agents() {
    let with_two = |broken: Vec<u8>| {
        FakeAgent::start(move |asked| match asked.line() {
            line if line.contains("dc=dc2") => Act::Send(broken.clone()),
            _ => healthy("a:1")(asked),
        })
    };
    for broken in [
        response(429, "", ""),
        response(500, "", "No cluster leader"),
        response(500, "", "rpc error making call: EOF"),
        response(500, "", "No known Consul servers"),
        response(500, "", "No path to datacenter"),
    ] {
        let agents = [with_two(broken.clone()).await, with_two(broken).await];
        let clients = agents.iter().map(FakeAgent::client).collect();
        let clusters = Clusters::from(Datacenters::new(clients));
        let home = clusters.home();
        home.known().await.unwrap();
        let far = clusters.of("dc2").unwrap();
        let asked = far.datacenters.read(|client| async move {
            let query = Query::in_datacenter("dc2");
            client.catalog().nodes(&query).await
        });
        asked.await.unwrap_err();
        // the other one might know a way
        assert_eq!((home.moved(), agents[1].lines().len()), (1, 1));
        assert!(home.down().is_empty(), "{:?}", home.down());
        assert_eq!(home.active(), agents[0].client().address());
        // about its own datacenter it is its word
        let near = clusters.of("dc1").unwrap();
        read(&near.datacenters).await.unwrap();
    }
    // who does not answer at all is down, whatever was asked
    let clusters = Clusters::from(Datacenters::new(vec![dead()]));
    let far = clusters.of("dc2").unwrap();
    read(&far.datacenters).await.unwrap_err();
    assert_eq!(clusters.home().down().len(), 1);
}

#[tokio::test]
async fn a_queue_of_our_own_is_no_silence_of_the_agents() {
    let agent = FakeAgent::start(|asked| match asked.line() {
        LOOK => Act::Send(response(200, "", "\"a:1\"")),
        _ => Act::Late(Duration::from_secs(1), response(200, "", "[]")),
    })
    .await;
    let mut patient = agent.settings();
    // the fourth round would begin after it; each of the others ends well before
    patient.read_timeout = Duration::from_millis(2_500);
    let datacenters = Datacenters::new(vec![Client::new(&patient).unwrap()]);
    // four rounds for the 36 connections that there are
    let all = (0..140).map(|_| read(&datacenters));
    let outcomes = futures::future::join_all(all).await;
    let failed: Vec<Error> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(!failed.is_empty());
    for error in failed {
        assert!(matches!(error, Error::Crowded { .. }), "{error:?}");
        assert!(!error.is_silence());
    }
    assert!(datacenters.down().is_empty(), "{:?}", datacenters.down());
}
