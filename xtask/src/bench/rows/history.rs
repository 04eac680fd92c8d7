//! What is recorded of keys: how soon, and how fast it is found again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::bench::connection::Connection;
use crate::bench::figures::Samples;
use crate::bench::filling::{Size, TENTH};
use crate::bench::ground::{Ground, Waggle};
use crate::bench::process;
use crate::bench::report::{Figure, Must};
use crate::command::{Outcome, Sink, cargo};

const WRITES: usize = 10_000;
const KEYS: usize = 1_000;
const PER_SECOND: u32 = 500;
/// What the page asks for while a key changes.
const PREFIX: &str = "recorded/";
const PATIENCE: Duration = Duration::from_secs(30);
/// What every change is recorded within, in seconds.
const WITHIN: f64 = 2.0;
/// How often each page of the million is asked for.
const ASKED: usize = 40;

/// 10,000 writes by another tool: when each key's last value stands in the history.
pub(super) fn writes(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    ground.agent(&TENTH)?;
    let folder = ground.folder().join("recorded");
    let waggle = ground.recording(&TENTH, &folder, "")?;
    until_watching(ground, &waggle)?;
    ground.sleep(Duration::from_secs(2))?;
    let agent = ground.agent_pid(&TENTH).ok_or("the agent is not there")?;
    let before = (process::cpu(waggle.pid())?, process::cpu(agent)?);
    let began = Instant::now();
    let written = write_all(&TENTH)?;
    let took = began.elapsed().as_secs_f64();
    ground.sleep(Duration::from_secs_f64(WITHIN))?;
    let text = waggle
        .connect()?
        .get(&format!("/api/history/export?dc=dc1&prefix={PREFIX}"))?;
    let cost = (
        (process::cpu(waggle.pid())? - before.0).as_secs_f64() / took,
        (process::cpu(agent)? - before.1).as_secs_f64() / took,
    );
    let records: Vec<Value> = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let late = check(&written, &records)?;
    let late = Samples::of(late).ok_or("nothing was recorded")?;
    let state = waggle.connect()?.get("/api/history/state")?;
    let state: Value = serde_json::from_slice(&state).map_err(|error| error.to_string())?;
    let read = state["Places"][0]["BytesPerSecond"].as_u64().unwrap_or(0) / 1000;
    drop(waggle);
    remove_written(&TENTH)?;
    let note = format!(
        "{WRITES} writes of {KEYS} keys in {took:.1} s, {} records, all values are ones that \
         were written; waggle takes {:.0} % of a processor, the agent {:.0} %, of which writing \
         is a part; {read} kB/s read",
        records.len(),
        cost.0 * 100.0,
        cost.1 * 100.0
    );
    Ok(vec![
        Figure::of(
            row,
            "a key's last write until it is recorded, the latest",
            late.percentile(100),
            "s",
        )
        .must(Must::AtMost(WITHIN))
        .note(note)
        .detail(late.spread()),
    ])
}

/// What was written of a key: which number when, in milliseconds since 1970.
type Written = BTreeMap<String, BTreeMap<usize, u64>>;

/// Writes over a few connections, at an even pace.
fn write_all(size: &Size) -> Outcome<Written> {
    const CONNECTIONS: usize = 4;
    let began = Instant::now();
    let work = |from: usize| {
        let mut connection = Connection::open(&size.agent(), PATIENCE)?;
        let mut written = Vec::new();
        for number in (from..WRITES).step_by(CONNECTIONS) {
            #[expect(clippy::cast_possible_truncation, reason = "ten thousand")]
            let due = Duration::from_secs(1) * number as u32 / PER_SECOND;
            thread::sleep(due.saturating_sub(began.elapsed()));
            // neighbours in time are not neighbours in name
            let key = format!("{PREFIX}{:02}/key-{:04}", number % 20, number * 7 % KEYS);
            connection.put(&format!("/v1/kv/{key}"), &value(number))?;
            written.push((key, number, now()));
        }
        Ok::<_, String>(written)
    };
    let parts: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|from| scope.spawn(move || work(from)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| "a writer panicked".to_owned())?)
            .collect::<Outcome<_>>()
    })?;
    let mut written = Written::new();
    for (key, number, at) in parts.into_iter().flatten() {
        written.entry(key).or_default().insert(number, at);
    }
    Ok(written)
}

fn value(number: usize) -> String {
    format!("number: {number}\n")
}

/// How long each key's last write was not recorded, in seconds. Fails where a value was never
/// written, or a last one is missing.
fn check(written: &Written, records: &[Value]) -> Outcome<Vec<f64>> {
    let mut last: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for one in records {
        let key = one["Record"]["Key"].as_str();
        let key = key.ok_or("a record without a key")?;
        let Some(text) = one["After"].as_str() else {
            return Err(format!("{key} was recorded without a value"));
        };
        let bytes = STANDARD.decode(text).map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&bytes);
        let number = text
            .strip_prefix("number: ")
            .and_then(|rest| rest.trim_end().parse::<usize>().ok());
        let of_key = written.get(key).ok_or(format!("{key} was never written"))?;
        let number = number
            .filter(|number| of_key.contains_key(number))
            .ok_or(format!("{key} never was {text:?}"))?;
        let seen = one["Record"]["Seen"].as_u64().unwrap_or_default();
        last.insert(key, (number, seen));
    }
    let mut late = Vec::new();
    for (key, numbers) in written {
        let (number, at) = numbers.last_key_value().ok_or("a key without a write")?;
        match last.get(key.as_str()) {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run")]
            Some((found, seen)) if found == number => {
                late.push(seen.saturating_sub(*at) as f64 / 1000.0);
            }
            found => return Err(format!("{key} ended with {number}, recorded is {found:?}")),
        }
    }
    Ok(late)
}

