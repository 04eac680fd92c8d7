//! Addresses that lead nowhere, and the nearest way on.

use leptos::prelude::*;

use crate::{
    components::{Blank, PageHead, dynamic},
    i18n::use_t,
    routes,
    shell::use_datacenters,
};

/// No such page.
#[component]
pub fn NotFoundPage(
    /// The datacenter that the address names.
    dc: Option<String>,
) -> impl IntoView {
    let t = use_t();
    let href = dc.map_or_else(routes::home, |dc| routes::services(&dc));
    view! {
        <PageHead title=t.problem.page_not_found/>
        <Blank icon="search" text=t.problem.page_not_found_text>
            <a class="button is-primary" href=href>{t.problem.all_services}</a>
        </Blank>
    }
}

/// A datacenter that Consul does not know.
#[component]
pub fn UnknownDatacenterPage(
    /// As the address names it.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let data = use_datacenters().data;
    let names = Memo::new(move |_| {
        data.with(|data| {
            data.iter()
                .flat_map(|data| data.items.iter().map(|item| item.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let title = (t.problem.unknown_datacenter)(&dc);
    let text = Signal::derive(move || {
        (t.problem.unknown_datacenter_text)(&names.with(|names| names.join(", ")))
    });
    let links = dynamic(move || {
        names
            .get()
            .into_iter()
            .take(6)
            .map(|name| {
                view! {
                    <a class="button" href=routes::services(&name)>{(t.problem.go_to)(&name)}</a>
                }
                .into_any()
            })
            .collect::<Vec<_>>()
    });
    view! {
        <PageHead title/>
        <Blank icon="members" text>
            {links}
        </Blank>
    }
}

/// A service, an instance or a node that is not there.
#[component]
pub fn MissingView(
    /// Its name.
    name: String,
    /// Where it was looked for.
    dc: String,
    /// The list that it would be in.
    list: String,
    /// What the list is called.
    #[prop(into)]
    list_label: Signal<String>,
) -> impl IntoView {
    let t = use_t();
    let title = (t.problem.not_found)(&name, &dc);
    view! {
        <Blank icon="search" title text=t.problem.not_found_text>
            <a class="button is-primary" href=list>{list_label}</a>
        </Blank>
    }
}
