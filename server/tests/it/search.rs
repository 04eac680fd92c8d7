//! `api/search`: what is there is found, also under odd names; what is bounded stays so.

use std::time::{Duration, Instant};

use serde_json::json;
use wire::{
    changes::{Action, Change, ChangeState, Steps},
    kv::KvPair,
    search_hits::{KeyHits, SearchEnd, SearchEvent},
};

use crate::{
    agents::{TestAgent, on_each_agent},
    fake::{Answer, Fake},
    http::{Reply, part},
    odd, seed,
    waggle::Waggle,
};

on_each_agent!(
    values_are_found_with_their_lines,
    names_are_found_below_a_folder,
    odd_keys_and_bytes_are_looked_through,
    a_large_flat_folder_is_cut_into_pieces,
    replacing_is_a_change_like_any_other,
);

fn read(reply: &Reply) -> (Vec<KeyHits>, SearchEnd) {
    assert!(reply.status.is_success(), "{}", reply.text());
    assert!(
        reply
            .header("content-type")
            .starts_with("text/event-stream")
    );
    let mut hits = Vec::new();
    let mut end = None;
    for event in reply.text().split("\n\n").filter(|event| !event.is_empty()) {
        let data = event.strip_prefix("data: ").unwrap();
        let event: SearchEvent = serde_json::from_str(data).unwrap();
        assert_eq!(event.problem, None);
        assert!(end.is_none(), "the end is the last: {data}");
        hits.extend(event.hit);
        end = event.end;
    }
    (hits, end.unwrap())
}

async fn search(waggle: &Waggle, prefix: &str, q: &str, more: &str) -> (Vec<KeyHits>, SearchEnd) {
    let path = format!("/api/search?prefix={}&q={}{more}", part(prefix), part(q));
    read(&waggle.get(&path).await)
}

fn keys(hits: &[KeyHits]) -> Vec<&str> {
    hits.iter().map(|hit| hit.key.as_str()).collect()
}

async fn values_are_found_with_their_lines(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("search"));
    seed::kv(
        agent,
        &format!("{root}a.yaml"),
        "logger:\n  Level: 3\nend: 1\n",
    )
    .await;
    seed::kv(agent, &format!("{root}level"), "nothing").await;
    seed::kv(agent, &format!("{root}z"), "a\0level").await;
    let (hits, end) = search(&waggle, &root, "level", "&in=values").await;
    assert_eq!(keys(&hits), [format!("{root}a.yaml")]);
    let line = &hits[0].lines[0];
    assert_eq!(
        (line.line, line.column, line.text.as_str()),
        (2, 3, "  Level: 3")
    );
    assert_eq!(line.ranges, [(2, 7)]);
    assert_eq!(line.before.as_deref(), Some("logger:"));
    assert_eq!(
        (end.looked_at, end.of, end.binary, end.cut),
        (3, 3, 1, false)
    );
    let (hits, _) = search(&waggle, &root, "level", "&in=values&case=true").await;
    assert!(hits.is_empty(), "{hits:?}");
    let (hits, _) = search(&waggle, &root, r"^\s+level: \d$", "&in=both&kind=regex").await;
    assert_eq!(keys(&hits), [format!("{root}a.yaml")]);
    let (hits, _) = search(&waggle, &root, "level", "&in=both").await;
    assert_eq!(
        keys(&hits),
        [format!("{root}a.yaml"), format!("{root}level")]
    );
}

async fn names_are_found_below_a_folder(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("names"));
    for key in ["app/default.yaml", "app/names", "dev/fault"] {
        seed::kv(agent, &format!("{root}{key}"), "names").await;
    }
    // the folder's own name is no hit
    let (hits, end) = search(&waggle, &root, "names", "").await;
    assert_eq!(keys(&hits), [format!("{root}app/names")]);
    assert_eq!((end.looked_at, end.of), (3, 3));
    let (hits, _) = search(&waggle, &root, "dfau", "&kind=fuzzy").await;
    assert_eq!(hits[0].key, format!("{root}app/default.yaml"));
    let (hits, _) = search(&waggle, &root, "^dev/", "&kind=regex").await;
    assert_eq!(keys(&hits), [format!("{root}dev/fault")]);
}

async fn odd_keys_and_bytes_are_looked_through(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("odd-search"));
    let mut held = Vec::new();
    for key in odd::keys() {
        let body = json!({
            "Datacenter": "dc1", "Key": format!("{root}{key}"), "Value": "bmVlZGxl", "Cas": 0,
        });
        // what an agent refuses is not there to be found
        if waggle.put("/api/kv/value", &body).await.status.is_success() {
            held.push(format!("{root}{key}"));
        }
    }
    assert!(held.len() > 10, "{held:?}");
    held.sort();
    let (hits, end) = search(&waggle, &root, "needle", "&in=values").await;
    assert_eq!(keys(&hits), held);
    assert_eq!(end.looked_at, held.len() as u64);
}

