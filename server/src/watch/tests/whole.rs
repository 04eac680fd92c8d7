//! Agents that misbehave, through the whole of it: watches, their pauses, the agents' source and
//! the client, over real sockets and in time that is not real.

use tokio::time::Instant;
use wire::{
    kv::KvPair,
    live::{Subject, Topic},
};

use super::model::{Model, State, Stopped, is_read, is_wait};
use crate::{
    consul::{Client, Error, fake},
    datacenter::Datacenters,
    watch::{Subscription, Watches},
};

/// A page that shows a key.
struct Page {
    watches: Watches,
    datacenters: Datacenters,
    told: Subscription,
    dc: &'static str,
}

impl Page {
    async fn open(clients: Vec<Client>, dc: &'static str) -> Self {
        let datacenters = Datacenters::new(clients);
        // as the pages ask before anything else
        let _ = datacenters.known().await;
        let watches = Watches::new(datacenters.clone());
        let told = watches.subscribe(&Topic::new(subject(), dc)).await.unwrap();
        Self {
            watches,
            datacenters,
            told,
            dc,
        }
    }

    /// The value, and why it may be old.
    fn shows(&self) -> (String, Option<Error>) {
        let found = self.watches.outcome::<Option<KvPair>>(subject(), self.dc);
        let found = found.expect("it was read").expect("it was read well");
        let pair = found.value.as_ref().clone();
        (pair.unwrap().value.unwrap(), found.problem)
    }

    fn shows_well(&self, value: &str) -> bool {
        self.shows() == (value.to_owned(), None)
    }

    fn agent(&self) -> String {
        let found = self.watches.last::<Option<KvPair>>(subject(), self.dc);
        found.unwrap().agent
    }

    /// The version that was told last; empty where nothing new was.
    fn news(&mut self) -> String {
        let changed = futures::FutureExt::now_or_never(self.told.changed()).is_some();
        let version = self.told.version().filter(|_| changed);
        version.map_or_else(String::new, |version| version.to_string())
    }
}

fn subject() -> Subject {
    Subject::Key("k".into())
}

/// Each is as expected, up to three seconds later.
fn are_near(found: &[u64], expected: &[u64]) -> bool {
    let mut pairs = found.iter().zip(expected);
    found.len() == expected.len()
        && pairs.all(|(found, expected)| (*expected..=expected + 3).contains(found))
}

