//! Answers of servers that may be behind, or know no leader.

use futures::StreamExt;
use wire::live::Subject;

use super::{
    super::source::{Source, Woken},
    agents::source,
};
use crate::consul::fake::{Act, Asked, FakeAgent, response};

/// An agent whose server answers stale reads with these headers, and others with `sure`, or not
/// at all.
async fn behind(headers: &'static str, sure: Option<&'static str>) -> FakeAgent {
    FakeAgent::start(move |asked: &Asked| {
        let line = asked.line();
        let body = match line {
            line if line.contains("/v1/status/leader") => "\"\"",
            line if line.contains("/v1/catalog/services") => "{}",
            _ => "[]",
        };
        if line.contains("stale") {
            let index = if line.contains("index=") { 9 } else { 7 };
            let headers = format!("X-Consul-Index: {index}\r\n{headers}");
            return Act::Send(response(200, &headers, body));
        }
        match sure {
            Some(sure) => Act::Send(response(200, sure, body)),
            None => Act::Send(response(500, "", "No cluster leader")),
        }
    })
    .await
}

const FRESH: &str = "X-Consul-LastContact: 12\r\nX-Consul-KnownLeader: true";
const OLD: &str = "X-Consul-LastContact: 60000\r\nX-Consul-KnownLeader: true";
const LEADERLESS: &str = "X-Consul-LastContact: 4000\r\nX-Consul-KnownLeader: false";

fn sure_reads(agent: &FakeAgent) -> usize {
    let lines = agent.lines().into_iter();
    lines
        .filter(|line| !line.contains("stale") && !line.contains("/v1/status/"))
        .count()
}

#[tokio::test]
async fn lists_are_read_of_any_server_and_values_are_not() {
    let agent = behind(FRESH, Some("X-Consul-Index: 7")).await;
    for subject in [
        Subject::Services,
        Subject::Nodes,
        Subject::Instances,
        Subject::Service("web".into()),
        Subject::Node("n".into()),
    ] {
        let reading = source(vec![agent.client()], subject.clone()).read().await;
        assert_eq!(reading.unwrap().contact.last_contact_ms, 12, "{subject:?}");
        let members = agent
            .lines()
            .iter()
            .filter(|line| line.contains("/v1/agent/"))
            .count();
        assert_eq!(sure_reads(&agent) - members, 0, "{subject:?}");
    }
    for subject in [Subject::Kv("a/".into()), Subject::Key("k".into())] {
        let source = source(vec![agent.client()], subject);
        source.read().await.unwrap();
    }
    let lines = agent.lines();
    let keys: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("/v1/kv/"))
        .collect();
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|line| !line.contains("stale")), "{keys:?}");
}

#[tokio::test]
async fn what_may_be_old_is_asked_for_again() {
    let agent = behind(OLD, Some("X-Consul-Index: 8")).await;
    let source = source(vec![agent.client()], Subject::Service("web".into()));
    let reading = source.read().await.unwrap();
    assert_eq!((reading.mark.indexes, sure_reads(&agent)), (vec![8], 1));
    assert_eq!(reading.contact.last_contact_ms, 0);
    // where nobody is sure, it is shown and says so
    let agent = behind(OLD, None).await;
    let source = super::agents::source(vec![agent.client()], Subject::Service("web".into()));
    let reading = source.read().await.unwrap();
    assert_eq!(reading.contact.last_contact_ms, 60_000);
    assert!(!reading.contact.leaderless);
}

#[tokio::test]
async fn a_server_that_is_behind_takes_nothing_back() {
    let agent = behind(FRESH, Some("X-Consul-Index: 9")).await;
    let source = source(vec![agent.client()], Subject::Services);
    let mark = source.read().await.unwrap().mark;
    assert_eq!((mark.indexes.clone(), sure_reads(&agent)), (vec![7, 7], 0));
    // one server tells of a change that the next one does not know yet
    let mut changes = source.follow(&mark).unwrap();
    assert!(matches!(changes.next().await, Some(Ok(Woken::Moved))));
    let mark = source.read().await.unwrap().mark;
    assert_eq!(mark.indexes, [9, 9]);
    // nobody who is sure answers: what was published stays
    let agent = behind(FRESH, None).await;
    let source = super::agents::source(vec![agent.client()], Subject::Services);
    let mark = source.read().await.unwrap().mark;
    let mut changes = source.follow(&mark).unwrap();
    assert!(matches!(changes.next().await, Some(Ok(Woken::Moved))));
    source.read().await.unwrap_err();
}

#[tokio::test]
async fn without_a_leader_the_next_agent_is_asked_and_then_any() {
    let lost = behind(LEADERLESS, None).await;
    let well = behind(FRESH, Some("X-Consul-Index: 7")).await;
    let clients = vec![lost.client(), well.client()];
    let source = source(clients, Subject::Nodes);
    let reading = source.read().await.unwrap();
    assert_eq!(reading.mark.agent, well.client().address());
    assert!(!reading.contact.leaderless);
    let source = super::agents::source(vec![lost.client()], Subject::Nodes);
    let reading = source.read().await.unwrap();
    assert!(reading.contact.leaderless);
    assert_eq!(reading.contact.last_contact_ms, 4_000);
}
