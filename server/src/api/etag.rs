//! Answers that say which version of their data they are, and that send nothing where the browser
//! has that version.

use std::convert::Infallible;

use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::Serialize;

use crate::{
    consul,
    error::Error,
    watch::{Snapshot, Version},
};

/// What the browser has already, as it says.
pub(super) struct IfNoneMatch(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let value = parts.headers.get(header::IF_NONE_MATCH);
        let value = value.and_then(|value| value.to_str().ok());
        Ok(Self(value.map(str::to_owned)))
    }
}

impl IfNoneMatch {
    /// The browser has this version.
    pub(super) fn has(&self, version: &Version) -> bool {
        self.0.as_deref().is_some_and(|names| {
            names.split(',').map(str::trim).any(|name| {
                let name = name.strip_prefix("W/").unwrap_or(name);
                let name = name
                    .strip_prefix('"')
                    .and_then(|name| name.strip_suffix('"'));
                name == Some(version.as_str())
            })
        })
    }

    /// `body` is made only where it is sent.
    pub(super) fn answer<T: Serialize>(
        &self,
        version: &Version,
        body: impl FnOnce() -> T,
    ) -> Response {
        self.respond(version, || Json(body()).into_response())
    }

    /// The same, where the body cannot always be made.
    pub(super) fn try_answer<T: Serialize>(
        &self,
        version: &Version,
        body: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Response, Error> {
        if self.has(version) {
            return Ok(self.respond(version, Response::default));
        }
        let body = body()?;
        Ok(self.answer(version, || body))
    }

    fn respond(&self, version: &Version, body: impl FnOnce() -> Response) -> Response {
        let mut response = if self.has(version) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            body()
        };
        // a version is hex
        if let Ok(value) = HeaderValue::from_str(&format!("W/\"{version}\"")) {
            response.headers_mut().insert(header::ETAG, value);
        }
        response
    }
}

/// What is now; where that cannot be read, why: the page keeps what it shows.
pub(super) fn current<T>(
    found: Result<Snapshot<T>, consul::Error>,
) -> Result<Snapshot<T>, consul::Error> {
    let found = found?;
    match found.problem {
        Some(problem) => Err(problem),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_among_others() {
        let version = Version::of(&1);
        let name = version.as_str();
        for (header, expected) in [
            (Some(format!("W/\"{name}\"")), true),
            (Some(format!("\"{name}\"")), true),
            (Some(format!("W/\"x\", W/\"{name}\"")), true),
            (Some(format!("W/\"{name}x\"")), false),
            (Some(name.to_owned()), false),
            (Some("*".to_owned()), false),
            (None, false),
        ] {
            assert_eq!(
                IfNoneMatch(header.clone()).has(&version),
                expected,
                "{header:?}"
            );
        }
    }

    #[test]
    fn a_body_that_the_browser_has_is_not_made() {
        let version = Version::of(&1);
        let has = IfNoneMatch(Some(format!("W/\"{version}\"")));
        let response = has.answer(&version, || -> u8 { unreachable!("made") });
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()[header::ETAG], format!("W/\"{version}\""));
        let response = IfNoneMatch(None).answer(&version, || 1);
        assert_eq!(response.status(), StatusCode::OK);
    }
}
