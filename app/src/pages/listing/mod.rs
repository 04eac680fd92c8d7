//! What lists have in common: filter, status and order in the address, every state, the table.
//! Used by the pages of the domains.

mod arranged;
mod heights;
mod hold;
mod list;
mod news;
mod rows;
mod table;
mod view;
mod viewport;

use leptos::prelude::*;
use wire::{datacenters::Condition, problem::Problem, rows::Failed};

pub use list::{List, ListSource};
pub use rows::{Kind, Row, RowPlace, items};
pub use table::{Column, table};

use crate::{
    components::{
        Blank, DatacenterChips, FilterField, HiddenNote, PageFoot, PageHead, PartFailedNote,
        ProblemNote, ProblemView, Segmented, WaitingNote, dynamic, search_error_text,
        status_choices,
    },
    i18n::{Messages, number, use_t},
    live::Marks,
    navigation::use_navigation,
};

/// A list with its filter: its words and its columns.
pub struct Listing {
    /// Its icon's name.
    pub icon: &'static str,
    /// Its words.
    pub words: Words,
    /// The table's class.
    pub class: &'static str,
    /// The table's columns.
    pub columns: Vec<Column>,
    /// The width of each column's bar while nothing arrived, in percent.
    pub skeleton: &'static [u8],
}

/// What a page that is a list has besides.
pub struct Page {
    /// Its title.
    pub title: &'static str,
    /// So many rows, so many instances.
    pub totals: fn(usize, u32) -> String,
    /// What stands below the rows.
    pub after: Option<Below>,
}

/// Draws something below a list.
pub type Below = Box<dyn FnOnce(List) -> AnyView>;

/// The words of a list.
#[derive(Clone, Copy)]
pub struct Words {
    /// Title where there is nothing.
    pub empty: &'static str,
    /// What would appear there, in a datacenter.
    pub empty_text: fn(&str) -> String,
    /// Title where nothing matches, of so many.
    pub no_match: fn(usize) -> String,
    /// What to do then.
    pub no_match_text: &'static str,
    /// In the empty filter.
    pub filter_hint: &'static str,
    /// The filter's grammar.
    pub filter_help: &'static str,
}

/// Draws a page that is a list.
#[must_use]
pub fn page(page: Page, source: ListSource, listing: Listing) -> AnyView {
    let list = List::open(source);
    let count = move || list.all().map(|all| number(all as u64)).unwrap_or_default();
    let foot = move || match list.all() {
        None => String::new(),
        Some(_) => (page.totals)(list.count(), list.instances()),
    };
    view! {
        <PageHead title=page.title count=Signal::derive(count)/>
        {section(list, listing)}
        {page.after.map(|draw| draw(list))}
        <PageFoot text=Signal::derive(foot) list=true/>
    }
    .into_any()
}

/// Draws a list with its filter.
#[must_use]
pub fn section(list: List, listing: Listing) -> AnyView {
    let Listing {
        icon,
        words,
        class,
        columns,
        skeleton,
    } = listing;
    let t = use_t();
    let (problem, state) = (list.problem(), list.state());
    let columns = StoredValue::new(columns);
    let body = dynamic(move || match state.get() {
        "problem" => problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry=list.retry()/> }.into_any())
            .into_any(),
        "empty" => {
            let text = (words.empty_text)(&list.where_to_look(t));
            view! { <Blank icon=icon title=words.empty text=text/> }.into_any()
        }
        "no-match" => no_match(list, words),
        _ => table(list, class, &columns.read_value(), skeleton),
    });
    view! {
        {bar(list, words)}
        {chips(list)}
        {notes(list)}
        {body}
    }
    .into_any()
}

fn bar(list: List, words: Words) -> AnyView {
    let t = use_t();
    let navigation = use_navigation();
    let status = navigation.query("status");
    let choices = move || status_choices(t, list.health(), &status.read());
    view! {
        <div class="page-bar">
            <FilterField
                value=list.filter
                on_input=Callback::new(move |text: String| navigation.type_query("filter", &text))
                hint=words.filter_hint
                help=words.filter_help
                error=list.error_text()
                query=list.asks_by("filter")
            />
            <Segmented
                label=t.common.status
                choices=Signal::derive(choices)
                value=status
                on_pick=Callback::new(move |status| navigation.set_query("status", status))
            />
        </div>
    }
    .into_any()
}

/// How each datacenter fares: always on a page of all, else where it is worth a word.
fn chips(list: List) -> AnyView {
    let navigation = use_navigation();
    let everywhere = list.is_everywhere();
    let states = Memo::new(move |_| {
        let mut states = list
            .about
            .with(|about| about.as_ref().map(|about| about.datacenters.clone()))
            .unwrap_or_default();
        // the only cluster, which has no name, and named no datacenter
        states.retain(|state| state.name != "@");
        let worth = everywhere
            || states
                .iter()
                .any(|state| state.condition > Condition::Hidden);
        if worth { states } else { Vec::new() }
    });
    let pick = Callback::new(move |dc: String| {
        let filter = navigation.value("filter");
        navigation.set_query("filter", &with_datacenter(&filter, &dc));
    });
    let pick = everywhere.then_some(pick);
    view! { <DatacenterChips states filter=list.filter pick/> }.into_any()
}

