//! Taking keys from one side to the other: planned here, shown and applied as any change.

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{StreamExt, TryStreamExt, stream};
use wire::{
    changes::{Change, ChangeKind, KeyPlace, STEPS_MAX},
    compare::PromoteKeys,
    problem::Problem,
};

use crate::{
    api::{
        acl_rule,
        request::{JsonBody, place},
        search::check_prefix,
    },
    changes::{Changes, PlannedStep},
    consul::Query,
    datacenter::{Clusters, Place},
    error::Error,
    grant::WriteGrant,
};

/// How many keys are read at the same time.
const AT_ONCE: usize = 8;

/// How much all values together may have.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Plans to take keys from one side to the other: shows what would happen to each, and writes
/// nothing. A key that the source lacks is left as it is.
#[utoipa::path(
    post,
    path = "/compare/promote",
    tag = "compare",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = PromoteKeys,
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
pub(super) async fn promote(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    _: WriteGrant,
    JsonBody(request): JsonBody<PromoteKeys>,
) -> Result<Json<Change>, Error> {
    check_prefix(&request.prefix)?;
    check_prefix(&request.to_prefix)?;
    if request.keys.is_empty() || request.keys.len() > STEPS_MAX {
        return Err(Error::BadRequest(format!(
            "Keys names 1 to {STEPS_MAX} keys"
        )));
    }
    let from = place(&clusters, Some(request.datacenter)).await?;
    let to = place(&clusters, Some(request.to_datacenter)).await?.shown;
    let (prefix, to_prefix) = (request.prefix, request.to_prefix);
    let read = request.keys.into_iter().map(|key| {
        let (from, prefix, to, to_prefix) = (&from, &prefix, &to, &to_prefix);
        async move {
            let source = format!("{prefix}{key}");
            step(from, source, to, format!("{to_prefix}{key}")).await
        }
    });
    let mut steps = Vec::new();
    let mut bytes = 0;
    let mut found = stream::iter(read).buffered(AT_ONCE);
    while let Some(step) = found.try_next().await? {
        let Some(step) = step else { continue };
        bytes += step.put.as_ref().map_or(0, |(bytes, _)| bytes.len());
        if bytes > BYTES_MAX {
            return Err(Error::TooLarge(format!(
                "the values have more than {} MiB together: take fewer keys at a time",
                BYTES_MAX / 1024 / 1024
            )));
        }
        steps.push(step);
    }
    changes
        .plan(ChangeKind::Promote, steps)
        .await
        .map(Json)
        .map_err(|error| error.about(Some(&to), &acl_rule::keys(&to_prefix)))
}

/// What would be written; none where the source is not there.
async fn step(
    from: &Place,
    source: String,
    to: &str,
    key: String,
) -> Result<Option<PlannedStep>, Error> {
    let query = Query::in_datacenter(&from.dc);
    let name = source.as_str();
    let pair = from
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().get(name, &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&from.shown), &acl_rule::key(name)))?;
    let Some(pair) = pair.value else {
        return Ok(None);
    };
    let bytes = STANDARD
        .decode(pair.value.as_deref().unwrap_or_default())
        .map_err(|_| Error::Internal("an agent's value is no base64".to_owned()))?;
    let place = KeyPlace {
        datacenter: from.shown.clone(),
        key: source,
    };
    let step = PlannedStep::put(to, key, bytes, pair.flags);
    Ok(Some(step.copied_from(place, pair.modify_index)))
}
