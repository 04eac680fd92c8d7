//! The live stream: who is told when, and what the agent sees of how many listen.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::bench::changes::Changes;
use crate::bench::figures::Samples;
use crate::bench::filling::{FULL, Size, TENTH};
use crate::bench::ground::{Ground, Waggle};
use crate::bench::process;
use crate::bench::proxy::Proxy;
use crate::bench::report::{Figure, Must};
use crate::bench::stream::{Habit, Streams, path_of};
use crate::command::Outcome;

const MANY: usize = 200;
const HEALTHY: usize = 450;
const DEAF: usize = 50;
const RECONNECTING: usize = 1_000;
/// How many times the thousand come back; memory is compared from the second time on.
const STORMS: usize = 6;
/// What streams may suffer from a thousand others, beside what the machine does by being busy.
const UNAFFECTED: f64 = 1.5;
const TOLD_MAX_MS: f64 = 150.0;
const PATIENCE: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(3);

/// The topic that the changes are of.
pub(super) fn topics() -> Vec<String> {
    vec!["services@dc1".to_owned()]
}

/// What a page that shows services does when it is told.
pub(super) fn as_a_page() -> Habit {
    Habit {
        refetch: Some("/api/services?dc=dc1&offset=0&limit=100".to_owned()),
        is_deaf: false,
    }
}

/// A figure that says so, where waggle has no stream.
pub(super) fn not_there(waggle: &Waggle, row: &str) -> Outcome<Option<Figure>> {
    let path = path_of(&topics());
    let missing = !waggle.has(&path)?;
    Ok(missing.then(|| Figure::none(row, format!("GET {path} is not there"))))
}

