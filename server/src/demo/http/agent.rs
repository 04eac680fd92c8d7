//! `/v1/agent`: always about the agent's own datacenter and node.

use http::Method;
use serde_json::{Map, Value, json};

use super::body;
use super::call::Call;
use super::local;
use super::reply::{self, Outcome, Refusal};
use crate::demo::state::{Check, Member, State, Tags};

const STATUSES: [&str; 3] = ["passing", "warning", "critical"];
const NO_REASON: &str = "Maintenance mode is enabled for this service, but no reason was provided. This is a default message.";

pub(super) fn answer(call: &Call, rest: &str) -> Outcome {
    let (kind, name) = rest.split_once('/').unwrap_or((rest, ""));
    match kind {
        "service" => return service(call, name),
        "check" => return check(call, name),
        _ => {}
    }
    call.only_get()?;
    let local = call.cluster.local();
    let value = match rest {
        "self" => local.read(|state| agent_self(call, state)),
        "members" => members(call),
        "services" => local.read(services),
        "checks" => local.read(|state| {
            let own = state
                .checks_on(&state.local.node)
                .filter(|check| state.is_local(&check.service_id));
            own.map(|check| {
                // The agent's own copy has no index.
                let check = Check {
                    create_index: 0,
                    modify_index: 0,
                    ..check.clone()
                };
                (check.id.clone(), check.json(Tags::Empty))
            })
            .collect::<Map<_, _>>()
            .into()
        }),
        _ => return Err(Refusal::unknown_path()),
    };
    call.reply(&value)
}

fn services(state: &State) -> Value {
    let own = state
        .services_on(&state.local.node)
        .filter(|service| state.is_local(&service.id));
    own.map(|service| (service.id.clone(), service.agent_json(&state.datacenter)))
        .collect::<Map<_, _>>()
        .into()
}

fn members(call: &Call) -> Value {
    let wan = call.has("wan");
    if !wan {
        return call
            .cluster
            .local()
            .read(|state| member_rows(state, false))
            .into();
    }
    call.cluster
        .all()
        .flat_map(|datacenter| datacenter.read(|state| member_rows(state, true)))
        .collect()
}

fn member_rows(state: &State, wan: bool) -> Vec<Value> {
    let shown = state.members.iter().filter(|member| !wan || member.server);
    shown
        .map(|member| member.json(&state.datacenter, wan))
        .collect()
}

fn agent_self(call: &Call, state: &State) -> Value {
    let node = state.node(&state.local.node).cloned().unwrap_or_default();
    let member = state
        .members
        .iter()
        .find(|member| member.name == state.local.node);
    let version = member.map_or("", |member| member.version.as_str());
    let leader_address = state
        .members
        .iter()
        .find(|member| member.name == state.leader);
    let leader_address = leader_address
        .map(|leader| format!("{}:8300", leader.address))
        .unwrap_or_default();
    json!({
        "Config": {
            "Datacenter": state.datacenter, "PrimaryDatacenter": state.datacenter, "NodeName": node.name,
            "NodeID": node.id, "Revision": "", "Server": member.is_some_and(|member| member.server),
            "Version": version, "BuildDate": "2026-02-26T18:14:02Z",
        },
        "DebugConfig": {
            "Datacenter": state.datacenter, "NodeName": node.name, "ServerMode": true, "Version": version,
            "KVMaxValueSize": 524_288, "TxnMaxReqLen": 524_288, "ACLsEnabled": false, "DevMode": false,
        },
        "Coord": {"Vec": [0, 0, 0, 0, 0, 0, 0, 0], "Error": 1.5, "Adjustment": 0, "Height": 0.00001},
        "Member": member.map(|member| member.json(&state.datacenter, false)),
        "Stats": {
            "agent": {"services": state.services_on(&node.name).count().to_string()},
            "build": {"prerelease": "", "revision": "", "version": version, "version_metadata": ""},
            "consul": {
                "acl": "disabled", "bootstrap": "false", "server": "true",
                "known_datacenters": call.cluster.names().len().to_string(),
                "leader": (state.leader == node.name).to_string(), "leader_addr": leader_address,
            },
            "raft": {"applied_index": state.index.to_string(), "last_log_index": state.index.to_string()},
            "serf_lan": {"members": state.members.len().to_string(), "failed": failed(&state.members)},
        },
        "Meta": node.meta,
    })
}

