//! `/v1/catalog`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::blocking::{self, Found};
use super::body;
use super::call::Call;
use super::local;
use super::reply::{Outcome, Refusal};
use crate::demo::state::{Check, Node, Registration, Service, State, Tags};

pub(super) const NODE_FIELDS: [&str; 8] = [
    "ID",
    "Node",
    "Address",
    "Datacenter",
    "TaggedAddresses",
    "Meta",
    "PeerName",
    "Partition",
];
const SERVICE_FIELDS: [&str; 12] = [
    "Node",
    "Address",
    "Datacenter",
    "NodeMeta",
    "ServiceKind",
    "ServiceID",
    "ServiceName",
    "ServiceTags",
    "ServiceAddress",
    "ServiceMeta",
    "ServicePort",
    "ServiceConnect",
];
pub(super) const INSTANCE_FIELDS: [&str; 8] = [
    "ID", "Service", "Kind", "Tags", "Address", "Meta", "Port", "Connect",
];

pub(super) async fn answer(call: &Call, rest: &str) -> Outcome {
    match rest {
        "datacenters" => {
            call.only_get()?;
            call.reply(&json!(call.cluster.names()))
        }
        "register" => register(call),
        "deregister" => deregister(call),
        "nodes" => nodes(call).await,
        "services" => services(call).await,
        _ => {
            let (kind, name) = rest.split_once('/').ok_or_else(Refusal::unknown_path)?;
            match kind {
                "node" => node(call, name).await,
                "node-services" => node_services(call, name).await,
                "service" => service(call, name).await,
                _ => Err(Refusal::unknown_path()),
            }
        }
    }
}

/// Whether a node's metadata holds what `?node-meta=key:value` asks for.
pub(super) fn has_node_meta(call: &Call, node: &Node) -> bool {
    let meta = node.meta.as_ref();
    call.params("node-meta").all(|wanted| {
        let (key, value) = wanted.split_once(':').unwrap_or((wanted, ""));
        meta.and_then(|meta| meta.get(key))
            .is_some_and(|own| own == value)
    })
}

/// Whether an instance has each of the tags that `?tag=` asks for.
pub(super) fn has_tags(call: &Call, service: &Service) -> bool {
    call.params("tag").all(|wanted| {
        service
            .tags
            .iter()
            .any(|tag| tag.eq_ignore_ascii_case(wanted))
    })
}

pub(super) fn named<'a>(name: &'a str, what: &str) -> Result<&'a str, Refusal> {
    if name.is_empty() {
        Err(Refusal::new(400, format!("Missing {what} name")))
    } else {
        Ok(name)
    }
}

async fn nodes(call: &Call) -> Outcome {
    let filter = call.filter(&NODE_FIELDS)?;
    blocking::answer(call, |state| {
        let rows = state
            .nodes()
            .filter(|node| has_node_meta(call, node))
            .map(|node| node.json(&state.datacenter));
        let rows: Vec<_> = rows.filter(|row| filter.keeps(row)).collect();
        let watched = state
            .nodes()
            .map(|node| (node.name.as_str(), "", node.modify_index));
        Found::json(state.nodes_index(), json!(rows)).watching(watched)
    })
    .await
}

async fn services(call: &Call) -> Outcome {
    let filter = call.filter(&SERVICE_FIELDS)?;
    let filtered = call.param("filter").is_some_and(|text| !text.is_empty());
    blocking::answer(call, |state| {
        let kept = state.services().filter(|service| {
            let Some(node) = state.node(&service.node) else {
                return false;
            };
            has_node_meta(call, node)
                && (!filtered || filter.keeps(&service.catalog_json(node, &state.datacenter)))
        });
        let names: BTreeMap<&str, BTreeSet<&str>> = state.service_tags(kept);
        Found::json(state.services_index(), json!(names))
    })
    .await
}

async fn node(call: &Call, name: &str) -> Outcome {
    let name = named(name, "node")?;
    let filter = call.filter(&INSTANCE_FIELDS)?;
    blocking::answer(call, |state| {
        let Some(node) = state.node(name) else {
            return Found::json(0, Value::Null);
        };
        let services: Map<_, _> = state
            .services_on(name)
            .map(|service| (service.id.clone(), service.json(Tags::Empty)))
            .filter(|(_, service)| filter.keeps(service))
            .collect();
        let value = json!({"Node": node.json(&state.datacenter), "Services": services});
        Found::json(state.node_services_index(name), value)
    })
    .await
}

