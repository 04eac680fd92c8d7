//! Reads move on to the next agent, writes do not.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{sync::watch, time::Instant};

use super::{
    agents::{Health, order},
    known::Known,
};
use crate::{
    consul::{Client, Error, Query},
    grant::WriteGrant,
};

/// The agents, in the order in which they are asked. A handle: clones share what is known about
/// them.
#[derive(Clone, Debug)]
pub struct Datacenters {
    inner: Arc<Inner>,
    /// The datacenter that is asked about; none for the agents' own, or for no one.
    about: Option<Arc<str>>,
}

#[derive(Debug)]
struct Inner {
    agents: Vec<Agent>,
    known: Known,
    /// Told whenever an agent is found down, or well again.
    changes: watch::Sender<()>,
    /// How often a read went on to the next agent.
    moved: AtomicU64,
}

#[derive(Debug)]
struct Agent {
    client: Client,
    health: Mutex<Health>,
}

impl Agent {
    fn health(&self) -> MutexGuard<'_, Health> {
        self.health
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes how the agent fares; `far`: it was asked about another datacenter than its own.
    fn note<T>(&self, outcome: &Result<T, Error>, far: bool, changes: &watch::Sender<()>) {
        let was_down = self.health().is_down();
        self.note_quietly(outcome, far);
        if self.health().is_down() != was_down {
            changes.send_replace(());
        }
    }

    fn note_quietly<T>(&self, outcome: &Result<T, Error>, far: bool) {
        match outcome {
            Err(error) if error.judges_agent(far) => {
                self.health().failed(error.clone(), Instant::now());
            }
            Err(error) if error.allows_next_agent() => {}
            _ => self.health().answered(Instant::now()),
        }
    }

    /// Looks whether the agent lives and sees a leader.
    async fn look(&self, changes: &watch::Sender<()>) -> Result<bool, Error> {
        let outcome = self.client.status().leader(&Query::default()).await;
        match &outcome {
            Ok(None) => {
                let agent = self.client.address();
                self.note::<()>(&Err(Error::NoLeader { agent }), false, changes);
            }
            outcome => self.note(outcome, false, changes),
        }
        outcome.map(|leader| leader.is_some())
    }
}

impl Datacenters {
    /// The agents behind `clients`, in this order.
    ///
    /// # Panics
    /// Without any client: whoever reads the settings has put in the default one.
    #[must_use]
    pub fn new(clients: Vec<Client>) -> Self {
        assert!(!clients.is_empty(), "at least one agent");
        let agents = clients
            .into_iter()
            .map(|client| Agent {
                client,
                health: Mutex::default(),
            })
            .collect();
        Self {
            inner: Arc::new(Inner {
                agents,
                known: Known::default(),
                changes: watch::Sender::default(),
                moved: AtomicU64::new(0),
            }),
            about: None,
        }
    }

