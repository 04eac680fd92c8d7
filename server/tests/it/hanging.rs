//! Agents and datacenters that hang: nobody waits for them but who has to, and what is known stays.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use server::config::ClusterConfig;
use tokio::sync::watch;
use wire::{
    datacenters::{Condition, Datacenters},
    nodes::NodeRow,
    overview::Overview,
    problem::ProblemKind,
    rows::Rows,
    services::ServiceRow,
};

use crate::{
    fake::{Answer, Fake, answer, consul},
    http::Reply,
    waggle::{Waggle, settings},
};

/// Longer than any answer here takes on a busy machine, shorter than anybody is waited for who
/// hangs, which is 3 s.
const SOON: Duration = Duration::from_millis(2_500);

/// An agent of dc1 that knows of dc2, about which `dc2` answers.
async fn two(dc2: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Fake {
    Fake::start(move |target| match target {
        "/v1/catalog/datacenters" => Answer::Json(serde_json::json!(["dc1", "dc2"])),
        target if target.contains("dc=dc2") => dc2(target),
        target => Answer::Json(consul(target)),
    })
    .await
}

/// As an agent that does not say at which index it is, so that nothing can be waited for.
fn unindexed(target: &str) -> Answer {
    let headers = "Content-Type: application/json\r\n";
    Answer::Raw(answer("200 OK", headers, &consul(target).to_string()))
}

async fn timed(waggle: &Waggle, path: &str) -> (Reply, Duration) {
    let began = Instant::now();
    let reply = waggle.get(path).await;
    (reply, began.elapsed())
}

fn conditions<T>(rows: &Rows<T>) -> Vec<(&str, Condition, usize)> {
    let states = rows.datacenters.iter();
    states
        .map(|state| (state.name.as_str(), state.condition, state.rows))
        .collect()
}

#[tokio::test]
async fn the_rest_is_there_at_once() {
    let fake = two(|_| Answer::Hang).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    waggle.get("/api/services?dc=dc1").await.ok();
    waggle.get("/api/nodes?dc=dc1").await.ok();
    for path in [
        "/api/services?dc=@all",
        "/api/services?dc=@all&q=we",
        "/api/services?dc=@all&q=web",
    ] {
        let (reply, took) = timed(&waggle, path).await;
        let rows: Rows<ServiceRow> = reply.ok().read();
        assert_eq!(
            conditions(&rows),
            [("dc1", Condition::Ok, 1), ("dc2", Condition::Asking, 0)]
        );
        assert_eq!(rows.items.len(), 1);
        assert_eq!(rows.failed[0].problem.kind, ProblemKind::AgentTimeout);
        assert!(took < SOON, "{path}: {took:?}");
    }
    let (reply, took) = timed(&waggle, "/api/overview?dc=@all").await;
    let found: Overview = reply.ok().read();
    assert_eq!(found.items.len(), 2);
    assert_eq!(found.items[1].state.condition, Condition::Asking);
    assert!(found.items[1].state.problem.is_none());
    assert_eq!(found.items[0].services.total(), 1);
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn who_is_asked_is_unreachable_once_its_time_is_over() {
    let fake = two(|_| Answer::Hang).await;
    let waggle = Waggle::with(&[fake.address], |config| {
        // what answers is in time on a busy machine, too
        config.agents[0].read_timeout = Duration::from_secs(3);
    })
    .await;
    waggle.get("/api/services?dc=dc1").await.ok();
    waggle.get("/api/nodes?dc=dc1").await.ok();
    let services = "/api/services?dc=@all";
    let rows: Rows<ServiceRow> = waggle.get(services).await.ok().read();
    assert_eq!(rows.datacenters[1].condition, Condition::Asking);
    let given_up = waggle.until(services, |reply| {
        let rows: Rows<ServiceRow> = reply.read();
        let state = rows.datacenters.into_iter().nth(1)?;
        (state.condition != Condition::Asking).then_some(state)
    });
    let state = given_up.await;
    assert_eq!(state.condition, Condition::Unreachable);
    assert_eq!(state.problem.unwrap().kind, ProblemKind::AgentTimeout);
    // and it does not begin anew: another try is under way, of which nobody waits for the end
    for _ in 0..10 {
        let rows: Rows<ServiceRow> = waggle.get(services).await.ok().read();
        assert_eq!(rows.datacenters[1].condition, Condition::Unreachable);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let given_up = waggle.until("/api/overview?dc=@all", |reply| {
        let found: Overview = reply.read();
        let state = found.items.into_iter().nth(1)?.state;
        (state.condition != Condition::Asking).then_some(state)
    });
    let state = given_up.await;
    assert_eq!(state.condition, Condition::Unreachable);
    assert_eq!(state.problem.unwrap().kind, ProblemKind::AgentTimeout);
}

#[tokio::test]
async fn what_comes_later_comes() {
    let (come, comes) = watch::channel(false);
    let fake = two(move |target| Answer::Once(comes.clone(), consul(target))).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    waggle.get("/api/nodes?dc=dc1").await.ok();
    let first: Rows<NodeRow> = waggle.get("/api/nodes?dc=@all").await.ok().read();
    assert_eq!((first.items.len(), first.failed.len()), (1, 1));
    assert_eq!(
        conditions(&first),
        [("dc1", Condition::Ok, 1), ("dc2", Condition::Asking, 0)]
    );
    let detail = &first.failed[0].problem.detail;
    assert!(detail.contains("has not answered yet"), "{detail}");
    come.send_replace(true);
    let path = "/api/nodes?dc=@all";
    let whole = waggle.until(path, |reply| {
        let rows: Rows<NodeRow> = reply.read();
        (rows.items.len() == 2).then_some(rows)
    });
    assert!(whole.await.failed.is_empty());
}

#[tokio::test]
async fn rows_that_are_known_stay() {
    let hangs = Arc::new(AtomicBool::new(false));
    let is_hanging = Arc::clone(&hangs);
    let fake = two(move |target| match is_hanging.load(Ordering::Relaxed) {
        true => Answer::Hang,
        false => unindexed(target),
    })
    .await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for of in ["services", "nodes"] {
        waggle.get(&format!("/api/{of}?dc=dc1")).await.ok();
        waggle.get(&format!("/api/{of}?dc=dc2")).await.ok();
    }
    hangs.store(true, Ordering::Relaxed);
    // what was read is taken for true for a second
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let (reply, took) = timed(&waggle, "/api/services?dc=@all").await;
    let rows: Rows<ServiceRow> = reply.ok().read();
    assert!(
        rows.failed.is_empty() && rows.items[0].places.len() == 2,
        "{rows:?}"
    );
    assert!(took < SOON, "{took:?}");
    let (reply, took) = timed(&waggle, "/api/nodes?dc=@all").await;
    assert_eq!(reply.ok().read::<Rows<NodeRow>>().items.len(), 2);
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn a_list_keeps_its_rows_through_an_outage() {
    let out = Arc::new(AtomicBool::new(false));
    let is_out = Arc::clone(&out);
    let fake = Fake::start(move |target| match is_out.load(Ordering::Relaxed) {
        true => Answer::Raw(answer("500 Internal Server Error", "", "No cluster leader")),
        false => unindexed(target),
    })
    .await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let lists = [
        "/api/services?dc=dc1",
        "/api/nodes?dc=dc1",
        "/api/instances?dc=dc1&service=web",
    ];
    for path in lists {
        waggle.get(path).await.ok();
    }
    out.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    for path in lists {
        // and who reloads while it lasts
        for _ in 0..2 {
            let reply = waggle.get(path).await.ok();
            assert!(reply.header("etag").starts_with("W/\"!"), "{path}");
            let rows: Rows<serde_json::Value> = reply.read();
            assert_eq!(rows.items.len(), 1, "{path}");
            assert_eq!(conditions(&rows), [("dc1", Condition::Stale, 1)], "{path}");
            assert_eq!(rows.failed[0].datacenter, "dc1");
            assert_eq!(rows.failed[0].problem.kind, ProblemKind::NoLeader, "{path}");
            let since = rows.datacenters[0].stale_since.unwrap();
            assert!(since > 1_700_000_000_000, "{since}");
        }
    }
    out.store(false, Ordering::Relaxed);
    for path in lists {
        waggle
            .until(path, |reply| {
                let rows: Rows<serde_json::Value> = reply.read();
                rows.failed.is_empty().then_some(())
            })
            .await;
    }
}

#[tokio::test]
async fn a_page_waits_300_ms_at_most() {
    let fake = Fake::start(|_| Answer::Hang).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let cluster = two(|_| Answer::Hang).await;
    let half = Waggle::over_addresses(&[cluster.address]).await;
    for (waggle, path) in [
        (&waggle, "/ui/"),
        (&waggle, "/ui/dc1/services"),
        (&waggle, "/ui/@all/services"),
        (&waggle, "/ui/@all/overview"),
        (&waggle, "/ui/dc1/kv/omo/"),
        (&half, "/ui/@all/services"),
        (&half, "/ui/@all/nodes"),
    ] {
        let (reply, took) = timed(waggle, path).await;
        // 503 where the page was not built
        assert!(matches!(reply.status.as_u16(), 200 | 302 | 503), "{path}");
        // the rest is for a machine that is busy: writing a page takes a while, too; the tests of
        // pages, whose time is not real, see the 300 ms
        assert!(took < SOON, "{path}: {took:?}");
    }
}

#[tokio::test]
async fn a_cluster_that_hangs_is_no_reason_to_wait() {
    let (west, silent) = (Fake::healthy().await, Fake::start(|_| Answer::Hang).await);
    let waggle = Waggle::with(&[west.address], |config| {
        config.other_clusters = vec![ClusterConfig {
            name: "east".to_owned(),
            agents: vec![settings(silent.address)],
        }];
    })
    .await;
    for path in [
        "/api/services?dc=@all",
        "/api/nodes?dc=@all",
        "/api/datacenters",
    ] {
        for _ in 0..2 {
            let (reply, took) = timed(&waggle, path).await;
            reply.ok();
            assert!(took < SOON, "{path}: {took:?}");
        }
    }
    let found: Datacenters = waggle.get("/api/datacenters").await.ok().read();
    assert_eq!((found.items.len(), found.failed.len()), (1, 1));
    assert!(found.agent_of(Some("dc1@east")).is_none());
}

#[tokio::test]
async fn the_agents_own_datacenter_is_asked_for_once() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let began = Instant::now();
    for _ in 0..10 {
        let many = (0..30).map(|_| waggle.get("/api/services"));
        for reply in futures::future::join_all(many).await {
            reply.ok();
        }
    }
    let asked = |path: &str| {
        let heads = fake.heads();
        heads.iter().filter(|head| head.contains(path)).count()
    };
    // it is taken for true for 10 s, and all of this takes longer on a machine that is slow
    let most = 1 + began.elapsed().as_secs() as usize / 10;
    for path in ["/v1/agent/self", "/v1/catalog/datacenters"] {
        let times = asked(path);
        assert!((1..=most).contains(&times), "{path}: {times} of {most}");
    }
}
