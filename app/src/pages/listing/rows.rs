//! The rows of a listing, whatever they are: the one generic part.

use std::sync::Arc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wire::{
    datacenters::{ALL, DatacenterState},
    health::Counts,
    live::Topic,
    rows::{Failed, Rows},
    search::Search,
    window::{Listed, Wanted, arrange},
};

use crate::{
    components::{Still, still},
    live::{LiveWindow, Value, use_live_window},
};

/// A row that a listing can show.
pub trait Row: Listed + DeserializeOwned + PartialEq + Send + Sync + 'static {
    /// It is about the same as `other`, whatever else changed.
    fn is_about(&self, other: &Self) -> bool;

    /// The row as it is drawn.
    fn draw(&self, place: &RowPlace) -> AnyView;
}

/// Where and how a row is drawn.
#[derive(Clone, Copy, Debug)]
pub struct RowPlace<'a> {
    /// The datacenter of the page.
    pub dc: &'a str,
    /// Its number in the whole table, whose head is 1.
    pub index: usize,
    /// It changed just now.
    pub is_new: bool,
    /// What the rows match: of a row over datacenters it may mean some of them.
    pub search: &'a Search,
}

impl RowPlace<'_> {
    /// The page shows all datacenters.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.dc == ALL
    }

    /// Its row's class.
    #[must_use]
    pub fn class(&self) -> &'static str {
        if self.is_new { "is-new" } else { "" }
    }

    /// Its row, still without cells.
    #[must_use]
    pub fn row(&self) -> Still {
        self.row_with(self.class())
    }

    /// The same, with these classes.
    #[must_use]
    pub fn row_with(&self, class: &'static str) -> Still {
        still("tr")
            .class(class)
            .with("aria-rowindex", self.index.to_string())
    }
}

/// What an answer says besides its rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct About {
    /// The rows of the answer, and where the first of them stands.
    pub(super) offset: usize,
    pub(super) held: usize,
    /// How many before them are in trouble.
    pub(super) trouble_before: usize,
    /// Rows that match, all rows.
    pub(super) total: usize,
    pub(super) all: usize,
    pub(super) is_whole: bool,
    pub(super) health: Counts,
    pub(super) instances: u32,
    pub(super) filtered_by_acl: bool,
    pub(super) failed: Vec<Failed>,
    pub(super) datacenters: Vec<DatacenterState>,
}

/// What two answers of the same address differ in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The places of rows that are new or other than before.
    pub(super) changed: Vec<usize>,
    /// Rows stand elsewhere, came or went.
    pub(super) moved: bool,
}

/// What is done with rows whose type is forgotten: a listing is compiled once, not once for each
/// kind of row. Rows are named by their place in the answer.
pub struct Kind {
    /// So much higher are rows in trouble, until it can be measured.
    pub(super) more_pixels: f64,
    pub(super) fields: &'static [&'static str],
    pub(super) columns: &'static [&'static str],
    pub(super) open: fn(Topic, RwSignal<Option<String>>) -> LiveWindow,
    pub(super) about: fn(&Value) -> Option<About>,
    pub(super) arrange: fn(&Value, &Wanted) -> Vec<usize>,
    pub(super) count: fn(&Value, &Search) -> Counts,
    pub(super) instances: fn(&Value, &[usize], &Search) -> u32,
    pub(super) compare: fn(&Value, &Value) -> Difference,
    pub(super) find: fn(&Value, usize, &Value) -> Option<usize>,
    pub(super) is_trouble: fn(&Value, usize) -> bool,
    pub(super) draw: Draw,
}

/// Draws the row of an answer at a place.
pub(super) type Draw = fn(&Value, usize, &RowPlace) -> Option<AnyView>;

impl Kind {
    /// Of rows that are `T`.
    #[must_use]
    pub const fn of<T: Row>() -> Self {
        Self {
            more_pixels: 0.0,
            fields: T::FIELDS,
            columns: T::COLUMNS,
            open: use_live_window::<Rows<T>>,
            about: about::<T>,
            arrange: |value, wanted| arrange(items::<T>(value), wanted),
            count: |value, search| count(items::<T>(value), search),
            instances: |value, places, search| {
                let rows = items::<T>(value);
                let rows = places.iter().filter_map(|place| rows.get(*place));
                rows.map(|row| row.instances_for(search)).sum()
            },
            compare: |old, new| compare(items::<T>(old), items::<T>(new)),
            find: |old, at, new| find(items::<T>(old), at, items::<T>(new)),
            is_trouble: |value, at| {
                let row = items::<T>(value).get(at);
                row.is_some_and(|row| row.health().is_trouble())
            },
            draw: |value, at, place| Some(items::<T>(value).get(at)?.draw(place)),
        }
    }

    /// With something below each row in trouble, which is `pixels` high in a long list.
    #[must_use]
    pub const fn with_details(self, pixels: f64) -> Self {
        Self {
            more_pixels: pixels,
            ..self
        }
    }

    /// The same rows, drawn otherwise.
    #[must_use]
    pub const fn drawn(self, draw: Draw) -> Self {
        Self { draw, ..self }
    }
}

