//! The table of services.

use leptos::prelude::*;
use wire::services::ServiceRow;

use super::{list::View, rows};
use crate::{
    components::{
        HealthWord, MoreRows, SkeletonRows, Skyline, SortHead, TagList, dynamic, split_name,
    },
    i18n::use_t,
    navigation::use_navigation,
    routes,
};

pub(super) fn table(list: View, dc: StoredValue<String>) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let on_sort = Callback::new(move |sort: String| {
        let sort = if sort == rows::DEFAULT_SORT {
            ""
        } else {
            &sort
        };
        navigation.set_query("sort", sort);
    });
    let sort = list.sort;
    let more = MoreRows::new();
    let loading = list.live.loading;
    let body = dynamic(move || {
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
    });
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
                    <SortHead label=t.common.health column="health" sort on_sort/>
                    <SortHead label=t.services.service column="name" sort on_sort/>
                    <SortHead
                        label=t.services.instances
                        column="instances"
                        sort
                        on_sort
                        class="column-number"
                    />
                    <th scope="col" class="column-secondary">{t.common.tags}</th>
                    <SortHead
                        label=t.common.version
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
        .then(|| view! { <span class="text-tertiary">{format!(" / {total}")}</span> }.into_any());
    let healthy = if of_total.is_some() {
        row.instances.passing
    } else {
        total
    };
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
                {(!row.kind.is_empty()).then(|| view! { <span class="badge">{row.kind.clone()}</span> }.into_any())}
            </td>
            <td class="column-number" data-fold="2">{healthy}{of_total}</td>
            <td class="column-secondary"><TagList tags=row.tags.clone()/></td>
            <td class="column-secondary text-secondary" title=row.versions.join(", ")>{version}</td>
        </tr>
    }
    .into_any()
}
