//! Which services are shown, and in what order.

use wire::{
    health::{Counts, Health},
    search::Search,
    services::ServiceRow,
};

use crate::pages::order;

/// The order where the address names none: trouble first.
pub(super) const DEFAULT_SORT: &str = "-health";

/// Rows that match, in the order of `sort` (`name`, or `-name` backwards).
pub(super) fn matching(
    rows: &[ServiceRow],
    search: &Search,
    status: Option<Health>,
    sort: &str,
) -> Vec<ServiceRow> {
    let rows: Vec<&ServiceRow> = rows
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
            "instances" => a.instances.total().cmp(&b.instances.total()),
            "version" => a.versions.cmp(&b.versions),
            _ => a.health.cmp(&b.health),
        };
        let order = if backwards { order.reverse() } else { order };
        order.then_with(|| a.name.cmp(&b.name))
    });
    rows.into_iter().cloned().collect()
}

/// How many rows that match the search are in each state.
pub(super) fn count(rows: &[ServiceRow], search: &Search) -> Counts {
    rows.iter()
        .filter(|row| search.matches(*row))
        .map(|row| row.health)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<ServiceRow> {
        [
            ("b", Health::Passing),
            ("a", Health::Passing),
            ("c", Health::Critical),
        ]
        .into_iter()
        .map(|(name, health)| ServiceRow {
            name: name.into(),
            health,
            ..ServiceRow::default()
        })
        .collect()
    }

    fn names(status: Option<Health>, sort: &str) -> String {
        matching(&rows(), &Search::default(), status, sort)
            .iter()
            .map(|row| row.name.as_str())
            .collect()
    }

    #[test]
    fn trouble_comes_first_then_names() {
        assert_eq!(names(None, DEFAULT_SORT), "cab");
        assert_eq!(names(None, "-name"), "cba");
        assert_eq!(names(None, "name"), "abc");
        assert_eq!(names(Some(Health::Passing), DEFAULT_SORT), "ab");
    }

    #[test]
    fn counts_follow_the_search() {
        let search = Search { terms: Vec::new() };
        let counts = count(&rows(), &search);
        assert_eq!((counts.passing, counts.critical), (2, 1));
    }
}