async fn node_services(call: &Call, name: &str) -> Outcome {
    let name = named(name, "node")?;
    let filter = call.filter(&INSTANCE_FIELDS)?;
    blocking::answer(call, |state| {
        let Some(node) = state.node(name) else {
            return Found::json(0, json!({"Node": null, "Services": null}));
        };
        let services = state
            .services_on(name)
            .map(|service| service.json(Tags::Empty));
        let services: Vec<_> = services.filter(|service| filter.keeps(service)).collect();
        let value = json!({"Node": node.json(&state.datacenter), "Services": services});
        Found::json(state.node_services_index(name), value)
    })
    .await
}

async fn service(call: &Call, name: &str) -> Outcome {
    let name = named(name, "service")?;
    let filter = call.filter(&SERVICE_FIELDS)?;
    blocking::answer(call, |state| {
        let rows = state
            .instances(name)
            .filter(|service| has_tags(call, service))
            .filter_map(|service| {
                let node = state
                    .node(&service.node)
                    .filter(|node| has_node_meta(call, node))?;
                Some(service.catalog_json(node, &state.datacenter))
            });
        let rows: Vec<_> = rows.filter(|row| filter.keeps(row)).collect();
        let watched = state.instances(name).flat_map(|service| {
            let node = state
                .node(&service.node)
                .map(|node| (node.name.as_str(), "", node.modify_index));
            node.into_iter().chain([(
                service.node.as_str(),
                service.id.as_str(),
                service.modify_index,
            )])
        });
        Found::json(state.service_index(name, false), json!(rows)).watching(watched)
    })
    .await
}

/// The datacenter of a write: the body's, else the address's.
fn target(
    call: &Call,
    fields: &Value,
) -> Result<std::sync::Arc<crate::demo::cluster::Datacenter>, Refusal> {
    match body::text(fields, "Datacenter") {
        name if name.is_empty() => call.datacenter(),
        name => call.datacenter_named(&name),
    }
}

fn register(call: &Call) -> Outcome {
    call.only_put()?;
    let fields = call.json()?;
    let datacenter = target(call, &fields)?;
    let service = body::field(&fields, "Service").map(local::service);
    if let Some(service) = &service
        && service.name.is_empty()
    {
        let text = if service.id.is_empty() {
            "service name (Service.Service) is required; both Service ID (Service.ID) and Service Name cannot be empty"
        } else {
            "Must provide service name (Service.Service) when service ID is provided"
        };
        return Err(Refusal::internal(text));
    }
    let checks = body::list(&fields, "Checks")
        .iter()
        .chain(body::field(&fields, "Check"));
    let registration = Registration {
        node: Node {
            id: body::text(&fields, "ID"),
            name: body::text(&fields, "Node"),
            address: body::text(&fields, "Address"),
            tagged_addresses: body::map(&fields, "TaggedAddresses"),
            meta: body::map(&fields, "NodeMeta"),
            ..Node::default()
        },
        skip_node_update: body::flag(&fields, "SkipNodeUpdate"),
        service,
        checks: checks.map(catalog_check).collect(),
    };
    datacenter
        .write(|state| state.register(registration))
        .map_err(Refusal::internal)?;
    call.reply(&json!(true))
}

fn catalog_check(fields: &Value) -> Check {
    let name = body::text(fields, "Name");
    let id = Some(body::text(fields, "CheckID"))
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| name.clone());
    let status = Some(body::text(fields, "Status")).filter(|status| !status.is_empty());
    let definition = body::field(fields, "Definition")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let kinds = [
        ("HTTP", "http"),
        ("TCP", "tcp"),
        ("GRPC", "grpc"),
        ("UDP", "udp"),
    ];
    let kind = kinds
        .into_iter()
        .find(|(name, _)| !body::text(&definition, name).is_empty());
    let given_kind = Some(body::text(fields, "Type")).filter(|kind| !kind.is_empty());
    Check {
        id,
        name,
        status: status.unwrap_or_else(|| "critical".to_owned()),
        notes: body::text(fields, "Notes"),
        output: body::text(fields, "Output"),
        service_id: body::text(fields, "ServiceID"),
        kind: given_kind
            .unwrap_or_else(|| kind.map(|(_, kind)| kind.to_owned()).unwrap_or_default()),
        definition,
        ..Check::default()
    }
}

fn deregister(call: &Call) -> Outcome {
    call.only_put()?;
    let fields = call.json()?;
    let datacenter = target(call, &fields)?;
    let [node, service, check] =
        ["Node", "ServiceID", "CheckID"].map(|name| body::text(&fields, name));
    if node.is_empty() {
        return Err(Refusal::internal("Must provide node"));
    }
    datacenter.write(
        |state: &mut State| match (service.as_str(), check.as_str()) {
            ("", "") => state.deregister_node(&node),
            ("", check) => state.deregister_check(&node, check),
            (service, _) => state.deregister_service(&node, service),
        },
    );
    call.reply(&json!(true))
}