fn failed(members: &[Member]) -> String {
    members
        .iter()
        .filter(|member| member.status == crate::demo::state::MemberStatus::Failed)
        .count()
        .to_string()
}

fn unknown_service(id: &str) -> Refusal {
    let text = format!(
        "Unknown service ID {id:?}. Ensure that the service ID is passed, not the service name."
    );
    Refusal::new(404, text)
}

fn service(call: &Call, rest: &str) -> Outcome {
    let local = call.cluster.local();
    if rest == "register" {
        call.only_put()?;
        let fields = call.json()?;
        local::validate(&fields)
            .map_err(|reason| Refusal::new(400, format!("Request decode failed: {reason}")))?;
        let definition = local::definition(&fields, call.has("replace-existing-checks"));
        if definition.service.name.is_empty() {
            return Err(Refusal::new(400, "Missing service name"));
        }
        local
            .write(|state| state.register_local(definition))
            .map_err(Refusal::internal)?;
        return Ok(reply::done());
    }
    if let Some(id) = rest.strip_prefix("deregister/") {
        call.only_put()?;
        let known = local.write(|state| state.deregister_local(id));
        return if known {
            Ok(reply::done())
        } else {
            Err(unknown_service(id))
        };
    }
    if let Some(id) = rest.strip_prefix("maintenance/") {
        call.only_put()?;
        if id.is_empty() {
            return Err(Refusal::new(400, "Missing service ID"));
        }
        return maintenance(call, id);
    }
    call.only_get()?;
    let found = local.read(|state| {
        let service = state
            .service(&state.local.node, rest)
            .filter(|service| state.is_local(&service.id))?;
        Some(service.agent_json(&state.datacenter))
    });
    call.reply(&found.ok_or_else(|| Refusal::new(404, format!("unknown service ID: {rest}")))?)
}

fn maintenance(call: &Call, id: &str) -> Outcome {
    let enable = match call.param("enable") {
        None => return Err(Refusal::new(400, "Missing value for enable")),
        Some("true" | "1" | "t") => true,
        Some("false" | "0" | "f") => false,
        Some(other) => {
            return Err(Refusal::new(
                400,
                format!("Invalid value for enable: {other:?}"),
            ));
        }
    };
    let reason = call
        .param("reason")
        .filter(|reason| !reason.is_empty())
        .unwrap_or(NO_REASON)
        .to_owned();
    let known = call.cluster.local().write(|state| {
        let node = state.local.node.clone();
        if !state.is_local(id) {
            return false;
        }
        let check = format!("_service_maintenance:{id}");
        if enable {
            state.put_check(Check {
                node,
                id: check,
                name: "Service Maintenance Mode".to_owned(),
                notes: reason,
                service_id: id.to_owned(),
                kind: "maintenance".to_owned(),
                ..Check::default()
            });
        } else {
            state.deregister_check(&node, &check);
        }
        true
    });
    if known {
        Ok(reply::done())
    } else {
        Err(unknown_service(id))
    }
}

fn check(call: &Call, rest: &str) -> Outcome {
    let (verb, id) = rest.split_once('/').ok_or_else(Refusal::unknown_path)?;
    if call.method != Method::PUT && ["pass", "warn", "fail", "update"].contains(&verb) {
        return Err(Refusal::method(call.method.as_str(), "OPTIONS,PUT"));
    }
    let note = call.param("note").unwrap_or_default().to_owned();
    let (status, output) = match verb {
        "pass" => ("passing".to_owned(), note),
        "warn" => ("warning".to_owned(), note),
        "fail" => ("critical".to_owned(), note),
        "update" => {
            let fields = call.json()?;
            (body::text(&fields, "Status"), body::text(&fields, "Output"))
        }
        _ => return Err(Refusal::unknown_path()),
    };
    if !STATUSES.contains(&status.as_str()) {
        return Err(Refusal::new(
            400,
            format!("Invalid check status: '{status}'"),
        ));
    }
    match call
        .cluster
        .local()
        .write(|state| state.report_local(id, &status, &output))
    {
        Some(true) => Ok(reply::done()),
        Some(false) => Err(Refusal::internal(format!(
            "CheckID {id:?} does not have associated TTL"
        ))),
        None => Err(Refusal::new(
            404,
            format!(
                "Unknown check ID {id:?}. Ensure that the check ID is passed, not the check name."
            ),
        )),
    }
}
