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

/// All lists of one datacenter and of all, the large folder, the list of all instances and a few
/// details are watched, by two pages that read what they are told of, while all of it changes.
pub(super) fn memory(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    if let Some(missing) = live::not_there(&waggle, row)? {
        return Ok(vec![missing]);
    }
    let pages = pages()
        .into_iter()
        .map(|(topics, refetch)| {
            let habit = Habit {
                refetch: Some(refetch.to_owned()),
                is_deaf: false,
            };
            let page = Streams::open(&waggle.authority, &topics, 1, &habit)?;
            page.all_begun(&topics[..3], PATIENCE)?;
            Ok(page)
        })
        .collect::<Outcome<Vec<_>>>()?;
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
            pages.iter().try_for_each(Streams::drain)?;
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

/// What two pages watch, and the window that each reads again when it was told something. The
/// lists come first: what must be there before the churn begins.
fn pages() -> [(Vec<String>, &'static str); 2] {
    let mut one = [
        "services@dc1".to_owned(),
        "nodes@dc1".to_owned(),
        format!("kv:{FLAT}@dc1"),
        "kv:bench/@dc1".to_owned(),
        "datacenters".to_owned(),
        format!("key:{FLAT}key-000000@dc1"),
    ]
    .to_vec();
    one.extend((0..18).map(|number| format!("service:{}@dc1", service_name(number * 100))));
    one.extend((0..8).map(|number| format!("node:{}@dc1", node_name(number * 500))));
    let other = [
        "instances@dc1",
        "services@@all",
        "nodes@@all",
        "instances@@all",
        "overview@dc1",
        "overview@@all",
        "sessions@dc1",
    ];
    [
        (one, "/api/services?dc=dc1&offset=0&limit=100"),
        (
            other.map(str::to_owned).to_vec(),
            "/api/instances?dc=dc1&offset=0&limit=100",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_watched_and_one_stream_takes_what_a_page_watches() {
        let [(one, _), (other, _)] = pages();
        assert_eq!(one.len(), 32);
        assert_eq!(one[2], "kv:bench/flat/@dc1");
        for list in ["services", "nodes", "instances", "overview", "sessions"] {
            let list = format!("{list}@dc1");
            assert!(one.contains(&list) || other.contains(&list), "{list}");
        }
    }
}
