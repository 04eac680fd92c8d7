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
        Blank, FilterField, HealthWord, HiddenNote, Icon, MoreRows, PageFoot, PageHead, PartFailedNote,
        ProblemNote, ProblemView, Segmented, SkeletonRows, Skyline, SortHead,
        search_error_text, status_choices,
    },
    i18n::{number, tr, tr_owned, use_t},
    live::{Live, use_live},
    navigation::use_navigation,
    routes,
};

/// What of the list is asked for, all of it in the address.
#[derive(Clone, Copy)]
struct View {
    live: Live<Rows<NodeRow>>,
    filter: Memo<String>,
    search: Memo<Result<Search, wire::search::SearchError>>,
    status: Memo<String>,
    sort: Memo<String>,
    shown: Memo<Vec<NodeRow>>,
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
        if sort.is_empty() { rows::DEFAULT_SORT.to_owned() } else { sort }
    });
    let shown = Memo::new(move |before: Option<&Vec<NodeRow>>| {
        // a filter that cannot be read yet changes nothing
        let Ok(search) = search.get() else {
            return before.cloned().unwrap_or_default();
        };
        let status = status.with(|status| Health::from_word(status));
        live.data.with(|data| {
            data.as_ref().map_or_else(Vec::new, |data| {
                sort.with(|sort| rows::matching(&data.items, &search, status, sort))
            })
        })
    });
    View { live, filter, search, status, sort, shown }
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
    let state = Memo::new(move |_| match (total.get(), live.problem.with(Option::is_some)) {
        (None, true) => "problem",
        (Some(0), _) => "empty",
        (Some(_), _) if list.shown.with(Vec::is_empty) => "no-match",
        _ => "table",
    });
    let retry = Callback::new(move |()| live.reload());
    let dc = StoredValue::new(dc);
    let body = move || match state.get() {
        "problem" => live
            .problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry/> })
            .into_any(),
        "empty" => {
            let text = move || dc.with_value(|dc| (t().nodes.empty_text)(dc));
            view! {
                <Blank
                    icon="nodes"
                    title=tr_owned(|t| t.nodes.empty)
                    text=Signal::derive(text)
                />
            }
            .into_any()
        }
        "no-match" => no_match(total).into_any(),
        _ => table(list, dc).into_any(),
    };
    let count = move || total.get().map(|total| number(total as u64)).unwrap_or_default();
    view! {
        <PageHead
            title=tr_owned(|t| t.nodes.title)
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
        list.search
            .with(|search| Some(search_error_text(t(), search.as_ref().err()?, NodeRow::FIELDS)))
    };
    let choices = move || {
        let search = list.search.get().unwrap_or_default();
        let counts = list.live.data.with(|data| {
            data.as_ref().map(|data| rows::count(&data.items, &search))
        });
        status_choices(t(), counts, &list.status.read())
    };
    view! {
        <div class="page-bar">
            <FilterField
                value=list.filter
                on_input=Callback::new(move |text: String| navigation.set_query("filter", &text))
                hint=tr(|t| t.nodes.filter_hint)
                help=tr(|t| t.nodes.filter_help)
                error=Signal::derive(error)
            />
            <Segmented
                label=tr(|t| t.common.status)
                choices=Signal::derive(choices)
                value=list.status
                on_pick=Callback::new(move |status| navigation.set_query("status", status))
            />
        </div>
    }
    .into_any()
}

fn notes(list: View) -> impl IntoView {
    let live = list.live;
    let problem = Signal::derive(move || {
        live.data.with(Option::is_some).then(|| live.problem.get()).flatten()
    });
    let hidden = Memo::new(move |_| {
        live.data
            .with(|data| data.as_ref().is_some_and(|data| data.filtered_by_acl))
    });
    let failed = Memo::new(move |_| {
        live.data
            .with(|data| data.as_ref().map(|data| data.failed.clone()).unwrap_or_default())
    });
    view! {
        <ProblemNote problem arrived=live.arrived retry=Callback::new(move |()| live.reload())/>
        {move || view! { <PartFailedNote failed=failed.get()/> }}
        <HiddenNote hidden/>
    }
    .into_any()
}

