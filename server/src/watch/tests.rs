//! Watches over a source that does what a test says, with time that is not real; and the agents'
//! source over agents that misbehave.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, advance, sleep},
};
use wire::{
    kv::KvPair,
    live::{Subject, Topic},
};

use super::{
    cache::Cache,
    entry::Outcome,
    key::Key,
    snapshot::Data,
    source::{AgentSource, Changes, Mark, Reading, Source, Woken},
    subscription::Subscription,
};
use crate::{
    consul::{
        Client, Error, Phase,
        fake::{Act, Asked, FakeAgent, dead_address, response, settings},
    },
    datacenter::Datacenters,
};

#[tokio::test(start_paused = true)]
async fn a_watch_that_breaks_is_begun_anew() {
    let script = Script::new();
    let cache = script.cache();
    let subscription = subscribe(&cache);
    settle().await;
    assert!(!subscription.has_ended());
    script.gate.close();
    // the source panics
    cache.outdate(|_| true);
    settle().await;
    assert!(subscription.has_ended());
    assert_eq!(cache.numbers().watches, 0);
    // and again: whoever looks is told, and does not wait for ever
    assert!(cache.get(&key()).await.is_err());
}

/// What a scripted source does, and what was done to it.
struct Script {
    value: Mutex<Result<&'static str, Error>>,
    /// When each read began.
    reads: Mutex<Vec<Instant>>,
    follows: AtomicUsize,
    /// Reads pass one by one where this is not open.
    gate: Semaphore,
    can_follow: AtomicBool,
    is_direct: AtomicBool,
    changes: tokio::sync::Mutex<mpsc::UnboundedReceiver<Result<Woken, Error>>>,
    tell: mpsc::UnboundedSender<Result<Woken, Error>>,
}

struct Scripted(Arc<Script>);

impl Script {
    fn new() -> Arc<Self> {
        let (tell, changes) = mpsc::unbounded_channel();
        Arc::new(Self {
            value: Mutex::new(Ok("a")),
            reads: Mutex::default(),
            follows: AtomicUsize::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            can_follow: AtomicBool::new(true),
            is_direct: AtomicBool::new(false),
            changes: tokio::sync::Mutex::new(changes),
            tell,
        })
    }

    fn cache(self: &Arc<Self>) -> Arc<Cache> {
        let script = Arc::clone(self);
        let make = move |_: &Key| -> Box<dyn Source> { Box::new(Scripted(Arc::clone(&script))) };
        Arc::new(Cache::new(Box::new(make), None))
    }

    fn set(&self, value: Result<&'static str, Error>) {
        *self.value.lock().unwrap() = value;
    }

    fn wake(&self, woken: Woken) {
        self.tell.send(Ok(woken)).unwrap();
    }

    fn reads(&self) -> usize {
        self.reads.lock().unwrap().len()
    }

    /// Seconds from `start` to each read.
    fn read_at(&self, start: Instant) -> Vec<u64> {
        let reads = self.reads.lock().unwrap();
        reads.iter().map(|at| (*at - start).as_secs()).collect()
    }
}

impl Source for Scripted {
    fn read(&self) -> BoxFuture<'_, Result<Reading, Error>> {
        self.0.reads.lock().unwrap().push(Instant::now());
        async {
            let permit = self.0.gate.acquire().await;
            permit.unwrap().forget();
            let value = self.0.value.lock().unwrap().clone()?;
            Ok(reading(value))
        }
        .boxed()
    }

    fn follow(&self, _: &Mark) -> Option<Changes<'_>> {
        if !self.0.can_follow.load(Ordering::Relaxed) {
            return None;
        }
        self.0.follows.fetch_add(1, Ordering::Relaxed);
        Some(
            stream::unfold((), |()| async {
                let woken = self.0.changes.lock().await.recv().await?;
                Some((woken, ()))
            })
            .boxed(),
        )
    }

    fn is_direct(&self) -> bool {
        self.0.is_direct.load(Ordering::Relaxed)
    }

    fn back(&self, _: &Error) -> BoxFuture<'_, ()> {
        std::future::pending().boxed()
    }

    fn look_every(&self) -> Option<Duration> {
        None
    }
}

