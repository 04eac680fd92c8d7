//! Consul's HTTP API over [`Cluster`]: one file per API family, `call` takes a request apart, `reply` builds
//! answers, `blocking` waits for changes. Paths are matched as bytes came in, since keys can hold anything.

mod agent;
mod blocking;
mod body;
mod call;
mod catalog;
mod filter;
mod health;
mod internal;
mod kv;
mod local;
mod path;
mod reply;
mod session;
mod status;
mod txn;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::Method;

use super::cluster::Cluster;
use call::Call;
use reply::{Outcome, Refusal};

/// The agent's HTTP API as an app.
pub(super) fn app(cluster: Cluster) -> Router {
    Router::new().fallback(serve).with_state(cluster)
}

async fn serve(State(cluster): State<Cluster>, request: Request) -> Response {
    match respond(cluster, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn respond(cluster: Cluster, request: Request) -> Outcome {
    let raw = request.uri().path();
    if let Some(clean) = path::redirect(raw) {
        return Ok(reply::redirect(
            &clean,
            request.uri().query(),
            request.method() == Method::GET,
        ));
    }
    let decoded = path::decode(raw).map_err(|text| Refusal::new(400, text))?;
    let Some(path) = decoded.strip_prefix("/v1/") else {
        return Err(Refusal::new(
            404,
            "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n",
        ));
    };
    let (family, rest) = path.split_once('/').unwrap_or((path, ""));
    let call = Call::read(cluster, request).await?.in_family(family);
    match family {
        "kv" => kv::answer(&call, rest).await,
        "txn" => txn::answer(&call),
        "catalog" => catalog::answer(&call, rest).await,
        "health" => health::answer(&call, rest).await,
        "internal" => internal::answer(&call, rest).await,
        "agent" => agent::answer(&call, rest),
        "session" => session::answer(&call, rest).await,
        "status" | "operator" => status::answer(&call, path),
        "acl" => Err(Refusal::new(401, "ACL support disabled")),
        _ => Err(Refusal::unknown_path()),
    }
}
