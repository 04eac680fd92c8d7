//! What is asked of one agent and no other, and what that says of the others: nothing.

use futures::StreamExt;
use wire::live::{Subject, Topic};

use super::{
    super::{
        leaders::Leaders,
        source::{AgentSource, Source},
    },
    agents::{agent_at, first_change, source},
};
use crate::{
    consul::{
        Cas, Client, Error, Query,
        fake::{Act, Asked, FakeAgent, LOOK, dead_address, response, settings},
    },
    datacenter::{Clusters, Datacenters},
    grant::WriteGrant,
};

#[tokio::test]
async fn another_agent_knows_nothing_of_the_first_ones_index() {
    let first = FakeAgent::start(|asked: &Asked| {
        if asked.head.contains("index=") {
            Act::Send(response(429, "", "slow down"))
        } else {
            let body = r#"[{"Key":"k","Value":"MQ=="}]"#;
            Act::Send(response(200, "X-Consul-Index: 7", body))
        }
    })
    .await;
    let second = agent_at(3, 3).await;
    let clients = vec![first.client(), second.client()];
    let source = source(clients, Subject::Key("k".into()));
    let error = first_change(&source).await.unwrap().unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
    // the other one is asked at once, and plainly
    let mark = source.read().await.unwrap().mark;
    assert_eq!(
        (mark.agent, mark.indexes),
        (second.client().address(), vec![3])
    );
    assert_eq!(second.lines(), ["GET /v1/kv/k?dc=dc1"]);
}

/// Fails waits and questions for a datacenter's leader; all else goes well.
async fn waits_fail() -> FakeAgent {
    FakeAgent::start(|asked: &Asked| {
        Act::Send(match asked.line() {
            LOOK => response(200, "", "\"a:1\""),
            line if line.starts_with("PUT") => response(200, "", "true"),
            line if line.contains("index=") || line.contains("leader") => {
                response(429, "", "slow down")
            }
            _ => {
                let body = r#"[{"Key":"k","Value":"MQ=="}]"#;
                response(200, "X-Consul-Index: 7", body)
            }
        })
    })
    .await
}

async fn save(datacenters: &Datacenters) -> Result<bool, Error> {
    let grant = WriteGrant::unless(false).unwrap();
    let sent = datacenters.write(grant, |client| async move {
        let query = Query::default();
        client.kv().put("k", b"2", 0, Cas::Unchecked, &query).await
    });
    sent.await
}

#[tokio::test]
async fn who_was_not_asked_is_as_well_as_before() {
    let living = waits_fail().await;
    let dead = Client::new(&settings(dead_address())).unwrap();
    let datacenters = Datacenters::new(vec![dead.clone(), living.client()]);
    let topic = Topic::new(Subject::Key("k".into()), "dc1");
    let source = AgentSource::new(datacenters.clone(), Leaders::default(), topic);
    let mark = source.read().await.unwrap().mark;
    assert_eq!(mark.agent, living.client().address());
    let is_dead_down = || {
        let down = datacenters.down();
        down.iter().any(|(agent, error)| {
            *agent == dead.address() && matches!(error, Error::Unreachable { .. })
        })
    };
    assert!(is_dead_down());
    let woken = source.follow(&mark).unwrap().next().await.unwrap();
    assert!(matches!(woken, Err(Error::RateLimited { .. })), "{woken:?}");
    assert!(is_dead_down());
    assert_eq!(datacenters.moved(), 1);
    // a save does not go to the dead one
    assert!(save(&datacenters).await.unwrap());
    let saved = living.lines().into_iter();
    assert_eq!(saved.filter(|line| line.starts_with("PUT")).count(), 1);
    // who leads is asked of the living one alone, too
    let place = Clusters::from(datacenters.clone()).of("dc1").unwrap();
    let _heard = Leaders::default().listen(&place, &mark.agent);
    let before = living.lines().len();
    while living.lines().len() == before || datacenters.down().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(is_dead_down());
    assert_eq!(datacenters.moved(), 1);
}
