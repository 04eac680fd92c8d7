//! Windows: the rows of a list that are looked at, out of all that match. The same in the browser,
//! where the whole list fits into one window, and on the server, where it does not.

use std::{cmp::Ordering, sync::Arc};

use crate::{
    health::{Counts, Health},
    search::{Search, Searchable},
};

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

    /// The same where a search names the datacenters that are meant.
    fn health_for(&self, _: &Search) -> Health {
        self.health()
    }

    /// The order by `column`, one of [`Self::COLUMNS`].
    fn compare(&self, other: &Self, column: &str) -> Ordering;

    /// The same where a search names the datacenters that are meant.
    fn compare_for(&self, other: &Self, column: &str, _: &Search) -> Ordering {
        self.compare(other, column)
    }

    /// The order of rows that are alike in the column; never equal for two rows of a list.
    fn tie(&self, other: &Self) -> Ordering;

    /// How many instances it stands for, for the totals; a key is one, a folder none.
    fn instances(&self) -> u32;

    /// The same where a search names the datacenters that are meant.
    fn instances_for(&self, _: &Search) -> u32 {
        self.instances()
    }
}

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What rows must match.
    pub search: Search,
    /// The one state they must be in.
    pub status: Option<Health>,
    /// The column's word, with `-` before it backwards; empty for the usual order.
    pub sort: String,
}

/// The rows that are wanted, and what there is to say about them as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arranged {
    /// Their places, in the wanted order.
    pub places: Vec<usize>,
    /// The rows that match the search, by state; the wanted state is not looked at.
    pub health: Counts,
    /// How many instances the wanted rows stand for.
    pub instances: u32,
}

/// The places of the rows that are wanted, in the wanted order.
#[must_use]
pub fn arrange<T: Listed>(rows: &[T], wanted: &Wanted) -> Vec<usize> {
    survey(rows, wanted).places
}

/// The same, and what is said above and below such a list.
#[must_use]
pub fn survey<T: Listed>(rows: &[T], wanted: &Wanted) -> Arranged {
    let mut health = Counts::default();
    let mut instances = 0;
    let mut places: Vec<usize> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        if !wanted.search.matches(row) {
            continue;
        }
        let state = row.health_for(&wanted.search);
        health.add(state);
        if wanted.status.is_none_or(|status| state == status) {
            instances += row.instances_for(&wanted.search);
            places.push(place);
        }
    }
    let wanted_sort = match wanted.sort.as_str() {
        "" => default_sort::<T>(),
        sort => sort,
    };
    let (column, backwards) = match wanted_sort.strip_prefix('-') {
        Some(column) => (column, true),
        None => (wanted_sort, false),
    };
    sort(&mut places, &|a, b| {
        let (a, b) = (&rows[a], &rows[b]);
        let order = a.compare_for(b, column, &wanted.search);
        let order = if backwards { order.reverse() } else { order };
        order.then_with(|| a.tie(b))
    });
    Arranged {
        places,
        health,
        instances,
    }
}

/// The order of rows of this kind where none is named.
#[must_use]
pub fn default_sort<T: Listed>() -> &'static str {
    if T::COLUMNS.contains(&"health") {
        DEFAULT_SORT
    } else {
        T::COLUMNS[0]
    }
}

/// Sorts numbers, whatever they stand for: a sort for each type would be 3 kB of WASM apiece.
fn sort(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|a, b| compare(*a, *b));
}

/// A row that several lists share.
impl<T: Listed> Listed for Arc<T> {
    const COLUMNS: &'static [&'static str] = T::COLUMNS;

    fn health(&self) -> Health {
        (**self).health()
    }

    fn health_for(&self, search: &Search) -> Health {
        (**self).health_for(search)
    }

    fn compare(&self, other: &Self, column: &str) -> Ordering {
        (**self).compare(other, column)
    }

    fn compare_for(&self, other: &Self, column: &str, search: &Search) -> Ordering {
        (**self).compare_for(other, column, search)
    }

    fn tie(&self, other: &Self) -> Ordering {
        (**self).tie(other)
    }

    fn instances(&self) -> u32 {
        (**self).instances()
    }

    fn instances_for(&self, search: &Search) -> u32 {
        (**self).instances_for(search)
    }
}

