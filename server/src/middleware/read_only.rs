//! Read-only mode: no handler gets a grant, and no request that could want one gets so far.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, request::Parts};

use super::same_origin::is_safe;
use crate::{config::Config, error::Error, grant::WriteGrant};

/// Refuses what is not a read, but for what changes nothing: the check of a text, what may be
/// typed in one, and the export of keys that a body names.
pub(crate) async fn layer(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    if config.read_only && !is_safe(request.method()) && !is_check(&config, &request) {
        return Error::ReadOnly.into_response();
    }
    next.run(request).await
}

fn is_check(config: &Config, request: &Request) -> bool {
    *request.method() == Method::POST
        && matches!(
            request.uri().path().strip_prefix(config.base_path.as_str()),
            Some("/api/validate" | "/api/complete" | "/api/kv/export")
        )
}

impl<S> FromRequestParts<S> for WriteGrant
where
    S: Send + Sync,
    Arc<Config>: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, Error> {
        Self::unless(Arc::<Config>::from_ref(state).read_only).ok_or(Error::ReadOnly)
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::any};
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn status(read_only: bool, layered: bool, method: &str, path: &str) -> StatusCode {
        let config = Arc::new(Config {
            read_only,
            ..Config::default()
        });
        let mut router: Router<Arc<Config>> = Router::new()
            .route("/api/write", any(|_: WriteGrant| async { "written" }))
            .route("/api/validate", any(|| async { "fine" }));
        if layered {
            router = router.layer(from_fn_with_state(config.clone(), layer));
        }
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-http-method-override", "GET")
            .body(Body::empty())
            .unwrap();
        let router = router.with_state(config);
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn writes_are_refused_twice() {
        for method in ["PUT", "POST", "DELETE", "PATCH"] {
            for layered in [true, false] {
                let refused = status(true, layered, method, "/api/write").await;
                assert_eq!(refused, StatusCode::FORBIDDEN);
                let granted = status(false, layered, method, "/api/write").await;
                assert_eq!(granted, StatusCode::OK);
            }
        }
        let check = status(true, true, "POST", "/api/validate").await;
        assert_eq!(check, StatusCode::OK);
        let other = status(true, true, "PUT", "/api/validate").await;
        assert_eq!(other, StatusCode::FORBIDDEN);
    }
}
