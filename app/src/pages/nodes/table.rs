//! The table of nodes.

use leptos::prelude::*;
use wire::nodes::NodeRow;

use super::{list::View, rows};
use crate::{
    components::{HealthWord, Icon, MoreRows, SkeletonRows, Skyline, SortHead, dynamic},
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
            return view! { <SkeletonRows widths=&[60, 50, 70, 40, 50, 40]/> }.into_any();
        }
        let rows: Vec<AnyView> = list.shown.with(|rows| {
            rows.iter()
                .take(more.limit())
                .map(|row| node_row(&dc.read_value(), row))
                .collect()
        });
        view! { <tbody>{rows}</tbody> }.into_any()
    });
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
                    <SortHead label=t.common.health column="health" sort on_sort/>
                    <SortHead label=t.nodes.node column="name" sort on_sort/>
                    <SortHead label=t.common.address column="address" sort on_sort/>
                    <SortHead label=t.nodes.role column="role" sort on_sort/>
                    <SortHead label=t.nodes.instances column="instances" sort on_sort/>
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

fn node_row(dc: &str, row: &NodeRow) -> AnyView {
    view! {
        <tr>
            <td data-fold="3"><HealthWord health=row.health/></td>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=routes::node(dc, &row.name) title=row.name.clone()>
                    {row.name.clone()}
                </a>
                {row.leader.then(|| view! { <span class="narrow-only role-mark"><Icon name="raft"/></span> }.into_any())}
            </td>
            <td class="mono text-secondary" data-fold="4">{row.address.clone()}</td>
            <td><Role leader=row.leader server=row.server/></td>
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
    let t = use_t();
    if leader {
        view! {
            <span class="role-mark" title=t.nodes.leader_hint>
                <Icon name="raft"/>
                {t.nodes.leader}
            </span>
        }
        .into_any()
    } else if server {
        view! { <span>{t.nodes.server}</span> }.into_any()
    } else {
        view! { <span class="text-secondary">{t.nodes.client}</span> }.into_any()
    }
}
