//! Queries that wait for a change.

use std::time::Duration;

use server::consul::Query;
use wire::health::Health;

use super::{bytes, client, here, put, registration};
use crate::agents::{TestAgent, on_each_agent};

on_each_agent!(
    blocking_query_wakes_on_change,
    blocking_query_of_a_missing_key_wakes,
    blocking_query_returns_after_its_time,
    blocking_service_query_wakes,
);

/// A read that waits from the index of this one.
fn waiting(index: u64, seconds: u32) -> Query {
    Query {
        index: Some(index),
        wait_seconds: Some(seconds),
        ..Query::default()
    }
}

async fn blocking_query_wakes_on_change(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("watched");
    put(&client, &key, b"before").await;
    let index = client.kv().get(&key, &here()).await.unwrap().meta.index;
    let query = waiting(index, 60);
    let wait = async { client.kv().get(&key, &query).await.unwrap() };
    let change = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        put(&client, &key, b"after").await;
    };
    let (woken, ()) = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::join!(wait, change)
    })
    .await
    .expect("the waiting read wakes long before its 60 s");
    assert_eq!(bytes(&woken.value.unwrap()), b"after");
    assert!(woken.meta.index > index);
}

async fn blocking_query_of_a_missing_key_wakes(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("awaited");
    let missing = client.kv().get(&key, &here()).await.unwrap();
    assert!(missing.value.is_none());
    let mut index = missing.meta.index;
    let wait = async {
        loop {
            // other tests write keys too, and that wakes a read of what is missing
            let answer = client.kv().get(&key, &waiting(index, 60)).await.unwrap();
            if answer.value.is_some() {
                break answer;
            }
            index = answer.meta.index;
        }
    };
    let change = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        put(&client, &key, b"there").await;
    };
    let (woken, ()) = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::join!(wait, change)
    })
    .await
    .expect("the waiting read wakes");
    assert_eq!(bytes(&woken.value.unwrap()), b"there");
}

async fn blocking_query_returns_after_its_time(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("quiet");
    put(&client, &key, b"x").await;
    let first = client.kv().get(&key, &here()).await.unwrap();
    let again = client
        .kv()
        .get(&key, &waiting(first.meta.index, 1))
        .await
        .unwrap();
    assert_eq!(again.value, first.value);
}

async fn blocking_service_query_wakes(agent: &'static TestAgent) {
    let client = client(agent);
    let (node, service) = (agent.unique("live-node"), agent.unique("live"));
    let what = registration(&node, &service, "one", "passing");
    client.catalog().register(&what, &here()).await.unwrap();
    let mut index = client
        .health()
        .service(&service, &here())
        .await
        .unwrap()
        .meta
        .index;
    let wait = async {
        loop {
            let answer = client
                .health()
                .service(&service, &waiting(index, 60))
                .await
                .unwrap();
            if Health::of(&answer.value[0].checks) == Health::Critical {
                break;
            }
            index = answer.meta.index;
        }
    };
    let change = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let what = registration(&node, &service, "one", "critical");
        client.catalog().register(&what, &here()).await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(30), async {
        tokio::join!(wait, change)
    })
    .await
    .expect("the waiting read wakes");
}
