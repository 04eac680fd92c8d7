//! The recorder by itself: what it asks of agents, what it leaves alone, and what a kill leaves.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use server::config::ClusterConfig;
use wire::history::{PlaceState, RecordDetail, RecordedPlace, Recording, Records};

use crate::{
    agents::{Kind, TestAgent, run},
    fake::{Answer, Fake},
    http::{Http, Reply, part},
    kv::save,
    seed,
    waggle::{PATIENCE, Waggle, free_port, settings},
};

const STATE: &str = "/api/history/state";

fn place(reply: &Reply, datacenter: &str) -> Option<RecordedPlace> {
    let state: Recording = reply.read();
    let mut places = state.places.into_iter();
    places.find(|place| place.datacenter == datacenter)
}

/// How a datacenter fares, once it fares so.
async fn until_state(waggle: &Waggle, datacenter: &str, state: PlaceState) -> RecordedPlace {
    waggle
        .until(STATE, |reply| {
            place(reply, datacenter).filter(|place| place.state == state)
        })
        .await
}

/// A waggle that records all.
async fn recording(agents: &[SocketAddr]) -> Waggle {
    Waggle::with(agents, |config| config.history.on = true).await
}

#[tokio::test]
async fn more_than_is_recorded_unasked_is_asked_about() {
    let demo = server::demo::start_empty().await.unwrap();
    let http = Http::new(&format!("http://{}", demo.address()));
    let value = "v".repeat(512 * 1024);
    // 20 MiB are not more than 20 MiB
    for n in 0..40 {
        let key = format!("/v1/kv/big/{n}");
        http.put(&key, value.clone()).await.ok();
    }
    let waggle = recording(&[demo.address()]).await;
    let place = until_state(&waggle, "dc1", PlaceState::Watching).await;
    assert_eq!((place.keys, place.value_bytes), (40, 20 * 1024 * 1024));
    drop(waggle);
    http.put("/v1/kv/small/one", "1").await.ok();
    let waggle = recording(&[demo.address()]).await;
    let place = until_state(&waggle, "dc1", PlaceState::TooLarge).await;
    let folders: Vec<(&str, u64)> = place
        .folders
        .iter()
        .map(|folder| (folder.prefix.as_str(), folder.keys))
        .collect();
    assert_eq!(folders, [("big/", 40), ("small/", 1)]);
    // an answer records what it names
    let chosen = json!({"Datacenter": "dc1", "Prefixes": ["small/"]});
    waggle.put("/api/history/choice", &chosen).await.ok();
    let place = until_state(&waggle, "dc1", PlaceState::Watching).await;
    assert_eq!((place.keys, place.value_bytes), (1, 1));
}

#[tokio::test]
async fn every_datacenter_is_recorded_and_seen_together() {
    let west = server::demo::start_empty().await.unwrap();
    let east = server::demo::start_empty().await.unwrap();
    let (of_west, of_east) = (west.address(), east.address());
    let waggle = Waggle::with(&[of_west], |config| {
        config.cluster = "west".to_owned();
        let cluster = |name: &str, address| ClusterConfig {
            name: name.to_owned(),
            agents: vec![settings(address)],
        };
        config.other_clusters = vec![cluster("east", of_east), cluster("gone", free_port())];
        config.history.on = true;
    })
    .await;
    until_state(&waggle, "dc1", PlaceState::Watching).await;
    until_state(&waggle, "dc1@east", PlaceState::Watching).await;
    for (n, address) in [of_west, of_east, of_west].into_iter().enumerate() {
        let http = Http::new(&format!("http://{address}"));
        http.put(&format!("/v1/kv/both/{n}"), "1").await.ok();
        let seen = |reply: &Reply| {
            let records: Records = reply.read();
            (records.total == n + 1).then_some(())
        };
        waggle.until("/api/history?dc=@all", seen).await;
    }
    let of = |records: Records| -> Vec<(String, String)> {
        let items = records.items.into_iter();
        items.map(|one| (one.datacenter, one.key)).collect()
    };
    let newest = |count: usize| -> Vec<(String, String)> {
        let all = [("dc1", "both/2"), ("dc1@east", "both/1"), ("dc1", "both/0")];
        let some = all.into_iter().take(count);
        some.map(|(dc, key)| (dc.to_owned(), key.to_owned()))
            .collect()
    };
    let all: Records = waggle.get("/api/history?dc=@all").await.read();
    assert_eq!((all.total, all.more), (3, false));
    assert_eq!(of(all), newest(3));
    let page: Records = waggle
        .get("/api/history?dc=@all&offset=1&limit=1&prefix=both/")
        .await
        .read();
    assert_eq!((page.total, page.offset), (3, 1));
    assert_eq!(of(page), newest(2)[1..]);
    let exported: Vec<RecordDetail> = waggle.get("/api/history/export?dc=@all").await.read();
    let ids: Vec<u64> = exported.iter().map(|one| one.record.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.is_sorted(), "oldest first, over all: {ids:?}");
    // a range has its end
    let until = exported[2].record.seen;
    let path = format!("/api/history?dc=@all&until={until}");
    let before: Records = waggle.get(&path).await.read();
    assert!(before.items.iter().all(|one| one.seen < until));
    waggle
        .get("/api/history?dc=@all&offset=10001")
        .await
        .problem(400);
}

