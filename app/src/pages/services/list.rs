//! All services of a datacenter.

use leptos::prelude::*;
use wire::{
    health::Health,
    rows::Rows,
    search::{Search, Searchable},
    services::ServiceRow,
};

use super::rows;
use crate::{
    api,
    components::{
        Blank, FilterField, HealthWord, HiddenNote, MoreRows, PageFoot, PageHead, PartFailedNote,
        ProblemNote, ProblemView, Segmented, SkeletonRows, Skyline, SortHead, TagList,
        search_error_text, split_name, status_choices,
    },
    i18n::{number, tr, tr_owned, use_t},
    live::{Live, use_live},
    navigation::use_navigation,
    routes,
};

/// What of the list is asked for, all of it in the address.
#[derive(Clone, Copy)]
struct View {
    live: Live<Rows<ServiceRow>>,
    filter: Memo<String>,
    search: Memo<Result<Search, wire::search::SearchError>>,
    status: Memo<String>,
    sort: Memo<String>,
    shown: Memo<Vec<ServiceRow>>,
}

fn use_view(dc: &str) -> View {
    let navigation = use_navigation();
    let url = api::services(dc);
    let live = use_live::<Rows<ServiceRow>>(move || Some(url.clone()));
    let filter = navigation.query("filter");
    let status = navigation.query("status");
    let sort_query = navigation.query("sort");
    let search = Memo::new(move |_| filter.with(|filter| Search::parse(filter, ServiceRow::FIELDS)));
    let sort = Memo::new(move |_| {
        let sort = sort_query.get();
        if sort.is_empty() { rows::DEFAULT_SORT.to_owned() } else { sort }
    });
    let shown = Memo::new(move |before: Option<&Vec<ServiceRow>>| {
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

/// The list of services.
#[component]
pub fn ServicesPage(
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
            let text = move || dc.with_value(|dc| (t().services.empty_text)(dc));
            view! {
                <Blank
                    icon="services"
                    title=tr_owned(|t| t.services.empty)
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
            title=tr_owned(|t| t.services.title)
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
            .with(|search| Some(search_error_text(t(), search.as_ref().err()?, ServiceRow::FIELDS)))
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
                hint=tr(|t| t.services.filter_hint)
                help=tr(|t| t.services.filter_help)
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
    let title = move || (t().services.no_match)(total.get().unwrap_or_default());
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
            return view! { <SkeletonRows widths=&[60, 70, 20, 60, 30]/> }.into_any();
        }
        let rows: Vec<AnyView> = list.shown.with(|rows| {
            rows.iter()
                .take(more.limit())
                .map(|row| service_row(&dc.read_value(), row))
                .collect()
        });
        view! { <tbody>{rows}</tbody> }.into_any()
    };
    view! {
        <table class="data-table is-folding services-table">
            <colgroup>
                <col class="column-health"/>
                <col/>
                <col class="column-instances"/>
                <col class="column-tags column-secondary"/>
                <col class="column-version column-secondary"/>
            </colgroup>
            <thead>
                <tr>
                    <SortHead label=tr(|t| t.common.health) column="health" sort on_sort/>
                    <SortHead label=tr(|t| t.services.service) column="name" sort on_sort/>
                    <SortHead
                        label=tr(|t| t.services.instances)
                        column="instances"
                        sort
                        on_sort
                        class="column-number"
                    />
                    <th scope="col" class="column-secondary">{tr(|t| t.common.tags)}</th>
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

fn service_row(dc: &str, row: &ServiceRow) -> AnyView {
    let (prefix, last) = split_name(&row.name);
    let total = row.instances.total();
    let of_total = (row.instances.passing + row.instances.none < total)
        .then(|| view! { <span class="text-tertiary">{format!(" / {total}")}</span> });
    let healthy = if of_total.is_some() { row.instances.passing } else { total };
    let version = match row.versions.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [.., last] => format!("{last} +{}", row.versions.len() - 1),
    };
    view! {
        <tr>
            <td data-fold="3">
                <span class="health-cell"><HealthWord health=row.health/><Skyline counts=row.instances/></span>
            </td>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=routes::service(dc, &row.name) title=row.name.clone()>
                    <i>{prefix}</i>
                    {last}
                </a>
                {(!row.kind.is_empty()).then(|| view! { <span class="badge">{row.kind.clone()}</span> })}
            </td>
            <td class="column-number" data-fold="2">{healthy}{of_total}</td>
            <td class="column-secondary"><TagList tags=row.tags.clone()/></td>
            <td class="column-secondary text-secondary" title=row.versions.join(", ")>{version}</td>
        </tr>
    }
    .into_any()
}

fn foot(list: View) -> impl IntoView {
    let t = use_t();
    let text = move || {
        list.shown.with(|rows| {
            let instances = rows.iter().map(|row| row.instances.total()).sum();
            (t().services.totals)(rows.len(), instances)
        })
    };
    view! { <PageFoot text=Signal::derive(text) list=true/> }
}
