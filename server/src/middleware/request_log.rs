//! One line for each request: method, path, status, time. No query and no header, since those
//! can hold what should not be kept.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue, Method};
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

static LAST: AtomicU64 = AtomicU64::new(0);

/// Numbers the request, so that every line about it and its answer carry the same number.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    let method = request.method().clone();
    let path: String = request.uri().path().chars().take(200).collect();
    let begin = Instant::now();
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let elapsed_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        // every open page asks again every few seconds
        if matches!(method, Method::GET | Method::HEAD) && status < 400 {
            tracing::debug!(%method, path, status, elapsed_ms, "answered");
        } else {
            tracing::info!(%method, path, status, elapsed_ms, "answered");
        }
    });
    response
        .headers_mut()
        .insert(REQUEST_ID, HeaderValue::from(id));
    response
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use axum::{Router, body::Body, middleware::from_fn};
    use tower::ServiceExt;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Self;
        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn what_may_be_secret_is_not_logged() {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(lines.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let request = Request::builder()
                .uri("/api/kv?prefix=canary")
                .header("cookie", "canary")
                .body(Body::empty())
                .unwrap();
            let router: Router = Router::new().layer(from_fn(layer));
            let answer = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap()
                .block_on(router.oneshot(request))
                .unwrap();
            assert!(answer.headers().contains_key("x-request-id"));
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("/api/kv") && text.contains("404"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}
