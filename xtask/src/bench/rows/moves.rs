//! A folder of 5,000 keys moves: how long, and whether each key is at exactly one end.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::bench::connection::Connection;
use crate::bench::fill::send;
use crate::bench::filling::TENTH;
use crate::bench::ground::{Ground, Waggle};
use crate::bench::report::{Figure, Must};
use crate::command::Outcome;

const KEYS: usize = 5_000;
const FROM: &str = "moves/from/";
const TO: &str = "moves/to/";
const PATIENCE: Duration = Duration::from_secs(60);

/// Plans and applies the move, and takes it back.
pub(super) fn folder(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&TENTH, None)?;
    let mut agent = Connection::open(&TENTH.agent(), PATIENCE)?;
    wipe(&mut agent)?;
    write(&mut agent)?;
    let before = values(&mut agent, FROM)?;
    let body = json!({ "Datacenter": "dc1", "Keys": [FROM], "Names": [TO] });
    let began = Instant::now();
    let change = post(&waggle, "/api/kv/move", &body)?;
    let planned = began.elapsed().as_secs_f64();
    let moved = apply(ground, &waggle, &change)?;
    let is_exact = values(&mut agent, TO)? == before && values(&mut agent, FROM)?.is_empty();
    let path = format!("/api/changes/{}/undo", name(&change)?);
    let back = post(&waggle, &path, &json!({}))?;
    let undone = apply(ground, &waggle, &back)?;
    let is_back = values(&mut agent, FROM)? == before && values(&mut agent, TO)?.is_empty();
    wipe(&mut agent)?;
    if !is_exact || !is_back {
        return Err(format!(
            "exact after the move: {is_exact}, after the undo: {is_back}"
        ));
    }
    Ok(vec![
        Figure::of(row, "preview of a move of 5,000 keys", planned, "s"),
        Figure::of(
            row,
            "the move (each key at one end, byte for byte)",
            moved,
            "s",
        )
        .must(Must::AtMost(10.0))
        .note(format!("{} transactions", KEYS.div_ceil(32))),
        Figure::of(row, "its undo (all as before)", undone, "s"),
    ])
}

fn name(change: &Value) -> Outcome<String> {
    let name = change["Id"].as_str();
    name.map(str::to_owned)
        .ok_or(format!("no change: {change}"))
}

/// How long it takes; every step must have been done.
fn apply(ground: &Ground, waggle: &Waggle, change: &Value) -> Outcome<f64> {
    let path = format!("/api/changes/{}", name(change)?);
    let began = Instant::now();
    post(waggle, &format!("{path}/apply"), &json!({}))?;
    let mut connection = waggle.connect()?;
    loop {
        let change = read(&connection.get(&path)?)?;
        if change["Outcomes"]["Done"] == KEYS {
            return Ok(began.elapsed().as_secs_f64());
        }
        if !["planned", "running"].contains(&change["State"].as_str().unwrap_or_default()) {
            return Err(format!("the move ended otherwise: {change}"));
        }
        ground.sleep(Duration::from_millis(20))?;
    }
}

fn post(waggle: &Waggle, path: &str, body: &Value) -> Outcome<Value> {
    let headers = [("X-Waggle", "1"), ("Content-Type", "application/json")];
    let answer = waggle
        .connect()?
        .exchange("POST", path, &headers, &body.to_string())?;
    if answer.head.status != 200 {
        let said = String::from_utf8_lossy(&answer.body);
        return Err(format!("POST {path}: {} {said}", answer.head.status));
    }
    read(&answer.body)
}

fn read(body: &[u8]) -> Outcome<Value> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn write(agent: &mut Connection) -> Outcome<()> {
    for from in (0..KEYS).step_by(64) {
        let operations = (from..KEYS.min(from + 64)).map(|number| {
            let value = STANDARD.encode(format!("logger:\n  level: {number}\n"));
            let key = format!("{FROM}{:02}/key-{number:05}", number % 20);
            json!({ "KV": { "Verb": "set", "Key": key, "Value": value, "Flags": number } })
        });
        send(agent, operations.collect())?;
    }
    Ok(())
}

/// What stands below a prefix: names without it, values, flags.
fn values(agent: &mut Connection, prefix: &str) -> Outcome<Vec<(String, String, u64)>> {
    let answer = agent.exchange("GET", &format!("/v1/kv/{prefix}?recurse"), &[], "")?;
    if answer.head.status == 404 {
        return Ok(Vec::new());
    }
    let pairs = read(&answer.body)?;
    let text = |pair: &Value, name: &str| pair[name].as_str().unwrap_or_default().to_owned();
    let pairs = pairs.as_array().into_iter().flatten().map(|pair| {
        let key = text(pair, "Key")[prefix.len()..].to_owned();
        (
            key,
            text(pair, "Value"),
            pair["Flags"].as_u64().unwrap_or_default(),
        )
    });
    Ok(pairs.collect())
}

fn wipe(agent: &mut Connection) -> Outcome<()> {
    agent
        .exchange("DELETE", "/v1/kv/moves/?recurse", &[], "")
        .map(|_| ())
}