/// The queries that the agent sees while so many watch, each page refetching what changed.
pub(super) fn queries(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let mut seen = Vec::new();
    for count in [1, MANY] {
        let Some(queries) = queries_of(ground, count)? else {
            return Ok(vec![Figure::none(row, "GET /api/live is not there")]);
        };
        seen.push(queries);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let sum = |queries: &BTreeMap<String, usize>| queries.values().sum::<usize>() as f64;
    let what = format!("queries that the agent sees with {MANY} streams");
    Ok(vec![
        Figure::of(row, what, sum(&seen[1]), "")
            .against("1 stream", sum(&seen[0]))
            .must(Must::RatioWithin(0.1))
            .note(format!("over {} changes", ground.effort.changes))
            .detail(json!({ "with_1": seen[0], "with_200": seen[1] })),
    ])
}

fn queries_of(ground: &mut Ground, count: usize) -> Outcome<Option<BTreeMap<String, usize>>> {
    ground.agent(&FULL)?;
    let proxy = Proxy::start(&proxy_address(&FULL), &FULL.agent())?;
    let waggle = ground.waggle(&FULL, Some(&proxy.authority()))?;
    if not_there(&waggle, "")?.is_some() {
        return Ok(None);
    }
    let streams = Streams::open(&waggle.authority, &topics(), count, &as_a_page())?;
    streams.all_begun(&topics(), PATIENCE)?;
    ground.sleep(SETTLE)?;
    let before = proxy.queries();
    make_changes(ground, &FULL)?;
    ground.sleep(SETTLE)?;
    let mut seen = proxy.queries();
    for (path, earlier) in before {
        seen.entry(path).and_modify(|count| *count -= earlier);
    }
    seen.retain(|_, count| *count > 0);
    Ok(Some(seen))
}

/// Where the proxy before an agent listens.
pub(super) fn proxy_address(size: &Size) -> String {
    format!("{}:8700", size.address)
}

/// All changes of a row, one after the other.
pub(super) fn make_changes(ground: &Ground, size: &Size) -> Outcome<()> {
    let mut changes = Changes::on(size)?;
    for _ in 0..ground.effort.changes {
        changes.instance()?;
        ground.sleep(ground.effort.pause)?;
    }
    changes.end()
}

/// From the sending of a change to the agent until the last of 200 streams was told.
pub(super) fn told(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    if let Some(missing) = not_there(&waggle, row)? {
        return Ok(vec![missing]);
    }
    let streams = Streams::open(&waggle.authority, &topics(), MANY, &Habit::default())?;
    streams.all_begun(&topics(), PATIENCE)?;
    let (changes, pause) = (ground.effort.changes, ground.effort.pause);
    let Telling { told, written } = tell(ground, &streams, changes, pause)?;
    let what = format!("a change until all {MANY} streams are told, p95");
    let note = format!(
        "median {:.0} ms, of which the agent takes {:.0} to write it",
        told.median(),
        written.median()
    );
    Ok(vec![
        Figure::of(row, what, told.percentile(95), "ms")
            .must(Must::AtMost(TOLD_MAX_MS))
            .note(note)
            .detail([told.spread(), written.spread()]),
    ])
}

/// Milliseconds from the sending of each change.
#[derive(Debug)]
struct Telling {
    /// Until the last stream was told.
    told: Samples,
    /// Until the agent had written it.
    written: Samples,
}

fn tell(ground: &Ground, streams: &Streams, count: usize, pause: Duration) -> Outcome<Telling> {
    let mut changes = Changes::on(&FULL)?;
    let (mut told, mut written) = (Vec::new(), Vec::new());
    let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1000.0;
    for _ in 0..count {
        ground.sleep(pause)?;
        streams.drain()?;
        let sent = Instant::now();
        changes.instance()?;
        written.push(ms(sent, Instant::now()));
        let last = streams.all_told(&topics()[0], PATIENCE)?;
        told.push(ms(sent, last));
    }
    changes.end()?;
    let samples = |ms| Samples::of(ms).ok_or("no change was made");
    Ok(Telling {
        told: samples(told)?,
        written: samples(written)?,
    })
}

/// Many at once, some that never read, and a thousand that come back together, again and again:
/// to the same waggle, and in turn to another one beside it. The machine is as busy both times, so
/// what the healthy streams suffer from the thousand, and not from two processors, is the ratio.
pub(super) fn streams(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    if let Some(missing) = not_there(&waggle, row)? {
        return Ok(vec![missing]);
    }
    let (authority, habit) = (&waggle.authority, Habit::default());
    let healthy = Streams::open(authority, &topics(), HEALTHY, &habit)?;
    let is_deaf = Habit {
        is_deaf: true,
        ..Habit::default()
    };
    let _deaf = Streams::open(authority, &topics(), DEAF, &is_deaf)?;
    healthy.all_begun(&topics(), PATIENCE)?;
    let (few, pause) = (ground.effort.changes.div_ceil(2), ground.effort.pause);
    let calm = tell(ground, &healthy, few, pause)?.told;
    let other = ground.waggle(&TENTH, None)?;
    let (mut storms, mut elsewhere) = (Vec::new(), Vec::new());
    for _ in 0..STORMS {
        storms.push(storm(ground, (&waggle, &FULL), &waggle, &healthy)?);
        elsewhere.push(storm(ground, (&other, &TENTH), &waggle, &healthy)?);
    }
    let what = format!("{HEALTHY} streams told beside {DEAF} that never read, p95");
    let begun: Vec<f64> = storms.iter().map(|storm| storm.begun_ms).collect();
    let told = |storms: &[Storm]| {
        let told = Samples::of(storms.iter().map(|storm| storm.told_ms).collect());
        told.ok_or("there was no storm")
    };
    let (during, beside) = (told(&storms)?, told(&elsewhere)?);
    let memory: Vec<f64> = storms.iter().map(|storm| storm.memory).collect();
    let back = Samples::of(begun.clone()).map_or(0.0, |samples| samples.median());
    Ok(vec![
        Figure::of(row, what, calm.percentile(95), "ms")
            .must(Must::AtMost(TOLD_MAX_MS))
            .detail(calm.spread()),
        Figure::of(
            row,
            "the same while 1,000 reconnect, median",
            during.median(),
            "ms",
        )
        .against("while they reconnect to another waggle", beside.median())
        .must(Must::RatioAtMost(UNAFFECTED))
        .note(format!("the slowest {:.0} ms", during.percentile(100)))
        .detail([during.spread(), beside.spread()]),
        Figure::of(
            row,
            "1,000 reconnect until all have their versions",
            back,
            "ms",
        )
        .detail(begun),
        Figure::of(
            row,
            "memory after the last such storm",
            memory[STORMS - 1],
            "MB",
        )
        .against("after the second", memory[1])
        .must(Must::RatioAtMost(1.1))
        .detail(memory),
    ])
}

/// What one storm did.
#[derive(Debug)]
struct Storm {
    begun_ms: f64,
    told_ms: f64,
    memory: f64,
}

/// A thousand come, go and come back at once to the waggle on the agent of a size, and it and the
/// one that the healthy ones listen to have something to tell.
fn storm(
    ground: &Ground,
    (target, size): (&Waggle, &Size),
    waggle: &Waggle,
    healthy: &Streams,
) -> Outcome<Storm> {
    let (authority, habit) = (&target.authority, Habit::default());
    let crowd = Streams::open(authority, &topics(), RECONNECTING, &habit)?;
    crowd.all_begun(&topics(), PATIENCE)?;
    drop(crowd);
    healthy.drain()?;
    let started = Instant::now();
    let crowd = Streams::open(authority, &topics(), RECONNECTING, &habit)?;
    let mut there = Changes::on(size)?;
    if target.pid() != waggle.pid() {
        there.instance()?;
    }
    let told = tell(ground, healthy, 1, Duration::ZERO)?.told;
    there.end()?;
    let begun = crowd.all_begun(&topics(), PATIENCE)?;
    drop(crowd);
    ground.sleep(SETTLE * 2)?;
    healthy.drain()?;
    Ok(Storm {
        begun_ms: begun.saturating_duration_since(started).as_secs_f64() * 1000.0,
        told_ms: told.median(),
        memory: process::memory(waggle.pid())?[0],
    })
}
