//! Parts of the page that a browser fetches when they are wanted: the pages of keys, whose editor,
//! diff and forms are a third of everything and not on the way to the first list.
//!
//! The build cuts the module there; elsewhere (on the server, in tests) they are called as they
//! are. `app` and `start` import it.

use leptos::prelude::*;

use crate::routes::Place;

/// The part, by its name in the build, that `place` cannot be drawn without.
#[must_use]
pub fn part_of(place: &Place) -> Option<&'static str> {
    matches!(place, Place::Kv { .. }).then_some("kv")
}

/// The pages of keys in datacenter `dc`; `rest` is what follows `/kv/`, still escaped.
#[cfg(feature = "csr")]
#[must_use]
pub fn kv(dc: String, rest: String) -> AnyView {
    browser::kv(dc, rest)
}

/// The pages of keys in datacenter `dc`; `rest` is what follows `/kv/`, still escaped.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn kv(dc: String, rest: String) -> AnyView {
    use crate::pages::kv::KvPage;
    view! { <KvPage dc rest/> }.into_any()
}

#[cfg(feature = "csr")]
pub(crate) use browser::fetch_kv;

#[cfg(feature = "csr")]
mod browser {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use leptos::{prelude::*, wasm_split::SplitLoaderError};
    use wasm_bindgen_futures::spawn_local;

    use crate::{
        api::request,
        components::{ProblemView, dynamic},
        pages::kv::KvPage,
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
    pub(crate) fn kv_page(dc: String, rest: String) -> Result<AnyView, SplitLoaderError> {
        Ok(view! { <KvPage dc rest/> }.into_any())
    }

    /// How the part fares.
    #[derive(Clone, Copy, PartialEq)]
    enum Part {
        Coming,
        Here,
        Failed,
    }

    pub(super) fn kv(dc: String, rest: String) -> AnyView {
        if let Some(view) = at_once(&dc, &rest) {
            return view;
        }
        let part = RwSignal::new(Part::Coming);
        let fetch = move |again: bool| {
            part.set(Part::Coming);
            spawn_local(async move {
                let fetched = fetch_kv().await.is_ok();
                // a waggle that answers and lacks the part is another version than this page
                if !fetched && again && request::get_news("healthz", "").await.is_ok() {
                    let _ = location().reload();
                }
                part.try_set(if fetched { Part::Here } else { Part::Failed });
            });
        };
        fetch(false);
        dynamic(move || match part.get() {
            Part::Coming => ().into_any(),
            Part::Here => at_once(&dc, &rest).into_any(),
            Part::Failed => {
                let retry = Callback::new(move |()| fetch(true));
                view! { <ProblemView problem=request::not_fetched() retry/> }.into_any()
            }
        })
        .into_any()
    }

    /// The page, where its part is here already: nothing is waited for then.
    fn at_once(dc: &str, rest: &str) -> Option<AnyView> {
        let page = pin!(kv_page(dc.to_owned(), rest.to_owned()));
        match page.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(page) => page.ok(),
            Poll::Pending => None,
        }
    }
}
