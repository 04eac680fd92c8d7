//! The data of a list page: the window of the list that is held, and what of it is wanted.
//!
//! A list that fits into one answer is filtered and sorted here, at once. Of a longer one the
//! server does it, and only the rows round those that are seen are held.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    datacenters::ALL,
    health::{Counts, Health},
    live::{Subject, Topic},
    rows::Rows,
    search::{Search, SearchError},
    window::{LIMIT_DEFAULT, Wanted},
};

use super::{
    heights::Heights,
    rows::{About, Kind, Row, RowPlace, Shown},
    viewport,
};
use crate::{
    api::ListQuery,
    components::skeleton_row,
    effect::effect,
    i18n::Messages,
    live::{LiveWindow, Marks, Value},
    navigation::use_navigation,
};

/// From what is asked of a list to the address of that window of it.
type Address = Box<dyn Fn(&ListQuery) -> String + Send + Sync>;

/// Where a list comes from.
pub struct ListSource {
    /// What its rows are.
    pub kind: &'static Kind,
    /// Datacenter.
    pub dc: String,
    /// What it is about.
    pub subject: Subject,
    /// The address of a window of it.
    pub address: Address,
    /// It is a folder of keys, which has only a filter.
    pub is_folder: bool,
}

/// A list, as far as it is held.
#[derive(Clone, Copy)]
pub struct List {
    pub(super) kind: &'static Kind,
    dc: StoredValue<String>,
    pub(super) live: LiveWindow,
    pub(super) filter: Memo<String>,
    /// What the page wants of it.
    pub(super) wanted: Memo<ListQuery>,
    pub(super) address: StoredValue<Address>,
    /// The window that is asked for.
    pub(super) url: RwSignal<Option<String>>,
    /// The filter of `url`, and when it was asked for.
    pub(super) asked: StoredValue<(String, f64)>,
    pub(super) offset: RwSignal<usize>,
    /// The row that the page's address opens the list at, until the table is there.
    pub(super) opens_at: StoredValue<usize>,
    pub(super) shown: RwSignal<Option<Shown>>,
    pub(super) about: Memo<Option<About>>,
    /// The places of the rows that are wanted, in order; none where the server does that.
    pub(super) order: Memo<Option<Vec<usize>>>,
    /// The places of rows that changed just now.
    pub(super) marked: Marks,
    /// When pointer or keys moved last in the table.
    pub(super) touched: StoredValue<f64>,
    /// Counts the answers: a later one ends the wait of the one before.
    pub(super) answers: StoredValue<u32>,
    pub(super) held_since: StoredValue<f64>,
}

impl List {
    /// Begins with the window that the page's address wants.
    #[must_use]
    pub fn open(source: ListSource) -> Self {
        let navigation = use_navigation();
        let (kind, is_folder) = (source.kind, source.is_folder);
        let filter_name = if is_folder { "q" } else { "filter" };
        let wanted = Memo::new(move |before: Option<&ListQuery>| {
            let read = |name: &str| navigation.value(name);
            let mut query = if is_folder {
                ListQuery::of_folder(&read)
            } else {
                ListQuery {
                    filter: read(filter_name),
                    status: read("status"),
                    sort: read("sort"),
                    offset: ListQuery::first_offset(&read),
                }
                .understood(kind.fields, kind.columns)
            };
            // a filter that cannot be read yet changes nothing
            if let Some(before) = before
                && Search::parse(&read(filter_name), kind.fields).is_err()
            {
                before.filter.clone_into(&mut query.filter);
            }
            query
        });
        let opens_at = untrack(|| ListQuery::opens_at(&|name| navigation.value(name)));
        let asked = ListQuery {
            offset: opens_at,
            ..wanted.get_untracked()
        };
        let url = RwSignal::new(Some((source.address)(&asked)));
        let topic = Topic::new(source.subject, &*source.dc);
        let live = (kind.open)(topic, url);
        let first = untrack(|| live.answer()).map(|(url, value)| Shown { url, value });
        let shown = RwSignal::new(first);
        let about = Memo::new(move |_| shown.with(|shown| (kind.about)(&shown.as_ref()?.value)));
        let order = Memo::new(move |_| {
            about
                .with(|about| about.as_ref().is_some_and(|about| about.is_whole))
                .then_some(())?;
            let wanted = wanted.with(|query| arrangement(query, kind.fields));
            shown.with(|shown| Some((kind.arrange)(&shown.as_ref()?.value, &wanted)))
        });
        let list = Self {
            kind,
            dc: StoredValue::new(source.dc),
            live,
            filter: navigation.query(filter_name),
            wanted,
            address: StoredValue::new(source.address),
            url,
            asked: StoredValue::new((asked.filter, 0.0)),
            offset: RwSignal::new(opens_at),
            opens_at: StoredValue::new(opens_at),
            shown,
            about,
            order,
            marked: Marks::none(),
            touched: StoredValue::new(0.0),
            answers: StoredValue::new(0),
            held_since: StoredValue::new(0.0),
        };
        list.ask();
        list.take_in();
        if opens_at > 0 {
            // from now on it is where it is scrolled to
            effect(move || navigation.set_query("offset", ""));
        }
        list
    }

