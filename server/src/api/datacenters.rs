//! The datacenters that the agent knows, and the agent itself.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::{Datacenter, Datacenters as Answer},
    problem::Problem,
};

use crate::{datacenter::Clusters, error::Error, state::AppState, view};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Every datacenter, the agent's own first, those of other clusters last, and the agent.
#[utoipa::path(
    get,
    path = "/datacenters",
    tag = "datacenters",
    responses((status = 200, body = Answer), (status = "default", body = Problem))
)]
async fn list(State(clusters): State<Clusters>) -> Result<Json<Answer>, Error> {
    let home = clusters
        .home()
        .read(|client| async move { view::datacenters::read(&client).await });
    let (home, others) = futures::join!(home, others(&clusters));
    let mut answer = home?.value;
    answer.items.extend(others);
    Ok(Json(answer))
}

/// The datacenters of the other clusters, those of each by name; a cluster that cannot name them
/// has none.
async fn others(clusters: &Clusters) -> Vec<Datacenter> {
    if !clusters.are_several() {
        return Vec::new();
    }
    let known = clusters.known().await.into_iter().skip(1);
    known
        .flat_map(|known| {
            let places = known.places.unwrap_or_default().into_iter();
            let mut names: Vec<String> = places.map(|place| place.shown).collect();
            names.sort();
            names
        })
        .map(|name| Datacenter { name, local: false })
        .collect()
}
