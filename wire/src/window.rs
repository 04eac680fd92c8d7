//! Windows: the rows of a list that are looked at, out of all that match. The same in the browser,
//! where the whole list fits into one window, and on the server, where it does not.

use std::cmp::Ordering;

use crate::{health::Health, search::Search, search::Searchable};

/// How many rows an answer holds where nothing is said.
pub const LIMIT_DEFAULT: usize = 100;

/// The most rows that an answer holds.
pub const LIMIT_MAX: usize = 500;

/// The order where none is named: trouble first.
pub const DEFAULT_SORT: &str = "-health";

/// A row that lists can filter and sort.
pub trait Listed: Searchable {
    /// The words of the columns that it can be sorted by.
    const COLUMNS: &'static [&'static str];

    /// What the status filter looks at.
    fn health(&self) -> Health;

    /// The order by `column`, one of [`Self::COLUMNS`].
    fn compare(&self, other: &Self, column: &str) -> Ordering;

    /// The order of rows that are alike in the column; never equal for two rows of a list.
    fn tie(&self, other: &Self) -> Ordering;

    /// How many instances it stands for, for the totals; a key is one, a folder none.
    fn instances(&self) -> u32;
}

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What rows must match.
    pub search: Search,
    /// The one state they must be in.
    pub status: Option<Health>,
    /// The column's word, with `-` before it backwards.
    pub sort: String,
}

/// The places of the rows that are wanted, in the wanted order.
#[must_use]
pub fn arrange<T: Listed>(rows: &[T], wanted: &Wanted) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len())
        .filter(|place| {
            let row = &rows[*place];
            wanted.status.is_none_or(|status| row.health() == status) && wanted.search.matches(row)
        })
        .collect();
    let (column, backwards) = match wanted.sort.strip_prefix('-') {
        Some(column) => (column, true),
        None => (wanted.sort.as_str(), false),
    };
    sort(&mut places, &|a, b| {
        let (a, b) = (&rows[a], &rows[b]);
        let order = a.compare(b, column);
        let order = if backwards { order.reverse() } else { order };
        order.then_with(|| a.tie(b))
    });
    places
}

/// Sorts numbers, whatever they stand for: a sort for each type would be 3 kB of WASM apiece.
fn sort(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|a, b| compare(*a, *b));
}

impl Listed for crate::services::ServiceRow {
    const COLUMNS: &'static [&'static str] = &["health", "name", "instances", "version", "dc"];

    fn health(&self) -> Health {
        self.health
    }

    fn compare(&self, other: &Self, column: &str) -> Ordering {
        match column {
            "name" => self.name.cmp(&other.name),
            "instances" => self.instances.total().cmp(&other.instances.total()),
            "version" => self.versions.cmp(&other.versions),
            "dc" => self.datacenter.cmp(&other.datacenter),
            _ => self.health.cmp(&other.health),
        }
    }

    fn tie(&self, other: &Self) -> Ordering {
        (&self.name, &self.datacenter).cmp(&(&other.name, &other.datacenter))
    }

    fn instances(&self) -> u32 {
        self.instances.total()
    }
}

impl Listed for crate::nodes::NodeRow {
    const COLUMNS: &'static [&'static str] = &[
        "health",
        "name",
        "address",
        "role",
        "instances",
        "version",
        "dc",
    ];

    fn health(&self) -> Health {
        self.health
    }

    fn compare(&self, other: &Self, column: &str) -> Ordering {
        match column {
            "name" => self.name.cmp(&other.name),
            "address" => self.address.cmp(&other.address),
            "role" => self.rank().cmp(&other.rank()),
            "instances" => self.instances.cmp(&other.instances),
            "version" => self.version.cmp(&other.version),
            "dc" => self.datacenter.cmp(&other.datacenter),
            _ => self.health.cmp(&other.health),
        }
    }

    fn tie(&self, other: &Self) -> Ordering {
        (self.rank(), &self.name, &self.datacenter).cmp(&(
            other.rank(),
            &other.name,
            &other.datacenter,
        ))
    }

    fn instances(&self) -> u32 {
        self.instances
    }
}

impl Listed for crate::kv::KvEntry {
    const COLUMNS: &'static [&'static str] = &["name"];

    fn health(&self) -> Health {
        Health::None
    }

    fn compare(&self, other: &Self, _: &str) -> Ordering {
        // folders first, then by name
        (!self.folder, &self.name).cmp(&(!other.folder, &other.name))
    }

    fn tie(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }

    fn instances(&self) -> u32 {
        u32::from(!self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{nodes::NodeRow, services::ServiceRow};

    fn wanted(sort: &str, status: Option<Health>) -> Wanted {
        Wanted {
            search: Search::default(),
            status,
            sort: sort.to_owned(),
        }
    }

    #[test]
    fn trouble_comes_first_then_names() {
        let rows: Vec<ServiceRow> = [
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
        .collect();
        let names = |sort, status| {
            arrange(&rows, &wanted(sort, status))
                .into_iter()
                .map(|place| rows[place].name.as_str())
                .collect::<String>()
        };
        assert_eq!(names(DEFAULT_SORT, None), "cab");
        assert_eq!(names("-name", None), "cba");
        assert_eq!(names("name", None), "abc");
        assert_eq!(names(DEFAULT_SORT, Some(Health::Passing)), "ab");
    }

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
            arrange(&rows, &wanted(sort, None))
                .into_iter()
                .map(|place| rows[place].name.as_str())
                .collect::<String>()
        };
        assert_eq!(names(DEFAULT_SORT), "zlsa");
        assert_eq!(names("name"), "alsz");
    }
}
