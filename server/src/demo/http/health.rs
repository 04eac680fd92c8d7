//! `/v1/health`.

use serde_json::{Value, json};

use super::blocking::{self, Found};
use super::call::Call;
use super::catalog::{has_node_meta, has_tags, named};
use super::reply::{Outcome, Refusal};
use crate::demo::state::{Check, State, Tags};

const CHECK_FIELDS: [&str; 11] = [
    "Node",
    "CheckID",
    "Name",
    "Status",
    "Notes",
    "Output",
    "ServiceID",
    "ServiceName",
    "ServiceTags",
    "Type",
    "Definition",
];

pub(super) async fn answer(call: &Call, rest: &str) -> Outcome {
    let (kind, name) = rest.split_once('/').ok_or_else(Refusal::unknown_path)?;
    match kind {
        "service" => service(call, named(name, "service")?).await,
        "node" => {
            let name = named(name, "node")?;
            checks(call, |state| state.checks_on(name).collect()).await
        }
        "checks" => {
            let name = named(name, "service")?.to_lowercase();
            checks(call, |state| {
                state
                    .checks()
                    .filter(|check| check.service_name.to_lowercase() == name)
                    .collect()
            })
            .await
        }
        "state" if name.is_empty() => Err(Refusal::new(400, "Missing check state")),
        "state" => {
            checks(call, |state| {
                state
                    .checks()
                    .filter(|check| name == "any" || check.status == name)
                    .collect()
            })
            .await
        }
        _ => Err(Refusal::unknown_path()),
    }
}

async fn checks(call: &Call, find: impl Fn(&State) -> Vec<&Check>) -> Outcome {
    let filter = call.filter(&CHECK_FIELDS)?;
    blocking::answer(call, |state| {
        let kept = find(state).into_iter().filter(|check| {
            state
                .node(&check.node)
                .is_some_and(|node| has_node_meta(call, node))
        });
        let rows: Vec<_> = kept
            .map(|check| check.json(Tags::Empty))
            .filter(|row| filter.keeps(row))
            .collect();
        let watched = find(state);
        let watched = watched
            .iter()
            .map(|check| (check.node.as_str(), check.id.as_str(), check.modify_index));
        Found::json(state.checks_index(), json!(rows)).watching(watched)
    })
    .await
}

/// `?passing`, `?passing=true`: Go's `strconv.ParseBool`, with nothing as true.
fn wants_passing(call: &Call) -> Result<bool, Refusal> {
    match call.param("passing") {
        None => Ok(false),
        Some("" | "1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
        Some(_) => Err(Refusal::new(400, "Invalid value for ?passing")),
    }
}

async fn service(call: &Call, name: &str) -> Outcome {
    let filter = call.filter(&["Node", "Service", "Checks"])?;
    let passing = wants_passing(call)?;
    blocking::answer(call, |state| {
        let rows: Vec<Value> = state
            .instances(name)
            .filter(|service| has_tags(call, service))
            .filter_map(|service| {
                let node = state
                    .node(&service.node)
                    .filter(|node| has_node_meta(call, node))?;
                let checks = state.checks_of(service);
                if passing && checks.iter().any(|check| check.status != "passing") {
                    return None;
                }
                let checks: Vec<_> = checks.iter().map(|check| check.json(Tags::Empty)).collect();
                let node = node.json(&state.datacenter);
                Some(json!({"Node": node, "Service": service.json(Tags::Empty), "Checks": checks}))
            })
            .filter(|row| filter.keeps(row))
            .collect();
        let found = Found::json(state.service_index(name, true), json!(rows));
        // Until there is an instance, only the first one is news.
        if state.instances(name).next().is_none() {
            found.watching(std::iter::empty())
        } else {
            found
        }
    })
    .await
}
