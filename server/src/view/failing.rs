//! The checks that do not pass: a small part of what lists are made of, and the one that changes
//! most.

use std::collections::HashMap;

use wire::{
    checks::Check,
    health::{Counts, Health},
};

use crate::consul::{Answer, Client, Error, Filter, Query, Selector};

/// The checks of a datacenter that do not pass.
pub(super) async fn ask(client: &Client, query: &Query) -> Result<Answer<Vec<Check>>, Error> {
    let failing = Filter::not_equals(&Selector::field("Status"), "passing");
    let query = query.clone().filtered(failing);
    client.health().state("any", &query).await
}

/// Checks that do not pass, by what they are about.
#[derive(Debug, Default)]
pub(super) struct Failing<'a> {
    of_nodes: HashMap<&'a str, OnNode<'a>>,
}

/// Those about one node, and about what is on it.
#[derive(Debug, Default)]
pub(super) struct OnNode<'a> {
    /// The node's own.
    pub(super) own: Vec<&'a Check>,
    /// Those of its instances, by ID.
    pub(super) of_instances: HashMap<&'a str, Vec<&'a Check>>,
}

impl<'a> Failing<'a> {
    pub(super) fn of(checks: &'a [Check]) -> Self {
        let mut of_nodes: HashMap<&str, OnNode<'_>> = HashMap::new();
        for check in checks {
            let node = of_nodes.entry(&check.node).or_default();
            if check.service_id.is_empty() {
                node.own.push(check);
            } else {
                let id = check.service_id.as_str();
                node.of_instances.entry(id).or_default().push(check);
            }
        }
        Self { of_nodes }
    }

    /// Those on a node; none where all pass.
    pub(super) fn on(&self, node: &str) -> Option<&OnNode<'a>> {
        self.of_nodes.get(node)
    }
}

/// Checks by state, of which `failing` are those that do not pass now, and which were `before` a
/// moment ago; none where there must be others than before. One that is for maintenance is there
/// only while it lasts.
pub(super) fn counted<'a>(
    before: &Counts,
    failing: impl Iterator<Item = &'a Check>,
) -> Option<Counts> {
    let mut now: Counts = failing.map(Check::health).collect();
    let lasting = before.total() - before.maintenance;
    now.passing = lasting.checked_sub(now.total() - now.maintenance)?;
    Some(now)
}

/// The state of what has these checks, by state, of which `failing` do not pass.
pub(super) fn health<'a>(counts: &Counts, failing: impl IntoIterator<Item = &'a Check>) -> Health {
    match Health::of(failing) {
        Health::None if counts.passing > 0 => Health::Passing,
        health => health,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, status: &str) -> Check {
        Check {
            check_id: id.into(),
            status: status.into(),
            ..Check::default()
        }
    }

    #[test]
    fn counts_follow_from_what_fails() {
        let before = Counts {
            passing: 2,
            warning: 1,
            ..Counts::default()
        };
        let now = |failing: &[Check]| {
            let counts = counted(&before, failing.iter())?;
            Some((
                counts.passing,
                counts.critical,
                counts.maintenance,
                health(&counts, failing),
            ))
        };
        assert_eq!(now(&[]), Some((3, 0, 0, Health::Passing)));
        let critical = check("a", "critical");
        assert_eq!(
            now(std::slice::from_ref(&critical)),
            Some((2, 1, 0, Health::Critical))
        );
        // comes with maintenance, and goes with it
        let maintenance = check("_node_maintenance", "critical");
        let both = [critical.clone(), maintenance];
        assert_eq!(now(&both), Some((2, 1, 1, Health::Maintenance)));
        let in_maintenance = Counts {
            maintenance: 1,
            ..Counts::default()
        };
        let after = counted(&in_maintenance, std::iter::empty()).unwrap();
        assert_eq!((after.total(), health(&after, [])), (0, Health::None));
        // a check that was not there before
        assert_eq!(now(&vec![critical; 4]), None);
    }
}
