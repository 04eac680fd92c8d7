//! What is known about each agent's health, and in which order agents are asked. Pure: time is
//! given.

use std::time::Duration;

use tokio::time::Instant;

use crate::consul::Error;

/// How long after a failure, or a look that found it unchanged, an agent is looked at again.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// How long an answer is a proof of life.
pub(super) const ALIVE: Duration = Duration::from_secs(10);

/// One agent's health.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Why it is not asked first, and when to look at it again.
    down: Option<Down>,
    answered: Option<Instant>,
}

#[derive(Debug)]
struct Down {
    error: Error,
    look_again: Instant,
}

impl Health {
    pub(super) fn is_down(&self) -> bool {
        self.down.is_some()
    }

    pub(super) fn error(&self) -> Option<&Error> {
        self.down.as_ref().map(|down| &down.error)
    }

    pub(super) fn is_known_alive(&self, now: Instant) -> bool {
        self.down.is_none()
            && self
                .answered
                .is_some_and(|answered| now.duration_since(answered) < ALIVE)
    }

    pub(super) fn answered(&mut self, now: Instant) {
        self.down = None;
        self.answered = Some(now);
    }

    /// Marks the agent down. A connection that failed is not tried again at once; an agent that
    /// answered, or hung, may be well for others (another datacenter can be what hangs).
    pub(super) fn failed(&mut self, error: Error, now: Instant) {
        let wait = match error {
            Error::Unreachable { .. } | Error::Tls { .. } => LOOK_AGAIN,
            _ => Duration::ZERO,
        };
        // an agent that is down already keeps its time, so that failures do not put it off
        let look_again = match &self.down {
            Some(down) => down.look_again,
            None => now + wait,
        };
        self.down = Some(Down { error, look_again });
    }

    /// Whether it is time to look whether the agent is back; the caller then does, and nobody else
    /// for a while.
    pub(super) fn claim_look(&mut self, now: Instant) -> bool {
        match &mut self.down {
            Some(down) if down.look_again <= now => {
                down.look_again = now + LOOK_AGAIN;
                true
            }
            _ => false,
        }
    }
}

/// The places of the agents in the order in which they are asked: those that are not down as they
/// were given, then the others as a last resort.
pub(super) fn order(down: &[bool]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..down.len()).collect();
    order.sort_by_key(|place| down[*place]);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Error {
        Error::Unreachable {
            agent: "a".into(),
            reason: "refused".into(),
        }
    }

    #[test]
    fn agents_that_are_down_come_last() {
        assert_eq!(order(&[false, false]), [0, 1]);
        assert_eq!(order(&[true, false, true, false]), [1, 3, 0, 2]);
        assert_eq!(order(&[true, true]), [0, 1]);
    }

    #[test]
    fn an_agent_is_looked_at_again_once_and_later() {
        let start = Instant::now();
        let mut health = Health::default();
        assert!(!health.is_known_alive(start));
        health.answered(start);
        assert!(health.is_known_alive(start));
        assert!(!health.is_known_alive(start + ALIVE));
        health.failed(refused(), start);
        assert!(health.is_down() && !health.is_known_alive(start));
        assert!(!health.claim_look(start));
        let later = start + LOOK_AGAIN;
        health.failed(refused(), later);
        assert!(health.claim_look(later));
        assert!(!health.claim_look(later));
        health.answered(later);
        assert!(!health.is_down() && !health.claim_look(later + LOOK_AGAIN));
    }

    #[test]
    fn an_agent_that_hung_is_looked_at_at_once() {
        let now = Instant::now();
        let mut health = Health::default();
        health.failed(Error::NoLeader { agent: "a".into() }, now);
        assert!(health.claim_look(now));
    }
}
