//! The data that a page would ask for first, asked here in its name, for a short while.

use std::{collections::BTreeMap, time::Duration};

use axum::{Router, body::Body, extract::Request};
use futures::future::join_all;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use tokio::time::{Instant, error::Elapsed, timeout_at};
use tower::ServiceExt;

/// For how long a page waits for its data; what is not there by then is fetched by the page.
const PATIENCE: Duration = Duration::from_millis(300);

/// Until when one page waits, whatever it asks for in turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience(Instant);

impl Patience {
    /// From now on.
    pub(super) fn new() -> Self {
        Self(Instant::now() + PATIENCE)
    }
}

/// Beyond this, sending it inside the page delays the first paint.
const BODY_MAX_BYTES: usize = 512 * 1024;

/// An answer of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct First {
    /// The version of what it is made of; empty where none was told.
    pub(super) etag: String,
    /// JSON, as it came.
    pub(super) body: String,
    /// The body is a problem.
    pub(super) failed: bool,
}

/// What a page asked for first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// Those that came in time, by address.
    pub(super) by_url: BTreeMap<String, First>,
    /// Some did not, or could not be had: they may when they are asked for again.
    pub(super) asks_again: bool,
}

/// Asks the API within the process.
#[derive(Clone)]
pub(super) struct FirstData {
    api: Router,
}

impl FirstData {
    pub(super) fn new(api: Router) -> Self {
        Self { api }
    }

    /// What came in time.
    pub(super) async fn all(&self, urls: &[String], patience: Patience) -> Answers {
        let found = join_all(urls.iter().map(|url| self.any(url, patience))).await;
        let mut answers = Answers::default();
        for (url, found) in urls.iter().zip(found) {
            match found {
                Ok(Some((first, status))) => {
                    answers.asks_again |= status.is_server_error();
                    answers.by_url.insert(url.clone(), first);
                }
                Ok(None) => {}
                Err(_) => answers.asks_again = true,
            }
        }
        answers
    }

    /// One answer, if it is a good one and comes in time.
    pub(super) async fn one(&self, url: &str, patience: Patience) -> Option<First> {
        let found = self.any(url, patience).await.ok()?;
        found.and_then(|(first, _)| (!first.failed).then_some(first))
    }

    /// The same, be it a problem; none of what a page cannot hold.
    async fn any(
        &self,
        url: &str,
        patience: Patience,
    ) -> Result<Option<(First, StatusCode)>, Elapsed> {
        timeout_at(patience.0, self.ask(url)).await
    }

    async fn ask(&self, url: &str) -> Option<(First, StatusCode)> {
        let path = url.strip_prefix("api")?;
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, "localhost")
            .body(Body::empty())
            .ok()?;
        let Ok(response) = self.api.clone().oneshot(request).await;
        let status = response.status();
        let failed = match status {
            StatusCode::OK => false,
            _ if is_problem(response.headers()) => true,
            _ => return None,
        };
        let etag = version(response.headers());
        let body = response.into_body().collect().await.ok()?.to_bytes();
        if body.len() > BODY_MAX_BYTES {
            return None;
        }
        let body = String::from_utf8(body.to_vec()).ok()?;
        Some((First { etag, body, failed }, status))
    }
}

fn is_problem(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"))
}

/// What stands between the quotes of the entity tag.
fn version(headers: &HeaderMap) -> String {
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let tag = tag.unwrap_or_default().trim_start_matches("W/");
    tag.trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use axum::{extract::RawQuery, routing::get};

    use super::*;

    fn first(etag: &str, body: &str) -> First {
        First {
            etag: etag.to_owned(),
            body: body.to_owned(),
            failed: false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answers_and_problems_in_time() {
        let api = Router::new()
            .route(
                "/good",
                get(|RawQuery(query): RawQuery| async move {
                    format!("\"{}\"", query.unwrap_or_default())
                }),
            )
            .route(
                "/versioned",
                get(|| async { ([(header::ETAG, "W/\"a1\"")], "1") }),
            )
            .route("/bad", get(|| async { StatusCode::BAD_GATEWAY }))
            .route(
                "/missing",
                get(|| async {
                    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
                    (StatusCode::NOT_FOUND, kind, "{}")
                }),
            )
            .route(
                "/down",
                get(|| async {
                    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
                    (StatusCode::BAD_GATEWAY, kind, "{}")
                }),
            )
            .route("/never", get(std::future::pending::<&str>))
            .route("/large", get(|| async { "x".repeat(BODY_MAX_BYTES + 1) }));
        let urls = [
            "api/good?dc=dc1",
            "api/versioned",
            "api/bad",
            "api/missing",
            "api/down",
            "api/never",
            "api/large",
            "api/none",
        ]
        .map(str::to_owned);
        let first_data = FirstData::new(api);
        let began = Instant::now();
        let found = first_data.all(&urls, Patience::new()).await;
        let took = began.elapsed().as_millis();
        assert!((300..=302).contains(&took), "{took} ms");
        let problem = First {
            failed: true,
            ..first("", "{}")
        };
        assert_eq!(
            found.by_url,
            BTreeMap::from([
                ("api/down".to_owned(), problem.clone()),
                ("api/good?dc=dc1".to_owned(), first("", "\"dc=dc1\"")),
                ("api/missing".to_owned(), problem),
                ("api/versioned".to_owned(), first("a1", "1")),
            ])
        );
        for url in &urls {
            let found = first_data
                .all(std::slice::from_ref(url), Patience::new())
                .await;
            // what is too large or missing would be no different
            let would_help = matches!(url.as_str(), "api/never" | "api/down");
            assert_eq!(found.asks_again, would_help, "{url}");
        }
        let one = first_data.one("api/missing", Patience::new()).await;
        assert_eq!(one, None);
    }
}
