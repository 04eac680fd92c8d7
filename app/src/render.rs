//! The page as HTML, on the server: what a browser shows until the wasm has arrived.

use leptos::prelude::*;
use wire::settings::Settings;

use crate::{App, live::FirstData, navigation::RequestUrl};

/// The HTML of what stands at `url` (path and query, base path included), to be put into `#app`.
/// Where `first` lacks the page's data it is the loading state. Everything in it is escaped.
#[must_use]
pub fn render(url: &str, settings: Settings, first: FirstData) -> String {
    // effects do not run here, but their futures want an executor to exist; the first call sets it
    let _ = any_spawner::Executor::init_futures_executor();
    let url = RequestUrl(url.to_owned());
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(url);
        provide_context(settings);
        provide_context(first);
        view! { <App/> }.to_html()
    });
    owner.cleanup();
    html
}
