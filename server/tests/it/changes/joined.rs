//! Changes across datacenters that are joined, so that one agent asks both.

use serde_json::json;
use wire::changes::{ChangeState, Outcome};

use super::{apply, below, plan, steps, undo, write};
use crate::{
    agents::{Kind, TestAgent},
    waggle::Waggle,
};

async fn both_ways(kind: Kind) {
    let joined = tokio::task::spawn_blocking(move || TestAgent::joined(kind));
    let Some([near, far]) = joined.await.unwrap() else {
        return;
    };
    let waggle = Waggle::over(&near).await;
    for (key, value, flags) in [("a", &b"1"[..], 7), ("b", b"\xff\0", 0), ("sub/", b"", 3)] {
        write(&near, &format!("from/{key}"), value, flags).await;
    }
    write(&far, "to/from/b", b"theirs", 1).await;
    let (here, there) = (below(&near, "from/").await, below(&far, "to/").await);
    let body = json!({"Datacenter": "dc1", "Keys": ["from/"], "ToDatacenter": "dc2",
        "ToFolder": "to/"});
    let change = plan(&waggle, "/api/kv/move", body).await;
    assert_eq!((change.counts.create, change.counts.overwrite), (2, 1));
    assert_eq!(change.datacenters, ["dc2", "dc1"]);
    let done = apply(&waggle, &change).await;
    assert_eq!((done.state, done.outcomes.done), (ChangeState::Done, 3));
    assert!(below(&near, "from/").await.is_empty());
    let arrived = below(&far, "to/").await;
    assert_eq!(
        arrived.values().collect::<Vec<_>>(),
        here.values().collect::<Vec<_>>()
    );
    let back = undo(&waggle, &done).await;
    let back = apply(&waggle, &back).await;
    assert_eq!(back.outcomes.done, 3);
    assert_eq!(below(&near, "from/").await, here);
    assert_eq!(below(&far, "to/").await, there);
    // a source that somebody wrote meanwhile stays, and so does what they wrote
    let body = json!({"Datacenter": "dc1", "Keys": ["from/a"], "ToDatacenter": "dc2",
        "Names": ["other"]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    write(&near, "from/a", b"newer", 0).await;
    let done = apply(&waggle, &change).await;
    let step = &steps(&waggle, &done, "").await.items[0];
    assert_eq!(step.outcome, Some(Outcome::Copied));
    assert_eq!(below(&near, "from/a").await["from/a"].0, "bmV3ZXI=");
    assert!(below(&far, "other").await.contains_key("other"));
}

#[tokio::test]
async fn a_move_between_joined_datacenters_of_the_new_one() {
    both_ways(Kind::New).await;
}

#[tokio::test]
async fn a_move_between_joined_datacenters_of_the_old_one() {
    both_ways(Kind::Old).await;
}