#[tokio::test(start_paused = true)]
async fn an_index_that_goes_backwards_is_begun_anew() {
    let time = Stopped::new();
    let model = Model::start(State::default()).await;
    let mut page = Page::open(vec![model.client()], "dc1").await;
    let start = Instant::now();
    time.pass(10).await;
    assert!(page.shows_well("YQ=="));
    let first = page.news();
    // a store that was put back
    model.set(|state| (state.index, state.value) = (3, "Yg=="));
    time.pass(2).await;
    assert!(page.shows_well("Yg=="));
    let second = page.news();
    assert!(!second.is_empty() && second != first);
    // and from there on it is waited for
    model.set(|state| (state.index, state.value) = (4, "Yw=="));
    time.pass(2).await;
    assert!(page.shows_well("Yw=="));
    let waits = model.asked(start, is_wait);
    let indexes: Vec<&str> = waits
        .iter()
        .filter_map(|line| line.split("index=").nth(1))
        .collect();
    assert_eq!(indexes, ["7&wait=55s", "3&wait=55s", "4&wait=55s"]);
    assert_eq!(model.asked(start, is_read).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_an_index_it_is_asked_again_every_few_seconds() {
    let time = Stopped::new();
    let model = Model::start(State {
        index: 0,
        ..State::default()
    })
    .await;
    let mut page = Page::open(vec![model.client()], "dc1").await;
    let start = Instant::now();
    time.pass(60).await;
    assert!(page.shows_well("YQ==") && !page.news().is_empty());
    let reads = model.asked(start, is_read).len();
    assert!((4..=13).contains(&reads), "{reads}");
    assert_eq!(page.news(), "");
    model.set(|state| state.value = "Yg==");
    time.pass(16).await;
    assert!(page.shows_well("Yg==") && !page.news().is_empty());
    assert!(model.asked(start, is_wait).is_empty());
    // once it says where it is, that is waited for
    model.set(|state| state.index = 7);
    time.pass(16).await;
    model.set(|state| (state.index, state.value) = (8, "Yw=="));
    time.pass(1).await;
    assert!(page.shows_well("Yw=="));
}

#[tokio::test(start_paused = true)]
async fn the_only_agent_is_left_alone_when_it_asks_for_that() {
    let time = Stopped::new();
    for (status, leader) in [(429, Some("a:1")), (503, Some("a:1")), (503, None)] {
        let model = Model::start(State {
            leader,
            ..State::default()
        })
        .await;
        let mut page = Page::open(vec![model.client()], "dc1").await;
        time.pass(30).await;
        let good = page.news();
        model.set(|state| state.refuses = Some((status, "later")));
        let start = Instant::now();
        time.pass(130).await;
        // however well it answers to looks
        let reads = model.asked_at(start, is_read);
        assert!(
            are_near(&reads, &[0, 5, 25, 70, 115]),
            "{status}: {reads:?}"
        );
        assert!(model.asked(start, is_wait).is_empty());
        // what was known is shown, and what is wrong with it
        let (value, problem) = page.shows();
        assert_eq!(value, "YQ==");
        let is_told = match problem {
            Some(Error::RateLimited { .. }) => status == 429,
            Some(Error::Status { status: found, .. }) => status == found,
            _ => false,
        };
        assert!(is_told, "{problem:?}");
        assert!(page.news().starts_with('!'));
        // nobody has to look: that it is well again is told
        model.set(|state| state.refuses = None);
        time.pass(46).await;
        assert!(page.shows_well("YQ=="));
        assert_eq!(page.news(), good);
        model.set(|state| (state.index, state.value) = (8, "Yg=="));
        time.pass(2).await;
        assert!(page.shows_well("Yg=="), "it is waited for again");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_known_is_shown_through_any_failure() {
    let time = Stopped::new();
    for (status, text, leader) in [
        (500, "rpc error making call: EOF", Some("a:1")),
        (500, "No cluster leader", Some("")),
        (500, "No known Consul servers", None),
        (403, "Permission denied", Some("a:1")),
        (200, "<html>", None),
    ] {
        let model = Model::start(State::default()).await;
        let mut page = Page::open(vec![model.client()], "dc1").await;
        time.pass(10).await;
        let good = page.news();
        model.set(|state| (state.refuses, state.leader) = (Some((status, text)), leader));
        let start = Instant::now();
        time.pass(60).await;
        let (value, problem) = page.shows();
        assert!(value == "YQ==" && problem.is_some(), "{text}: {problem:?}");
        assert!(page.news().starts_with('!'), "{text}");
        // looks may find it well every 5 s
        let reads = model.asked(start, is_read).len();
        assert!((3..=13).contains(&reads), "{text}: {reads}");
        model.set(|state| (state.refuses, state.leader) = (None, Some("a:1")));
        time.pass(46).await;
        assert!(page.shows_well("YQ=="), "{text}");
        assert_eq!(page.news(), good, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_agent_goes_on_where_one_stops() {
    let time = Stopped::new();
    let first = Model::start(State::default()).await;
    let second = Model::start(State {
        index: 3,
        value: "Yg==",
        ..State::default()
    })
    .await;
    let mut page = Page::open(vec![first.client(), second.client()], "dc1").await;
    time.pass(10).await;
    assert!(page.shows_well("YQ==") && page.agent() == first.address());
    page.news();
    let start = Instant::now();
    first.set(|state| (state.refuses, state.leader) = (Some((429, "later")), None));
    time.pass(2).await;
    assert!(page.shows_well("Yg==") && page.agent() == second.address());
    assert!(!page.news().is_empty());
    // the index of the first one is not asked of the second
    let asked = second.asked(start, |line| is_read(line) || is_wait(line));
    assert_eq!(
        asked,
        [
            "GET /v1/kv/k?dc=dc1",
            "GET /v1/kv/k?dc=dc1&index=3&wait=55s"
        ]
    );
    time.pass(60).await;
    assert_eq!(page.datacenters.down().len(), 1);
    second.set(|state| (state.index, state.value) = (4, "Yw=="));
    time.pass(2).await;
    assert!(page.shows_well("Yw=="));
    // and back, at the end of the wait that is under way
    first.set(|state| (state.refuses, state.leader) = (None, Some("a:1")));
    time.pass(66).await;
    assert!(page.shows_well("YQ==") && page.agent() == first.address());
    assert!(page.datacenters.down().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dead_datacenter_takes_nothing_from_the_agents_own() {
    let time = Stopped::new();
    for hangs in [false, true] {
        let model = Model::start(State::default()).await;
        let mut near = Page::open(vec![model.client()], "dc1").await;
        let topic = Topic::new(subject(), "dc2");
        let mut far = Page {
            told: near.watches.subscribe(&topic).await.unwrap(),
            watches: near.watches.clone(),
            datacenters: near.datacenters.clone(),
            dc: "dc2",
        };
        time.pass(10).await;
        assert!(near.shows_well("YQ==") && far.shows_well("YQ=="));
        let good = (near.news(), far.news());
        let is_far = |line: &str| line.contains("dc=dc2") && is_read(line);
        let start = Instant::now();
        model.set(|state| {
            state.hangs_far = hangs;
            state.refuses_far = Some((500, "No path to datacenter"));
        });
        time.pass(170).await;
        // a wait that fails, a read, and then ever more seldom
        let reads = model.asked(start, is_far).len();
        assert!((4..=7).contains(&reads), "{hangs}: {reads}");
        let (value, problem) = far.shows();
        assert!(value == "YQ==" && far.news().starts_with('!'), "{hangs}");
        match problem {
            Some(Error::TimedOut { seconds: 20, .. }) => assert!(hangs),
            Some(Error::NoPathToDatacenter { .. }) => assert!(!hangs),
            other => panic!("{other:?}"),
        }
        assert!(near.shows_well("YQ==") && near.news().is_empty());
        assert!(near.datacenters.down().is_empty());
        model.set(|state| (state.hangs_far, state.refuses_far) = (false, None));
        time.pass(66).await;
        assert!(far.shows_well("YQ=="), "{hangs}");
        assert_eq!(far.news(), good.1);
    }
}

#[tokio::test(start_paused = true)]
async fn agents_are_looked_at_once_every_five_seconds() {
    let time = Stopped::new();
    let model = Model::start(State {
        refuses: Some((500, "rpc error making call: EOF")),
        leader: None,
        ..State::default()
    })
    .await;
    let watches = Watches::new(Datacenters::new(vec![model.client()]));
    // each time nothing was watched for a moment between two looks
    for _ in 0..4 {
        for seconds in [2, 31] {
            let read = watches.read::<Option<KvPair>>(subject(), "dc1");
            assert!(read.await.is_err());
            time.pass(seconds).await;
        }
        assert_eq!(watches.numbers().watches, 0);
    }
    let _told = watches.subscribe(&Topic::new(subject(), "dc1")).await;
    let start = Instant::now();
    time.pass(50).await;
    let is_look = |line: &str| line == fake::LOOK;
    let looks = model.asked(start, is_look).len();
    assert!((9..=11).contains(&looks), "{looks}");
}

#[tokio::test(start_paused = true)]
async fn what_costs_most_is_polled_gently() {
    let time = Stopped::new();
    let model = Model::start(State {
        index: 0,
        ..State::default()
    })
    .await;
    let watches = Watches::new(Datacenters::new(vec![model.client()]));
    let topic = Topic::new(Subject::Instances, "dc1");
    let _told = watches.subscribe(&topic).await;
    let start = Instant::now();
    time.pass(90).await;
    let is_index = |line: &str| line.contains("/v1/internal/ui/nodes");
    let reads = model.asked_at(start, is_index);
    // its answer is read on another thread, whose time is real: a slow one makes them fewer
    assert!((2..=5).contains(&reads.len()), "{reads:?}");
    let mut pairs = reads.windows(2);
    assert!(pairs.all(|two| two[1] - two[0] >= 19), "{reads:?}");
}