    /// All rows are held.
    pub(super) fn is_whole(&self) -> bool {
        self.about
            .with(|about| about.as_ref().is_some_and(|about| about.is_whole))
    }

    /// In a page that the server renders: `name`, the filter's in the page's query, where the
    /// server does the filtering.
    #[must_use]
    pub fn asks_by(&self, name: &'static str) -> Option<&'static str> {
        (cfg!(feature = "ssr") && !untrack(|| self.is_whole())).then_some(name)
    }

    /// The filter as it stands in the address.
    #[must_use]
    pub fn filter_text(&self) -> Memo<String> {
        self.filter
    }

    /// How many rows match.
    #[must_use]
    pub fn count(&self) -> usize {
        let ordered = self.order.with(|order| order.as_ref().map(Vec::len));
        ordered.unwrap_or_else(|| {
            self.about
                .with(|about| about.as_ref().map_or(0, |about| about.total))
        })
    }

    /// How many rows there are; none while nothing arrived.
    #[must_use]
    pub fn all(&self) -> Option<usize> {
        self.about
            .with(|about| about.as_ref().map(|about| about.all))
    }

    /// How many rows that match the filter are in each state.
    pub(super) fn health(&self) -> Option<Counts> {
        if !self.is_whole() {
            return self
                .about
                .with(|about| about.as_ref().map(|about| about.health));
        }
        let search = self.search();
        self.shown
            .with(|shown| Some((self.kind.count)(&shown.as_ref()?.value, &search)))
    }

    /// What rows must match.
    fn search(&self) -> Search {
        self.wanted
            .with(|query| Search::parse(&query.filter, self.kind.fields).unwrap_or_default())
    }

    /// How many instances the rows that match stand for.
    #[must_use]
    pub fn instances(&self) -> u32 {
        self.order.with(|order| match order {
            Some(order) => self.shown.with(|shown| {
                shown.as_ref().map_or(0, |shown| {
                    (self.kind.instances)(&shown.value, order, &self.search())
                })
            }),
            None => self
                .about
                .with(|about| about.as_ref().map_or(0, |about| about.instances)),
        })
    }

    /// The rows that match, in order; of a long list those that are held.
    #[must_use]
    pub fn rows<T: Row + Clone>(&self) -> Vec<T> {
        self.shown.with(|shown| {
            let rows = shown
                .as_ref()
                .and_then(|shown| shown.value.downcast_ref::<Rows<T>>());
            let Some(rows) = rows else {
                return Vec::new();
            };
            self.order.with(|order| match order {
                Some(order) => order
                    .iter()
                    .filter_map(|place| rows.items.get(*place).cloned())
                    .collect(),
                None => rows.items.clone(),
            })
        })
    }

    /// What is wrong with the filter.
    pub(super) fn error(&self) -> Option<SearchError> {
        self.filter
            .with(|filter| Search::parse(filter, self.kind.fields).err())
    }

    /// What is shown is not what is wanted yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.shown.with(|shown| {
            self.url.with(|url| match (shown, url) {
                (Some(shown), Some(url)) => list_of(&shown.url) != list_of(url),
                _ => false,
            })
        })
    }

    /// Asks for the rows round those seen, where they are not held.
    pub(super) fn look_at(&self, seen: viewport::Range) {
        let needed = self.about.with_untracked(|about| {
            let about = about.as_ref().filter(|about| !about.is_whole)?;
            let held = (about.offset, about.offset + about.held);
            viewport::window(seen, about.total, held, LIMIT_DEFAULT)
        });
        if let Some(offset) = needed
            && self.offset.get_untracked() != offset
        {
            self.offset.set(offset);
        }
    }

    /// The heights of its rows, where each is so high, and so much higher in trouble.
    pub(super) fn heights(&self, row: f64, more: f64) -> Heights {
        let count = self.count();
        if more <= 0.0 {
            return Heights::even(row, count);
        }
        let mut known = vec![(0, 0)];
        self.shown.with(|shown| {
            let Some(shown) = shown else { return };
            let is_trouble = |at: usize| (self.kind.is_trouble)(&shown.value, at);
            let mut before = 0;
            self.order.with(|order| match order {
                Some(order) => {
                    for (place, at) in order.iter().enumerate() {
                        before += usize::from(is_trouble(*at));
                        known.push((place + 1, before));
                    }
                }
                None => self.about.with(|about| {
                    let Some(about) = about else { return };
                    before = about.trouble_before;
                    known.push((about.offset, before));
                    for at in 0..about.held {
                        before += usize::from(is_trouble(at));
                        known.push((about.offset + at + 1, before));
                    }
                    known.push((count, self.trouble()));
                }),
            });
        });
        Heights::with_trouble(row, more, known, count)
    }

    /// How many of the rows that match are in trouble, in all of a long list.
    fn trouble(&self) -> usize {
        let status = self.wanted.with(|query| Health::from_word(&query.status));
        match status {
            Some(status) if status.is_trouble() => self.count(),
            Some(_) => 0,
            None => self.health().map_or(0, |health| health.trouble() as usize),
        }
    }

    /// Some rows of the table, grey where they are not held.
    pub(super) fn draw(&self, range: viewport::Range, skeleton: &'static [u8]) -> Vec<AnyView> {
        let offset = self
            .about
            .with(|about| about.as_ref().map_or(0, |about| about.offset));
        let dc = self.dc.get_value();
        let search = self.search();
        let row = |value: &Value, position: usize| {
            let at = self.order.with(|order| match order {
                Some(order) => order.get(position).copied(),
                None => position.checked_sub(offset),
            })?;
            let place = RowPlace {
                dc: &dc,
                index: position + 2,
                is_new: self.marked.has(at),
                search: &search,
            };
            (self.kind.draw)(value, at, &place)
        };
        self.shown.with(|shown| {
            let Some(shown) = shown else {
                return Vec::new();
            };
            (range.0..range.1)
                .map(|position| {
                    row(&shown.value, position).unwrap_or_else(|| skeleton_row(skeleton, position))
                })
                .collect()
        })
    }

    /// The rows that are held: the first, and the one after the last.
    pub(super) fn held(&self) -> viewport::Range {
        self.about.with(|about| match about {
            Some(about) => (about.offset, about.offset + about.held),
            None => (0, 0),
        })
    }

    /// It is over all datacenters.
    pub(super) fn is_everywhere(&self) -> bool {
        self.dc.with_value(|dc| dc == ALL)
    }

    /// The datacenter, or that there are several, as a sentence names it.
    pub(super) fn where_to_look(&self, t: &'static Messages) -> String {
        if self.is_everywhere() {
            t.shell.any_datacenter.to_owned()
        } else {
            self.dc.get_value()
        }
    }

    /// The address of what is shown.
    #[must_use]
    pub fn shown_url(&self) -> Option<Arc<str>> {
        self.shown
            .with(|shown| shown.as_ref().map(|shown| Arc::clone(&shown.url)))
    }
}

fn arrangement(query: &ListQuery, fields: &[&str]) -> Wanted {
    Wanted {
        search: Search::parse(&query.filter, fields).unwrap_or_default(),
        status: Health::from_word(&query.status),
        sort: query.sort.clone(),
    }
}

/// A window's address without the window.
pub(super) fn list_of(url: &str) -> &str {
    url.split("&offset=").next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_one_list_are_told_from_other_lists() {
        let list = "api/services?dc=a&limit=100&q=b";
        assert_eq!(list_of(&format!("{list}&offset=25")), list);
        assert_eq!(list_of(list), list);
    }
}
