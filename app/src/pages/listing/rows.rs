//! The rows of a listing, whatever they are: the one generic part.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wire::{
    health::Counts,
    problem::Problem,
    rows::{Failed, Rows},
    search::Search,
    window::{Listed, Wanted, arrange},
};

use crate::live::Live;

/// A row that a listing can show.
pub trait Row: Listed + DeserializeOwned + PartialEq + Send + Sync + 'static {
    /// The row as it is drawn.
    fn draw(&self, dc: &str) -> AnyView;
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

/// How many rows that match the search are in each state.
fn count<T: Row>(rows: &[T], search: &Search) -> Counts {
    rows.iter()
        .filter(|row| search.matches(*row))
        .map(Listed::health)
        .collect()
}

#[cfg(test)]
mod tests {
    use wire::{health::Health, search::Searchable, services::ServiceRow};

    use super::*;

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
    fn counts_follow_the_search() {
        let counts = count(&services(), &Search::default());
        assert_eq!((counts.passing, counts.critical), (2, 1));
        let search = Search::parse("c", ServiceRow::FIELDS).unwrap();
        let counts = count(&services(), &search);
        assert_eq!((counts.passing, counts.critical), (0, 1));
    }
}
