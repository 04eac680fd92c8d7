//! `api/compare`: two folders side by side, and what is taken across.

use serde_json::json;
use wire::{
    changes::{Change, Steps},
    compare::{Comparison, PairState},
};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::part,
    odd, seed,
    waggle::{Waggle, settings},
};

on_each_agent!(
    folders_are_compared_key_by_key,
    odd_keys_have_their_pair,
    promoted_keys_are_as_on_the_other_side,
);

async fn compare(waggle: &Waggle, left: &str, right: &str, more: &str) -> Comparison {
    let path = format!(
        "/api/compare?dc=dc1&with=dc1&prefix={}&with-prefix={}{more}",
        part(left),
        part(right)
    );
    waggle.get(&path).await.read()
}

fn rows(found: &Comparison) -> Vec<(&str, PairState)> {
    let rows = found.items.iter();
    rows.map(|row| (row.key.as_str(), row.state)).collect()
}

async fn folders_are_compared_key_by_key(agent: &'static TestAgent) {
    use PairState::{Different, Equal, Left, Right};
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("compare");
    let (left, right) = (format!("{root}/l/"), format!("{root}/r/"));
    for (key, value) in [("a", "1"), ("b", "1"), ("c/d", "1"), ("s", "")] {
        seed::kv(agent, &format!("{left}{key}"), value).await;
    }
    for (key, value) in [("b", "1"), ("c/d", "22"), ("e", "1"), ("s", "x")] {
        seed::kv(agent, &format!("{right}{key}"), value).await;
    }
    let found = compare(&waggle, &left, &right, "").await;
    assert_eq!(
        rows(&found),
        [
            ("a", Left),
            ("c/d", Different),
            ("e", Right),
            ("s", Different)
        ]
    );
    let counts = found.counts;
    assert_eq!(
        (counts.left, counts.right, counts.different, counts.equal),
        (1, 1, 2, 1)
    );
    assert_eq!(found.items[1].left.unwrap().size_bytes, 1);
    assert_eq!(found.items[1].right.unwrap().size_bytes, 2);
    let found = compare(&waggle, &left, &right, "&show=equal").await;
    assert_eq!(rows(&found), [("b", Equal)]);
    let found = compare(&waggle, &left, &right, "&show=all&offset=1&limit=2").await;
    assert_eq!(
        (rows(&found), found.total),
        (vec![("b", Equal), ("c/d", Different)], 5)
    );
    // what was found before does not outlive a change
    seed::kv(agent, &format!("{right}c/d"), "1").await;
    let found = compare(&waggle, &left, &right, "&show=different").await;
    assert_eq!(rows(&found), [("s", Different)]);
}

async fn odd_keys_have_their_pair(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("odd-compare");
    let mut held = 0;
    for key in odd::keys() {
        let mut both = 0;
        for side in ["l", "r"] {
            let body = json!({
                "Datacenter": "dc1", "Key": format!("{root}/{side}/{key}"), "Value": "eA==",
                "Cas": 0,
            });
            let reply = waggle.put("/api/kv/value", &body).await;
            both += u64::from(reply.status.is_success());
        }
        assert_ne!(both, 1, "{key:?}");
        held += both / 2;
    }
    let found = compare(&waggle, &format!("{root}/l/"), &format!("{root}/r/"), "").await;
    assert_eq!(found.items, [], "nothing differs");
    assert_eq!(found.counts.equal, held);
}

async fn promoted_keys_are_as_on_the_other_side(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("promote");
    let (left, right) = (format!("{root}/l/"), format!("{root}/r/"));
    for key in ["new", "changed", "left-alone"] {
        let path = format!("/v1/kv/{left}{key}?flags=7");
        agent.http().put(&path, "left").await.ok();
    }
    seed::kv(agent, &format!("{right}changed"), "right").await;
    seed::kv(agent, &format!("{right}only"), "right").await;
    let body = json!({
        "Datacenter": "dc1", "Prefix": left, "ToDatacenter": "dc1", "ToPrefix": right,
        "Keys": ["new", "changed", "only"],
    });
    let change: Change = waggle.post("/api/compare/promote", &body).await.read();
    // what the source lacks stays as it is
    assert_eq!(
        (change.total, change.counts.create, change.counts.overwrite),
        (2, 1, 1)
    );
    let steps: Steps = waggle
        .get(&format!("/api/changes/{}/steps", change.id))
        .await
        .read();
    assert_eq!(
        steps.items[0].from.as_ref().unwrap().key,
        format!("{left}new")
    );
    waggle
        .post(&format!("/api/changes/{}/apply", change.id), &json!({}))
        .await
        .ok();
    let path = format!("/api/changes/{}", change.id);
    waggle
        .until(&path, |reply| {
            reply.read::<Change>().state.is_over().then_some(())
        })
        .await;
    let found = compare(&waggle, &left, &right, "").await;
    assert_eq!(
        rows(&found),
        [("left-alone", PairState::Left), ("only", PairState::Right)]
    );
    let pair = seed::kv_get(agent, &format!("{right}changed"))
        .await
        .unwrap();
    assert_eq!(pair["Flags"], 7);
}

#[tokio::test]
async fn two_clusters_are_compared_and_secrets_told_apart() {
    let agent = TestAgent::shared(crate::agents::Kind::Demo).await.unwrap();
    let other = server::demo::start_empty().await.unwrap();
    let root = format!("{}/", agent.unique("clusters"));
    let pattern = format!("{root}secret");
    let waggle = Waggle::with(&[agent.address], |config| {
        config.secret_keys = vec![pattern];
        config.other_clusters = vec![server::config::ClusterConfig {
            name: "east".to_owned(),
            agents: vec![settings(other.address())],
        }];
    })
    .await;
    seed::kv(agent, &format!("{root}secret"), "hunter2").await;
    let there = crate::http::Http::new(&format!("http://{}", other.address()));
    there
        .put(&format!("/v1/kv/{root}secret"), "hunter3")
        .await
        .ok();
    let path = format!("/api/compare?dc=dc1&with=dc1@east&prefix={}", part(&root));
    let reply = waggle.get(&path).await.ok();
    assert!(!reply.text().contains("hunter"));
    let found: Comparison = reply.read();
    assert_eq!(rows(&found), [("secret", PairState::Different)]);
    assert!(found.items[0].secret);
    // that one of them is away is said, and nothing is taken for equal
    drop(other);
    let gone = format!("/api/compare?dc=dc1&with=dc9&prefix={}", part(&root));
    waggle.get(&gone).await.problem(404);
}
