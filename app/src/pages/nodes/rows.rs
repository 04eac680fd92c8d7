//! A node as a row of the list.

use leptos::prelude::*;
use wire::nodes::NodeRow;

use crate::{
    components::{HealthWord, Icon, Skyline},
    i18n::use_t,
    pages::listing::{Row, RowPlace},
    routes,
};

impl Row for NodeRow {
    fn is_about(&self, other: &Self) -> bool {
        self.name == other.name && self.datacenter == other.datacenter
    }

    fn draw(&self, place: &RowPlace) -> AnyView {
        let everywhere = place.is_everywhere();
        let dc = if everywhere {
            &self.datacenter
        } else {
            place.dc
        };
        view! {
        <tr class=place.class() aria-rowindex=place.index>
            <td data-fold="3"><HealthWord health=self.health/></td>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=routes::node(dc, &self.name) title=self.name.clone()>
                    {self.name.clone()}
                </a>
                {self.leader.then(|| view! { <span class="narrow-only role-mark"><Icon name="raft"/></span> }.into_any())}
            </td>
            {everywhere.then(|| view! { <td data-fold="4">{self.datacenter.clone()}</td> }.into_any())}
            <td class="mono text-secondary" data-fold=(!everywhere).then_some("4")>{self.address.clone()}</td>
            <td><Role leader=self.leader server=self.server/></td>
            <td data-fold="2">
                <span class="count-cell">
                    <span class="column-number">{self.instances}</span>
                    <Skyline counts=self.instance_health/>
                </span>
            </td>
            <td class="column-secondary text-secondary">{self.version.clone()}</td>
        </tr>
    }
    .into_any()
    }
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
