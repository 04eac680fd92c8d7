//! The server alone: one window after the other out of what it holds, and searches.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::filling::{BROAD, FLAT, FULL, Size, TENTH};
use crate::bench::ground::{Ground, Waggle};
use crate::bench::load::{Answered, Load};
use crate::bench::report::{Figure, Must};
use crate::command::Outcome;

const WINDOW: usize = 100;
const WARM_UP: Duration = Duration::from_secs(2);
/// How many ask at once for the rate; the time of one request is measured with one that asks.
const AT_ONCE: usize = 8;

/// Windows of services: the rows that stand for 20,000 instances.
pub(super) fn window(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    let base = "/api/services?dc=dc1";
    if let Some(missing) = not_there(&waggle, row, base)? {
        return Ok(vec![missing]);
    }
    let paths = windows(base, FULL.services);
    let mut figures = times(ground, row, &waggle, "services", &paths)?;
    let many = load(ground, &waggle.authority, &paths, &[], AT_ONCE)?;
    figures.push(
        Figure::of(
            row,
            "windows of services, 8 ask at once",
            many.per_second,
            "/s",
        )
        .must(Must::AtLeast(5_000.0))
        .note(format!("{:.1} kB each", many.bytes / 1000.0))
        .detail(many.ms.spread()),
    );
    let zipped = load(
        ground,
        &waggle.authority,
        &paths,
        &[("Accept-Encoding", "gzip")],
        AT_ONCE,
    )?;
    figures.push(
        Figure::of(row, "the same, compressed", zipped.per_second, "/s")
            .note(format!("{:.1} kB each", zipped.bytes / 1000.0)),
    );
    figures.extend(unchanged(ground, row, &waggle, &paths)?);
    let theirs = load(
        ground,
        &FULL.agent(),
        &["/v1/internal/ui/services?dc=dc1".to_owned()],
        &[],
        1,
    )?;
    let alone = figures[0].waggle.map_or(0.0, |waggle| waggle.value);
    figures.push(
        Figure::of(
            row,
            "window of services against what Consul's UI asks, p99",
            alone,
            "ms",
        )
        .beaten("internal/ui/services", theirs.ms.percentile(99))
        .note(format!("{:.0} kB each", theirs.bytes / 1000.0)),
    );
    Ok(figures)
}

/// Windows of nodes.
pub(super) fn window_of_nodes(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    let base = "/api/nodes?dc=dc1";
    if let Some(missing) = not_there(&waggle, row, base)? {
        return Ok(vec![missing]);
    }
    times(ground, row, &waggle, "nodes", &windows(base, FULL.nodes))
}

/// The list of all instances, which is made for the first who looks for one: making it, windows of
/// it, and looking for addresses; at two sizes.
pub(super) fn instances(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let mut figures = of_instances(ground, row, &TENTH)?;
    figures.extend(of_instances(ground, row, &FULL)?);
    Ok(figures)
}

fn of_instances(ground: &mut Ground, row: &str, size: &Size) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(size, None)?;
    let base = "/api/instances?dc=dc1";
    // the agent is known by then, and nothing of its instances
    waggle
        .connect()?
        .exchange("GET", "/api/datacenters", &[], "")?;
    let begun = Instant::now();
    if let Some(missing) = not_there(&waggle, row, base)? {
        return Ok(vec![missing]);
    }
    let first = begun.elapsed().as_secs_f64() * 1000.0;
    let what = format!("{} instances", size.instances());
    let mut figures = vec![Figure::of(
        row,
        format!("{what}: the first question, which makes the list"),
        first,
        "ms",
    )];
    figures.extend(times(
        ground,
        row,
        &waggle,
        &what,
        &windows(base, size.instances()),
    )?);
    let addresses: Vec<_> = (0..size.instances())
        .step_by(7)
        .map(|number| format!("{base}&q={}&limit=8", size.instance(number).endpoint()))
        .collect();
    let found = load(ground, &waggle.authority, &addresses, &[], 1)?;
    figures.push(
        Figure::of(
            row,
            format!("{what}: who has an address, p95"),
            found.ms.percentile(95),
            "ms",
        )
        .note(format!("median {:.2} ms", found.ms.median()))
        .detail(found.ms.spread()),
    );
    Ok(figures)
}

