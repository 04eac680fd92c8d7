//! What became of keys: of a key, of a folder, of a datacenter. May import everything but other
//! pages.

pub mod bar;
pub mod changes;
pub mod choice;
pub mod compare;
pub mod deleted;
pub mod detail;
mod name;
mod paging;
pub mod range;
pub mod recording;
pub mod restore;
pub mod restore_folder;
mod rows;
mod side;

use leptos::prelude::*;
use wire::datacenters::ALL;

use self::{bar::Bar, changes::Changes, deleted::Deleted, recording::RecordingLine};
use crate::{
    api::history::{HistoryQuery, span_word},
    components::{Crumb, PageHead, TabItem, Tabs, dynamic},
    i18n::use_t,
    navigation::{Navigation, use_navigation},
    routes::{self, Tool},
};

/// What of a datacenter's history is looked at, as the page's address says.
#[derive(Clone, Copy)]
pub struct Scope {
    dc: StoredValue<String>,
    key: Memo<String>,
    prefix: Memo<String>,
    who: Memo<String>,
    span: Memo<String>,
    since: Memo<String>,
    until: Memo<String>,
    /// Of what time: all three at once.
    time: Memo<[String; 3]>,
    navigation: Navigation,
}

impl Scope {
    fn new(dc: String) -> Self {
        let navigation = use_navigation();
        let [span, since, until] = ["last", "since", "until"].map(|name| navigation.query(name));
        Self {
            dc: StoredValue::new(dc),
            key: navigation.query("key"),
            prefix: navigation.query("prefix"),
            who: navigation.query("who"),
            span,
            since,
            until,
            time: Memo::new(move |_| [span.get(), since.get(), until.get()]),
            navigation,
        }
    }

    /// What is looked at is of every datacenter.
    fn is_everywhere(&self) -> bool {
        self.dc.with_value(|dc| dc == ALL)
    }

    /// The address of what is looked at, but for these parts of its query; does not track.
    fn address(&self, other: &[(&str, &str)]) -> String {
        let names = ["key", "prefix", "who", "last", "since", "until", "show"];
        let query = names.map(|name| {
            let said = other.iter().find(|(other, _)| *other == name);
            let value = match said {
                Some((_, value)) => (*value).to_owned(),
                None => untrack(|| self.navigation.value(name)),
            };
            (name, value)
        });
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        routes::tool(&self.dc.get_value(), Tool::History, &query)
    }

    /// The word of the time looked at.
    fn span_word(&self) -> &'static str {
        let of_one_key = self.key.with(|key| !key.is_empty());
        self.span.with(|span| span_word(span, of_one_key))
    }

    /// The question for the list; tracks.
    fn query(&self) -> HistoryQuery {
        HistoryQuery::of_page(&|name| match name {
            "key" => self.key.get(),
            "prefix" => self.prefix.get(),
            "who" => self.who.get(),
            "since" => self.since.get(),
            "until" => self.until.get(),
            _ => self.span.get(),
        })
    }
}

/// The page.
#[component]
pub fn HistoryPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let scope = Scope::new(dc);
    let navigation = scope.navigation;
    let show = navigation.query("show");
    let crumbs = Signal::derive(move || crumbs(&scope));
    let title = Signal::derive(move || {
        let key = scope.key.get();
        match key.rsplit('/').find(|part| !part.is_empty()) {
            Some(name) => format!("{}: {name}", t.versions.title),
            None => t.versions.title.to_owned(),
        }
    });
    let tabs = Signal::derive(move || {
        let dc = scope.dc.get_value();
        let deleted = show.with(|show| show == "deleted");
        let (key, prefix) = (scope.key.get(), scope.prefix.get());
        let at = |show| {
            let query = [
                ("key", key.as_str()),
                ("prefix", prefix.as_str()),
                ("show", show),
            ];
            routes::tool(&dc, Tool::History, &query)
        };
        vec![
            TabItem {
                label: t.history.changes,
                count: None,
                href: at(""),
                current: !deleted,
            },
            TabItem {
                label: t.history.deleted_keys,
                count: None,
                href: at("deleted"),
                current: deleted,
            },
        ]
    });
    // a list is of one topic
    let of = Memo::new(move |_| {
        let deleted = show.with(|show| show == "deleted");
        (scope.key.get(), scope.prefix.get(), deleted)
    });
    let list = dynamic(move || {
        if of.get().2 {
            view! { <Deleted scope/> }.into_any()
        } else {
            view! { <Changes scope/> }.into_any()
        }
    });
    view! {
        <PageHead title crumbs/>
        <RecordingLine scope/>
        <Tabs items=tabs/>
        <Bar scope show/>
        {list}
    }
    .into_any()
}

/// The datacenter's keys and the folders above what is looked at.
fn crumbs(scope: &Scope) -> Vec<Crumb> {
    if scope.is_everywhere() {
        return Vec::new();
    }
    let dc = scope.dc.get_value();
    let key = scope.key.get();
    let name = if key.is_empty() {
        scope.prefix.get()
    } else {
        key
    };
    let mut crumbs = vec![Crumb {
        href: routes::kv(&dc, ""),
        label: dc.clone(),
    }];
    let mut from = 0;
    while let Some(slash) = name[from..].find('/') {
        let end = from + slash + 1;
        crumbs.push(Crumb {
            label: name[from..end - 1].to_owned(),
            href: routes::kv(&dc, &name[..end]),
        });
        from = end;
    }
    crumbs
}