fn no_match(total: Memo<Option<usize>>) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let title = move || (t().nodes.no_match)(total.get().unwrap_or_default());
    let clear = move |_| {
        navigation.set_query("filter", "");
        navigation.set_query("status", "");
    };
    view! {
        <Blank
            icon="search"
            title=Signal::derive(title)
            text=tr_owned(|t| t.services.no_match_text)
        >
            <button type="button" class="button" on:click=clear>
                {tr(|t| t.common.clear_filter)}
            </button>
        </Blank>
    }
}

fn table(list: View, dc: StoredValue<String>) -> impl IntoView {
    let navigation = use_navigation();
    let on_sort = Callback::new(move |sort: String| {
        let sort = if sort == rows::DEFAULT_SORT { "" } else { &sort };
        navigation.set_query("sort", sort);
    });
    let sort = list.sort;
    let more = MoreRows::new();
    let loading = list.live.loading;
    let body = move || {
        if loading.get() {
            return view! { <SkeletonRows widths=&[60, 50, 70, 40, 50, 40]/> }.into_any();
        }
        let rows: Vec<AnyView> = list.shown.with(|rows| {
            rows.iter()
                .take(more.limit())
                .map(|row| node_row(&dc.read_value(), row))
                .collect()
        });
        view! { <tbody>{rows}</tbody> }.into_any()
    };
    view! {
        <table class="data-table is-folding nodes-table">
            <colgroup>
                <col class="column-health"/>
                <col/>
                <col class="column-address"/>
                <col class="column-role"/>
                <col class="column-instances"/>
                <col class="column-version column-secondary"/>
            </colgroup>
            <thead>
                <tr>
                    <SortHead label=tr(|t| t.common.health) column="health" sort on_sort/>
                    <SortHead label=tr(|t| t.nodes.node) column="name" sort on_sort/>
                    <SortHead label=tr(|t| t.common.address) column="address" sort on_sort/>
                    <SortHead label=tr(|t| t.nodes.role) column="role" sort on_sort/>
                    <SortHead label=tr(|t| t.nodes.instances) column="instances" sort on_sort/>
                    <SortHead
                        label=tr(|t| t.common.version)
                        column="version"
                        sort
                        on_sort
                        class="column-secondary"
                    />
                </tr>
            </thead>
            {body}
        </table>
        {more.button(Signal::derive(move || list.shown.with(Vec::len)))}
    }
}

fn node_row(dc: &str, row: &NodeRow) -> AnyView {
    view! {
        <tr>
            <td data-fold="3"><HealthWord health=row.health/></td>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=routes::node(dc, &row.name) title=row.name.clone()>
                    {row.name.clone()}
                </a>
            </td>
            <td class="mono text-secondary" data-fold="4">{row.address.clone()}</td>
            <td data-fold="5"><Role leader=row.leader server=row.server/></td>
            <td data-fold="2">
                <span class="count-cell">
                    <span class="column-number">{row.instances}</span>
                    <Skyline counts=row.instance_health/>
                </span>
            </td>
            <td class="column-secondary text-secondary">{row.version.clone()}</td>
        </tr>
    }
    .into_any()
}

/// Leader, server or client.
#[component]
fn Role(
    /// It leads.
    leader: bool,
    /// It is a server.
    server: bool,
) -> impl IntoView {
    if leader {
        view! {
            <span class="role-mark" title=tr(|t| t.nodes.leader_hint)>
                <Icon name="raft"/>
                {tr(|t| t.nodes.leader)}
            </span>
        }
        .into_any()
    } else if server {
        view! { <span>{tr(|t| t.nodes.server)}</span> }.into_any()
    } else {
        view! { <span class="text-secondary">{tr(|t| t.nodes.client)}</span> }.into_any()
    }
}

fn foot(list: View) -> impl IntoView {
    let t = use_t();
    let text = move || {
        list.shown.with(|rows| {
            let instances = rows.iter().map(|row| row.instances).sum();
            (t().nodes.totals)(rows.len(), instances)
        })
    };
    view! { <PageFoot text=Signal::derive(text) list=true/> }
}
