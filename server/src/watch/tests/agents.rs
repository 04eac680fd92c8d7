//! The agents' source, over agents that misbehave.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures::StreamExt;
use tokio::time::{advance, sleep};
use wire::live::{Subject, Topic};

use super::super::{
    leaders::Leaders,
    source::{AgentSource, Source, Woken},
};
use crate::{
    consul::{
        Client, Error, Phase,
        fake::{Act, Asked, FakeAgent, dead_address, response, settings},
    },
    datacenter::Datacenters,
};

pub(super) fn source(clients: Vec<Client>, subject: Subject) -> AgentSource {
    AgentSource::new(
        Datacenters::new(clients),
        Leaders::default(),
        Topic::new(subject, "dc1"),
    )
}

/// An agent that answers each blocking read at once with this index.
pub(super) async fn agent_at(first: u64, then: u64) -> FakeAgent {
    FakeAgent::start(move |asked: &Asked| {
        let index = if asked.head.contains("index=") {
            then
        } else {
            first
        };
        let body = match asked.line() {
            line if line.contains("/v1/kv/") => r#"[{"Key":"k","Value":"MQ=="}]"#,
            line if line.contains("/v1/status/leader") => "\"a:1\"",
            line if line.contains("/v1/catalog/services") => "{}",
            line if line.contains("/v1/catalog/node/") => {
                r#"{"Node":{"Node":"n","Address":"1"},"Services":{}}"#
            }
            _ => "[]",
        };
        Act::Send(response(200, &format!("X-Consul-Index: {index}"), body))
    })
    .await
}

pub(super) async fn first_change(source: &AgentSource) -> Option<Result<Woken, Error>> {
    let mark = source.read().await.unwrap().mark;
    source.follow(&mark)?.next().await
}

#[tokio::test]
async fn an_index_tells_what_happened() {
    let key = || Subject::Key("k".into());
    for (then, expected) in [(7, "Same"), (9, "New"), (5, "Lost"), (0, "Lost")] {
        let agent = agent_at(7, then).await;
        let source = source(vec![agent.client()], key());
        let woken = first_change(&source).await.unwrap().unwrap();
        assert!(
            format!("{woken:?}").starts_with(expected),
            "{then}: {woken:?}"
        );
        let mut lines = agent.lines();
        // beside who leads, which is asked all the time
        lines.retain(|line| line.contains("/v1/kv/"));
        assert_eq!(
            lines,
            [
                "GET /v1/kv/k?dc=dc1",
                "GET /v1/kv/k?dc=dc1&index=7&wait=55s"
            ]
        );
    }
    // lists: whatever a trigger says, the list is read
    for (then, expected) in [(7, "Same"), (9, "Moved"), (5, "Moved"), (0, "Lost")] {
        let agent = agent_at(7, then).await;
        let source = source(vec![agent.client()], Subject::Services);
        let woken = first_change(&source).await.unwrap().unwrap();
        assert!(
            format!("{woken:?}").starts_with(expected),
            "{then}: {woken:?}"
        );
    }
}

#[tokio::test]
async fn without_an_index_nothing_is_waited_for() {
    let agent = agent_at(0, 0).await;
    for subject in [Subject::Key("k".into()), Subject::Services, Subject::Nodes] {
        let source = source(vec![agent.client()], subject);
        assert!(first_change(&source).await.is_none());
    }
    assert!(agent.lines().iter().all(|line| !line.contains("index=")));
}

#[tokio::test]
async fn what_tells_of_a_change_is_small() {
    let agent = agent_at(7, 9).await;
    let source = source(vec![agent.client()], Subject::Nodes);
    let mark = source.read().await.unwrap().mark;
    let read = agent.lines().len();
    let mut changes = source.follow(&mark).unwrap();
    for _ in 0..3 {
        changes.next().await.unwrap().unwrap();
    }
    let mut lines = agent.lines()[read..].to_vec();
    lines.sort();
    lines.dedup();
    let waits: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("index=7"))
        .collect();
    assert_eq!(
        waits,
        [
            "GET /v1/catalog/nodes?dc=dc1&filter=Node%20%3D%3D%20%22%22&stale&index=7&wait=55s",
            "GET /v1/catalog/services?dc=dc1&filter=ServiceName%20%3D%3D%20%22%22&stale&index=7&wait=55s",
            "GET /v1/health/state/any?dc=dc1&filter=CheckID%20%3D%3D%20%22%22&stale&index=7&wait=55s",
        ]
    );
}

