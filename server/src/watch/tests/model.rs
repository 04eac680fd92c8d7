//! An agent that a test can change while it is watched, and time that only the test moves: what
//! goes over real sockets meanwhile takes none.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use futures::FutureExt;
use tokio::{
    sync::watch,
    task::{spawn_blocking, yield_now},
    time::{Instant, advance, timeout},
};

use crate::consul::{
    Client,
    fake::{Act, Asked, FakeAgent, response},
};

/// So much time goes by at once.
const STEP: Duration = Duration::from_millis(250);

/// What one agent says, of one key and one service.
#[derive(Clone)]
pub(super) struct State {
    pub(super) index: u64,
    /// Of the key, in base64.
    pub(super) value: &'static str,
    /// The service is on this node.
    pub(super) node: &'static str,
    /// What it answers everything with but looks at the leader.
    pub(super) refuses: Option<(u16, &'static str)>,
    /// The same for what is about dc2.
    pub(super) refuses_far: Option<(u16, &'static str)>,
    pub(super) hangs_far: bool,
    /// Empty while there is none; none where it does not say that either.
    pub(super) leader: Option<&'static str>,
    /// Headers of answers to stale reads.
    pub(super) contact: &'static str,
    /// Those of answers to waits.
    pub(super) wait_contact: &'static str,
}

impl Default for State {
    fn default() -> Self {
        Self {
            index: 7,
            value: "YQ==",
            node: "n1",
            refuses: None,
            refuses_far: None,
            hangs_far: false,
            leader: Some("10.0.0.1:8300"),
            contact: "X-Consul-KnownLeader: true",
            wait_contact: "X-Consul-KnownLeader: true",
        }
    }
}

impl State {
    fn answer(&self, line: &str) -> Vec<u8> {
        let far = line.contains("dc=dc2").then_some(self.refuses_far);
        if let Some((status, text)) = far.flatten().or(self.refuses) {
            return response(status, "", text);
        }
        let body = match line {
            line if line.contains("/v1/catalog/datacenters") => r#"["dc1","dc2"]"#.to_owned(),
            line if line.contains("/v1/kv/") => {
                format!(r#"[{{"Key":"k","Value":"{}"}}]"#, self.value)
            }
            line if line.contains("/v1/health/service/") => format!(
                r#"[{{"Node":{{"Node":"{}"}},"Service":{{"ID":"web","Service":"web"}}}}]"#,
                self.node
            ),
            line if line.contains("/v1/catalog/services") => "{}".to_owned(),
            _ => "[]".to_owned(),
        };
        let contact = match line {
            line if line.contains("index=") => self.wait_contact,
            line if line.contains("stale") => self.contact,
            _ => "X-Consul-KnownLeader: true",
        };
        let headers = format!("X-Consul-Index: {}\r\n{contact}", self.index);
        response(200, &headers, &body)
    }

    fn answer_look(&self) -> Vec<u8> {
        match (self.leader, self.refuses) {
            (Some(leader), _) => response(200, "", &format!("\"{leader}\"")),
            (None, Some((status, text))) => response(status, "", text),
            (None, None) => response(500, "", "rpc error making call: EOF"),
        }
    }
}

/// The agent. Its waits end when it is changed, as a real one's do when what they are of is.
pub(super) struct Model {
    agent: FakeAgent,
    state: watch::Sender<State>,
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Model {
    pub(super) async fn start(state: State) -> Self {
        let state = watch::Sender::new(state);
        let asked: Arc<Mutex<Vec<(Instant, String)>>> = Arc::default();
        let (now, seen) = (state.clone(), Arc::clone(&asked));
        let agent = FakeAgent::start(move |asked: &Asked| {
            let line = asked.line().to_owned();
            seen.lock().unwrap().push((Instant::now(), line.clone()));
            act(&now, line)
        })
        .await;
        Self {
            agent,
            state,
            asked,
        }
    }

    /// A client that gives it as much time as real agents are given.
    pub(super) fn client(&self) -> Client {
        let mut settings = self.agent.settings();
        settings.read_timeout = Duration::from_secs(10);
        settings.connect_timeout = Duration::from_secs(5);
        settings.body_timeout = Duration::from_secs(60);
        Client::new(&settings).unwrap()
    }

    pub(super) fn address(&self) -> String {
        self.client().address()
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }

    /// The same, and no wait ends for it.
    pub(super) fn set_quietly(&self, change: impl FnOnce(&mut State)) {
        self.state.send_if_modified(|state| {
            change(state);
            false
        });
    }

    /// What was asked since `start` that `is_meant`.
    pub(super) fn asked(&self, start: Instant, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let asked = asked.iter().filter(|(at, _)| *at >= start);
        let lines = asked.map(|(_, line)| line.clone());
        lines.filter(|line| is_meant(line)).collect()
    }

    /// The seconds from `start` to each question since then that `is_meant`.
    pub(super) fn asked_at(&self, start: Instant, is_meant: impl Fn(&str) -> bool) -> Vec<u64> {
        let asked = self.asked.lock().unwrap();
        let asked = asked.iter().filter(|(at, _)| *at >= start);
        let asked = asked.filter(|(_, line)| is_meant(line));
        asked.map(|(at, _)| (*at - start).as_secs()).collect()
    }
}

fn act(state: &watch::Sender<State>, line: String) -> Act {
    let now = state.borrow().clone();
    if line.contains("/v1/status/leader") {
        return Act::Send(now.answer_look());
    }
    if now.hangs_far && line.contains("dc=dc2") {
        return Act::Hang;
    }
    let number = |name: &str| {
        let (_, rest) = line.split_once(name)?;
        let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next();
        digits?.parse::<u64>().ok()
    };
    let (Some(index), Some(seconds)) = (number("index="), number("wait=")) else {
        return Act::Send(now.answer(&line));
    };
    let refuses = now.refuses.is_some() || line.contains("dc=dc2") && now.refuses_far.is_some();
    if now.index > index || refuses {
        return Act::Send(now.answer(&line));
    }
    let mut changes = state.subscribe();
    let answer = async move {
        // a wait that ends by itself says so too
        let _ = timeout(Duration::from_secs(seconds), changes.changed()).await;
        let now = changes.borrow().clone();
        now.answer(&line)
    };
    Act::Then(answer.boxed())
}

pub(super) fn is_read(line: &str) -> bool {
    !is_wait(line) && (line.contains("/v1/kv/") || line.contains("/v1/health/service/"))
}

pub(super) fn is_wait(line: &str) -> bool {
    line.contains("index=")
}

/// Time that only [`Self::pass`] moves; for tests whose time is paused.
pub(super) struct Stopped {
    // while a thread works for the runtime, its time does not go on by itself
    _thread: mpsc::Sender<()>,
}

impl Stopped {
    pub(super) fn new() -> Self {
        let (thread, end) = mpsc::channel();
        spawn_blocking(move || end.recv());
        Self { _thread: thread }
    }

    /// Lets so much time go by. What is under way comes to its rest at each step, and at the end.
    pub(super) async fn pass(&self, seconds: u64) {
        let until = Instant::now() + Duration::from_secs(seconds);
        rest().await;
        while Instant::now() < until {
            advance(STEP.min(until - Instant::now())).await;
            rest().await;
        }
    }
}

/// So many turns are more than a question, its answer and what follows from it take.
async fn rest() {
    for _ in 0..50 {
        yield_now().await;
        std::thread::sleep(Duration::from_micros(20));
    }
}
