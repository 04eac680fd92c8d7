//! The parts as the browser has them: fetched, and drawn once they are here.

use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, Waker},
};

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Changing, Editing, InstanceAt, Part, Seldom};
use crate::{
    api::request,
    components::{ProblemView, dynamic},
    routes::Tool,
};

#[leptos::wasm_split::wasm_split(
    kv,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws a folder of keys.
        fetch_kv
    ),
    fallible
)]
fn folder_page(dc: String, folder: String) -> Result<AnyView, SplitLoaderError> {
    Ok(super::folder_page(dc, folder))
}

#[leptos::wasm_split::wasm_split(
    key,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws a key.
        fetch_key
    ),
    fallible
)]
fn key_page(dc: String, key: String) -> Result<AnyView, SplitLoaderError> {
    Ok(super::key_page(dc, key))
}

#[leptos::wasm_split::wasm_split(
    tree,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws the folders beside a folder.
        fetch_tree
    ),
    fallible
)]
fn tree_page(dc: String, folder: Memo<String>) -> Result<AnyView, SplitLoaderError> {
    Ok(super::tree_page(dc, folder))
}

#[leptos::wasm_split::wasm_split(
    changes,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that changes keys without an editor.
        fetch_changes
    ),
    fallible
)]
fn changes_page(changing: Changing) -> Result<AnyView, SplitLoaderError> {
    Ok(super::changes_page(changing))
}

#[leptos::wasm_split::wasm_split(
    seldom,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part with what few keys have.
        fetch_seldom
    ),
    fallible
)]
fn seldom_page(seldom: Seldom) -> Result<AnyView, SplitLoaderError> {
    Ok(super::seldom_page(seldom))
}

#[leptos::wasm_split::wasm_split(
    edit,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that edits keys.
        fetch_edit
    ),
    fallible
)]
fn edit_page(editing: Editing) -> Result<AnyView, SplitLoaderError> {
    Ok(super::edit_page(editing))
}

#[leptos::wasm_split::wasm_split(
    service,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws a service.
        fetch_service
    ),
    fallible
)]
fn service_page(dc: String, name: String, tab: Memo<String>) -> Result<AnyView, SplitLoaderError> {
    Ok(super::service_page(dc, name, tab))
}

#[leptos::wasm_split::wasm_split(
    instance,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws an instance.
        fetch_instance
    ),
    fallible
)]
fn instance_page(dc: String, at: InstanceAt) -> Result<AnyView, SplitLoaderError> {
    Ok(super::instance_page(dc, at))
}

#[leptos::wasm_split::wasm_split(
    node,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws a node.
        fetch_node
    ),
    fallible
)]
fn node_page(dc: String, name: String, tab: Memo<String>) -> Result<AnyView, SplitLoaderError> {
    Ok(super::node_page(dc, name, tab))
}

#[leptos::wasm_split::wasm_split(
    overview,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws how datacenters fare.
        fetch_overview
    ),
    fallible
)]
fn overview_page(dc: String) -> Result<AnyView, SplitLoaderError> {
    Ok(super::overview_page(dc))
}

#[leptos::wasm_split::wasm_split(
    tools,
    wasm_split_path = leptos::wasm_split,
    preload(
        /// Fetches the part that draws the pages of tools.
        fetch_tools
    ),
    fallible
)]
fn tool_page(dc: String, tool: Tool) -> Result<AnyView, SplitLoaderError> {
    Ok(super::tool_page(dc, tool))
}

#[wasm_bindgen]
extern "C" {
    /// The page's boot script knows where the style sheet of the parts is.
    #[wasm_bindgen(catch, js_namespace = waggle, js_name = style)]
    fn fetch_style() -> Result<js_sys::Promise, JsValue>;
}

/// Whether the style sheet of the parts has come, or failed to: nothing waits for it then.
static IS_STYLED: AtomicBool = AtomicBool::new(false);

/// Fetches a part, with its style; false where it does not come. Without style it can be used, if
/// not looked at.
pub async fn fetch(part: Part) -> bool {
    let style = part.has_style().then(fetch_style);
    let is_here = fetch_module(part).await;
    if let Some(Ok(style)) = style {
        let _ = JsFuture::from(style).await;
        IS_STYLED.store(true, Ordering::Relaxed);
    }
    is_here
}

