//! A search through values: what it takes waggle, and the agent that is asked for all of them.

use std::time::{Duration, Instant};

use crate::bench::filling::{FLAT, STORE};
use crate::bench::ground::Ground;
use crate::bench::process;
use crate::bench::report::{Figure, Must};
use crate::command::Outcome;

const SETTLE: Duration = Duration::from_secs(2);
const MILLION: f64 = 1e6;

/// 100,000 values, 200 MB, for a text that three of them hold.
pub(super) fn search_values(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&STORE, None)?;
    let path = format!("/api/search?dc=dc1&prefix={FLAT}&in=values&q=needle-in-the-hay");
    if !waggle.has(&path)? {
        return Ok(vec![Figure::none(row, format!("GET {path} is not there"))]);
    }
    let agent = ground.agent_pid(&STORE).ok_or("the agent is not there")?;
    let mut runs = Vec::new();
    let mut grown: f64 = 0.0;
    let (mut ours, mut theirs, mut agent_grown) = (0.0, 0.0, 0.0_f64);
    for _ in 0..ground.effort.runs.clamp(3, 5) {
        ground.sleep(SETTLE)?;
        let before = (process::cpu(waggle.pid())?, process::cpu(agent)?);
        let (held, agent_held) = (
            process::memory(waggle.pid())?[0],
            process::memory(agent)?[0],
        );
        let mut connection = waggle.connect()?;
        let started = Instant::now();
        let body = connection.get(&path)?;
        runs.push(started.elapsed().as_secs_f64());
        let said = String::from_utf8_lossy(&body);
        let hits = said.matches("\"Hit\":").count();
        if hits != STORE.flat_keys / 40_000 + 1 || !said.contains("\"End\":") {
            return Err(format!("the search found {hits} keys"));
        }
        ours = (process::cpu(waggle.pid())? - before.0).as_secs_f64();
        theirs = (process::cpu(agent)? - before.1).as_secs_f64();
        // the most that it ever held, against what it held before the first search
        if grown == 0.0 {
            grown = process::memory(waggle.pid())?[1] - held;
        }
        agent_grown = agent_grown.max(process::memory(agent)?[0] - agent_held);
    }
    runs.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let megabytes = (STORE.flat_keys * STORE.value_bytes) as f64 / MILLION;
    let note = format!(
        "{megabytes:.0} MB of values; processor time {ours:.1} s, the agent's {theirs:.1} s, and \
         {agent_grown:.0} MB more memory there"
    );
    Ok(vec![
        Figure::of(
            row,
            "search of 100,000 keys by value, median",
            runs[runs.len() / 2],
            "s",
        )
        .must(Must::AtMost(3.0))
        .note(note)
        .detail(&runs),
        Figure::of(row, "waggle's memory for it", grown, "MB").must(Must::AtMost(64.0)),
    ])
}
