//! Sessions and the locks that they hold.

use server::consul::{Cas, SessionRequest};

use super::{client, get, here};
use crate::agents::{TestAgent, on_each_agent};

on_each_agent!(sessions_and_locks,);

async fn sessions_and_locks(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("locked");
    let request = SessionRequest {
        name: agent.unique("session"),
        ttl: Some("60s".to_owned()),
        lock_delay: Some("0s".to_owned()),
        ..SessionRequest::default()
    };
    let id = client.session().create(&request, &here()).await.unwrap();
    let listed = client.session().list(&here()).await.unwrap().value;
    let entry = listed.iter().find(|entry| entry.id == id).unwrap();
    assert_eq!(
        (entry.name.as_str(), entry.node.as_str()),
        (request.name.as_str(), agent.node.as_str())
    );
    let path = format!("/v1/kv/{key}?acquire={id}");
    assert_eq!(
        agent.http().put(&path, "held").await.ok().text().trim(),
        "true"
    );
    let pair = get(&client, &key).await.unwrap();
    assert_eq!(
        (pair.session.as_deref(), pair.lock_index),
        (Some(id.as_str()), 1)
    );
    // a lock is advice: who saves without asking for it may
    assert!(
        client
            .kv()
            .put(&key, b"saved", 0, Cas::Index(pair.modify_index), &here())
            .await
            .unwrap()
    );
    assert_eq!(
        get(&client, &key).await.unwrap().session.as_deref(),
        Some(id.as_str())
    );
    client.session().destroy(&id, &here()).await.unwrap();
    assert!(
        client
            .session()
            .info(&id, &here())
            .await
            .unwrap()
            .value
            .is_none()
    );
    assert_eq!(get(&client, &key).await.unwrap().session, None);
}
