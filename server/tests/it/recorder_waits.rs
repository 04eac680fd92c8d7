//! The recorder where one agent of two is dead and the other answers everything but waits.

use std::time::Duration;

use serde_json::json;
use wire::history::{PlaceState, Recording};

use crate::{
    fake::{Answer, Fake, answer, consul},
    waggle::{Waggle, free_port},
};

#[tokio::test]
async fn waits_that_fail_are_not_asked_all_the_time() {
    let fake = Fake::start(|target| match target.split('?').next() {
        Some("/v1/catalog/service/consul") => Answer::Json(json!([])),
        _ if target.contains("index=") => {
            Answer::Raw(answer("429 Too Many Requests", "", "slow down"))
        }
        _ => Answer::Json(consul(target)),
    })
    .await;
    let agents = [free_port(), fake.address];
    let waggle = Waggle::with(&agents, |config| config.history.on = true).await;
    let recorded = |state: Recording| {
        let place = state.places.into_iter().next()?;
        (place.keys == 1 && place.state == PlaceState::Failing).then_some(())
    };
    waggle
        .until("/api/history/state", |reply| recorded(reply.read()))
        .await;
    let before = fake.count();
    tokio::time::sleep(Duration::from_secs(8)).await;
    let asked = fake.count() - before;
    assert!(asked < 80, "{asked} questions in 8 s");
}
