//! Sessions: locks on keys that end with the session.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::State;

/// What happens to the locked keys when a session ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Behavior {
    Release,
    Delete,
}

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) node: String,
    pub(crate) lock_delay: Duration,
    pub(crate) behavior: Behavior,
    pub(crate) ttl: String,
    /// Consul ends a session only after twice its time to live.
    pub(crate) ends: Option<(Duration, Instant)>,
    pub(crate) node_checks: Vec<String>,
    pub(crate) create_index: u64,
}

impl Session {
    pub(crate) fn json(&self) -> Value {
        json!({
            "ID": self.id, "Name": self.name, "Node": self.node,
            "LockDelay": u64::try_from(self.lock_delay.as_nanos()).unwrap_or(u64::MAX),
            "Behavior": if self.behavior == Behavior::Delete { "delete" } else { "release" },
            "TTL": self.ttl, "NodeChecks": self.node_checks, "ServiceChecks": null,
            "CreateIndex": self.create_index, "ModifyIndex": self.create_index,
        })
    }
}

impl State {
    /// Adds a session.
    pub(crate) fn create_session(&mut self, mut session: Session) -> Result<(), String> {
        if self.node(&session.node).is_none() {
            return Err("apply failed: Missing node registration".to_owned());
        }
        for id in &session.node_checks {
            match self.check(&session.node, id) {
                None => {
                    return Err(format!("apply failed: Missing check '{id}' registration"));
                }
                Some(check) if check.status == "critical" => {
                    return Err(format!("apply failed: Check '{id}' is in critical state"));
                }
                Some(_) => {}
            }
        }
        let index = self.next_index();
        session.create_index = index;
        self.touch("sessions", index);
        self.sessions.insert(session.id.clone(), session);
        Ok(())
    }

    /// Starts a session's time to live again.
    pub(crate) fn renew_session(&mut self, id: &str) -> Option<Session> {
        let session = self.sessions.get_mut(id)?;
        if let Some((ttl, ends)) = &mut session.ends {
            *ends = Instant::now() + *ttl * 2;
        }
        Some(session.clone())
    }

    /// Ends a session, giving its locks back.
    pub(crate) fn destroy_session(&mut self, id: &str) {
        let index = self.next_index();
        self.invalidate_sessions(index, |session| session.id == id);
    }

    /// Every session, with the index to wait on.
    pub(crate) fn sessions(&self) -> (u64, Vec<&Session>) {
        (
            self.table_index(&["sessions"]),
            self.sessions.values().collect(),
        )
    }

    pub(super) fn invalidate_sessions(&mut self, index: u64, ended: impl Fn(&Session) -> bool) {
        let gone: Vec<_> = self
            .sessions
            .values()
            .filter(|session| ended(session))
            .cloned()
            .collect();
        for session in gone {
            self.sessions.remove(&session.id);
            self.touch("sessions", index);
            let held: Vec<_> = self
                .kv
                .values()
                .filter(|entry| entry.session == session.id)
                .map(|entry| entry.key.clone())
                .collect();
            for key in held {
                if !session.lock_delay.is_zero() {
                    self.lock_delays
                        .insert(key.clone(), Instant::now() + session.lock_delay);
                }
                if session.behavior == Behavior::Delete {
                    self.kv_delete_at(index, &key, None);
                } else if let Some(entry) = self.kv.get_mut(&key) {
                    entry.session.clear();
                    entry.modify_index = index;
                    self.touch("kvs", index);
                }
            }
        }
    }
}
