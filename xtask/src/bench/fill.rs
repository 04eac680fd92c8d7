//! Fills an agent through transactions, and counts afterwards what it holds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::connection::Connection;
use crate::bench::filling::{Size, Step};
use crate::command::Outcome;

/// What Consul takes in one transaction, old servers too.
const OPERATIONS_MAX: usize = 64;
const CONNECTIONS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

/// Fills the agent of `size`, and gives how long it took.
pub(crate) fn fill(size: &Size, stop: &AtomicBool) -> Outcome<Duration> {
    let started = Instant::now();
    for step in Step::ALL {
        run_step(size, step, stop)?;
    }
    Ok(started.elapsed())
}

/// The things of one step, in transactions over a few connections at once.
fn run_step(size: &Size, step: Step, stop: &AtomicBool) -> Outcome<()> {
    let next = Mutex::new(0);
    let count = size.count(step);
    let take = || {
        let mut next = next.lock().map_err(|error| error.to_string())?;
        let mut operations = Vec::new();
        while *next < count {
            let more = size.operations(step, *next);
            if operations.len() + more.len() > OPERATIONS_MAX {
                break;
            }
            operations.extend(more);
            *next += 1;
        }
        Ok::<_, String>(operations)
    };
    let work = || {
        let mut connection = Connection::open(&size.agent(), PATIENCE)?;
        loop {
            let operations = take()?;
            if operations.is_empty() {
                return Ok(());
            }
            if stop.load(Ordering::Relaxed) {
                return Err("stopped".to_owned());
            }
            send(&mut connection, operations)?;
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| "a filler panicked".to_owned())?)
    })
}

/// Sends one transaction.
pub(crate) fn send(connection: &mut Connection, operations: Vec<Value>) -> Outcome<()> {
    let body = Value::Array(operations).to_string();
    connection.put("/v1/txn", &body).map(|_| ())
}

/// Fails where the agent holds anything but the whole filling.
pub(crate) fn verify(size: &Size) -> Outcome<()> {
    let mut connection = Connection::open(&size.agent(), PATIENCE)?;
    let held = count(&mut connection)?;
    // the agent itself is a node with one service, consul, of one instance
    let wanted = [
        size.nodes + 1,
        size.services + 1,
        size.instances() + 1,
        size.keys(),
    ];
    if held == wanted {
        return Ok(());
    }
    Err(format!(
        "{} holds {held:?} nodes, services, instances and keys instead of {wanted:?}",
        size.agent()
    ))
}

fn count(connection: &mut Connection) -> Outcome<[usize; 4]> {
    let mut read = |path: &str| {
        let body = connection.get(path)?;
        serde_json::from_slice::<Value>(&body).map_err(|error| format!("{path}: {error}"))
    };
    let length = |value: &Value| value.as_array().map_or(0, Vec::len);
    let nodes = length(&read("/v1/catalog/nodes")?);
    let services = read("/v1/internal/ui/services")?;
    let instances = services
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|service| service["InstanceCount"].as_u64())
        .sum::<u64>();
    let keys = length(&read("/v1/kv/bench/?keys")?);
    let instances = usize::try_from(instances).map_err(|error| error.to_string())?;
    Ok([nodes, length(&services), instances, keys])
}