/// The rows of an answer; none where it has others.
pub fn items<T: Row>(value: &Value) -> &[T] {
    value
        .downcast_ref::<Rows<T>>()
        .map_or(&[], |rows| &rows.items)
}

fn about<T: Row>(value: &Value) -> Option<About> {
    let rows = value.downcast_ref::<Rows<T>>()?;
    Some(About {
        offset: rows.offset,
        held: rows.items.len(),
        trouble_before: rows.trouble_before,
        total: rows.total,
        all: rows.all,
        is_whole: rows.is_whole(),
        health: rows.health,
        instances: rows.instances,
        filtered_by_acl: rows.filtered_by_acl,
        failed: rows.failed.clone(),
        datacenters: rows.datacenters.clone(),
    })
}

/// How many rows that match the search are in each state, where it looks.
fn count<T: Row>(rows: &[T], search: &Search) -> Counts {
    rows.iter()
        .filter(|row| search.matches(*row))
        .map(|row| row.health_for(search))
        .collect()
}

fn compare<T: Row>(old: &[T], new: &[T]) -> Difference {
    let mut moved = old.len() != new.len();
    let mut changed = Vec::new();
    for (at, row) in new.iter().enumerate() {
        let before = match old.get(at) {
            Some(before) if before.is_about(row) => Some(before),
            _ => {
                moved = true;
                old.iter().find(|before| before.is_about(row))
            }
        };
        if before != Some(row) {
            changed.push(at);
        }
    }
    Difference { changed, moved }
}

/// Where in `new` the row is that `old` has at a place.
fn find<T: Row>(old: &[T], at: usize, new: &[T]) -> Option<usize> {
    let row = old.get(at)?;
    if new.get(at).is_some_and(|same| same.is_about(row)) {
        return Some(at);
    }
    new.iter().position(|other| other.is_about(row))
}

/// An answer that is shown, and the address that it came from.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) url: Arc<str>,
    pub(super) value: Value,
}

#[cfg(test)]
mod tests {
    use wire::{
        health::Health,
        search::Searchable,
        services::{ServicePlace, ServiceRow},
    };

    use super::*;

    fn service(name: &str, health: Health) -> ServiceRow {
        ServiceRow {
            name: name.into(),
            health,
            ..ServiceRow::default()
        }
    }

    fn services() -> Vec<ServiceRow> {
        vec![
            service("b", Health::Passing),
            service("a", Health::Passing),
            service("c", Health::Critical),
        ]
    }

    #[test]
    fn counts_follow_the_search() {
        let counts = count(&services(), &Search::default());
        assert_eq!((counts.passing, counts.critical), (2, 1));
        let search = Search::parse("c", ServiceRow::FIELDS).unwrap();
        let counts = count(&services(), &search);
        assert_eq!((counts.passing, counts.critical), (0, 1));
    }

    #[test]
    fn counts_are_those_of_the_datacenter_that_is_asked_for() {
        let place = |dc: &str, health| ServicePlace {
            datacenter: dc.into(),
            health,
            instances: [health, health].into_iter().collect(),
        };
        let mut row = service("web", Health::Critical);
        row.places = vec![
            place("dc1", Health::Critical),
            place("dc2", Health::Passing),
        ];
        row.instances = row.places.iter().map(|at| at.health).collect();
        let rows = [row];
        let said = |filter: &str| {
            let search = Search::parse(filter, ServiceRow::FIELDS).unwrap();
            let counts = count(&rows, &search);
            (
                counts.critical,
                counts.passing,
                rows[0].instances_for(&search),
            )
        };
        assert_eq!(said(""), (1, 0, 2));
        assert_eq!(said("dc:dc1"), (1, 0, 2));
        assert_eq!(said("dc:dc2"), (0, 1, 2));
        // what is counted is what the status then shows
        let wanted = Wanted {
            search: Search::parse("dc:dc2", ServiceRow::FIELDS).unwrap(),
            status: Some(Health::Critical),
            sort: String::new(),
        };
        assert_eq!(arrange(&rows, &wanted), [0_usize; 0]);
    }

    #[test]
    fn a_row_is_found_where_it_went() {
        let old = services();
        let mut new = services();
        new[0].health = Health::Critical;
        assert_eq!(find(&old, 0, &new), Some(0));
        new.insert(0, service("d", Health::None));
        assert_eq!(find(&old, 1, &new), Some(2));
        new.remove(2);
        assert_eq!(find(&old, 1, &new), None);
        assert_eq!(find(&old, 9, &new), None);
    }

    #[test]
    fn a_row_that_moved_did_not_change() {
        let old = services();
        let difference = |new: &[ServiceRow]| {
            let Difference { changed, moved } = compare(&old, new);
            (changed, moved)
        };
        assert_eq!(difference(&old), (vec![], false));
        let mut new = services();
        new[1].health = Health::Warning;
        assert_eq!(difference(&new), (vec![1], false));
        let mut new = services();
        new.swap(0, 1);
        assert_eq!(difference(&new), (vec![], true));
        new.push(service("d", Health::None));
        assert_eq!(difference(&new), (vec![3], true));
        assert_eq!(difference(&old[..2]), (vec![], true));
    }
}
