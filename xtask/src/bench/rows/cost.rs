//! What waggle costs its machine: processor time of a change, and memory.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::bench::changes::Changes;
use crate::bench::figures::growth;
use crate::bench::filling::{FLAT, FULL, Size, TENTH, node_name, service_name};
use crate::bench::ground::Ground;
use crate::bench::process;
use crate::bench::proxy::Proxy;
use crate::bench::report::{Figure, Must};
use crate::bench::rows::live;
use crate::bench::stream::{Habit, Streams};
use crate::command::Outcome;

const PATIENCE: Duration = Duration::from_secs(60);
const SETTLE: Duration = Duration::from_secs(5);
/// What a churning catalog changes between two samples of the memory.
const CHURN_PAUSE: Duration = Duration::from_millis(200);
const SAMPLE: Duration = Duration::from_secs(2);

/// What one change of one instance cost.
#[derive(Clone, Copy, Debug, Serialize)]
struct Cost {
    /// waggle's processor time.
    ms: f64,
    /// The agent's.
    agent_ms: f64,
    /// The answers that the agent sent for it.
    answers_kb: f64,
}

/// One stream, one page; one instance changes after the other.
pub(super) fn cpu(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let mut costs = Vec::new();
    for size in [TENTH, FULL] {
        match cost(ground, &size)? {
            Some(cost) => costs.push(cost),
            None => return Ok(vec![Figure::none(row, "GET /api/live is not there")]),
        }
    }
    let [small, large] = costs[..] else {
        return Err("not both sizes were measured".to_owned());
    };
    let note = format!(
        "answers {:.0} and {:.0} kB, the agent's own {:.1} and {:.1} ms",
        large.answers_kb, small.answers_kb, large.agent_ms, small.agent_ms
    );
    Ok(vec![
        Figure::of(
            row,
            "processor time of one change among 20,000 instances",
            large.ms,
            "ms",
        )
        .against("among 2,000", small.ms)
        .note(note)
        .detail([large, small]),
        Figure::of(
            row,
            "bytes of the agent's answers for it",
            large.answers_kb,
            "kB",
        )
        .against("among 2,000", small.answers_kb),
    ])
}

fn cost(ground: &mut Ground, size: &Size) -> Outcome<Option<Cost>> {
    ground.agent(size)?;
    let agent = ground.agent_pid(size).ok_or("the agent is not there")?;
    let proxy = Proxy::start(&live::proxy_address(size), &size.agent())?;
    let waggle = ground.waggle(size, Some(&proxy.authority()))?;
    if live::not_there(&waggle, "")?.is_some() {
        return Ok(None);
    }
    let streams = Streams::open(&waggle.authority, &live::topics(), 1, &live::as_a_page())?;
    streams.all_begun(&live::topics(), PATIENCE)?;
    ground.sleep(SETTLE)?;
    let read = || {
        let (ours, theirs) = (process::cpu(waggle.pid())?, process::cpu(agent)?);
        let now = (Instant::now(), proxy.answered());
        Ok::<_, String>((now.0, ours.as_secs_f64(), theirs.as_secs_f64(), now.1))
    };
    let idle_from = read()?;
    ground.sleep(SETTLE * 2)?;
    let busy_from = read()?;
    live::make_changes(ground, size)?;
    let end = read()?;
    let idle_seconds = (busy_from.0 - idle_from.0).as_secs_f64();
    let busy_seconds = (end.0 - busy_from.0).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let (changes, bytes) = (ground.effort.changes as f64, (end.3 - busy_from.3) as f64);
    let per_change = |idle: f64, busy: f64| {
        let forced = busy - idle / idle_seconds * busy_seconds;
        forced.max(0.0) * 1000.0 / changes
    };
    Ok(Some(Cost {
        ms: per_change(busy_from.1 - idle_from.1, end.1 - busy_from.1),
        agent_ms: per_change(busy_from.2 - idle_from.2, end.2 - busy_from.2),
        answers_kb: bytes / 1000.0 / changes,
    }))
}

/// All lists, the large folder and a few details are watched while all of it changes.
pub(super) fn memory(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    if let Some(missing) = live::not_there(&waggle, row)? {
        return Ok(vec![missing]);
    }
    let topics = all_topics();
    let streams = Streams::open(&waggle.authority, &topics, 1, &Habit::default())?;
    streams.all_begun(&topics[..3], PATIENCE)?;
    let mut changes = Changes::on(&FULL)?;
    let (started, mut sampled, mut series) = (Instant::now(), Instant::now(), Vec::new());
    let mut turn = 0_usize;
    while started.elapsed() < ground.effort.churn {
        match turn % 4 {
            2 => changes.key()?,
            3 => changes.comes_and_goes()?,
            _ => changes.instance()?,
        }
        turn += 1;
        if sampled.elapsed() > SAMPLE {
            series.push(process::memory(waggle.pid())?[0]);
            sampled = Instant::now();
            streams.drain()?;
        }
        ground.sleep(CHURN_PAUSE)?;
    }
    changes.end()?;
    let [_, most] = process::memory(waggle.pid())?;
    let grown = growth(&series).ok_or("the churn was too short for a series")?;
    let note = format!(
        "{} changes in {:.0} s",
        turn,
        started.elapsed().as_secs_f64()
    );
    Ok(vec![
        Figure::of(row, "the most memory with all of it watched", most, "MB")
            .must(Must::AtMost(150.0))
            .note(note)
            .detail(series),
        Figure::of(row, "its last quarter of the churn", grown, "")
            .against("its second quarter", 1.0)
            .must(Must::RatioAtMost(1.1)),
    ])
}

/// As many as one stream takes: 32. The lists come first.
fn all_topics() -> Vec<String> {
    let mut topics = vec![
        "services@dc1".to_owned(),
        "nodes@dc1".to_owned(),
        format!("kv:{FLAT}@dc1"),
        "kv:bench/@dc1".to_owned(),
        "datacenters".to_owned(),
        format!("key:{FLAT}key-000000@dc1"),
    ];
    topics.extend((0..18).map(|number| format!("service:{}@dc1", service_name(number * 100))));
    topics.extend((0..8).map(|number| format!("node:{}@dc1", node_name(number * 500))));
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stream_takes_all_topics() {
        let topics = all_topics();
        assert_eq!(topics.len(), 32);
        assert_eq!(topics[2], "kv:bench/flat/@dc1");
    }
}