fn remove_written(size: &Size) -> Outcome<()> {
    let mut connection = Connection::open(&size.agent(), PATIENCE)?;
    let path = format!("/v1/kv/{PREFIX}?recurse");
    connection.exchange("DELETE", &path, &[], "").map(|_| ())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}

fn until_watching(ground: &Ground, waggle: &Waggle) -> Outcome<()> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let state = waggle.connect()?.get("/api/history/state")?;
        let state: Value = serde_json::from_slice(&state).map_err(|error| error.to_string())?;
        if state["Places"][0]["State"] == "watching" {
            return Ok(());
        }
        ground.sleep(Duration::from_millis(200))?;
    }
    Err("recording did not begin".to_owned())
}

/// A file of 1,000,000 records, made by a test of the store; the first pages out of it.
pub(super) fn million(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let folder = ground.folder().join("million");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let test = "history::store::million::a_million_records";
    let mut fill = cargo();
    fill.args([
        "test",
        "--package",
        "server",
        "--lib",
        "--",
        "--ignored",
        "--exact",
        test,
    ])
    .env("WAGGLE_FILL_HISTORY", &folder);
    Sink::Terminal.run(&mut fill)?;
    let settings = "[history]\nprefixes = [\"nothing/\"]\nmax-megabytes = 4000\n";
    let waggle = ground.recording(&TENTH, &folder, settings)?;
    until_watching(ground, &waggle)?;
    let hour = now() - 60 * 60 * 1000;
    let mut figures = Vec::new();
    for (what, query) in [
        ("of the last hour, over all keys", format!("since={hour}")),
        ("of all times, over all keys", String::new()),
        (
            "of a folder with a tenth of them",
            "prefix=million/07/".to_owned(),
        ),
        (
            "of a folder with few, long ago",
            "prefix=million/rare/".to_owned(),
        ),
        ("of a key with 1,000", "key=million/07/key-0007".to_owned()),
        (
            "by somebody with few",
            "who=00000000-0000-0000-0000-000000000007".to_owned(),
        ),
        (
            "by somebody in a folder",
            "who=00000000-0000-0000-0000-000000000007&prefix=million/07/".to_owned(),
        ),
        ("from outside", "who=outside".to_owned()),
        (
            "from outside in a folder",
            "who=outside&prefix=million/07/".to_owned(),
        ),
    ] {
        let path = format!("/api/history?dc=dc1&limit=100&{query}");
        figures.push(page(&waggle, row, &format!("changes {what}"), &path)?);
    }
    let path = "/api/history/deleted?dc=dc1&limit=100";
    figures.push(page(&waggle, row, "keys that are gone", path)?);
    Ok(figures)
}

/// What a page takes, the first time included.
fn page(waggle: &Waggle, row: &str, what: &str, path: &str) -> Outcome<Figure> {
    let mut connection = waggle.connect()?;
    let mut times = Vec::new();
    let mut rows = BTreeSet::new();
    for _ in 0..ASKED {
        let began = Instant::now();
        let body = connection.get(path)?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        let body: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let items = body["Items"].as_array().map_or(0, Vec::len);
        rows.insert((items, body["Total"].as_u64().unwrap_or_default()));
    }
    let first = times[0];
    let times = Samples::of(times).ok_or("nothing was asked")?;
    let (items, total) = rows.last().copied().ok_or("nothing was answered")?;
    if rows.len() != 1 || items == 0 {
        return Err(format!("{path} answered {rows:?}"));
    }
    Ok(
        Figure::of(row, format!("{what}, p95"), times.percentile(95), "ms")
            .must(Must::AtMost(50.0))
            .note(format!("{items} of {total}, the first time {first:.0} ms"))
            .detail(times.spread()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(key: &str, text: &str, seen: u64) -> Value {
        json!({ "Record": { "Key": key, "Seen": seen }, "After": STANDARD.encode(text) })
    }

    #[test]
    fn only_what_was_written_counts() {
        let mut written = Written::new();
        written.insert("a".to_owned(), BTreeMap::from([(1, 1_000), (2, 3_000)]));
        let last = record("a", &value(2), 3_500);
        assert_eq!(check(&written, std::slice::from_ref(&last)).unwrap(), [0.5]);
        assert!(check(&written, &[record("a", &value(1), 3_500)]).is_err());
        assert!(check(&written, &[record("a", &value(3), 3_500), last]).is_err());
        assert!(check(&written, &[]).is_err());
    }
}
