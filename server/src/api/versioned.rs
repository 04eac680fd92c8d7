//! Answers that carry the version of what they are made of: whoever has it already gets 304.

use std::convert::Infallible;

use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::Serialize;

use crate::error::Error;

/// The versions that the visitor has, from `If-None-Match`.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownVersions(Vec<String>);

impl<S: Send + Sync> FromRequestParts<S> for KnownVersions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let tags = parts
            .headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            // a version is hex or begins with `!`: no comma is ever inside a tag of ours
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .map(|tag| tag.trim_matches('"').to_owned());
        Ok(Self(tags.collect()))
    }
}

impl KnownVersions {
    /// Nothing new where the visitor has `version`; else what `make` gives, with that version. An
    /// empty version is none.
    pub(super) fn answer<T: Serialize>(
        &self,
        version: &str,
        make: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Response, Error> {
        let mut response = if !version.is_empty() && self.0.iter().any(|known| known == version) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Json(make()?).into_response()
        };
        if !version.is_empty()
            && let Ok(tag) = HeaderValue::from_str(&format!("W/\"{version}\""))
        {
            response.headers_mut().insert(header::ETAG, tag);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    async fn known(tags: &[&str]) -> KnownVersions {
        let mut request = Request::builder();
        for tag in tags {
            request = request.header(header::IF_NONE_MATCH, *tag);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        match KnownVersions::from_request_parts(&mut parts, &()).await {
            Ok(known) => known,
        }
    }

    #[tokio::test]
    async fn what_is_known_is_not_made_again() {
        for (tags, status) in [
            (vec![], 200),
            (vec!["W/\"a1\""], 304),
            (vec!["\"a1\""], 304),
            (vec!["W/\"b2\", W/\"a1\""], 304),
            (vec!["W/\"b2\"", "W/\"a1\""], 304),
            (vec!["W/\"a\""], 200),
            (vec!["*"], 200),
        ] {
            let mut made = 0;
            let response = known(&tags)
                .await
                .answer("a1", || {
                    made += 1;
                    Ok("x")
                })
                .unwrap();
            assert_eq!(response.status(), status, "{tags:?}");
            assert_eq!(response.headers()[header::ETAG], "W/\"a1\"");
            assert_eq!(made, usize::from(status == 200), "{tags:?}");
        }
    }

    #[tokio::test]
    async fn without_a_version_there_is_always_a_body() {
        let response = known(&["W/\"\""]).await.answer("", || Ok("x")).unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!response.headers().contains_key(header::ETAG));
        let failed = known(&[])
            .await
            .answer("a", || Err::<(), _>(Error::ReadOnly));
        assert!(failed.is_err());
    }
}
