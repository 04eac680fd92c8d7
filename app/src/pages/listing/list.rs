//! The data of a list page: the window of the list that is held, and what of it is wanted.
//!
//! A list that fits into one answer is filtered and sorted here, at once. Of a longer one the
//! server does it, and only the rows round those that are seen are held.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use wire::{
    datacenters::ALL,
    health::{Counts, Health},
    live::{Subject, Topic},
    search::{Search, SearchError},
    window::{DEFAULT_SORT, LIMIT_DEFAULT, Wanted},
};

use super::{
    rows::{About, Difference, Kind, RowPlace, Shown},
    viewport,
};
use crate::{
    api::ListQuery,
    components::skeleton_row,
    effect::effect,
    i18n::Messages,
    live::{LiveWindow, Value},
    navigation::use_navigation,
};

/// The server is asked when nothing was typed for so long.
const TYPING: Duration = Duration::from_millis(100);

/// How long changed rows are marked, as the style says.
const MARKED: Duration = Duration::from_millis(1_600);

/// Pointer and keys rest when nothing was heard of them for so long.
const REST_MILLISECONDS: f64 = 500.0;

/// Rows that move wait at most so long for the pointer to rest.
const HOLD_MAX_MILLISECONDS: f64 = 3_000.0;

/// Where a list comes from.
pub struct ListSource {
    /// What its rows are.
    pub kind: &'static Kind,
    /// Datacenter.
    pub dc: String,
    /// What it is about.
    pub subject: Subject,
    /// The address of a window of it.
    pub address: Box<dyn Fn(&ListQuery) -> String + Send + Sync>,
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
    address: StoredValue<Box<dyn Fn(&ListQuery) -> String + Send + Sync>>,
    /// The window that is asked for.
    url: RwSignal<Option<String>>,
    asked: StoredValue<ListQuery>,
    pub(super) offset: RwSignal<usize>,
    pub(super) shown: RwSignal<Option<Shown>>,
    pub(super) about: Memo<Option<About>>,
    /// The places of the rows that are wanted, in order; none where the server does that.
    order: Memo<Option<Vec<usize>>>,
    /// The places of rows that changed just now.
    pub(super) marked: RwSignal<Vec<usize>>,
    /// When pointer or keys moved last in the table.
    pub(super) touched: StoredValue<f64>,
    /// Counts the answers: a later one ends the wait of the one before.
    answers: StoredValue<u32>,
    held_since: StoredValue<f64>,
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
                    offset: 0,
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
        let asked = wanted.get_untracked();
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
            asked: StoredValue::new(asked),
            offset: RwSignal::new(0),
            shown,
            about,
            order,
            marked: RwSignal::new(Vec::new()),
            touched: StoredValue::new(0.0),
            answers: StoredValue::new(0),
            held_since: StoredValue::new(0.0),
        };
        list.ask();
        list.take_in();
        list
    }

    /// Asks the server for what is not held.
    fn ask(self) {
        let last = StoredValue::new(self.wanted.get_untracked());
        effect(move || {
            let mut query = self.wanted.get();
            let at = self.offset.get();
            let is_whole = self.is_whole();
            if last.with_value(|last| *last != query) {
                last.set_value(query.clone());
                if at > 0 {
                    // comes back here
                    self.offset.set(0);
                    return;
                }
            }
            if is_whole {
                return;
            }
            query.offset = at;
            let url = self.address.with_value(|address| address(&query));
            if self.url.with_untracked(|old| old.as_ref() == Some(&url)) {
                return;
            }
            let typing = self.asked.with_value(|asked| asked.filter != query.filter);
            let ask = move || {
                self.asked.set_value(query);
                self.url.set(Some(url));
            };
            if !typing {
                ask();
            } else if let Ok(timer) = set_timeout_with_handle(ask, TYPING) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    /// Shows what arrives.
    fn take_in(self) {
        effect(move || {
            let Some((url, value)) = self.live.answer() else {
                return;
            };
            let news = Shown { url, value };
            let difference = self.shown.with_untracked(|shown| {
                let shown = shown.as_ref()?;
                (shown.url == news.url).then(|| (self.kind.compare)(&shown.value, &news.value))
            });
            self.answers.update_value(|answers| *answers += 1);
            self.show(news, difference, self.answers.get_value());
        });
    }

    /// Rows that move wait for the pointer to rest: nothing goes away under it.
    fn show(self, news: Shown, difference: Option<Difference>, answer: u32) {
        if self.answers.try_get_value() != Some(answer) {
            return;
        }
        let now = js_sys::Date::now();
        let since = Some(self.held_since.get_value()).filter(|since| *since > 0.0);
        let moves = difference
            .as_ref()
            .is_some_and(|difference| difference.moved);
        if moves
            && now - self.touched.get_value() < REST_MILLISECONDS
            && now - since.unwrap_or(now) < HOLD_MAX_MILLISECONDS
        {
            self.held_since.set_value(since.unwrap_or(now));
            set_timeout(
                move || self.show(news, difference, answer),
                Duration::from_millis(200),
            );
            return;
        }
        self.held_since.set_value(0.0);
        let changed = difference
            .map(|difference| difference.changed)
            .unwrap_or_default();
        self.shown.set(Some(news));
        self.marked.set(changed);
        set_timeout(
            move || {
                if self.answers.try_get_value() == Some(answer) {
                    self.marked.set(Vec::new());
                }
            },
            MARKED,
        );
    }

    /// All rows are held.
    pub(super) fn is_whole(&self) -> bool {
        self.about
            .with(|about| about.as_ref().is_some_and(|about| about.is_whole))
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
        let search = self
            .wanted
            .with(|query| Search::parse(&query.filter, self.kind.fields).unwrap_or_default());
        self.shown
            .with(|shown| Some((self.kind.count)(&shown.as_ref()?.value, &search)))
    }

    /// How many instances the rows that match stand for.
    #[must_use]
    pub fn instances(&self) -> u32 {
        self.order.with(|order| match order {
            Some(order) => self.shown.with(|shown| {
                shown
                    .as_ref()
                    .map_or(0, |shown| (self.kind.instances)(&shown.value, order))
            }),
            None => self
                .about
                .with(|about| about.as_ref().map_or(0, |about| about.instances)),
        })
    }

    /// What is wrong with the filter.
    pub(super) fn error(&self) -> Option<SearchError> {
        self.filter
            .with(|filter| Search::parse(filter, self.kind.fields).err())
    }

    /// What is shown is not what is wanted yet.
    pub(super) fn is_pending(&self) -> bool {
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

    /// Some rows of the table, grey where they are not held.
    pub(super) fn draw(&self, range: viewport::Range, skeleton: &'static [u8]) -> Vec<AnyView> {
        let offset = self
            .about
            .with(|about| about.as_ref().map_or(0, |about| about.offset));
        let dc = self.dc.get_value();
        let marked = self.marked.get();
        let row = |value: &Value, position: usize| {
            let at = self.order.with(|order| match order {
                Some(order) => order.get(position).copied(),
                None => position.checked_sub(offset),
            })?;
            let place = RowPlace {
                dc: &dc,
                index: position + 2,
                is_new: marked.contains(&at),
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
    pub(super) fn shown_url(&self) -> Option<Arc<str>> {
        self.shown
            .with(|shown| shown.as_ref().map(|shown| Arc::clone(&shown.url)))
    }
}

fn arrangement(query: &ListQuery, fields: &[&str]) -> Wanted {
    Wanted {
        search: Search::parse(&query.filter, fields).unwrap_or_default(),
        status: Health::from_word(&query.status),
        sort: if query.sort.is_empty() {
            DEFAULT_SORT.to_owned()
        } else {
            query.sort.clone()
        },
    }
}

/// A window's address without the window.
fn list_of(url: &str) -> &str {
    url.split("&offset=").next().unwrap_or(url)
}
