//! Servers that are cut off from their leader: the page of one service says so as the list does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};
use wire::{datacenters::Condition, rows::Rows};

use crate::{
    fake::{Answer, Fake, answer, consul},
    waggle::Waggle,
};

const LIST: &str = "/api/services?dc=dc1";
const SERVICE: &str = "/api/instances?dc=dc1&service=web";

/// An agent whose waits never end, so that nothing but its other answers tells of anything.
async fn agent(is_cut: Arc<AtomicBool>) -> Fake {
    Fake::start(move |target| {
        if target.contains("index=") {
            return Answer::Hang;
        }
        match is_cut.load(Ordering::Relaxed) {
            true if target.starts_with("/v1/status/leader") => Answer::Json(json!("")),
            true => {
                let headers = "X-Consul-Index: 7\r\nX-Consul-KnownLeader: false\r\n\
                     X-Consul-LastContact: 4000\r\n";
                Answer::Raw(answer("200 OK", headers, &consul(target).to_string()))
            }
            false => Answer::Json(consul(target)),
        }
    })
    .await
}

async fn becomes(waggle: &Waggle, path: &str, condition: Condition) {
    waggle
        .until(path, |reply| {
            let rows: Rows<Value> = reply.read();
            assert_eq!(rows.items.len(), 1, "{path}");
            // of one datacenter that is well, nothing is said
            let state = rows.datacenters.first();
            let found = state.map_or(Condition::Ok, |state| state.condition);
            (found == condition).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_page_of_one_service_says_it_as_the_list_does() {
    let is_cut = Arc::new(AtomicBool::new(false));
    let fake = agent(Arc::clone(&is_cut)).await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for (cut, condition) in [
        (false, Condition::Ok),
        (true, Condition::NoLeader),
        (false, Condition::Ok),
    ] {
        is_cut.store(cut, Ordering::Relaxed);
        for path in [LIST, SERVICE] {
            becomes(&waggle, path, condition).await;
        }
    }
}
