//! Which nodes are shown, and in what order.

use wire::{
    health::{Counts, Health},
    nodes::NodeRow,
    search::Search,
};

use crate::pages::order;

/// The order where the address names none: trouble first.
pub(super) const DEFAULT_SORT: &str = "-health";

/// Rows that match, in the order of `sort` (`name`, or `-name` backwards).
pub(super) fn matching(
    rows: &[NodeRow],
    search: &Search,
    status: Option<Health>,
    sort: &str,
) -> Vec<NodeRow> {
    let rows: Vec<&NodeRow> = rows
        .iter()
        .filter(|row| status.is_none_or(|status| row.health == status) && search.matches(*row))
        .collect();
    let (column, backwards) = match sort.strip_prefix('-') {
        Some(column) => (column, true),
        None => (sort, false),
    };
    let rows = order::sorted(&rows, |a, b| {
        let order = match column {
            "name" => a.name.cmp(&b.name),
            "address" => a.address.cmp(&b.address),
            "role" => rank(a).cmp(&rank(b)),
            "instances" => a.instances.cmp(&b.instances),
            "version" => a.version.cmp(&b.version),
            _ => a.health.cmp(&b.health),
        };
        let order = if backwards { order.reverse() } else { order };
        order
            .then_with(|| rank(a).cmp(&rank(b)))
            .then_with(|| a.name.cmp(&b.name))
    });
    rows.into_iter().cloned().collect()
}

/// The leader, then servers, then clients.
fn rank(row: &NodeRow) -> u8 {
    match (row.leader, row.server) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    }
}

/// How many rows that match the search are in each state.
pub(super) fn count(rows: &[NodeRow], search: &Search) -> Counts {
    rows.iter()
        .filter(|row| search.matches(*row))
        .map(|row| row.health)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_then_servers_then_names() {
        let row = |name: &str, health, server| NodeRow {
            name: name.into(),
            health,
            server,
            leader: name == "l",
            ..NodeRow::default()
        };
        let rows = [
            row("a", Health::Passing, false),
            row("z", Health::Critical, false),
            row("s", Health::Passing, true),
            row("l", Health::Passing, true),
        ];
        let names = |sort| {
            matching(&rows, &Search::default(), None, sort)
                .into_iter()
                .map(|row| row.name)
                .collect::<String>()
        };
        assert_eq!(names(DEFAULT_SORT), "zlsa");
        assert_eq!(names("name"), "alsz");
    }
}