fn reading(value: &str) -> Reading {
    Reading {
        data: Data::Key(Arc::new(Some(KvPair {
            key: value.into(),
            ..KvPair::default()
        }))),
        mark: Mark {
            agent: "a".into(),
            indexes: vec![1],
        },
    }
}

fn key() -> Key {
    Key::from(Topic::new(Subject::Key("k".into()), "dc1"))
}

fn value(outcome: &Outcome) -> String {
    match &outcome.last.as_ref().unwrap().data {
        Data::Key(pair) => pair.as_ref().as_ref().unwrap().key.clone(),
        other => panic!("{other:?}"),
    }
}

fn broken() -> Error {
    Error::NoLeader { agent: "a".into() }
}

async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

fn subscribe(cache: &Arc<Cache>) -> Subscription {
    Subscription::new([("k".to_owned(), cache.enter(&key(), true))], false)
}

#[tokio::test(start_paused = true)]
async fn many_readers_are_one_read_and_then_none() {
    let script = Script::new();
    let cache = script.cache();
    let key = key();
    let readers = (0..100).map(|_| cache.get(&key));
    for outcome in futures::future::join_all(readers).await {
        assert_eq!(value(&outcome.unwrap()), "a");
    }
    sleep(Duration::from_secs(20)).await;
    cache.get(&key).await.unwrap();
    assert_eq!(script.reads(), 1);
    let numbers = cache.numbers();
    assert_eq!(
        (numbers.asked + numbers.joined, numbers.from_snapshot),
        (100, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_goes_away_takes_nothing_from_the_others() {
    let script = Script::new();
    script.gate.forget_permits(Semaphore::MAX_PERMITS);
    let cache = script.cache();
    let key = key();
    let mut first = Box::pin(cache.get(&key));
    assert!(futures::poll!(&mut first).is_pending());
    let mut second = Box::pin(cache.get(&key));
    assert!(futures::poll!(&mut second).is_pending());
    settle().await;
    drop(first);
    script.gate.add_permits(1);
    assert_eq!(value(&second.await.unwrap()), "a");
    assert_eq!(script.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_30_s_after_its_last_reader() {
    let script = Script::new();
    let cache = script.cache();
    cache.get(&key()).await.unwrap();
    sleep(Duration::from_secs(29)).await;
    assert_eq!(cache.numbers().watches, 1);
    // each look is a new beginning
    cache.get(&key()).await.unwrap();
    sleep(Duration::from_secs(29)).await;
    assert_eq!(cache.numbers().watches, 1);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(cache.numbers().watches, 0);
    assert_eq!(script.reads(), 1);

    let subscription = subscribe(&cache);
    sleep(Duration::from_secs(300)).await;
    assert_eq!(cache.numbers().watches, 1);
    drop(subscription);
    sleep(Duration::from_secs(31)).await;
    assert_eq!((cache.numbers().watches, script.reads()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn equal_contents_are_told_to_nobody() {
    let script = Script::new();
    let cache = script.cache();
    let mut subscription = subscribe(&cache);
    subscription.changed().await;
    let first = subscription.version();
    assert!(first.is_some());
    for woken in [Woken::Same, Woken::Moved, Woken::New(reading("a"))] {
        script.wake(woken);
        sleep(Duration::from_secs(5)).await;
        assert!(subscription.changed().now_or_never().is_none());
    }
    assert_eq!(script.reads(), 2);
    assert_eq!(cache.numbers().unchanged, 2);
    script.set(Ok("b"));
    script.wake(Woken::Moved);
    subscription.changed().await;
    let second = subscription.version();
    assert_ne!(first, second);
    // as it was: the same version again
    script.wake(Woken::New(reading("a")));
    subscription.changed().await;
    assert_eq!(subscription.version(), first);
    assert_eq!(value(&cache.get(&key()).await.unwrap()), "a");
}

#[tokio::test(start_paused = true)]
async fn a_change_after_a_rest_is_told_at_once_and_churn_is_not() {
    let script = Script::new();
    let cache = script.cache();
    let _subscription = subscribe(&cache);
    sleep(Duration::from_secs(10)).await;
    let start = Instant::now();
    script.wake(Woken::Moved);
    settle().await;
    assert_eq!(script.reads(), 2);
    assert_eq!(script.read_at(start - Duration::from_secs(10)), [0, 10]);
    for _ in 0..200 {
        script.wake(Woken::Moved);
        sleep(Duration::from_millis(100)).await;
    }
    let reads = script.reads() - 2;
    assert!((15..=22).contains(&reads), "{reads} reads in 20 s");
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_waits_is_not_asked_all_the_time() {
    let script = Script::new();
    let cache = script.cache();
    let _subscription = subscribe(&cache);
    for _ in 0..1000 {
        script.wake(Woken::Same);
    }
    sleep(Duration::from_secs(60)).await;
    let waits = 1000 - script.changes.try_lock().unwrap().len();
    assert!((55..=65).contains(&waits), "{waits} waits in 60 s");
    assert_eq!(script.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn failures_are_asked_about_ever_more_seldom() {
    let script = Script::new();
    script.set(Err(broken()));
    let cache = script.cache();
    let start = Instant::now();
    let mut subscription = subscribe(&cache);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(script.read_at(start), [0, 5, 25, 70, 150, 275, 455]);
    let version = subscription.version().unwrap();
    assert!(version.as_str().starts_with('!'));
    assert_eq!(script.follows.load(Ordering::Relaxed), 0);

    // somebody who looks does not wait for that, and is one of many
    let key = key();
    let looks = (0..10).map(|_| cache.get(&key));
    for outcome in futures::future::join_all(looks).await {
        assert_eq!(outcome.unwrap().problem, Some(broken()));
    }
    assert_eq!(script.reads(), 8);

    // a success clears the count
    script.set(Ok("b"));
    assert_eq!(value(&cache.get(&key).await.unwrap()), "b");
    subscription.changed().await;
    script.set(Err(broken()));
    let start = Instant::now();
    let before = script.reads();
    script.wake(Woken::Moved);
    sleep(Duration::from_secs(6)).await;
    assert_eq!(script.read_at(start)[before..], [0, 5]);
    // what was good is kept, and said to be old
    let outcome = cache.get(&key).await.unwrap();
    assert_eq!(
        (value(&outcome), outcome.problem),
        ("b".to_owned(), Some(broken()))
    );
}

#[tokio::test(start_paused = true)]
async fn waits_that_break_are_no_failure_while_reading_goes_well() {
    let script = Script::new();
    let cache = script.cache();
    let mut subscription = subscribe(&cache);
    subscription.changed().await;
    subscription.version();
    for _ in 0..20 {
        script.tell.send(Err(broken())).unwrap();
    }
    sleep(Duration::from_secs(300)).await;
    assert!(subscription.changed().now_or_never().is_none());
    // a read at each break, and one after each pause: 5 s, 20 s, 45 s, 80 s, 125 s
    let reads = script.reads();
    assert!((10..=14).contains(&reads), "{reads}");
}

#[tokio::test(start_paused = true)]
async fn where_the_history_is_lost_it_is_read_anew() {
    let script = Script::new();
    let cache = script.cache();
    let mut subscription = subscribe(&cache);
    subscription.changed().await;
    subscription.version();
    script.set(Ok("b"));
    script.wake(Woken::Lost);
    subscription.changed().await;
    assert_eq!(
        (script.reads(), script.follows.load(Ordering::Relaxed)),
        (2, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_is_seen_by_the_next_reader() {
    for direct in [false, true] {
        let script = Script::new();
        script.is_direct.store(direct, Ordering::Relaxed);
        let cache = script.cache();
        let key = key();
        cache.get(&key).await.unwrap();
        script.set(Ok("b"));
        cache.outdate(|_| true);
        assert_eq!(value(&cache.get(&key).await.unwrap()), "b");

        // a read that began before the write is none that the reader can take
        script.gate.forget_permits(Semaphore::MAX_PERMITS);
        cache.outdate(|_| true);
        settle().await;
        let early = script.reads();
        cache.outdate(|_| true);
        let mut reader = Box::pin(cache.get(&key));
        assert!(futures::poll!(&mut reader).is_pending());
        script.set(Ok("c"));
        script.gate.add_permits(1);
        settle().await;
        assert!(futures::poll!(&mut reader).is_pending());
        script.gate.add_permits(1);
        assert_eq!(value(&reader.await.unwrap()), "c");
        assert_eq!(script.reads(), early + 1);
        // others are not concerned
        let before = script.reads();
        cache.outdate(|_| false);
        cache.get(&key).await.unwrap();
        assert_eq!(script.reads(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_cost_what_one_costs() {
    let mut costs = Vec::new();
    for many in [1, 200] {
        let script = Script::new();
        let cache = script.cache();
        let mut subscriptions: Vec<_> = (0..many).map(|_| subscribe(&cache)).collect();
        for change in 0..10 {
            script.set(Ok(if change % 2 == 0 { "b" } else { "a" }));
            script.wake(Woken::Moved);
            sleep(Duration::from_secs(2)).await;
        }
        let versions: BTreeSet<_> = subscriptions
            .iter_mut()
            .map(|subscription| subscription.version().unwrap())
            .collect();
        assert_eq!(versions.len(), 1);
        costs.push((script.reads(), script.follows.load(Ordering::Relaxed)));
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_waited_for_is_polled_for_those_who_are_told() {
    let script = Script::new();
    script.can_follow.store(false, Ordering::Relaxed);
    let cache = script.cache();
    let subscription = subscribe(&cache);
    sleep(Duration::from_secs(60)).await;
    let reads = script.reads();
    assert!((5..=13).contains(&reads), "{reads}");
    drop(subscription);
    sleep(Duration::from_secs(31)).await;
    // who only looks, looks at what is at most a second old
    let before = script.reads();
    for _ in 0..5 {
        cache.get(&key()).await.unwrap();
    }
    advance(Duration::from_millis(1100)).await;
    cache.get(&key()).await.unwrap();
    sleep(Duration::from_secs(25)).await;
    assert_eq!(script.reads(), before + 2);
}

// the agents' source

fn source(clients: Vec<Client>, subject: Subject) -> AgentSource {
    AgentSource::new(Datacenters::new(clients), Topic::new(subject, "dc1"))
}

/// An agent that answers each blocking read at once with this index.
async fn agent_at(first: u64, then: u64) -> FakeAgent {
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

async fn first_change(source: &AgentSource) -> Option<Result<Woken, Error>> {
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
        let lines = agent.lines();
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
            "GET /v1/catalog/nodes?dc=dc1&filter=Node%20%3D%3D%20%22%22&index=7&wait=55s",
            "GET /v1/catalog/services?dc=dc1&filter=ServiceName%20%3D%3D%20%22%22&index=7&wait=55s",
            "GET /v1/health/state/any?dc=dc1&filter=CheckID%20%3D%3D%20%22%22&index=7&wait=55s",
        ]
    );
}

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
    let woken = first_change(&source).await.unwrap().unwrap();
    assert!(matches!(woken, Woken::Lost), "{woken:?}");
    // the other one is asked at once, and plainly
    let mark = source.read().await.unwrap().mark;
    assert_eq!(
        (mark.agent, mark.indexes),
        (second.client().address(), vec![3])
    );
    assert_eq!(second.lines(), ["GET /v1/kv/k?dc=dc1"]);
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
    let datacenters = Datacenters::new(vec![hangs.client(), agent.client()]);
    let topic = Topic::new(Subject::Key("k".into()), "dc1");
    let source = AgentSource::new(datacenters.clone(), topic);
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
    assert!(futures::poll!(source.back(&error)).is_pending());
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
    let source = AgentSource::new(datacenters.clone(), topic);
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
        let agent = FakeAgent::start(move |asked: &Asked| {
            let waits = asked.head.contains("index=");
            if waits && !asked.line().contains(moved) {
                return Act::Hang;
            }
            let index = if waits { 9 } else { 7 };
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
