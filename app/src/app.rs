//! The whole page: contexts, the frame, and the page that the address leads to.

use leptos::prelude::*;

use crate::{
    live,
    navigation::{Navigation, use_navigation},
    pages,
    routes::{self, Place},
    shell::{Home, Shell},
    state,
};

/// The whole page. Contexts it may find: `Settings`, `FirstData`, `RequestUrl`.
#[component]
pub fn App() -> impl IntoView {
    state::provide();
    Navigation::provide();
    live::provide();
    view! {
        <div class="icon-sprite" inner_html=include_str!("../../public/icons.svg")></div>
        <Shell>
            <Pages/>
        </Shell>
    }
}

/// The page that the address leads to; it is built anew whenever the place changes.
#[component]
fn Pages() -> impl IntoView {
    let navigation = use_navigation();
    let at = Memo::new(move |_| routes::parse(&navigation.path()));
    let place = Memo::new(move |_| at.with(|(place, _)| place.clone()));
    let tab = Memo::new(move |_| at.with(|(_, tab)| tab.clone()));
    move || match place.get() {
        Place::Home => view! { <Home/> }.into_any(),
        Place::Kv { dc, rest } => view! { <pages::kv::KvPage dc rest/> }.into_any(),
        Place::Unknown { dc } => view! { <pages::not_found::NotFoundPage dc/> }.into_any(),
        _ => { let _ = tab; ().into_any() },
    }
}
