//! index.html, written at run time: base path, language, theme, and the data that the page would
//! ask for first. May import `api`'s router as a service, nothing of its inside.

mod address;
mod critical;
mod document;
mod first_data;
mod recent;
mod sprite;
mod visitor;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use wire::{datacenters::Datacenters, settings::Settings};

use crate::{
    assets::Manifest,
    changes::Changes,
    config::Config,
    encoding::{self, Encoding},
};
use critical::Sheet;
use document::{Document, Extent};
use first_data::{FirstData, Patience};
use recent::{Key, Recent};

/// Sent by the boot script, which wants no more than what is beside the frame.
const MAIN: &str = "waggle-main";

/// What pages are made of.
#[derive(Clone)]
pub(crate) struct Pages {
    config: Arc<Config>,
    changes: Changes,
    first_data: FirstData,
    recent: Recent,
}

impl Pages {
    /// Pages that take their first data from `api`, whose routes are those below `api/`.
    pub(crate) fn new(config: Arc<Config>, changes: Changes, api: Router) -> Self {
        Self {
            config,
            changes,
            first_data: FirstData::new(api),
            recent: Recent::default(),
        }
    }
}

/// `/` leads to the page, wherever that is.
pub(crate) async fn root(State(pages): State<Pages>) -> Response {
    redirect(&format!("{}/ui/", pages.config.base_path))
}

/// `/ui/` leads to the services of the agent's own datacenter, once that is known.
pub(crate) async fn entry(State(pages): State<Pages>, uri: Uri, headers: HeaderMap) -> Response {
    let patience = Patience::new();
    let Some(answer) = pages.first_data.one("api/datacenters", patience).await else {
        return show(&pages, &uri, &headers, patience).await;
    };
    let local = serde_json::from_str::<Datacenters>(&answer.body)
        .ok()
        .and_then(|datacenters| datacenters.items.into_iter().find(|one| one.local));
    match local {
        Some(local) => redirect(&format!(
            "{}/ui/{}/services",
            pages.config.base_path,
            app::routes::part(&local.name)
        )),
        None => show(&pages, &uri, &headers, patience).await,
    }
}

/// Every other page.
pub(crate) async fn page(State(pages): State<Pages>, uri: Uri, headers: HeaderMap) -> Response {
    show(&pages, &uri, &headers, Patience::new()).await
}

async fn show(pages: &Pages, uri: &Uri, headers: &HeaderMap, patience: Patience) -> Response {
    let config = &pages.config;
    let Some(manifest) = Manifest::embedded() else {
        return html(StatusCode::SERVICE_UNAVAILABLE, document::not_built());
    };
    let below = uri
        .path()
        .strip_prefix(config.base_path.as_str())
        .unwrap_or_default();
    if let Some(editor) = address::elsewhere(below, uri.query().unwrap_or_default()) {
        return redirect(&format!("{}{editor}", config.base_path));
    }
    let urls = address::first_urls(below, uri.query().unwrap_or_default());
    let first = pages.first_data.all(&urls, patience).await;
    let visitor = visitor::Visitor::of(headers);
    let settings = Settings {
        base_path: config.base_path.clone(),
        read_only: config.read_only,
        demo: config.demo,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        language: visitor.language.to_owned(),
        theme: visitor.theme.to_owned(),
        tree: visitor.tree,
        interrupted: !pages.changes.interrupted().is_empty(),
        undoable: !pages.changes.recent().is_empty(),
        secret_keys: config.secret_keys.clone(),
    };
    let url = uri.path_and_query().map_or("", |url| url.as_str());
    let extent = match headers.contains_key(MAIN) {
        true => Extent::Main,
        false => Extent::Whole,
    };
    let key = Key::of(url, extent, &settings, &first);
    let written = pages.recent.get(key, || {
        let document = Document {
            manifest: &manifest,
            sheet: Sheet::embedded(),
            settings: &settings,
            first: &first,
            url,
        };
        document.write(extent)
    });
    let offered = [Encoding::Brotli, Encoding::Gzip, Encoding::Identity];
    let (encoding, ()) = encoding::best(headers, offered.map(|encoding| (encoding, ())))
        .unwrap_or((Encoding::Identity, ()));
    let mut response = html(StatusCode::OK, written.body(encoding));
    if let Some(word) = encoding.word() {
        let word = HeaderValue::from_static(word);
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, word);
    }
    if let Some(hashes) = &written.hashes {
        response.extensions_mut().insert(hashes.clone());
    }
    response
}

fn html(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = (status, text.into()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Accept-Encoding, Accept-Language, Cookie, Waggle-Main"),
    );
    response
}

/// Only ever to a path of our own: the base path is checked at the start, the rest is encoded.
fn redirect(path: &str) -> Response {
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::{
        consul::{AgentAddress, AgentSettings, Client},
        datacenter::{Clusters, Datacenters},
        watch::Watches,
    };

    /// Pages whose data never come.
    fn waiting() -> Pages {
        let address: AgentAddress = "127.0.0.1:1".parse().unwrap();
        let client = Client::new(&AgentSettings::new(address)).unwrap();
        let clusters = Clusters::from(Datacenters::new(vec![client]));
        let changes = Changes::new(clusters.clone(), Watches::new(clusters), None);
        let api = Router::new().fallback(std::future::pending::<&str>);
        Pages::new(Arc::new(Config::default()), changes, api)
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_waits_300_ms_at_most() {
        for (path, least) in [
            ("/ui/", 300),
            // where the page was not built, that is said at once
            ("/ui/dc1/services", 0),
            ("/ui/@all/overview", 0),
            ("/ui/dc1/kv/omo/", 0),
        ] {
            let (pages, uri) = (State(waiting()), Uri::from_static(path));
            let began = Instant::now();
            let response = match path {
                "/ui/" => entry(pages, uri, HeaderMap::new()).await,
                _ => page(pages, uri, HeaderMap::new()).await,
            };
            let took = began.elapsed().as_millis();
            assert!(matches!(response.status().as_u16(), 200 | 503), "{path}");
            assert!((least..=302).contains(&took), "{path}: {took} ms");
        }
    }
}