/// Of an agent with ACLs a change through waggle is its token's.
#[tokio::test]
async fn who_did_it_is_asked_for_by_accessor() {
    for kind in [Kind::New, Kind::Old] {
        let token = "00000000-0000-4000-8000-00000000cafe";
        let started = tokio::task::spawn_blocking(move || TestAgent::with_acls(kind, token)).await;
        let Some(agent) = started.unwrap() else {
            continue;
        };
        let waggle = Waggle::with(&[agent.address], |config| {
            config.agents = vec![settings(agent.address)];
            config.agents[0].token = Some(server::consul::Secret::new(token));
            config.history.on = true;
        })
        .await;
        until_state(&waggle, "dc1", PlaceState::Watching).await;
        seed::kv(&agent, "who/outside", "1").await;
        waggle
            .put("/api/kv/value", &save("who/ours", b"1", 0))
            .await
            .ok();
        let named = |reply: &Reply| {
            let records: Records = reply.read();
            let ours = records.items.iter().find(|one| one.key == "who/ours")?;
            let who = ours.who.clone();
            (!who.accessor_id.is_empty()).then_some((who, records))
        };
        let (who, all) = waggle.until("/api/history", named).await;
        assert!(who.through_waggle && who.accessor_id != token);
        assert_eq!(all.people, std::slice::from_ref(&who));
        for (asked, key) in [
            (who.accessor_id.as_str(), "who/ours"),
            ("outside", "who/outside"),
        ] {
            let path = format!("/api/history?who={}", part(asked));
            let found: Records = waggle.get(&path).await.read();
            assert_eq!(found.total, 1, "{asked} {found:?}");
            assert_eq!(found.items[0].key, key);
        }
    }
}

/// An agent that begins shows old states until its log is read in: what is read first is what its
/// leader made sure of, and what wakes later is not asked for like that.
#[tokio::test]
async fn the_first_reading_is_consistent() {
    run(Kind::Demo, "consistent", |agent| async {
        let fake = Fake::start(|target| {
            let path = target.split('?').next().unwrap_or_default();
            match path {
                "/v1/catalog/datacenters" => Answer::Json(json!(["dc1"])),
                "/v1/agent/self" => Answer::Json(crate::fake::consul(target)),
                "/v1/catalog/service/consul" => Answer::Json(json!([])),
                _ if target.contains("index=") => Answer::Hang,
                _ if target.contains("keys") => Answer::Json(json!(["a"])),
                _ => Answer::Json(json!([pair("a", "1")])),
            }
        })
        .await;
        let waggle = recording(&[fake.address]).await;
        until_state(&waggle, "dc1", PlaceState::Watching).await;
        let of_keys = |head: &String| head.starts_with("GET /v1/kv");
        let heads: Vec<String> = fake.heads().into_iter().filter(of_keys).collect();
        let line = |head: &String| head.lines().next().unwrap_or_default().to_owned();
        let lines: Vec<String> = heads.iter().map(line).collect();
        let (waits, reads): (Vec<&String>, Vec<&String>) =
            lines.iter().partition(|line| line.contains("index="));
        assert!(!reads.is_empty());
        assert!(
            reads.iter().all(|line| line.contains("consistent")),
            "{lines:?}"
        );
        assert!(
            !waits.iter().any(|line| line.contains("consistent")),
            "{lines:?}"
        );
        drop(waggle);
        let _ = agent;
    })
    .await;
}

fn pair(key: &str, value: &str) -> Value {
    json!({
        "Key": key, "Value": STANDARD.encode(value), "Flags": 0, "LockIndex": 0,
        "CreateIndex": 5, "ModifyIndex": 7,
    })
}