#[tokio::test]
async fn a_dead_link_ends_the_wait() {
    let agent = FakeAgent::start(|asked: &Asked| {
        if asked.head.contains("index=") {
            return Act::Close;
        }
        Act::Send(response(200, "X-Consul-Index: 7", "[]"))
    })
    .await;
    let source = source(vec![agent.client()], Subject::Key("k".into()));
    let mark = source.read().await.unwrap().mark;
    let woken = source.follow(&mark).unwrap().next().await.unwrap();
    // found out by itself, or by looking at the agent
    assert!(matches!(woken, Err(_) | Ok(Woken::Lost)), "{woken:?}");
}

#[tokio::test]
async fn a_silent_agent_ends_the_waits_on_it() {
    let agent = agent_at(7, 7).await;
    let hangs = FakeAgent::start(|asked: &Asked| {
        if asked.head.contains("index=") || asked.head.contains("leader") {
            return Act::Hang;
        }
        Act::Send(response(200, "X-Consul-Index: 7", "[]"))
    })
    .await;
    let mut impatient = hangs.settings();
    impatient.read_timeout = Duration::from_secs(1);
    let impatient = Client::new(&impatient).unwrap();
    let datacenters = Datacenters::new(vec![impatient, agent.client()]);
    let topic = Topic::new(Subject::Key("k".into()), "dc1");
    let source = AgentSource::new(datacenters.clone(), Leaders::default(), topic);
    let mark = source.read().await.unwrap().mark;
    assert_eq!(mark.agent, hangs.client().address());
    let mut changes = source.follow(&mark).unwrap();
    let wait = changes.next();
    tokio::pin!(wait);
    assert!(futures::poll!(&mut wait).is_pending());
    // a read finds out; the wait need not come to its end
    let asked =
        datacenters.read(|client| async move { client.status().leader(&Default::default()).await });
    let (woken, asked) = tokio::join!(wait, asked);
    assert!(asked.is_ok());
    assert!(matches!(woken, Some(Ok(Woken::Lost))), "{woken:?}");
}

#[tokio::test]
async fn past_the_cap_nothing_is_waited_for() {
    let agent = agent_at(7, 7).await;
    let client = agent.client();
    let source = source(vec![client.clone()], Subject::Nodes);
    let mark = source.read().await.unwrap().mark;
    let kept = client.reserve(62).unwrap();
    assert!(source.follow(&mark).is_none());
    drop(kept);
    let changes = source.follow(&mark);
    assert_eq!(client.traffic().watching, 3);
    drop(changes);
    assert_eq!(client.traffic().watching, 0);
}

#[tokio::test]
async fn no_agent_is_told_in_its_words() {
    let dead = Client::new(&settings(dead_address())).unwrap();
    let source = source(vec![dead], Subject::Services);
    let error = source.read().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(futures::poll!(source.back()).is_pending());
}

