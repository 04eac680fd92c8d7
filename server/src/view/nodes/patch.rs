//! The list of nodes as checks alone have changed it. Pure.

use wire::{checks::Check, health::Counts, nodes::NodeRow};

use crate::view::failing::{Failing, OnNode, counted, health};

/// The rows where these are the checks that do not pass now; none where the rows do not know
/// enough to tell.
pub(super) fn patched(rows: &[NodeRow], failing: &[Check]) -> Option<Vec<NodeRow>> {
    let failing = Failing::of(failing);
    let all_pass = OnNode::default();
    rows.iter()
        .map(|row| row_with(row, failing.on(&row.name).unwrap_or(&all_pass)))
        .collect()
}

fn row_with(row: &NodeRow, failing: &OnNode<'_>) -> Option<NodeRow> {
    let own = || failing.own.iter().copied();
    let checks = counted(&row.checks, own())?;
    let health = health(&checks, own());
    let mut instance_health: Counts = failing
        .of_instances
        .values()
        .map(|checks| wire::health::Health::of(own().chain(checks.iter().copied())))
        .collect();
    let others = row.instances.checked_sub(instance_health.total())?;
    if failing.own.is_empty() {
        let before = row.instance_health;
        // which of them is without a check cannot be told from what fails
        let ended_maintenance = row.checks.total() == row.checks.maintenance
            && row.checks.maintenance > 0
            && row.instances > 0;
        let troubled = before.total() - before.passing - before.none;
        if ended_maintenance || before.none > 0 && troubled != instance_health.total() {
            return None;
        }
        instance_health.none = before.none;
        instance_health.passing = others.checked_sub(before.none)?;
    } else {
        for _ in 0..others {
            instance_health.add(health);
        }
    }
    Some(NodeRow {
        health,
        checks,
        lost: own().any(Check::is_loss),
        instance_health,
        ..row.clone()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::{instances::AgentService, nodes::Node};

    use super::*;
    use crate::consul::UiNode;

    fn check(service: &str, id: &str, status: &str) -> Check {
        Check {
            node: "n".into(),
            check_id: id.into(),
            service_id: service.into(),
            status: status.into(),
            ..Check::default()
        }
    }

    /// The row of a node with these instances and checks.
    fn row(instances: &[&str], checks: &[Check]) -> NodeRow {
        let services = instances.iter().map(|id| AgentService {
            id: (*id).into(),
            ..AgentService::default()
        });
        let found = UiNode {
            node: Node {
                node: "n".into(),
                ..Node::default()
            },
            services: services.collect(),
            checks: checks.to_vec(),
        };
        super::super::row("dc1", found).0
    }

    fn failing(checks: &[Check]) -> Vec<Check> {
        let checks = checks.iter().filter(|check| check.status != "passing");
        checks.cloned().collect()
    }

    proptest! {
        #[test]
        fn it_is_what_a_whole_read_finds(
            instances in 0..4_usize,
            checks in prop::collection::vec((0..5_usize, 0..3_usize, 0..3_usize), 0..6),
            maintained in (any::<bool>(), any::<bool>()),
        ) {
            const STATUS: [&str; 3] = ["passing", "warning", "critical"];
            let ids = &["a", "b", "c"][..instances.min(3)];
            let named = |number: usize| match number {
                0 => "serfHealth".to_owned(),
                _ => number.to_string(),
            };
            let at = |pick: usize| -> Vec<Check> {
                let checks = checks.iter().enumerate();
                checks
                    .filter_map(|(number, (of, before, after))| {
                        let service = if *of < 2 { "" } else { ids.get(of - 2)? };
                        let status = STATUS[if pick == 0 { *before } else { *after }];
                        Some(check(service, &named(number), status))
                    })
                    .collect()
            };
            let (mut before, mut after) = (at(0), at(1));
            let maintenance = check("", "_node_maintenance", "critical");
            before.extend(maintained.0.then(|| maintenance.clone()));
            after.extend(maintained.1.then_some(maintenance));
            let expected = row(ids, &after);
            let found = patched(&[row(ids, &before)], &failing(&after));
            // where it cannot be told, it is read anew
            if let Some(found) = found {
                prop_assert_eq!(&found[0], &expected);
            } else {
                prop_assert!(row(ids, &before).instance_health.none > 0 || maintained.0);
            }
        }
    }

    #[test]
    fn a_new_check_is_more_than_the_rows_know() {
        let before = row(&["a"], &[check("", "serfHealth", "passing")]);
        let failing = [
            check("", "serfHealth", "critical"),
            check("", "disk", "critical"),
        ];
        assert_eq!(patched(std::slice::from_ref(&before), &failing), None);
        let found = patched(&[before], &failing[..1]).unwrap();
        assert_eq!((found[0].checks.critical, found[0].checks.passing), (1, 0));
        assert!(found[0].lost);
        assert_eq!(found[0].instance_health.critical, 1);
    }
}