async fn a_large_flat_folder_is_cut_into_pieces(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("flat"));
    for number in 0..300 {
        let value = if number % 100 == 7 { "x needle" } else { "hay" };
        seed::kv(agent, &format!("{root}key-{number:04}"), value).await;
    }
    let (hits, end) = search(&waggle, &root, "needle", "&in=values").await;
    let found: Vec<String> = [7, 107, 207]
        .map(|number| format!("{root}key-{number:04}"))
        .to_vec();
    assert_eq!(keys(&hits), found);
    assert_eq!((end.looked_at, end.of), (300, 300));
}

async fn replacing_is_a_change_like_any_other(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("replace"));
    seed::kv(agent, &format!("{root}a"), "host: old.example:1\n").await;
    seed::kv(agent, &format!("{root}b"), "none").await;
    let body = json!({
        "Datacenter": "dc1", "Prefix": root, "Pattern": r"old\.example:(\d)", "Kind": "regex",
        "Replacement": "new.example:${1}0",
    });
    let change: Change = waggle.post("/api/search/replace", &body).await.read();
    assert_eq!((change.total, change.state), (1, ChangeState::Planned));
    let steps: Steps = waggle
        .get(&format!("/api/changes/{}/steps", change.id))
        .await
        .read();
    assert_eq!(steps.items[0].action, Action::Overwrite);
    let value = || async {
        let path = format!("/api/kv/value?key={}", part(&format!("{root}a")));
        let pair: KvPair = waggle.get(&path).await.read();
        pair.value.unwrap()
    };
    assert_eq!(value().await, "aG9zdDogb2xkLmV4YW1wbGU6MQo=");
    let path = format!("/api/changes/{}/apply", change.id);
    waggle.post(&path, &json!({})).await.ok();
    waggle
        .until(&format!("/api/changes/{}", change.id), |reply| {
            let change: Change = reply.read();
            change.state.is_over().then_some(())
        })
        .await;
    // host: new.example:10
    assert_eq!(value().await, "aG9zdDogbmV3LmV4YW1wbGU6MTAK");
}

#[tokio::test]
async fn wrong_questions_reach_no_agent() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for (path, word) in [
        ("/api/search?q=%28&kind=regex", "character 1"),
        (
            "/api/search?q=%28a%7B1000%7D%29%7B1000%7D&kind=regex",
            "too large",
        ),
        ("/api/search?q=", "nothing to look for"),
        ("/api/search?q=a&prefix=b", "ends with /"),
        ("/api/search?q=a&in=everything", "in"),
        ("/api/search", "q"),
    ] {
        let problem = waggle.get(path).await.problem(400);
        assert!(problem.detail.contains(word), "{path}: {}", problem.detail);
    }
    let problem = waggle
        .get("/api/search?q=ab%28c&kind=regex")
        .await
        .problem(400);
    assert_eq!(problem.diagnostics[0].column, 3);
    let heads = fake.heads();
    assert!(
        !heads.iter().any(|head| head.contains("/v1/kv")),
        "{heads:?}"
    );
}

#[tokio::test]
async fn who_goes_away_ends_the_reading() {
    // so slow that all of it would take longer than is waited for its end here
    let fake = Fake::start(|target| {
        if target.contains("keys") {
            let names: Vec<String> = (0..100_000).map(|n| format!("k{n:06}")).collect();
            Answer::Json(json!(names))
        } else if target.contains("recurse") {
            Answer::Late(Duration::from_secs(1), json!([]))
        } else {
            Answer::Json(json!(["dc1"]))
        }
    })
    .await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    let reads = || {
        let heads = fake.heads();
        heads.iter().filter(|head| head.contains("recurse")).count()
    };
    let request = waggle.request("GET", "/api/search?dc=dc1&q=x&in=values");
    let mut response = request.send().await.unwrap();
    response.chunk().await.unwrap();
    assert!(reads() > 0);
    drop(response);
    let left = Instant::now();
    loop {
        // three pieces a second would be read meanwhile
        let before = reads();
        tokio::time::sleep(Duration::from_secs(3)).await;
        if reads() == before {
            break;
        }
        let is_soon = left.elapsed() < Duration::from_secs(20);
        assert!(is_soon, "nobody waits for more: {}", reads());
    }
}

#[tokio::test]
async fn secret_values_are_not_looked_at() {
    let agent = TestAgent::shared(crate::agents::Kind::Demo).await.unwrap();
    let root = format!("{}/", agent.unique("secret-search"));
    let pattern = format!("{root}secret/");
    let waggle = Waggle::with(&[agent.address], |config| {
        config.secret_keys = vec![pattern];
    })
    .await;
    seed::kv(agent, &format!("{root}secret/db"), "needle").await;
    seed::kv(agent, &format!("{root}open"), "needle").await;
    let (hits, end) = search(&waggle, &root, "needle", "&in=both").await;
    assert_eq!(keys(&hits), [format!("{root}open")]);
    assert_eq!(end.secret, 1);
    let body = json!({
        "Datacenter": "dc1", "Prefix": root, "Pattern": "needle", "Replacement": "pin",
    });
    let change: Change = waggle.post("/api/search/replace", &body).await.read();
    assert_eq!(change.total, 1);
}
