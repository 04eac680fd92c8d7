//! Pages that come as parts of their own, when they are wanted: those of keys, whose editor, diff
//! and forms are a third of everything and not on the way to the first list, those of one service,
//! instance or node, and those of tools.
//!
//! The build cuts the module there; elsewhere (on the server, in tests) they are called as they
//! are. `app` and `start` import it.

use leptos::prelude::*;

use crate::{
    pages::{
        compare::ComparePage,
        history::HistoryPage,
        import::ImportPage,
        instances::InstancePage,
        kv::{KvPage, create::CreatePage, edit::KeyEditor, key::OpenKey},
        nodes::NodePage,
        search::SearchPage,
        services::ServicePage,
        sessions::SessionsPage,
    },
    routes::{Place, Tool},
};

/// What the build cuts off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The pages of keys.
    Kv,
    /// What edits a key or makes one.
    Edit,
    /// The pages of one service, instance or node.
    Details,
    /// The pages of tools.
    Tools,
}

impl Part {
    /// Its name in the build.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kv => "kv",
            Self::Edit => "edit",
            Self::Details => "details",
            Self::Tools => "tools",
        }
    }
}

/// The part that `place` cannot be drawn without.
#[must_use]
pub fn part_of(place: &Place) -> Option<Part> {
    match place {
        Place::Kv { .. } => Some(Part::Kv),
        Place::Service { .. } | Place::Instance { .. } | Place::Node { .. } => Some(Part::Details),
        Place::Tool { .. } => Some(Part::Tools),
        _ => None,
    }
}

fn kv_page(dc: String, rest: String) -> AnyView {
    view! { <KvPage dc rest/> }.into_any()
}

/// What is edited.
#[derive(Clone)]
pub enum Editing {
    /// A key.
    Key(Box<OpenKey>),
    /// A key that is made.
    New {
        /// Datacenter.
        dc: String,
        /// The folder that it begins in.
        folder: String,
    },
}

fn edit_page(editing: Editing) -> AnyView {
    match editing {
        Editing::Key(open) => view! { <KeyEditor open=*open/> }.into_any(),
        Editing::New { dc, folder } => view! { <CreatePage dc folder/> }.into_any(),
    }
}

/// The page of the service, instance or node that `place` is; nothing for other places.
fn detail_page(place: Place, tab: Memo<String>) -> AnyView {
    match place {
        Place::Service { dc, name } => view! { <ServicePage dc name tab/> }.into_any(),
        Place::Instance { dc, name, node, id } => {
            view! { <InstancePage dc name node id/> }.into_any()
        }
        Place::Node { dc, name } => view! { <NodePage dc name tab/> }.into_any(),
        _ => ().into_any(),
    }
}

fn tool_page(dc: String, tool: Tool) -> AnyView {
    match tool {
        Tool::History => view! { <HistoryPage dc/> }.into_any(),
        Tool::Search => view! { <SearchPage dc/> }.into_any(),
        Tool::Compare => view! { <ComparePage dc/> }.into_any(),
        Tool::Import => view! { <ImportPage dc/> }.into_any(),
        Tool::Sessions => view! { <SessionsPage dc/> }.into_any(),
    }
}

#[cfg(feature = "csr")]
pub use browser::{detail, edit, fetch, fetch_editor, kv, tool};

/// The pages of keys in datacenter `dc`; `rest` is what follows `/kv/`, still escaped.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn kv(dc: String, rest: String) -> AnyView {
    kv_page(dc, rest)
}

/// The editor of a key, or of a new one.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn edit(editing: Editing) -> AnyView {
    edit_page(editing)
}

/// Nothing is fetched where no browser is.
#[cfg(not(feature = "csr"))]
pub fn fetch_editor() {}

/// The page of the service, instance or node that `place` is; nothing for other places.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn detail(place: Place, tab: Memo<String>) -> AnyView {
    detail_page(place, tab)
}

/// The page of a tool in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn tool(dc: String, tool: Tool) -> AnyView {
    tool_page(dc, tool)
}

#[cfg(feature = "csr")]
mod browser {
    use std::{
        future::Future,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use leptos::{prelude::*, wasm_split::SplitLoaderError};
    use wasm_bindgen_futures::spawn_local;

    use super::{Editing, Part};
    use crate::{
        api::request,
        components::{ProblemView, dynamic},
        routes::{Place, Tool},
    };

    #[leptos::wasm_split::wasm_split(
        kv,
        wasm_split_path = leptos::wasm_split,
        preload(
            /// Fetches the part that draws the pages of keys.
            fetch_kv
        ),
        fallible
    )]
    fn kv_page(dc: String, rest: String) -> Result<AnyView, SplitLoaderError> {
        Ok(super::kv_page(dc, rest))
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
        details,
        wasm_split_path = leptos::wasm_split,
        preload(
            /// Fetches the part that draws the pages of one service, instance or node.
            fetch_details
        ),
        fallible
    )]
    fn detail_page(place: Place, tab: Memo<String>) -> Result<AnyView, SplitLoaderError> {
        Ok(super::detail_page(place, tab))
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

    /// Fetches a part; false where it does not come.
    pub async fn fetch(part: Part) -> bool {
        match part {
            Part::Kv => fetch_kv().await.is_ok(),
            Part::Edit => fetch_edit().await.is_ok(),
            Part::Details => fetch_details().await.is_ok(),
            Part::Tools => fetch_tools().await.is_ok(),
        }
    }

    /// The pages of keys in datacenter `dc`; `rest` is what follows `/kv/`, still escaped.
    #[must_use]
    pub fn kv(dc: String, rest: String) -> AnyView {
        when_here(Part::Kv, move || at_once(kv_page(dc.clone(), rest.clone())))
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

    /// The page of the service, instance or node that `place` is; nothing for other places.
    #[must_use]
    pub fn detail(place: Place, tab: Memo<String>) -> AnyView {
        when_here(Part::Details, move || {
            at_once(detail_page(place.clone(), tab))
        })
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
        if let Some(view) = page() {
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
                view! { <ProblemView problem=request::not_fetched() retry/> }.into_any()
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
}
