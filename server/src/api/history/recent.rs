//! The latest changes, over datacenters.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use wire::{datacenters::ALL, history::Records, problem::Problem};

use super::ask;
use crate::{
    api::{
        etag::IfNoneMatch,
        request::{InDatacenter, Params, place},
    },
    datacenter::Clusters,
    error::Error,
    history::{History, Wanted},
    watch::Version,
};

/// How many are told.
const LATEST: usize = 10;

/// The ten latest changes of keys in a datacenter, or in all of them (`@all`), newest first.
/// `Total` is how many of them there are. Nothing where nothing is recorded.
#[utoipa::path(
    get,
    path = "/history/recent",
    tag = "history",
    params(InDatacenter),
    responses((status = 200, body = Records), (status = "default", body = Problem))
)]
pub(super) async fn recent(
    State(clusters): State<Clusters>,
    State(history): State<History>,
    Params(InDatacenter { dc }): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let one = if dc.as_deref() == Some(ALL) {
        None
    } else {
        Some(place(&clusters, dc).await?.shown)
    };
    let found = ask(&history, async move |store| {
        let datacenters = match one {
            Some(datacenter) => vec![datacenter],
            None => store.datacenters().await?,
        };
        let mut latest = Records::default();
        for datacenter in datacenters {
            let wanted = Wanted {
                datacenter,
                limit: LATEST,
                ..Wanted::default()
            };
            latest.items.append(&mut store.latest(&wanted).await?);
        }
        // numbers are given in the order of time
        latest.items.sort_by_key(|one| std::cmp::Reverse(one.id));
        latest.items.truncate(LATEST);
        latest.total = latest.items.len();
        Ok(latest)
    })
    .await?;
    let found = found.unwrap_or_default();
    Ok(has.answer(&Version::of(&found), || &found).into_response())
}
