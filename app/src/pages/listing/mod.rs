//! What the lists of services and of nodes have in common: filter, status and order in the
//! address, every state, the table. Used by the list pages of the domains.

mod rows;
mod table;

use leptos::prelude::*;
use wire::{
    health::Health,
    search::{Search, SearchError},
    window::{DEFAULT_SORT, Wanted},
};

pub use rows::{ListingRows, Row};
pub use table::Column;

use crate::{
    components::{
        Blank, FilterField, HiddenNote, PageFoot, PageHead, PartFailedNote, ProblemNote,
        ProblemView, Segmented, dynamic, search_error_text, status_choices,
    },
    i18n::{number, use_t},
    navigation::use_navigation,
};

/// A list page: its words, its columns, its rows.
pub struct Listing {
    /// Datacenter.
    pub dc: String,
    /// Its icon's name.
    pub icon: &'static str,
    /// Its words.
    pub words: Words,
    /// The fields that its filter knows.
    pub fields: &'static [&'static str],
    /// The table's class.
    pub class: &'static str,
    /// The table's columns.
    pub columns: Vec<Column>,
    /// The width of each column's bar while nothing arrived, in percent.
    pub skeleton: &'static [u8],
    /// Its rows.
    pub rows: ListingRows,
}

/// The words of a list page.
#[derive(Clone, Copy)]
pub struct Words {
    /// Its title.
    pub title: &'static str,
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
    /// So many rows, so many instances.
    pub totals: fn(usize, u32) -> String,
}

/// What of the list is asked for, all of it in the address.
#[derive(Clone, Copy)]
struct View {
    rows: ListingRows,
    words: Words,
    fields: &'static [&'static str],
    filter: Memo<String>,
    search: Memo<Result<Search, SearchError>>,
    status: Memo<String>,
    sort: Memo<String>,
    shown: Memo<Vec<usize>>,
}

fn use_view(rows: ListingRows, words: Words, fields: &'static [&'static str]) -> View {
    let navigation = use_navigation();
    let filter = navigation.query("filter");
    let status = navigation.query("status");
    let sort_query = navigation.query("sort");
    let search = Memo::new(move |_| filter.with(|filter| Search::parse(filter, fields)));
    let sort = Memo::new(move |_| {
        let sort = sort_query.get();
        if sort.is_empty() {
            DEFAULT_SORT.to_owned()
        } else {
            sort
        }
    });
    // a filter that cannot be read yet changes nothing
    let readable = Memo::new(move |before: Option<&Search>| {
        search
            .get()
            .unwrap_or_else(|_| before.cloned().unwrap_or_default())
    });
    let shown = Memo::new(move |_| {
        rows.arrange.run(Wanted {
            search: readable.get(),
            status: status.with(|status| Health::from_word(status)),
            sort: sort.get(),
        })
    });
    View {
        rows,
        words,
        fields,
        filter,
        search,
        status,
        sort,
        shown,
    }
}

/// Draws a list page.
#[must_use]
pub fn page(listing: Listing) -> AnyView {
    let Listing {
        dc,
        icon,
        words,
        fields,
        class,
        columns,
        skeleton,
        rows,
    } = listing;
    let list = use_view(rows, words, fields);
    let total = Memo::new(move |_| {
        rows.about
            .with(|about| about.as_ref().map(|about| about.total))
    });
    let state = Memo::new(
        move |_| match (total.get(), rows.problem.with(Option::is_some)) {
            (None, true) => "problem",
            (Some(0), _) => "empty",
            (Some(_), _) if list.shown.with(Vec::is_empty) => "no-match",
            _ => "table",
        },
    );
    let columns = StoredValue::new(columns);
    let body = dynamic(move || match state.get() {
        "problem" => rows
            .problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry=rows.reload/> }.into_any())
            .into_any(),
        "empty" => {
            view! { <Blank icon=icon title=words.empty text=(words.empty_text)(&dc)/> }.into_any()
        }
        "no-match" => no_match(list, total),
        _ => table::table(list, class, columns, skeleton),
    });
    let count = move || {
        total
            .get()
            .map(|total| number(total as u64))
            .unwrap_or_default()
    };
    view! {
        <PageHead title=words.title count=Signal::derive(count)/>
        {bar(list)}
        {notes(rows)}
        {body}
        {foot(list)}
    }
    .into_any()
}

fn bar(list: View) -> AnyView {
    let t = use_t();
    let navigation = use_navigation();
    let error = move || {
        list.search
            .with(|search| Some(search_error_text(t, search.as_ref().err()?, list.fields)))
    };
    let choices = move || {
        let counts = list.rows.count.run(list.search.get().unwrap_or_default());
        status_choices(t, counts, &list.status.read())
    };
    view! {
        <div class="page-bar">
            <FilterField
                value=list.filter
                on_input=Callback::new(move |text: String| navigation.set_query("filter", &text))
                hint=list.words.filter_hint
                help=list.words.filter_help
                error=Signal::derive(error)
            />
            <Segmented
                label=t.common.status
                choices=Signal::derive(choices)
                value=list.status
                on_pick=Callback::new(move |status| navigation.set_query("status", status))
            />
        </div>
    }
    .into_any()
}

fn notes(rows: ListingRows) -> AnyView {
    let problem = Signal::derive(move || {
        rows.about
            .with(Option::is_some)
            .then(|| rows.problem.get())
            .flatten()
    });
    let hidden = Signal::derive(move || {
        rows.about
            .with(|about| about.as_ref().is_some_and(|about| about.filtered_by_acl))
    });
    let failed = dynamic(move || {
        let failed = rows
            .about
            .with(|about| about.as_ref().map(|about| about.failed.clone()));
        view! { <PartFailedNote failed=failed.unwrap_or_default()/> }
    });
    view! {
        <ProblemNote problem arrived=rows.arrived retry=rows.reload/>
        {failed}
        <HiddenNote hidden/>
    }
    .into_any()
}

fn no_match(list: View, total: Memo<Option<usize>>) -> AnyView {
    let t = use_t();
    let navigation = use_navigation();
    let title = move || (list.words.no_match)(total.get().unwrap_or_default());
    let clear = move |_| {
        navigation.set_query("filter", "");
        navigation.set_query("status", "");
    };
    view! {
        <Blank icon="search" title=Signal::derive(title) text=list.words.no_match_text>
            <button type="button" class="button" on:click=clear>
                {t.common.clear_filter}
            </button>
        </Blank>
    }
    .into_any()
}

fn foot(list: View) -> AnyView {
    let text = move || {
        if list.rows.about.with(Option::is_none) {
            return String::new();
        }
        let shown = list.shown.get();
        (list.words.totals)(shown.len(), list.rows.instances.run(shown))
    };
    view! { <PageFoot text=Signal::derive(text) list=true/> }.into_any()
}
