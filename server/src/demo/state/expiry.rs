//! Time: TTL checks that nobody passes turn critical, services critical for too long are removed, sessions end.

use tokio::time::Instant;

use super::State;

impl State {
    /// When something happens next by itself.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let clocks = self.local.clocks.values().flat_map(|clock| {
            let removal = clock
                .critical_since
                .zip(clock.deregister_after)
                .map(|(since, after)| since + after);
            [clock.runs_out, removal, clock.tells_output]
        });
        let sessions = self
            .sessions
            .values()
            .map(|session| session.ends.map(|(_, ends)| ends));
        clocks.chain(sessions).flatten().min()
    }

    /// Whether [`State::expire`] would change something.
    pub(crate) fn is_due(&self) -> bool {
        self.next_deadline()
            .is_some_and(|deadline| deadline <= Instant::now())
    }

    /// Lets all that is due by now happen.
    pub(crate) fn expire(&mut self) {
        let now = Instant::now();
        let mut told = Vec::new();
        let mut removed = Vec::new();
        for (id, clock) in &mut self.local.clocks {
            if clock.runs_out.is_some_and(|at| at <= now) {
                clock.runs_out = None;
                clock.critical_since = clock.critical_since.or(Some(now));
                clock.tells_output = None;
                clock.output = match clock.output.as_str() {
                    "" => "TTL expired".to_owned(),
                    last => format!("TTL expired (last output before timeout follows): {last}"),
                };
                told.push((id.clone(), Some("critical"), clock.output.clone()));
            }
            if clock.tells_output.is_some_and(|at| at <= now) {
                clock.tells_output = None;
                told.push((id.clone(), None, clock.output.clone()));
            }
            let removal = clock
                .critical_since
                .zip(clock.deregister_after)
                .map(|(since, after)| since + after);
            if removal.is_some_and(|at| at <= now) {
                removed.push(clock.service.clone());
            }
        }
        let node = self.local.node.clone();
        for (id, status, output) in told {
            self.change_check(&node, &id, |check| {
                check.output = output;
                if let Some(status) = status {
                    status.clone_into(&mut check.status);
                }
            });
        }
        for service in removed {
            self.deregister_local(&service);
        }
        if self
            .sessions
            .values()
            .any(|session| session.ends.is_some_and(|(_, ends)| ends <= now))
        {
            let index = self.next_index();
            self.invalidate_sessions(index, |session| {
                session.ends.is_some_and(|(_, ends)| ends <= now)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{
        Behavior, Check, CheckDefinition, Node, Registration, Service, ServiceDefinition, Session,
    };
    use super::*;
    use crate::demo::state::Guard;

    const TTL: Duration = Duration::from_secs(30);

    fn with_service() -> State {
        let mut state = State::new("dc1", "n");
        let node = Node {
            name: "n".into(),
            address: "127.0.0.1".into(),
            ..Node::default()
        };
        state
            .register(Registration {
                node,
                ..Registration::default()
            })
            .unwrap();
        state
            .register_local(ServiceDefinition {
                service: Service {
                    id: "web".into(),
                    name: "web".into(),
                    ..Service::default()
                },
                checks: vec![CheckDefinition {
                    check: Check {
                        id: "service:web".into(),
                        kind: "ttl".into(),
                        ..Check::default()
                    },
                    ttl: Some(TTL),
                    deregister_after: Some(Duration::from_secs(1)),
                }],
                replace_checks: false,
            })
            .unwrap();
        state
    }

    fn status(state: &State) -> Option<(&str, &str)> {
        state
            .check("n", "service:web")
            .map(|check| (check.status.as_str(), check.output.as_str()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_ttl_runs_out_and_the_service_is_removed() {
        let mut state = with_service();
        assert_eq!(
            state.report_local("service:web", "passing", "fine"),
            Some(true)
        );
        tokio::time::advance(TTL / 2).await;
        state.report_local("service:web", "passing", "fine");
        tokio::time::advance(TTL - Duration::from_secs(1)).await;
        assert!(!state.is_due());
        state.expire();
        assert_eq!(
            status(&state),
            Some(("passing", "fine")),
            "each report starts the time again"
        );
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(state.is_due());
        state.expire();
        let expired = "TTL expired (last output before timeout follows): fine";
        assert_eq!(status(&state), Some(("critical", expired)));
        tokio::time::advance(Duration::from_secs(59)).await;
        state.expire();
        assert!(
            status(&state).is_some(),
            "no earlier than after a minute, whatever was asked for"
        );
        tokio::time::advance(Duration::from_secs(1)).await;
        state.expire();
        assert_eq!(state.instances("web").count(), 0);
        assert_eq!(state.next_deadline(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_output_waits_while_the_status_stays() {
        let mut state = with_service();
        state.report_local("service:web", "passing", "first");
        state.report_local("service:web", "passing", "second");
        assert_eq!(status(&state), Some(("passing", "first")));
        for _ in 0..30 {
            tokio::time::advance(Duration::from_secs(10)).await;
            state.report_local("service:web", "passing", "last");
            state.expire();
        }
        assert_eq!(
            status(&state),
            Some(("passing", "last")),
            "after five minutes"
        );
        state.report_local("service:web", "warning", "now");
        assert_eq!(
            status(&state),
            Some(("warning", "now")),
            "a new status goes at once"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_after_twice_its_time_and_gives_its_lock_back() {
        let mut state = with_service();
        let ttl = Duration::from_secs(10);
        state
            .create_session(Session {
                id: "s".into(),
                name: String::new(),
                node: "n".into(),
                lock_delay: Duration::from_secs(15),
                behavior: Behavior::Release,
                ttl: "10s".into(),
                ends: Some((ttl, Instant::now() + ttl * 2)),
                node_checks: Vec::new(),
                create_index: 0,
            })
            .unwrap();
        let acquire = Guard::Acquire("s".into());
        assert_eq!(state.kv_put("lock", "v".into(), 0, &acquire), Ok(true));
        tokio::time::advance(ttl * 2).await;
        state.expire();
        assert_eq!(state.kv_get("lock").1.unwrap().session, "");
        assert!(
            state.kv_put("lock", "v".into(), 0, &acquire) == Ok(false),
            "the lock delay still runs"
        );
        tokio::time::advance(Duration::from_secs(15)).await;
        assert!(
            state.kv_put("lock", "v".into(), 0, &acquire).is_err(),
            "the session is gone"
        );
    }
}
