//! What a demo agent begins with: `builder` puts nodes and instances into a state, the other files say which.

mod builder;
mod keys;
mod mesh;
mod micro;
mod nodes;
mod outputs;
mod platform;
mod tags;

use std::time::Duration;

use super::state::{Behavior, Guard, MemberStatus, Session, State};
use builder::Seeder;

/// The node of the check that `life` moves.
pub(super) const FLAPPING_NODE: &str = "dsc-2";
/// The check that `life` moves.
pub(super) const FLAPPING_CHECK: &str =
    "service:omo.dsc.ingest-6f1d0c52-6f4b-4a0e-9f0a-0d5c2b1e7a02";

/// One server and nothing else, as `consul agent -dev` begins.
pub(super) fn empty() -> State {
    let mut seeder = Seeder::new("dc1", "demo");
    seeder.member("demo", "127.0.0.1", true, MemberStatus::Alive);
    seeder.finish("demo")
}

/// The BeeHive cluster: `dc1`, which is the agent's own, and the others.
pub(super) fn beehive() -> (State, Vec<State>) {
    let mut first = Seeder::new("dc1", "src-1");
    nodes::first(&mut first);
    micro::first(&mut first);
    platform::first(&mut first);
    mesh::first(&mut first);
    let mut first = first.finish("src-2");
    keys::first(&mut first);
    lock(&mut first);

    let mut second = Seeder::new("dc2", "src-d2");
    nodes::second(&mut second);
    micro::second(&mut second);
    let mut second = second.finish("src-d2");
    keys::second(&mut second);
    (first, vec![second])
}

/// One key that a session holds, as a scheduler's leader election leaves it.
fn lock(state: &mut State) {
    let id = "3d0e8f27-51a4-4a52-b0d2-9c36a1f7e5b4".to_owned();
    let session = Session {
        id: id.clone(),
        name: "omo.bla.scheduler leader".to_owned(),
        node: "bla-1".to_owned(),
        lock_delay: Duration::from_secs(15),
        behavior: Behavior::Release,
        ttl: String::new(),
        ends: None,
        node_checks: vec!["serfHealth".to_owned()],
        create_index: 0,
    };
    state
        .create_session(session)
        .expect("bla-1 and its serfHealth are there");
    let value = br#"{"leader":"bla-1","pid":2113,"since":"2026-03-02T08:00:00Z"}"#;
    let locked = state.kv_put(
        "omo/bla/scheduler/leader",
        value.as_slice().into(),
        0,
        &Guard::Acquire(id),
    );
    assert_eq!(locked, Ok(true), "nobody else holds the lock");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cluster_is_the_missions() {
        let (first, second) = beehive();
        let names: Vec<_> = first.nodes().map(|node| node.name.as_str()).collect();
        for name in ["src-1", "src-3", "dsc-1", "msa-2", "bla-3"] {
            assert!(names.contains(&name), "{name}");
        }
        let nodes: Vec<_> = first
            .instances("omo.msa.startkit")
            .map(|service| service.node.as_str())
            .collect();
        assert_eq!(nodes, ["msa-1", "msa-2", "msa-3"]);
        let (_, key) = first.kv_get("omo/msa/config/default.yaml");
        assert_eq!(key.unwrap().value, "logger:\n  level: 3\n");
        assert!(first.service_tags(first.services()).len() >= 30);
        assert!(
            (60..=130).contains(&first.services().count()),
            "{}",
            first.services().count()
        );
        assert_eq!(second.len(), 1);
        assert!(first.check(FLAPPING_NODE, FLAPPING_CHECK).is_some());
        assert!(
            !first
                .kv_get("omo/bla/scheduler/leader")
                .1
                .unwrap()
                .session
                .is_empty()
        );
    }

    #[test]
    fn every_check_belongs_to_something() {
        let (first, _) = beehive();
        for check in first.checks() {
            assert!(first.node(&check.node).is_some(), "{check:?}");
            assert!(
                check.service_id.is_empty()
                    || first.service(&check.node, &check.service_id).is_some(),
                "{check:?}"
            );
        }
        for status in ["passing", "warning", "critical"] {
            assert!(
                first.checks().any(|check| check.status == status),
                "{status}"
            );
        }
        assert!(
            first
                .checks()
                .any(|check| check.id.starts_with("_service_maintenance:"))
        );
        assert!(
            first
                .services()
                .any(|service| first.checks_of(service).is_empty()),
            "one without any check"
        );
    }
}
