//! The datacenter of the page, and the way to another.

use leptos::prelude::*;
use wire::{datacenters::ALL, rows::Failed};

use super::use_datacenters;
use crate::{
    components::{Icon, dynamic, problem::words},
    i18n::{Messages, use_t},
    navigation::use_navigation,
    routes::{self, Place, Tool},
};

const MENU_ID: &str = "datacenter-menu";

/// Shows the datacenter and opens the menu.
#[component]
pub fn DatacenterButton(
    /// The datacenter of the page.
    dc: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    let datacenters = use_datacenters().data;
    let local = move || {
        datacenters.with(|data| {
            data.as_ref().is_some_and(|data| {
                data.items
                    .iter()
                    .any(|item| item.local && dc.with(|dc| dc.as_ref() == Some(&item.name)))
            })
        })
    };
    let name = move || match dc.get() {
        Some(dc) if dc == ALL => t.shell.all_datacenters.to_owned(),
        Some(dc) => dc,
        None => "…".to_owned(),
    };
    view! {
        <button
            type="button"
            class="datacenter-button"
            popovertarget=MENU_ID
            title=t.common.datacenter
        >
            <Icon name="members"/>
            <span class="visually-hidden">{t.common.datacenter}" "</span>
            <span class="ellipsis">{name}</span>
            {move || local().then(|| view! { <small>{t.shell.local}</small> }.into_any())}
            <Icon name="updown"/>
        </button>
    }
}

/// Every datacenter, the local one first; before them, where there are several, all of them.
#[component]
pub fn DatacenterMenu(
    /// The datacenter of the page.
    dc: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let datacenters = use_datacenters().data;
    let items = dynamic(move || {
        let here = routes::parse(&navigation.path()).0;
        let item = |name: &str, label: &str, local: bool| {
            let current = dc.with(|dc| dc.as_deref() == Some(name));
            let href = same_section(&here, name);
            let label = label.to_owned();
            view! {
                <a href=href class:is-on=current aria-current=current.then_some("true")>
                    <Icon name="members"/>
                    <span class="ellipsis">{label}</span>
                    {local.then(|| view! { <small>{t.shell.local}</small> }.into_any())}
                    {current
                        .then(|| view! { <span class="push-end"><Icon name="check"/></span> }.into_any())}
                </a>
            }
            .into_any()
        };
        datacenters.with(|data| {
            let known = data.as_ref().map_or(&[][..], |data| &data.items);
            let failed = data.as_ref().map_or(&[][..], |data| &data.failed);
            let all =
                (known.len() + failed.len() > 1).then(|| item(ALL, t.shell.all_datacenters, false));
            all.into_iter()
                .chain(
                    known
                        .iter()
                        .map(|known| item(&known.name, &known.name, known.local)),
                )
                .chain(failed.iter().map(|failed| nameless(t, failed)))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div
            popover="auto"
            id=MENU_ID
            class="menu datacenter-menu"
            role="group"
            aria-label=t.shell.datacenters
            on:click=|_| hide_menu()
        >
            <h3>{t.shell.datacenters}</h3>
            {items}
        </div>
    }
}

/// A cluster that never said which datacenters it has: there is nothing to go to.
fn nameless(t: &'static Messages, failed: &Failed) -> AnyView {
    let (_, title, _) = words(t, &failed.problem);
    let reason = format!("{title}. {}", failed.problem.detail);
    view! {
        <span class="menu-line" aria-disabled="true" title=reason>
            <Icon name="unplug"/>
            <span class="ellipsis">{failed.datacenter.clone()}</span>
            <small class="push-end">{t.shell.dc_unreachable}</small>
        </span>
    }
    .into_any()
}

/// The same kind of page in another datacenter: a name need not exist there, a list does.
fn same_section(here: &Place, dc: &str) -> String {
    match here {
        Place::Overview { .. } => routes::overview(dc),
        Place::Nodes { .. } | Place::Node { .. } => routes::nodes(dc),
        Place::Kv { .. } if dc != ALL => routes::kv(dc, ""),
        Place::Tool { tool, .. } if dc != ALL || *tool == Tool::History => {
            routes::tool(dc, *tool, &[])
        }
        _ => routes::services(dc),
    }
}

/// Opens the menu.
pub(super) fn show_menu() {
    call_on_menu("showPopover");
}

fn hide_menu() {
    call_on_menu("hidePopover");
}

/// By name, since web-sys has no binding for popovers.
fn call_on_menu(method: &str) {
    use wasm_bindgen::JsCast;
    let Some(menu) = document().get_element_by_id(MENU_ID) else {
        return;
    };
    if let Ok(function) = js_sys::Reflect::get(&menu, &method.into())
        && let Some(function) = function.dyn_ref::<js_sys::Function>()
    {
        let _ = function.call0(&menu);
    }
    if method == "showPopover"
        && let Ok(Some(first)) = menu.query_selector("a")
        && let Some(first) = first.dyn_ref::<web_sys::HtmlElement>()
    {
        let _ = first.focus();
    }
}
