//! No such page.

use leptos::prelude::*;

use crate::{
    components::{Blank, PageHead},
    i18n::use_t,
    routes,
};

/// An address that leads nowhere.
#[component]
pub fn NotFoundPage(
    /// The datacenter that the address names.
    dc: Option<String>,
) -> impl IntoView {
    let t = use_t();
    let href = dc.map_or_else(routes::home, |dc| routes::services(&dc));
    view! {
        <PageHead title=Signal::derive(move || t().problem.page_not_found.to_owned())/>
        <Blank
            icon="search"
            title=Signal::derive(move || t().problem.page_not_found.to_owned())
            text=Signal::derive(move || t().problem.page_not_found_text.to_owned())
        >
            <a class="button is-primary" href=href>{move || t().problem.all_services}</a>
        </Blank>
    }
}
