//! The data that a page would ask for first, asked here in its name, for a short while.

use std::{collections::BTreeMap, time::Duration};

use axum::{Router, body::Body, extract::Request};
use futures::future::join_all;
use http::{StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// All together; what is not there by then is fetched by the page.
const PATIENCE: Duration = Duration::from_millis(300);

/// Beyond this, sending it inside the page delays the first paint.
const BODY_MAX_BYTES: usize = 512 * 1024;

/// Asks the API within the process.
#[derive(Clone)]
pub(super) struct FirstData {
    api: Router,
}

impl FirstData {
    pub(super) fn new(api: Router) -> Self {
        Self { api }
    }

    /// The answers that came in time, by address.
    pub(super) async fn all(&self, urls: &[String]) -> BTreeMap<String, String> {
        let answers = join_all(urls.iter().map(|url| self.one(url))).await;
        urls.iter()
            .zip(answers)
            .filter_map(|(url, body)| Some((url.clone(), body?)))
            .collect()
    }

    /// One answer, if it is a good one and comes in time.
    pub(super) async fn one(&self, url: &str) -> Option<String> {
        tokio::time::timeout(PATIENCE, self.ask(url)).await.ok()?
    }

    async fn ask(&self, url: &str) -> Option<String> {
        let path = url.strip_prefix("api")?;
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, "localhost")
            .body(Body::empty())
            .ok()?;
        let response = match self.api.clone().oneshot(request).await {
            Ok(response) if response.status() == StatusCode::OK => response,
            Ok(_) => return None,
        };
        let body = response.into_body().collect().await.ok()?.to_bytes();
        if body.len() > BODY_MAX_BYTES {
            return None;
        }
        String::from_utf8(body.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::{extract::RawQuery, routing::get};

    use super::*;

    #[tokio::test]
    async fn only_good_answers_in_time() {
        let api = Router::new()
            .route(
                "/good",
                get(|RawQuery(query): RawQuery| async move {
                    format!("\"{}\"", query.unwrap_or_default())
                }),
            )
            .route("/bad", get(|| async { StatusCode::BAD_GATEWAY }))
            .route("/never", get(std::future::pending::<&str>))
            .route("/large", get(|| async { "x".repeat(BODY_MAX_BYTES + 1) }));
        let urls = [
            "api/good?dc=dc1",
            "api/bad",
            "api/never",
            "api/large",
            "api/none",
        ]
        .map(str::to_owned);
        let found = FirstData::new(api).all(&urls).await;
        assert_eq!(
            found,
            BTreeMap::from([("api/good?dc=dc1".to_owned(), "\"dc=dc1\"".to_owned())])
        );
    }
}