/// However much changes: what is read stays below what is promised, waits and names counted.
#[tokio::test]
async fn no_more_is_read_than_is_promised() {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };
    let sent = Arc::new(AtomicU64::new(0));
    let index = Arc::new(AtomicU64::new(10));
    let (counted, told) = (Arc::clone(&sent), Arc::clone(&index));
    let value = "v".repeat(40_000);
    let fake = Fake::start(move |target| {
        let path = target.split('?').next().unwrap_or_default();
        let value = match path {
            "/v1/catalog/datacenters" => json!(["dc1"]),
            "/v1/agent/self" => crate::fake::consul(target),
            "/v1/catalog/service/consul" => json!([]),
            // a list of names that is large each time, and always another
            _ if target.contains("keys") => {
                let names: Vec<String> = (0..5_000).map(|n| format!("flat/key-{n:05}")).collect();
                json!(names)
            }
            _ => json!([pair("flat/key-00001", &value)]),
        };
        let body = value.to_string();
        counted.fetch_add(body.len() as u64, Ordering::Relaxed);
        let index = told.fetch_add(1, Ordering::Relaxed);
        let head = format!("Content-Type: application/json\r\nX-Consul-Index: {index}\r\n");
        Answer::Raw(crate::fake::answer("200 OK", &head, &body))
    })
    .await;
    let started = Instant::now();
    let waggle = recording(&[fake.address]).await;
    until_state(&waggle, "dc1", PlaceState::Watching).await;
    let (before, began) = (sent.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(Duration::from_secs(8)).await;
    let read = sent.load(Ordering::Relaxed) - before;
    let a_second = read as f64 / began.elapsed().as_secs_f64();
    // of what is under way when it is counted not all is paid for yet
    assert!(
        a_second < 1.3 * 1024.0 * 1024.0,
        "{a_second} bytes a second"
    );
    assert!(read > 200_000, "it goes on: {read}");
    let place = place(&waggle.get(STATE).await, "dc1").unwrap();
    let told = place.bytes_per_second * 60;
    let all = sent.load(Ordering::Relaxed);
    // a minute is told of: a machine that is slow may have taken longer
    let is_a_part = started.elapsed() > Duration::from_secs(55);
    assert!(is_a_part || told * 10 >= all * 8, "{told} of {all}");
}

/// waggle as a process of its own, as people run it.
fn process(agent: &TestAgent, listen: SocketAddr, folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waggle"));
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CONSUL_") || name.starts_with("WAGGLE_"))
    {
        command.env_remove(name);
    }
    command
        .arg("--listen")
        .arg(listen.to_string())
        .arg("--allowed-host")
        .arg(listen.ip().to_string())
        .arg("--agent")
        .arg(agent.address.to_string())
        .arg("--data-dir")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn until_up(http: &Http, path: &str, wanted: impl Fn(&Reply) -> bool) {
    let began = Instant::now();
    loop {
        if let Ok(response) = http.request("GET", path).send().await {
            let reply = Reply {
                status: response.status(),
                headers: response.headers().clone(),
                body: response.bytes().await.unwrap_or_default().to_vec(),
            };
            if reply.status.is_success() && wanted(&reply) {
                return;
            }
        }
        assert!(began.elapsed() < PATIENCE, "{path}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Killed while it records, again and again: every value that was seen is one that was, in the
/// order in which they were, and what happened meanwhile is told as such.
#[tokio::test]
async fn a_killed_waggle_loses_nothing_that_it_told() {
    run(Kind::Demo, "killed", |agent| async {
        let folder = tempfile::tempdir().unwrap();
        let key = format!("{}/a", agent.unique("killed"));
        let path = format!("/api/history?key={}&limit=500", part(&key));
        let mut written = 0_u32;
        let mut told = 0_usize;
        for round in 0..4_u64 {
            let listen = free_port();
            let mut child = process(agent, listen, folder.path());
            let http = Http::new(&format!("http://{listen}"));
            until_up(&http, STATE, |reply| {
                place(reply, "dc1").is_some_and(|place| place.state == PlaceState::Watching)
            })
            .await;
            let known: Records = http.get(&path).await.read();
            assert!(known.items.len() >= told, "{} of {told}", known.items.len());
            let mut numbers = Vec::new();
            for record in &known.items {
                let detail: RecordDetail = http
                    .get(&format!("/api/history/{}", record.id))
                    .await
                    .read();
                let bytes = STANDARD.decode(detail.after.unwrap()).unwrap();
                numbers.push(String::from_utf8(bytes).unwrap().parse::<u32>().unwrap());
            }
            assert!(
                numbers.is_sorted_by(|a, b| a > b),
                "newest first: {numbers:?}"
            );
            if round > 0 {
                assert_eq!(numbers[0], written, "the last value is seen after the kill");
            }
            let end = Instant::now() + Duration::from_millis(900 + 130 * round);
            while Instant::now() < end {
                written += 1;
                seed::kv(agent, &key, written.to_string()).await;
            }
            told = http.get(&path).await.read::<Records>().items.len();
            // SIGKILL, by its process id
            child.kill().unwrap();
            child.wait().unwrap();
            written += 1;
            seed::kv(agent, &key, written.to_string()).await;
        }
        assert!(told > 3, "{told}");
    })
    .await;
}
