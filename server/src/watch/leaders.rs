//! Who leads a datacenter, asked every two seconds once for all its watches: nothing tells when
//! another one does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{Instant, sleep},
};

use crate::{
    consul::{Client, Error, Query},
    datacenter::Place,
};

/// How often a leader is asked for.
const EVERY: Duration = Duration::from_secs(2);

/// The same where it is not told, and where it took long.
const EVERY_SLOW: Duration = Duration::from_secs(15);

/// What is asked now. A handle: clones share it.
#[derive(Clone, Default)]
pub(super) struct Leaders(Arc<Mutex<HashMap<Key, Weak<Poll>>>>);

/// The datacenter as people know it, and the agent that is asked.
type Key = (String, String);

/// A leader's address, none while there is none.
type Leader = Option<String>;

/// Asks for as long as it lives.
struct Poll {
    leader: watch::Sender<Option<Leader>>,
    task: AbortHandle,
}

impl Drop for Poll {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Tells of one datacenter's leader.
pub(super) struct Heard {
    leader: watch::Receiver<Option<Leader>>,
    known: Option<Leader>,
    // keeps it asking
    _poll: Arc<Poll>,
}

impl Heard {
    /// Ends when another one leads than before, or none does.
    pub(super) async fn changed(&mut self) {
        loop {
            let now = self.leader.borrow_and_update().clone();
            if let Some(now) = now {
                let before = self.known.replace(now.clone());
                if before.is_some_and(|before| before != now) {
                    return;
                }
            }
            if self.leader.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Leaders {
    /// Listens to what this agent says of the datacenter.
    pub(super) fn listen(&self, place: &Place, agent: &str) -> Heard {
        let key = (place.shown.clone(), agent.to_owned());
        let mut polls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        polls.retain(|_, poll| poll.strong_count() > 0);
        let poll = polls.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let poll = Arc::new(start(place.clone(), agent.to_owned()));
            polls.insert(key, Arc::downgrade(&poll));
            poll
        });
        let leader = poll.leader.subscribe();
        let known = leader.borrow().clone();
        Heard {
            leader,
            known,
            _poll: poll,
        }
    }
}

fn start(place: Place, agent: String) -> Poll {
    let leader = watch::Sender::new(None);
    let tell = leader.clone();
    let task = tokio::spawn(async move {
        loop {
            let asked = Instant::now();
            // a leader that cannot be asked for is no news: others tell what fails
            let found = ask(&place, &agent).await.ok().flatten();
            if let Some(found) = &found {
                tell.send_if_modified(|known| {
                    let news = known.as_ref() != Some(found);
                    *known = Some(found.clone());
                    news
                });
            }
            let slow = found.is_none() || asked.elapsed() > EVERY;
            sleep(if slow { EVERY_SLOW } else { EVERY }).await;
        }
    });
    Poll {
        leader,
        task: task.abort_handle(),
    }
}

/// None where another agent would answer.
async fn ask(place: &Place, agent: &str) -> Result<Option<Leader>, Error> {
    let query = &Query::in_datacenter(&place.dc);
    let ask = |client: Client| async move { client.status().leader(query).await };
    place.datacenters.read_of(agent, ask).await
}
