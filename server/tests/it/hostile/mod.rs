//! Hostile and bad input, from the browser's side, from agents and from what agents hold.
//!
//! "Nothing went up" means that no request reached the fake agent.

mod addresses;
mod agents;
mod browser;
mod promises;

use crate::{kv::save, waggle::Waggle};

/// Every route that reads, in every kind.
const READS: [&str; 14] = [
    "/",
    "/ui/",
    "/ui/dc1/services",
    "/healthz",
    "/assets/none.js",
    "/api/openapi.json",
    "/api/datacenters",
    "/api/services",
    "/api/services/web",
    "/api/nodes",
    "/api/nodes/n1",
    "/api/changes",
    "/api/kv",
    "/api/kv/value?key=one",
];

/// Every route that changes something, with a body that would be right.
fn mutations() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("PUT", "/api/kv/value", save("a", b"x", 0).to_string()),
        ("DELETE", "/api/kv/value?key=one&cas=6", String::new()),
    ]
}

fn mutation(waggle: &Waggle, method: &str, path: &str, body: &str) -> reqwest::RequestBuilder {
    let request = waggle.request(method, path).header("X-Waggle", "1");
    if body.is_empty() {
        request
    } else {
        request
            .header("Content-Type", "application/json")
            .body(body.to_owned())
    }
}
