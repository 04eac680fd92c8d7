//! Pages while the servers behind the agent are cut off from the others: what is shown says so.

use tokio::time::Instant;
use wire::{
    kv::KvPair,
    live::{Subject, Topic},
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use super::model::{Model, State, Stopped, is_read, is_wait};
use crate::{
    consul::{Contact, Error},
    datacenter::Datacenters,
    watch::{Snapshot, Subscription, Watches},
};

const LEADERLESS: &str = "X-Consul-KnownLeader: false\r\nX-Consul-LastContact: 4000";
const OLD: &str = "X-Consul-KnownLeader: true\r\nX-Consul-LastContact: 60000";

async fn watched(model: &Model, subject: Subject) -> (Watches, Subscription) {
    let watches = Watches::new(Datacenters::new(vec![model.client()]));
    let told = watches.subscribe(&Topic::new(subject, "dc1")).await;
    (watches, told.unwrap())
}

fn web() -> Subject {
    Subject::Service("web".into())
}

fn page(watches: &Watches) -> Snapshot<Option<ServiceDetail>> {
    watches.last(web(), "dc1").unwrap()
}

fn contact(watches: &Watches, subject: &Subject) -> Contact {
    match subject {
        Subject::Services => {
            let rows: Snapshot<Rows<ServiceRow>> = watches.last(Subject::Services, "dc1").unwrap();
            rows.contact
        }
        _ => page(watches).contact,
    }
}

fn cut_off(state: &mut State) {
    (state.contact, state.wait_contact) = (LEADERLESS, LEADERLESS);
}

fn joined(state: &mut State) {
    let well = State::default();
    (state.contact, state.wait_contact) = (well.contact, well.wait_contact);
    state.leader = well.leader;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_waits_says_that_no_leader_stands_behind_it() {
    let time = Stopped::new();
    let model = Model::start(State::default()).await;
    let (watches, mut told) = watched(&model, web()).await;
    time.pass(10).await;
    assert_eq!(contact(&watches, &web()), Contact::default());
    let well = told.version().unwrap();
    model.set_quietly(|state| {
        cut_off(state);
        state.leader = Some("");
    });
    // long before the wait ends
    time.pass(5).await;
    let found = page(&watches);
    assert!(found.contact.leaderless && found.problem.is_none());
    let doubtful = told.version().unwrap();
    assert_ne!(doubtful, well);
    // it stays so without being read over and over, and how old it may be grows
    let start = Instant::now();
    model.set_quietly(|state| {
        state.wait_contact = "X-Consul-KnownLeader: false\r\nX-Consul-LastContact: 70000";
    });
    time.pass(120).await;
    assert_eq!(told.version(), Some(doubtful));
    let found = page(&watches).contact;
    assert!(
        found.leaderless && found.last_contact_ms == 70_000,
        "{found:?}"
    );
    assert_eq!(model.asked(start, is_read), Vec::<String>::new());
    model.set_quietly(joined);
    time.pass(5).await;
    assert_eq!(contact(&watches, &web()), Contact::default());
    assert_eq!(told.version(), Some(well));
}

#[tokio::test(start_paused = true)]
async fn what_ends_a_wait_says_how_sure_it_is() {
    for subject in [web(), Subject::Services] {
        let time = Stopped::new();
        let model = Model::start(State::default()).await;
        let (watches, mut told) = watched(&model, subject.clone()).await;
        time.pass(10).await;
        let well = told.version();
        // who is asked for the leader is another server
        model.set_quietly(cut_off);
        time.pass(60).await;
        assert!(contact(&watches, &subject).leaderless, "{subject:?}");
        assert_ne!(told.version(), well);
        model.set_quietly(joined);
        time.pass(60).await;
        assert!(!contact(&watches, &subject).leaderless, "{subject:?}");
        assert_eq!(told.version(), well);
    }
}

#[tokio::test(start_paused = true)]
async fn news_that_may_be_old_are_asked_of_who_is_sure() {
    let time = Stopped::new();
    let model = Model::start(State::default()).await;
    let (watches, _told) = watched(&model, web()).await;
    time.pass(10).await;
    let start = Instant::now();
    model.set(|state| {
        (state.contact, state.wait_contact) = (OLD, OLD);
        (state.index, state.node) = (8, "n2");
    });
    time.pass(5).await;
    let found = page(&watches);
    let detail = found.value.as_ref().as_ref().unwrap();
    assert_eq!(detail.instances[0].node.node, "n2");
    assert_eq!(found.contact, Contact::default());
    let reads = model.asked(start, is_read);
    assert_eq!(
        reads,
        [
            "GET /v1/health/service/web?dc=dc1&stale",
            "GET /v1/health/service/web?dc=dc1"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_knows_nothing_of_leaders_raises_no_doubt() {
    let time = Stopped::new();
    let streamed = "X-Consul-KnownLeader: false\r\nX-Consul-Query-Backend: streaming";
    let model = Model::start(State {
        wait_contact: streamed,
        ..State::default()
    })
    .await;
    let (watches, _told) = watched(&model, web()).await;
    let start = Instant::now();
    time.pass(130).await;
    assert_eq!(contact(&watches, &web()), Contact::default());
    // it was found unchanged since
    assert!(page(&watches).taken.elapsed().as_secs() < 60);
    assert_eq!(model.asked(start, is_read).len(), 1);
    assert_eq!(model.asked(start, is_wait).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_nobody_can_read_any_more_says_so_soon() {
    let time = Stopped::new();
    let model = Model::start(State::default()).await;
    let subject = Subject::Key("k".into());
    let (watches, _told) = watched(&model, subject.clone()).await;
    time.pass(10).await;
    model.set_quietly(|state| {
        state.leader = Some("");
        state.refuses = Some((500, "No cluster leader"));
    });
    time.pass(5).await;
    let found: Snapshot<Option<KvPair>> = watches.last(subject, "dc1").unwrap();
    assert!(matches!(found.problem, Some(Error::NoLeader { .. })));
    assert!(found.value.is_some());
}
