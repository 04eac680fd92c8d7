//! The whole page: contexts, the frame, and the page that the address leads to.

use leptos::prelude::*;
use wire::datacenters::ALL;

use crate::{
    components::dynamic,
    lazy::{self, InstanceAt},
    live,
    navigation::{Navigation, use_navigation},
    pages::{self, not_found::UnknownDatacenterPage},
    routes::{self, Place},
    shell::{self, Home, Shell, use_datacenters},
    state,
};

/// The whole page. Contexts it may find: `Settings`, `FirstData`, `RequestUrl`.
#[component]
pub fn App() -> impl IntoView {
    state::provide();
    Navigation::provide();
    live::provide();
    shell::provide();
    view! {
        <Shell>
            <Pages/>
        </Shell>
    }
}

/// The page that the address leads to; it is built anew whenever the place changes.
#[component]
fn Pages() -> impl IntoView {
    let navigation = use_navigation();
    let datacenters = use_datacenters().data;
    let at = Memo::new(move |_| routes::parse(&navigation.path()));
    // what is beside the pages of keys stays while one goes from folder to folder
    let place = Memo::new(move |_| match at.with(|(place, _)| place.clone()) {
        Place::Kv { dc, .. } => Place::Kv {
            dc,
            rest: String::new(),
        },
        place => place,
    });
    let rest = Memo::new(move |_| {
        at.with(|(place, _)| match place {
            Place::Kv { rest, .. } => rest.clone(),
            _ => String::new(),
        })
    });
    let tab = Memo::new(move |_| at.with(|(_, tab)| tab.clone()));
    let known = Memo::new(move |_| {
        place.with(|place| match place.dc() {
            None => true,
            Some(ALL) => true,
            Some(dc) => datacenters.with(|data| data.as_ref().is_none_or(|data| data.may_have(dc))),
        })
    });
    dynamic(move || {
        let place = place.get();
        if !known.get() {
            let dc = place.dc().unwrap_or_default().to_owned();
            return view! { <UnknownDatacenterPage dc/> }.into_any();
        }
        match place {
            Place::Home => view! { <Home/> }.into_any(),
            Place::Overview { dc } => lazy::overview(dc),
            Place::Services { dc } => view! { <pages::services::ServicesPage dc/> }.into_any(),
            Place::Nodes { dc } => view! { <pages::nodes::NodesPage dc/> }.into_any(),
            Place::Service { dc, name } => lazy::service(dc, name, tab),
            Place::Instance { dc, name, node, id } => {
                lazy::instance(dc, InstanceAt { name, node, id })
            }
            Place::Node { dc, name } => lazy::node(dc, name, tab),
            Place::Kv { dc, .. } => view! { <pages::kv::KvPage dc rest/> }.into_any(),
            Place::Tool { dc, tool } => lazy::tool(dc, tool),
            Place::Unknown { dc } => view! { <pages::not_found::NotFoundPage dc/> }.into_any(),
        }
    })
}