/// Names of keys: another search each time, so that no order is found in a cache.
pub(super) fn search(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&BROAD, None)?;
    let base = format!("/api/kv?dc=dc1&prefix={FLAT}");
    if let Some(missing) = not_there(&waggle, row, &base)? {
        return Ok(vec![missing]);
    }
    let paths: Vec<_> = (0..5_000)
        .map(|number| format!("{base}&q={:04}&limit={WINDOW}", number * 37 % 10_000))
        .collect();
    let ours = load(ground, &waggle.authority, &paths, &[], 1)?;
    let keys = format!("/v1/kv/{FLAT}?keys&separator=/");
    let theirs = load(ground, &BROAD.agent(), &[keys], &[], 1)?;
    Ok(vec![
        Figure::of(
            row,
            "search over 100,000 names of keys, p95",
            ours.ms.percentile(95),
            "ms",
        )
        .beaten(
            "the names that Consul's UI asks for",
            theirs.ms.percentile(95),
        )
        .must(Must::AtMost(100.0))
        .detail(ours.ms.spread()),
    ])
}

/// A figure that says so, where the list comes as a whole or not at all.
fn not_there(waggle: &Waggle, row: &str, base: &str) -> Outcome<Option<Figure>> {
    let mut connection = waggle.connect()?;
    let answer = connection.exchange("GET", &format!("{base}&limit={WINDOW}"), &[], "")?;
    let status = answer.head.status;
    if status != 200 {
        return Ok(Some(Figure::none(
            row,
            format!("GET {base} is not there: {status}"),
        )));
    }
    let rows: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let shown = rows["Items"].as_array().map_or(0, Vec::len);
    let missing = format!("GET {base}&limit={WINDOW} gives {shown} rows: windows are not there");
    Ok((shown != WINDOW).then(|| Figure::none(row, missing)))
}

fn windows(base: &str, rows: usize) -> Vec<String> {
    let offsets = (0..rows).step_by(WINDOW);
    offsets
        .map(|offset| format!("{base}&offset={offset}&limit={WINDOW}"))
        .collect()
}

/// What one window takes when nobody else asks.
fn times(
    ground: &Ground,
    row: &str,
    waggle: &Waggle,
    what: &str,
    paths: &[String],
) -> Outcome<Vec<Figure>> {
    warm(ground, &waggle.authority, paths)?;
    let one = load(ground, &waggle.authority, paths, &[], 1)?;
    Ok(vec![
        Figure::of(
            row,
            format!("window of {what}, p99"),
            one.ms.percentile(99),
            "ms",
        )
        .must(Must::AtMost(5.0))
        .note(format!("median {:.2} ms", one.ms.median()))
        .detail(one.ms.spread()),
    ])
}

/// The same windows by somebody who has them already.
fn unchanged(
    ground: &Ground,
    row: &str,
    waggle: &Waggle,
    paths: &[String],
) -> Outcome<Option<Figure>> {
    let first = waggle.connect()?.exchange("GET", &paths[0], &[], "")?;
    let Some(etag) = first.head.etag else {
        return Ok(None);
    };
    let known = [("If-None-Match", etag.as_str())];
    let answered = load(ground, &waggle.authority, paths, &known, AT_ONCE)?;
    let note = format!("{:.1} kB each", answered.bytes / 1000.0);
    let figure = Figure::of(row, "the same, unchanged (304)", answered.per_second, "/s");
    Ok(Some(figure.note(note)))
}

fn warm(ground: &Ground, authority: &str, paths: &[String]) -> Outcome<()> {
    let load = Load {
        authority,
        paths,
        headers: &[],
        connections: 1,
        time: WARM_UP,
    };
    load.run(ground.stop()).map(|_| ())
}

fn load(
    ground: &Ground,
    authority: &str,
    paths: &[String],
    headers: &[(&str, &str)],
    connections: usize,
) -> Outcome<Answered> {
    let load = Load {
        authority,
        paths,
        headers,
        connections,
        time: ground.effort.load,
    };
    load.run(ground.stop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_the_list() {
        let paths = windows("/api/nodes?dc=dc1", 250);
        assert_eq!(paths.len(), 3);
        assert_eq!(paths[2], "/api/nodes?dc=dc1&offset=200&limit=100");
    }
}
