//! All nodes of a datacenter.

use leptos::prelude::*;
use wire::{
    health::Health,
    nodes::NodeRow,
    rows::Rows,
    search::{Search, Searchable},
};

use super::rows;
use crate::{
    api,
    components::{
        Blank, FilterField, HiddenNote, PageFoot, PageHead, PartFailedNote, ProblemNote,
        ProblemView, Segmented, dynamic, search_error_text, status_choices,
    },
    i18n::{number, use_t},
    live::{Live, use_live},
    navigation::use_navigation,
};

/// What of the list is asked for, all of it in the address.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) live: Live<Rows<NodeRow>>,
    pub(super) filter: Memo<String>,
    pub(super) search: Memo<Result<Search, wire::search::SearchError>>,
    pub(super) status: Memo<String>,
    pub(super) sort: Memo<String>,
    pub(super) shown: Memo<Vec<NodeRow>>,
}

fn use_view(dc: &str) -> View {
    let navigation = use_navigation();
    let url = api::nodes(dc);
    let live = use_live::<Rows<NodeRow>>(move || Some(url.clone()));
    let filter = navigation.query("filter");
    let status = navigation.query("status");
    let sort_query = navigation.query("sort");
    let search = Memo::new(move |_| filter.with(|filter| Search::parse(filter, NodeRow::FIELDS)));
    let sort = Memo::new(move |_| {
        let sort = sort_query.get();
        if sort.is_empty() {
            rows::DEFAULT_SORT.to_owned()
        } else {
            sort
        }
    });
    let shown = Memo::new(move |before: Option<&Vec<NodeRow>>| {
        // a filter that cannot be read yet changes nothing
        let search = match (search.get(), before) {
            (Ok(search), _) => search,
            (Err(_), Some(before)) if !before.is_empty() => return before.clone(),
            (Err(_), _) => Search::default(),
        };
        let status = status.with(|status| Health::from_word(status));
        live.data.with(|data| {
            data.as_ref().map_or_else(Vec::new, |data| {
                sort.with(|sort| rows::matching(&data.items, &search, status, sort))
            })
        })
    });
    View {
        live,
        filter,
        search,
        status,
        sort,
        shown,
    }
}

/// The list of nodes.
#[component]
pub fn NodesPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let list = use_view(&dc);
    let live = list.live;
    let total = Memo::new(move |_| live.data.with(|data| data.as_ref().map(|data| data.total)));
    let state = Memo::new(
        move |_| match (total.get(), live.problem.with(Option::is_some)) {
            (None, true) => "problem",
            (Some(0), _) => "empty",
            (Some(_), _) if list.shown.with(Vec::is_empty) => "no-match",
            _ => "table",
        },
    );
    let retry = Callback::new(move |()| live.reload());
    let dc = StoredValue::new(dc);
    let body = dynamic(move || match state.get() {
        "problem" => live
            .problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry/> }.into_any())
            .into_any(),
        "empty" => {
            let text = move || dc.with_value(|dc| (t.nodes.empty_text)(dc));
            view! {
                <Blank
                    icon="nodes"
                    title=t.nodes.empty
                    text=Signal::derive(text)
                />
            }
            .into_any()
        }
        "no-match" => no_match(total).into_any(),
        _ => super::table::table(list, dc).into_any(),
    });
    let count = move || {
        total
            .get()
            .map(|total| number(total as u64))
            .unwrap_or_default()
    };
    view! {
        <PageHead
            title=t.nodes.title
            count=Signal::derive(count)
        />
        {bar(list)}
        {notes(list)}
        {body}
        {foot(list)}
    }
}

fn bar(list: View) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let error = move || {
        list.search.with(|search| {
            Some(search_error_text(
                t,
                search.as_ref().err()?,
                NodeRow::FIELDS,
            ))
        })
    };
    let choices = move || {
        let search = list.search.get().unwrap_or_default();
        let counts = list
            .live
            .data
            .with(|data| data.as_ref().map(|data| rows::count(&data.items, &search)));
        status_choices(t, counts, &list.status.read())
    };
    view! {
        <div class="page-bar">
            <FilterField
                value=list.filter
                on_input=Callback::new(move |text: String| navigation.set_query("filter", &text))
                hint=t.nodes.filter_hint
                help=t.nodes.filter_help
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
}

fn notes(list: View) -> impl IntoView {
    let live = list.live;
    let problem = Signal::derive(move || {
        live.data
            .with(Option::is_some)
            .then(|| live.problem.get())
            .flatten()
    });
    let hidden = Memo::new(move |_| {
        live.data
            .with(|data| data.as_ref().is_some_and(|data| data.filtered_by_acl))
    });
    let failed = Memo::new(move |_| {
        live.data.with(|data| {
            data.as_ref()
                .map(|data| data.failed.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <ProblemNote problem arrived=live.arrived retry=Callback::new(move |()| live.reload())/>
        {move || view! { <PartFailedNote failed=failed.get()/> }.into_any()}
        <HiddenNote hidden/>
    }
}

fn no_match(total: Memo<Option<usize>>) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let title = move || (t.nodes.no_match)(total.get().unwrap_or_default());
    let clear = move |_| {
        navigation.set_query("filter", "");
        navigation.set_query("status", "");
    };
    view! {
        <Blank
            icon="search"
            title=Signal::derive(title)
            text=t.services.no_match_text
        >
            <button type="button" class="button" on:click=clear>
                {t.common.clear_filter}
            </button>
        </Blank>
    }
}

fn foot(list: View) -> impl IntoView {
    let t = use_t();
    let text = move || {
        if list.live.data.with(Option::is_none) {
            return String::new();
        }
        list.shown.with(|rows| {
            let instances = rows.iter().map(|row| row.instances).sum();
            (t.nodes.totals)(rows.len(), instances)
        })
    };
    view! { <PageFoot text=Signal::derive(text) list=true/> }
}
