//! `/v1/status` and the part of `/v1/operator` that tells about raft.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::{Outcome, Refusal};
use crate::demo::state::{Member, MemberStatus, State};

pub(super) fn answer(call: &Call, path: &str) -> Outcome {
    let look: fn(&State) -> Value = match path {
        "status/leader" => leader,
        "status/peers" => peers,
        "operator/raft/configuration" => configuration,
        "operator/autopilot/state" => autopilot,
        _ => return Err(Refusal::unknown_path()),
    };
    call.only_get()?;
    call.reply(&call.datacenter()?.read(look))
}

fn servers(state: &State) -> impl Iterator<Item = &Member> {
    state.members.iter().filter(|member| member.server)
}

fn raft_address(member: &Member) -> String {
    format!("{}:8300", member.address)
}

fn leader(state: &State) -> Value {
    let leader = servers(state).find(|member| member.name == state.leader);
    json!(leader.map(raft_address).unwrap_or_default())
}

fn peers(state: &State) -> Value {
    servers(state).map(raft_address).collect()
}

fn configuration(state: &State) -> Value {
    let rows: Vec<_> = servers(state)
        .map(|member| {
            json!({
                "ID": member.id, "Node": member.name, "Address": raft_address(member),
                "Leader": member.name == state.leader, "ProtocolVersion": "3", "Voter": true,
                "LastIndex": state.index,
            })
        })
        .collect();
    json!({"Servers": rows, "Index": 0})
}

fn autopilot(state: &State) -> Value {
    let healthy = |member: &Member| member.status == MemberStatus::Alive;
    let rows: serde_json::Map<_, _> = servers(state)
        .map(|member| {
            let leads = member.name == state.leader;
            let row = json!({
                "ID": member.id, "Name": member.name, "Address": raft_address(member),
                "NodeStatus": if healthy(member) { "alive" } else { "failed" }, "Version": member.version,
                "LastContact": if leads { "0s" } else { "21.4ms" }, "LastTerm": 2, "LastIndex": state.index,
                "Healthy": healthy(member), "StableSince": "2026-03-02T08:00:00Z", "ReadReplica": false,
                "Status": if leads { "leader" } else { "voter" }, "Meta": null, "NodeType": "voter",
            });
            (member.id.clone(), row)
        })
        .collect();
    let leader = servers(state)
        .find(|member| member.name == state.leader)
        .map(|member| member.id.as_str());
    let count = servers(state).filter(|member| healthy(member)).count();
    let tolerance = count.saturating_sub(rows.len() / 2 + 1);
    json!({
        "Healthy": servers(state).all(healthy), "FailureTolerance": tolerance,
        "OptimisticFailureTolerance": tolerance, "Leader": leader,
        "Voters": servers(state).map(|member| member.id.as_str()).collect::<Vec<_>>(), "Servers": rows,
    })
}
