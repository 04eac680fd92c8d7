//! The rows of a listing, whatever they are: the one generic part.

use std::cmp::Ordering;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wire::{
    health::{Counts, Health},
    problem::Problem,
    rows::{Failed, Rows},
    search::{Search, Searchable},
};

use crate::{live::Live, pages::order};

/// A row that a listing can show.
pub trait Row: Searchable + DeserializeOwned + PartialEq + Send + Sync + 'static {
    /// What the status filter looks at.
    fn health(&self) -> Health;

    /// The order by `column` (its word in the address).
    fn compare(&self, other: &Self, column: &str) -> Ordering;

    /// The order of rows that are alike in the column.
    fn tie(&self, other: &Self) -> Ordering;

    /// How many instances it stands for, for the totals.
    fn instances(&self) -> u32;

    /// The row as it is drawn.
    fn draw(&self, dc: &str) -> AnyView;
}

/// What is shown, and in what order; all of it comes from the address.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// What rows must match.
    pub search: Search,
    /// The one state they must be in.
    pub status: Option<Health>,
    /// The column's word, with `-` before it backwards.
    pub sort: String,
}

/// What an answer says besides its rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct About {
    pub(super) total: usize,
    pub(super) filtered_by_acl: bool,
    pub(super) failed: Vec<Failed>,
}

/// Rows whose type is forgotten: a listing is compiled once, not once for each kind of row.
/// Rows are named by their place in the answer.
#[derive(Clone, Copy)]
pub struct ListingRows {
    pub(super) about: Memo<Option<About>>,
    pub(super) problem: Signal<Option<Problem>>,
    pub(super) arrived: Signal<f64>,
    pub(super) reload: Callback<()>,
    pub(super) arrange: Callback<Wanted, Vec<usize>>,
    pub(super) count: Callback<Search, Option<Counts>>,
    pub(super) instances: Callback<Vec<usize>, u32>,
    pub(super) draw: Callback<Vec<usize>, Vec<AnyView>>,
}

impl ListingRows {
    /// The rows that `live` brings from datacenter `dc`.
    #[must_use]
    pub fn new<T: Row>(dc: String, live: Live<Rows<T>>) -> Self {
        let data = live.data;
        Self {
            about: Memo::new(move |_| {
                data.with(|data| {
                    data.as_ref().map(|data| About {
                        total: data.total,
                        filtered_by_acl: data.filtered_by_acl,
                        failed: data.failed.clone(),
                    })
                })
            }),
            problem: live.problem,
            arrived: live.arrived,
            reload: Callback::new(move |()| live.reload()),
            arrange: Callback::new(move |wanted: Wanted| {
                data.with(|data| {
                    data.as_ref()
                        .map_or_else(Vec::new, |data| arrange(&data.items, &wanted))
                })
            }),
            count: Callback::new(move |search: Search| {
                data.with(|data| data.as_ref().map(|data| count(&data.items, &search)))
            }),
            instances: Callback::new(move |places: Vec<usize>| {
                data.with(|data| {
                    let rows = data.as_ref().map_or(&[][..], |data| &data.items);
                    places
                        .into_iter()
                        .filter_map(|place| Some(rows.get(place)?.instances()))
                        .sum()
                })
            }),
            draw: Callback::new(move |places: Vec<usize>| {
                data.with(|data| {
                    let rows = data.as_ref().map_or(&[][..], |data| &data.items);
                    places
                        .into_iter()
                        .filter_map(|place| Some(rows.get(place)?.draw(&dc)))
                        .collect()
                })
            }),
        }
    }
}

/// The places of the rows that are wanted, in the wanted order.
pub fn arrange<T: Row>(rows: &[T], wanted: &Wanted) -> Vec<usize> {
    let found: Vec<usize> = (0..rows.len())
        .filter(|place| {
            let row = &rows[*place];
            wanted.status.is_none_or(|status| row.health() == status) && wanted.search.matches(row)
        })
        .collect();
    let (column, backwards) = match wanted.sort.strip_prefix('-') {
        Some(column) => (column, true),
        None => (wanted.sort.as_str(), false),
    };
    order::sorted(&found, |a, b| {
        let (a, b) = (&rows[*a], &rows[*b]);
        let order = a.compare(b, column);
        let order = if backwards { order.reverse() } else { order };
        order.then_with(|| a.tie(b))
    })
}

/// How many rows that match the search are in each state.
fn count<T: Row>(rows: &[T], search: &Search) -> Counts {
    rows.iter()
        .filter(|row| search.matches(*row))
        .map(Row::health)
        .collect()
}

#[cfg(test)]
mod tests {
    use wire::{nodes::NodeRow, services::ServiceRow};

    use super::*;
    use crate::pages::listing::DEFAULT_SORT;

    fn wanted(sort: &str, status: Option<Health>) -> Wanted {
        Wanted {
            search: Search::default(),
            status,
            sort: sort.to_owned(),
        }
    }

    fn services() -> Vec<ServiceRow> {
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

    #[test]
    fn trouble_comes_first_then_names() {
        let rows = services();
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
    fn counts_follow_the_search() {
        let counts = count(&services(), &Search::default());
        assert_eq!((counts.passing, counts.critical), (2, 1));
        let search = Search::parse("c", ServiceRow::FIELDS).unwrap();
        let counts = count(&services(), &search);
        assert_eq!((counts.passing, counts.critical), (0, 1));
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