    /// The same agents, for questions about this datacenter: if it is another than theirs, its
    /// failures are not theirs.
    #[must_use]
    pub(crate) fn about(&self, datacenter: &str) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            about: Some(datacenter.into()),
        }
    }

    fn asks_far(&self) -> bool {
        let about = self.about.as_deref();
        about.is_some_and(|datacenter| self.is_far(datacenter))
    }

    /// How often a read went on to the next agent so far.
    pub(crate) fn moved(&self) -> u64 {
        self.inner.moved.load(Ordering::Relaxed)
    }

    /// Asks the agents in turn until one answers, or one fails in a way that is not its own fault.
    /// An agent that failed is asked last until it is found well again.
    ///
    /// # Errors
    /// The answer's own; where every agent failed, that of the first one that answered at all,
    /// else of the first.
    pub async fn read<T, F, Fut>(&self, ask: F) -> Result<T, Error>
    where
        F: Fn(Client) -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        self.look_at_those_down();
        let mut worst: Option<Error> = None;
        let far = self.asks_far();
        for place in self.order() {
            let agent = &self.inner.agents[place];
            if worst.is_some() {
                self.inner.moved.fetch_add(1, Ordering::Relaxed);
            }
            let outcome = ask(agent.client.clone()).await;
            agent.note(&outcome, far, &self.inner.changes);
            match outcome {
                Err(error) if error.allows_next_agent() => {
                    if worst.as_ref().is_none_or(|known| says_more(&error, known)) {
                        worst = Some(error);
                    }
                }
                outcome => return outcome,
            }
        }
        Err(worst.expect("there is at least one agent, and it failed"))
    }

    /// Asks the agent at this address and no other, whatever becomes of it: where its history is
    /// says nothing to another one. None, and nobody is asked, where reads use another agent now.
    ///
    /// # Errors
    /// The answer's own.
    pub(crate) async fn read_of<T, F, Fut>(&self, address: &str, ask: F) -> Result<Option<T>, Error>
    where
        F: FnOnce(Client) -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        self.look_at_those_down();
        let agent = &self.inner.agents[self.order()[0]];
        if agent.client.address() != address {
            return Ok(None);
        }
        let outcome = ask(agent.client.clone()).await;
        agent.note(&outcome, self.asks_far(), &self.inner.changes);
        outcome.map(Some)
    }

    /// Sends a write to the agent that reads use, once, whatever becomes of it. Where there are
    /// several agents and that one has not answered lately, it is first looked at, and the next
    /// one after it.
    ///
    /// # Errors
    /// The answer's own; where no agent lives, why the first one does not: nothing was sent then.
    pub async fn write<T, F, Fut>(&self, _: WriteGrant, send: F) -> Result<T, Error>
    where
        F: FnOnce(Client) -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        self.look_at_those_down();
        let agent = self.living().await?;
        let outcome = send(agent.client.clone()).await;
        agent.note(&outcome, self.asks_far(), &self.inner.changes);
        outcome
    }

    /// The agent that is asked now, as it may be shown.
    #[must_use]
    pub fn active(&self) -> String {
        self.inner.agents[self.order()[0]].client.address()
    }

    /// The clients, in the order in which they were given.
    #[must_use]
    pub fn clients(&self) -> Vec<Client> {
        let agents = self.inner.agents.iter();
        agents.map(|agent| agent.client.clone()).collect()
    }

    /// Looks, beside the caller, at agents whose state is not known: those that are down, and the
    /// one in use where it has not answered lately.
    pub fn look_around(&self) {
        self.look_at_those_down();
        let place = self.order()[0];
        let agent = &self.inner.agents[place];
        if !agent.health().is_known_alive(Instant::now()) {
            self.spawn_look(place);
        }
    }

    /// Ends when the agent at this address does not answer any more. One that answers, however
    /// badly, is not silent.
    pub(crate) async fn falls_silent(&self, address: &str) {
        let mut changes = self.inner.changes.subscribe();
        while !self.is_silent(address) {
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The only agent that is not down: there is nobody to go on to where it takes its time.
    pub(crate) fn only_one(&self) -> Option<String> {
        let mut agents = self.inner.agents.iter();
        let mut next = || agents.find(|agent| !agent.health().is_down());
        let only = next()?.client.address();
        next().is_none().then_some(only)
    }

    /// Why the agent at this address is down, as it may be shown; none where it is not.
    pub(crate) fn error_of(&self, address: &str) -> Option<Error> {
        let mut down = self.down().into_iter();
        down.find(|(agent, _)| agent == address)
            .map(|(_, error)| error)
    }

    /// Ends when an agent is found well that was down.
    pub(crate) async fn comes_back(&self) {
        let mut changes = self.inner.changes.subscribe();
        let before = self.down().len();
        while self.down().len() >= before {
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn is_silent(&self, address: &str) -> bool {
        self.inner.agents.iter().any(|agent| {
            agent.client.address() == address
                && agent.health().error().is_some_and(Error::is_silence)
        })
    }

    /// The agents that are down now, as they may be shown, and why.
    #[must_use]
    pub fn down(&self) -> Vec<(String, Error)> {
        let agents = self.inner.agents.iter();
        agents
            .filter_map(|agent| {
                let error = agent.health().error().cloned()?;
                Some((agent.client.address(), error))
            })
            .collect()
    }

    pub(super) fn known_names(&self) -> &Known {
        &self.inner.known
    }

    fn order(&self) -> Vec<usize> {
        let agents = self.inner.agents.iter();
        let down: Vec<bool> = agents.map(|agent| agent.health().is_down()).collect();
        order(&down)
    }

    /// Looks, beside the caller, at the agents whose time has come: no reader waits for one that
    /// may still be dead.
    fn look_at_those_down(&self) {
        // the only agent is asked in any case
        if self.inner.agents.len() == 1 {
            return;
        }
        let now = Instant::now();
        for place in 0..self.inner.agents.len() {
            if self.inner.agents[place].health().claim_look(now) {
                self.spawn_look(place);
            }
        }
    }

    fn spawn_look(&self, place: usize) {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            // what was found is noted there
            let _ = inner.agents[place].look(&inner.changes).await;
        });
    }

    /// The first agent that lives and sees a leader; else the first that lives, which will say
    /// itself what it lacks.
    async fn living(&self) -> Result<&Agent, Error> {
        let agents = &self.inner.agents;
        if let [only] = agents.as_slice() {
            return Ok(only);
        }
        let mut leaderless = None;
        let mut failed = None;
        for place in self.order() {
            let agent = &agents[place];
            if agent.health().is_known_alive(Instant::now()) {
                return Ok(agent);
            }
            match agent.look(&self.inner.changes).await {
                Ok(true) => return Ok(agent),
                Ok(false) => leaderless = leaderless.or(Some(agent)),
                Err(error) if !error.allows_next_agent() => return Ok(agent),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        leaderless.ok_or_else(|| failed.expect("an agent that is not living has failed"))
    }
}

/// Whether `error` tells more than `known`: an agent that answered, more than one that did not.
fn says_more(error: &Error, known: &Error) -> bool {
    known.is_silence() && !error.is_silence()
}
