//! Changes in the catalog of a filled agent, one at a time, and all taken back.

use std::time::Duration;

use serde_json::json;

use crate::bench::connection::Connection;
use crate::bench::fill::send;
use crate::bench::filling::{FLAT, Instance, Size};
use crate::command::Outcome;

/// How many instances are changed in turn.
const INSTANCES: usize = 100;

/// Somebody who changes things.
#[derive(Debug)]
pub(crate) struct Changes {
    connection: Connection,
    instances: Vec<Instance>,
    made: usize,
}

impl Changes {
    /// On the filled agent of a size.
    pub(crate) fn on(size: &Size) -> Outcome<Self> {
        Ok(Self {
            connection: Connection::open(&size.agent(), Duration::from_secs(30))?,
            instances: size.passing(INSTANCES),
            made: 0,
        })
    }

    /// Changes one instance: each second change takes the one before it back.
    pub(crate) fn instance(&mut self) -> Outcome<()> {
        let one = self.turn();
        let status = if self.made.is_multiple_of(2) {
            "critical"
        } else {
            "passing"
        };
        self.made += 1;
        send(&mut self.connection, vec![one.check(status)])
    }

    /// Takes an instance away and puts it back.
    pub(crate) fn comes_and_goes(&mut self) -> Outcome<()> {
        let one = self.turn();
        let [away, back] = one.away_and_back();
        send(&mut self.connection, away)?;
        send(&mut self.connection, back)
    }

    /// Writes another value into a key of the large folder.
    pub(crate) fn key(&mut self) -> Outcome<()> {
        let key = format!("{FLAT}key-{:06}", self.made % INSTANCES);
        let value = json!({ "changed": self.made }).to_string();
        self.connection.put(&format!("/v1/kv/{key}"), &value)?;
        Ok(())
    }

    /// Takes back what is not yet taken back.
    pub(crate) fn end(mut self) -> Outcome<()> {
        if self.made.is_multiple_of(2) {
            return Ok(());
        }
        self.instance()
    }

    fn turn(&self) -> Instance {
        self.instances[self.made / 2 % self.instances.len()]
    }
}