#[tokio::test]
async fn a_far_datacenter_that_hangs_is_not_the_agents_fault() {
    let agent = FakeAgent::start(|asked: &Asked| match asked.line() {
        "GET /v1/catalog/datacenters" => Act::Send(response(200, "", r#"["dc1","dc2"]"#)),
        line if line.contains("dc=dc2") => Act::Hang,
        _ => Act::Send(response(200, "X-Consul-Index: 7", "[]")),
    })
    .await;
    let mut patient = agent.settings();
    patient.read_timeout = Duration::from_secs(30);
    let datacenters = Datacenters::new(vec![Client::new(&patient).unwrap()]);
    datacenters.known().await.unwrap();
    let topic = Topic::new(Subject::Key("k".into()), "dc2");
    let source = AgentSource::new(datacenters.clone(), Leaders::default(), topic);
    let mut read = source.read();
    assert!(futures::poll!(&mut read).is_pending());
    while agent.lines().len() < 2 {
        assert!(futures::poll!(&mut read).is_pending());
        sleep(Duration::from_millis(5)).await;
    }
    tokio::time::pause();
    advance(Duration::from_secs(6)).await;
    let error = read.await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::TimedOut {
                phase: Phase::Answer,
                seconds: 5,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(datacenters.down().is_empty());
}

#[tokio::test]
async fn where_only_checks_changed_only_checks_are_read() {
    for (moved, expected) in [("/v1/health/state/any", 1), ("/v1/catalog/services", 4)] {
        let now = AtomicU64::new(7);
        let agent = FakeAgent::start(move |asked: &Asked| {
            let waits = asked.head.contains("index=");
            if waits && !asked.line().contains(moved) {
                return Act::Hang;
            }
            if waits {
                now.store(9, Ordering::Relaxed);
            }
            let index = now.load(Ordering::Relaxed);
            let body = if asked.line().contains("/v1/catalog/services") {
                "{}"
            } else {
                "[]"
            };
            Act::Send(response(200, &format!("X-Consul-Index: {index}"), body))
        })
        .await;
        let source = source(vec![agent.client()], Subject::Services);
        let mark = source.read().await.unwrap().mark;
        let mut changes = source.follow(&mark).unwrap();
        let woken = changes.next().await.unwrap();
        assert!(matches!(woken, Ok(Woken::Moved)), "{moved}");
        let reads = || {
            let lines = agent.lines().into_iter();
            lines
                .filter(|line| !line.contains("index=") && !line.contains("/v1/status/"))
                .count()
        };
        let before = reads();
        source.read().await.unwrap();
        assert_eq!(reads() - before, expected, "{moved}");
        // what nobody listened to may have changed
        drop(changes);
        let before = reads();
        source.read().await.unwrap();
        assert_eq!(reads() - before, 4, "{moved}");
    }
}

/// An agent with so many nodes, of which the third one's own check fails once `ill`.
async fn crowd(nodes: usize, moved: &'static str) -> FakeAgent {
    let row = |number: usize| {
        format!(
            r#"{{"Node":"n{number}","Address":"10.0.0.{number}","Services":[{{"ID":"s","Service":"s"}}],
            "Checks":[{{"Node":"n{number}","CheckID":"serfHealth","Status":"passing"}}]}}"#
        )
    };
    let all: Vec<String> = (0..nodes).map(row).collect();
    let all = format!("[{}]", all.join(","));
    let now = AtomicU64::new(7);
    FakeAgent::start(move |asked: &Asked| {
        let line = asked.line();
        let waits = asked.head.contains("index=");
        if waits && (!line.contains(moved) || now.swap(9, Ordering::Relaxed) == 9) {
            return Act::Hang;
        }
        let body = match line {
            line if line.contains("/v1/internal/ui/nodes") => all.as_str(),
            line if line.contains("/v1/status/leader") => "\"10.0.0.1:8300\"",
            line if line.contains("/v1/catalog/services") => "{}",
            line if line.contains("/v1/health/state/any") && !waits => {
                r#"[{"Node":"n2","CheckID":"serfHealth","Status":"critical"}]"#
            }
            _ => "[]",
        };
        let index = now.load(Ordering::Relaxed);
        Act::Send(response(200, &format!("X-Consul-Index: {index}"), body))
    })
    .await
}

#[tokio::test]
async fn a_check_among_many_nodes_is_read_alone() {
    use crate::watch::snapshot::Data;
    use wire::health::Health;
    for (nodes, moved, whole) in [
        (150, "/v1/health/state/any", false),
        (150, "/v1/catalog/services", true),
        (150, "/v1/catalog/nodes", true),
        // few are read whole, which is exact
        (20, "/v1/health/state/any", true),
    ] {
        let agent = crowd(nodes, moved).await;
        for subject in [Subject::Nodes, Subject::Instances] {
            let source = source(vec![agent.client()], subject.clone());
            let mark = source.read().await.unwrap().mark;
            let mut changes = source.follow(&mark).unwrap();
            if subject == Subject::Nodes {
                assert!(matches!(changes.next().await, Some(Ok(Woken::Moved))));
            } else if whole {
                continue;
            }
            let before = agent.lines().len();
            let reading = source.read().await.unwrap();
            let lines = agent.lines().split_off(before);
            let reads_all = lines.iter().any(|line| line.contains("internal/ui/nodes"));
            assert_eq!(reads_all, whole, "{nodes} {moved}: {lines:?}");
            let health = match reading.data {
                Data::Nodes(rows) => rows.items.iter().map(|row| row.health).max(),
                Data::Instances(rows) => rows.items.iter().map(|row| row.health).max(),
                other => panic!("{other:?}"),
            };
            let expected = if whole {
                Health::Passing
            } else {
                Health::Critical
            };
            assert_eq!(health, Some(expected), "{nodes} {moved} {subject:?}");
        }
    }
}