/// A filter that looks in one datacenter; without it, where it did so before.
fn with_datacenter(filter: &str, dc: &str) -> String {
    let term = format!("dc:{dc}");
    let mut terms: Vec<&str> = filter
        .split_whitespace()
        .filter(|word| !word.starts_with("dc:"))
        .collect();
    if !filter.split_whitespace().any(|word| word == term) {
        terms.push(&term);
    }
    terms.join(" ")
}

/// For screen readers: how many changed just now.
pub fn announcement(t: &'static Messages, marks: Marks) -> AnyView {
    let changed = dynamic(move || {
        let changed = marks.count();
        (changed > 0).then(|| (t.common.rows_changed)(changed))
    });
    view! { <p class="visually-hidden" aria-live="polite">{changed}</p> }.into_any()
}

/// What is the matter with the data; and, for screen readers, that rows changed.
pub fn notes(list: List) -> AnyView {
    let t = use_t();
    let problem = Signal::derive(move || {
        list.all()
            .is_some()
            .then(|| list.live.problem.get())
            .flatten()
    });
    let waiting =
        Signal::derive(move || list.all().is_none() && list.live.problem.with(Option::is_none));
    let hidden = Signal::derive(move || {
        list.about
            .with(|about| about.as_ref().is_some_and(|about| about.filtered_by_acl))
    });
    let failed = dynamic(move || {
        // where nothing else is shown, it is said there
        let failed = match list.all_failed() {
            Some(_) => Vec::new(),
            None => list.given_up(),
        };
        view! { <PartFailedNote failed/> }
    });
    view! {
        {announcement(t, list.marked)}
        <WaitingNote waiting/>
        <ProblemNote problem arrived=list.live.arrived retry=list.retry()/>
        {failed}
        <HiddenNote hidden/>
    }
    .into_any()
}

impl List {
    /// What there is to show: `problem`, `empty`, `no-match` or `table`.
    pub fn state(self) -> Memo<&'static str> {
        let problem = self.live.problem;
        Memo::new(move |_| match (self.all(), problem.with(Option::is_some)) {
            (None, true) => "problem",
            (Some(0), _) if self.all_failed().is_some() => "problem",
            (Some(0), _) => "empty",
            (Some(_), _) if self.count() == 0 => "no-match",
            _ => "table",
        })
    }

    /// Why there is nothing to show: the last fetch failed, or every datacenter that was asked.
    pub fn problem(self) -> Signal<Option<Problem>> {
        Signal::derive(move || self.live.problem.get().or_else(|| self.all_failed()))
    }

    fn all_failed(self) -> Option<Problem> {
        self.about.with(|about| {
            let about = about.as_ref()?;
            let failed = about.failed.first()?;
            (about.failed.len() == about.datacenters.len()).then(|| failed.problem.clone())
        })
    }

    /// Who did not answer, and is not still being asked.
    fn given_up(self) -> Vec<Failed> {
        self.about.with(|about| {
            let Some(about) = about else {
                return Vec::new();
            };
            let is_asked = |failed: &&Failed| {
                let mut states = about.datacenters.iter();
                let state = states.find(|state| state.name == failed.datacenter);
                state.is_some_and(|state| state.condition == Condition::Asking)
            };
            let failed = about.failed.iter();
            failed.filter(|one| !is_asked(one)).cloned().collect()
        })
    }

    /// Fetches now.
    pub fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.live.reload())
    }

    /// What is wrong with the filter, in words.
    pub fn error_text(self) -> Signal<Option<String>> {
        let t = use_t();
        Signal::derive(move || Some(search_error_text(t, &self.error()?, self.kind.fields)))
    }
}

fn no_match(list: List, words: Words) -> AnyView {
    let t = use_t();
    let navigation = use_navigation();
    let title = move || (words.no_match)(list.all().unwrap_or_default());
    let clear = move |_| {
        navigation.set_query("filter", "");
        navigation.set_query("status", "");
    };
    view! {
        <Blank icon="search" title=Signal::derive(title) text=words.no_match_text>
            <button type="button" class="button" on:click=clear>
                {t.common.clear_filter}
            </button>
        </Blank>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_narrows_to_its_datacenter_and_back() {
        assert_eq!(with_datacenter("", "dc1"), "dc:dc1");
        assert_eq!(with_datacenter("web dc:dc1", "dc2"), "web dc:dc2");
        assert_eq!(with_datacenter("web dc:dc1 tag:a", "dc1"), "web tag:a");
    }
}