async fn fetch_module(part: Part) -> bool {
    match part {
        Part::Kv => fetch_kv().await.is_ok(),
        Part::Key => fetch_key().await.is_ok(),
        Part::Changes => fetch_changes().await.is_ok(),
        Part::Seldom => fetch_seldom().await.is_ok(),
        Part::Tree => fetch_tree().await.is_ok(),
        Part::Edit => fetch_edit().await.is_ok(),
        Part::Service => fetch_service().await.is_ok(),
        Part::Instance => fetch_instance().await.is_ok(),
        Part::Node => fetch_node().await.is_ok(),
        Part::Overview => fetch_overview().await.is_ok(),
        Part::Tools => fetch_tools().await.is_ok(),
    }
}

/// The page of a folder in datacenter `dc`.
#[must_use]
pub fn folder(dc: String, folder: String) -> AnyView {
    when_here(Part::Kv, move || {
        at_once(folder_page(dc.clone(), folder.clone()))
    })
}

/// The page of a key in datacenter `dc`.
#[must_use]
pub fn key(dc: String, key: String) -> AnyView {
    when_here(Part::Key, move || {
        at_once(key_page(dc.clone(), key.clone()))
    })
}

/// The folders beside a folder.
#[must_use]
pub fn tree(dc: String, folder: Memo<String>) -> AnyView {
    when_here(Part::Tree, move || at_once(tree_page(dc.clone(), folder)))
}

/// What changes keys without an editor.
#[must_use]
pub fn change(changing: Changing) -> AnyView {
    when_here(Part::Changes, move || {
        at_once(changes_page(changing.clone()))
    })
}

/// What few keys have.
#[must_use]
pub fn seldom(seldom: Seldom) -> AnyView {
    when_here(Part::Seldom, move || at_once(seldom_page(seldom.clone())))
}

/// The editor of a key, or of a new one.
#[must_use]
pub fn edit(editing: Editing) -> AnyView {
    when_here(Part::Edit, move || at_once(edit_page(editing.clone())))
}

/// Fetches what edits a key, before it is wanted.
pub fn fetch_editor() {
    spawn_local(async {
        // where it is wanted and does not come, the page says so
        fetch(Part::Edit).await;
    });
    spawn_local(crate::pages::kv::code::fetch());
}

/// The page of the service `name` in datacenter `dc`.
#[must_use]
pub fn service(dc: String, name: String, tab: Memo<String>) -> AnyView {
    when_here(Part::Service, move || {
        at_once(service_page(dc.clone(), name.clone(), tab))
    })
}

/// The page of an instance in datacenter `dc`.
#[must_use]
pub fn instance(dc: String, at: InstanceAt) -> AnyView {
    when_here(Part::Instance, move || {
        at_once(instance_page(dc.clone(), at.clone()))
    })
}

/// The page of the node `name` in datacenter `dc`.
#[must_use]
pub fn node(dc: String, name: String, tab: Memo<String>) -> AnyView {
    when_here(Part::Node, move || {
        at_once(node_page(dc.clone(), name.clone(), tab))
    })
}

/// The overview of datacenter `dc`.
#[must_use]
pub fn overview(dc: String) -> AnyView {
    when_here(Part::Overview, move || at_once(overview_page(dc.clone())))
}

/// The page of a tool in datacenter `dc`.
#[must_use]
pub fn tool(dc: String, tool: Tool) -> AnyView {
    when_here(Part::Tools, move || at_once(tool_page(dc.clone(), tool)))
}

/// How the part fares.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Coming,
    Here,
    Failed,
}

/// What `page` draws, once its part is here.
fn when_here(part: Part, page: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    // a part that a hand came near may be here before its style
    let is_styled = !part.has_style() || IS_STYLED.load(Ordering::Relaxed);
    if let Some(view) = is_styled.then(&page).flatten() {
        return view;
    }
    let state = RwSignal::new(State::Coming);
    let try_it = move |again: bool| {
        state.set(State::Coming);
        spawn_local(async move {
            let fetched = fetch(part).await;
            // a waggle that answers and lacks the part is another version than this page
            if !fetched && again && request::get_news("healthz", "").await.is_ok() {
                let _ = location().reload();
            }
            state.try_set(if fetched { State::Here } else { State::Failed });
        });
    };
    try_it(false);
    dynamic(move || match state.get() {
        State::Coming => ().into_any(),
        State::Here => page().into_any(),
        State::Failed => {
            let retry = Callback::new(move |()| try_it(true));
            view! { <ProblemView problem=request::unanswered() retry/> }.into_any()
        }
    })
    .into_any()
}

/// The page, where its part is here already: nothing is waited for then.
fn at_once(page: impl Future<Output = Result<AnyView, SplitLoaderError>>) -> Option<AnyView> {
    match pin!(page).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(page) => page.ok(),
        Poll::Pending => None,
    }
}