impl Listed for crate::services::ServiceRow {
    const COLUMNS: &'static [&'static str] = &["health", "name", "instances", "version", "dc"];

    fn health(&self) -> Health {
        self.health
    }

    fn health_for(&self, search: &Search) -> Health {
        if search.is_somewhere() {
            self.health_in(&|dc| search.is_about(dc))
        } else {
            self.health
        }
    }

    fn instances_for(&self, search: &Search) -> u32 {
        self.counts_for(search).total()
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

    fn compare_for(&self, other: &Self, column: &str, search: &Search) -> Ordering {
        match column {
            "health" => self.health_for(search).cmp(&other.health_for(search)),
            "instances" => self.instances_for(search).cmp(&other.instances_for(search)),
            _ => self.compare(other, column),
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

impl Listed for crate::instances::InstanceRow {
    const COLUMNS: &'static [&'static str] = &[
        "health", "service", "id", "node", "address", "version", "dc",
    ];

    fn health(&self) -> Health {
        self.health
    }

    fn compare(&self, other: &Self, column: &str) -> Ordering {
        match column {
            "service" => self.service.cmp(&other.service),
            "id" => self.id.cmp(&other.id),
            "node" => self.node.cmp(&other.node),
            "address" => self.address.cmp(&other.address),
            "version" => self.version.cmp(&other.version),
            "dc" => self.datacenter.cmp(&other.datacenter),
            _ => self.health.cmp(&other.health),
        }
    }

    fn tie(&self, other: &Self) -> Ordering {
        let names = [
            (&self.service, &other.service),
            (&self.node, &other.node),
            (&self.id, &other.id),
            (&self.datacenter, &other.datacenter),
        ];
        let mut orders = names.into_iter().map(|(own, theirs)| own.cmp(theirs));
        orders
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn instances(&self) -> u32 {
        1
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

impl Listed for crate::sessions::SessionRow {
    const COLUMNS: &'static [&'static str] = &["name", "node", "behavior"];

    fn health(&self) -> Health {
        Health::None
    }

    fn compare(&self, other: &Self, column: &str) -> Ordering {
        match column {
            "node" => self.node.cmp(&other.node),
            "behavior" => self.behavior.word().cmp(other.behavior.word()),
            _ => self.name.cmp(&other.name),
        }
    }

    fn tie(&self, other: &Self) -> Ordering {
        (&self.name, &self.id).cmp(&(&other.name, &other.id))
    }

    fn instances(&self) -> u32 {
        0
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
    fn the_wanted_state_does_not_change_what_is_counted() {
        let row = |name: &str, health| ServiceRow {
            name: name.into(),
            health,
            instances: [health, health].into_iter().collect(),
            ..ServiceRow::default()
        };
        let rows = [
            row("a1", Health::Passing),
            row("a2", Health::Critical),
            row("b", Health::Critical),
        ];
        let wanted = Wanted {
            search: Search::parse("a", ServiceRow::FIELDS).unwrap(),
            ..wanted("name", Some(Health::Passing))
        };
        let found = survey(&rows, &wanted);
        assert_eq!((found.places, found.instances), (vec![0], 2));
        assert_eq!((found.health.passing, found.health.critical), (1, 1));
    }

    #[test]
    fn the_order_is_that_of_the_datacenter_that_is_asked_for() {
        let place = |dc: &str, health| crate::services::ServicePlace {
            datacenter: dc.into(),
            health,
            instances: [health].into_iter().collect(),
        };
        let row = |name: &str, here, there| ServiceRow {
            name: name.into(),
            health: Health::max(here, there),
            instances: [here, there].into_iter().collect(),
            places: vec![place("dc1", here), place("dc2", there)],
            ..ServiceRow::default()
        };
        let rows = [
            row("a", Health::Passing, Health::Passing),
            row("b", Health::Passing, Health::Critical),
            row("c", Health::Critical, Health::Passing),
        ];
        let found = |filter: &str| {
            let search = Search::parse(filter, ServiceRow::FIELDS).unwrap();
            let found = survey(
                &rows,
                &Wanted {
                    search,
                    ..wanted("", None)
                },
            );
            (found.places, found.instances, found.health.critical)
        };
        assert_eq!(found(""), (vec![1, 2, 0], 6, 2));
        assert_eq!(found("dc:dc1"), (vec![2, 0, 1], 3, 1));
        assert_eq!(found("dc:dc2"), (vec![1, 0, 2], 3, 1));
        // as the server holds them, too
        let shared: Vec<_> = rows.into_iter().map(Arc::new).collect();
        let search = Search::parse("dc:dc2", ServiceRow::FIELDS).unwrap();
        let wanted = Wanted {
            search,
            ..wanted("", None)
        };
        assert_eq!(arrange(&shared, &wanted), [1, 0, 2]);
    }

    #[test]
    fn keys_are_by_name_folders_first() {
        let key = |name: &str, folder| crate::kv::KvEntry {
            key: name.into(),
            name: name.into(),
            folder,
        };
        let rows = [key("b", false), key("a", false), key("z", true)];
        let found = arrange(&rows, &wanted(default_sort::<crate::kv::KvEntry>(), None));
        assert_eq!(found, [2, 1, 0]);
        assert_eq!(found, arrange(&rows, &Wanted::default()));
        assert_eq!(default_sort::<ServiceRow>(), DEFAULT_SORT);
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
