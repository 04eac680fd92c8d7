//! How handlers take a request apart: whatever is wrong with it is a problem of ours.

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
};
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use crate::{
    datacenter::{Clusters, Place},
    error::Error,
    view,
};

/// A body is at most this: a 512 KiB value in base64, with room for a text to check.
pub(crate) const BODY_MAX_BYTES: usize = 4 * 1024 * 1024;

/// The query, whole: a name that is not known or comes twice is refused.
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => Err(Error::BadRequest(error.body_text())),
        }
    }
}

/// The parts of the path, decoded.
pub(super) struct Names<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Names<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(names)) => Ok(Self(names)),
            Err(error) => Err(Error::BadRequest(error.body_text())),
        }
    }
}

/// A body of JSON.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let bytes = read(request.into_body()).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Error::BadRequest(format!("the body is not what is expected: {error}"))
        })
    }
}

async fn read(body: Body) -> Result<bytes::Bytes, Error> {
    match Limited::new(body, BODY_MAX_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Error::BadRequest("the body did not arrive".to_owned())),
    }
}

/// What a body over the limit is answered with.
pub(crate) fn too_large() -> Error {
    Error::TooLarge(format!(
        "a body may have {} MiB at most",
        BODY_MAX_BYTES / 1024 / 1024
    ))
}

/// The query of most reads.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InDatacenter {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    pub(super) dc: Option<String>,
}

/// The query of a detail that has instances.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InDetail {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    pub(super) dc: Option<String>,
    /// How many instances at most; all if left out. Windows of them are at `/instances`.
    #[serde(default)]
    pub(super) limit: Option<usize>,
}

/// The datacenter that a request means: a wrong or unknown name reaches no agent.
pub(super) async fn place(clusters: &Clusters, dc: Option<String>) -> Result<Place, Error> {
    let name = match dc {
        Some(name) => name,
        None => view::datacenters::local(clusters.home()).await?,
    };
    if !is_datacenter(&name) {
        return Err(Error::BadRequest(
            "dc is not the name of a datacenter".to_owned(),
        ));
    }
    let Some(place) = clusters.of(&name) else {
        return Err(Error::UnknownDatacenter(name));
    };
    match place.datacenters.knows(&place.dc).await {
        Ok(false) => Err(Error::UnknownDatacenter(name)),
        // where the names cannot be had, the question itself says why
        Ok(true) | Err(_) => Ok(place),
    }
}

/// `dc`, or `dc@cluster`.
fn is_datacenter(name: &str) -> bool {
    match name.split_once('@') {
        Some((dc, cluster)) => is_name(dc) && is_name(cluster),
        None => is_name(name),
    }
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::put};
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    #[derive(Deserialize)]
    struct Small {
        name: String,
    }

    async fn status(target: &str, body: String) -> StatusCode {
        let router: Router = Router::new().route(
            "/{name}",
            put(
                async |Names(path): Names<String>,
                       Params(params): Params<InDatacenter>,
                       JsonBody(body): JsonBody<Small>| {
                    format!("{path}{}{:?}", body.name, params.dc)
                },
            ),
        );
        let request = Request::put(target).body(Body::from(body)).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn wrong_requests_are_problems() {
        let good = r#"{"name":"x"}"#.to_owned();
        for (target, body, expected) in [
            ("/a?dc=dc1", good.clone(), 200),
            ("/a", good.clone(), 200),
            ("/a?dc=dc1&dc=dc2", good.clone(), 400),
            ("/a?dc=dc1&stale=1", good.clone(), 400),
            ("/%ff", good.clone(), 400),
            ("/a", "{".to_owned(), 400),
            ("/a", " ".repeat(BODY_MAX_BYTES + 1), 413),
        ] {
            assert_eq!(status(target, body).await.as_u16(), expected, "{target}");
        }
    }

    #[test]
    fn names_of_datacenters() {
        for good in ["dc1", "DC_2-b", "dc1@east", &"a".repeat(64)] {
            assert!(is_datacenter(good), "{good}");
        }
        for bad in [
            "",
            "dc1&token=",
            "a\r\nb",
            "a b",
            "a.b",
            "@all",
            "dc1@",
            "dc1@a@b",
            "dc1@a b",
            "é",
            &"a".repeat(65),
        ] {
            assert!(!is_datacenter(bad), "{bad}");
        }
    }
}
