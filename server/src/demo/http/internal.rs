//! `/v1/internal/ui`: what Consul's own UI calls.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::blocking::{self, Body, Found};
use super::call::Call;
use super::catalog::named;
use super::reply::{Outcome, Refusal};
use crate::demo::state::{Node, State, Tags};

pub(super) async fn answer(call: &Call, rest: &str) -> Outcome {
    let rest = rest.strip_prefix("ui/").ok_or_else(Refusal::unknown_path)?;
    match rest {
        "services" => {
            blocking::answer(call, |state| {
                Found::json(state.catalog_index(), services(state))
            })
            .await
        }
        "nodes" => {
            blocking::answer(call, |state| {
                let rows: Vec<_> = state.nodes().map(|node| node_json(state, node)).collect();
                Found::json(state.catalog_index(), json!(rows))
            })
            .await
        }
        _ => {
            let name = rest
                .strip_prefix("node/")
                .ok_or_else(Refusal::unknown_path)?;
            let name = named(name, "node")?;
            blocking::answer(call, |state| Found {
                index: state.catalog_index(),
                stamp: state.catalog_index(),
                body: state
                    .node(name)
                    .map_or(Body::Unknown, |node| Body::Json(node_json(state, node))),
            })
            .await
        }
    }
}

fn node_json(state: &State, node: &Node) -> Value {
    let mut value = node.json(&state.datacenter);
    if let Some(fields) = value.as_object_mut() {
        for absent in ["Datacenter", "CreateIndex", "ModifyIndex"] {
            fields.remove(absent);
        }
    }
    value["Services"] = state
        .services_on(&node.name)
        .map(|service| service.json(Tags::Null))
        .collect();
    value["Checks"] = state
        .checks_on(&node.name)
        .map(|check| check.json(Tags::Null))
        .collect();
    value
}

/// One service over all its instances; each check counts once.
#[derive(Default)]
struct Summary<'a> {
    kind: &'a str,
    tags: BTreeSet<&'a str>,
    nodes: Vec<&'a str>,
    external: BTreeSet<&'a str>,
    checks: BTreeMap<(&'a str, &'a str), &'a str>,
    instances: usize,
    has_proxy: bool,
    native: bool,
}

fn services(state: &State) -> Value {
    let mut summaries: BTreeMap<&str, Summary<'_>> = BTreeMap::new();
    for service in state.services() {
        let checks: Vec<_> = state
            .checks_of(service)
            .iter()
            .map(|check| {
                (
                    (check.node.as_str(), check.id.as_str()),
                    check.status.as_str(),
                )
            })
            .collect();
        if service.kind == "connect-proxy"
            && let Some(destination) = service.proxy["DestinationServiceName"].as_str()
        {
            let summary = summaries.entry(destination).or_default();
            summary.has_proxy = true;
            summary.checks.extend(checks.iter().copied());
        }
        let summary = summaries.entry(&service.name).or_default();
        summary.kind = &service.kind;
        summary.instances += 1;
        summary.tags.extend(service.tags.iter().map(String::as_str));
        summary.checks.extend(checks);
        summary.native |= service.connect["Native"] == true;
        if summary.nodes.last() != Some(&service.node.as_str()) {
            summary.nodes.push(&service.node);
        }
        summary.external.extend(
            service
                .meta
                .iter()
                .filter_map(|meta| meta.get("external-source"))
                .map(String::as_str),
        );
    }
    summaries
        .iter()
        .map(|(name, summary)| summary_json(name, summary, &state.datacenter))
        .collect()
}

fn summary_json(name: &str, summary: &Summary<'_>, datacenter: &str) -> Value {
    fn or_null<T: serde::Serialize>(items: T, empty: bool) -> Value {
        if empty { Value::Null } else { json!(items) }
    }
    let count = |status: &str| {
        summary
            .checks
            .values()
            .filter(|own| **own == status)
            .count()
    };
    let mut value = json!({
        "Name": name, "Datacenter": if summary.instances == 0 { "" } else { datacenter },
        "Tags": or_null(&summary.tags, summary.tags.is_empty()),
        "Nodes": or_null(&summary.nodes, summary.nodes.is_empty()),
        "ExternalSources": or_null(&summary.external, summary.external.is_empty()),
        "InstanceCount": summary.instances,
        "ChecksPassing": count("passing"), "ChecksWarning": count("warning"), "ChecksCritical": count("critical"),
        "GatewayConfig": {}, "TransparentProxy": false, "ConnectNative": summary.native,
        "ConnectedWithProxy": summary.has_proxy, "ConnectedWithGateway": false,
    });
    if !summary.kind.is_empty() {
        value["Kind"] = json!(summary.kind);
    }
    value
}
