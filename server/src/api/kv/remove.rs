//! Deleting one key if it is still what was read; many are deleted by a change (`changes`).

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::{kv::KvPair, problem::Problem};

use super::{check_key, may_have_landed, read, save::unknown};
use crate::{
    api::{
        acl_rule,
        request::{Params, place},
    },
    consul::{Cas, Error as ClientError, Query},
    datacenter::Clusters,
    error::Error,
    grant::WriteGrant,
    history::{Change, History},
    watch::Watches,
};

/// A key, as it was read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReadKey {
    /// Where; the agent's own datacenter if left out.
    #[serde(default)]
    dc: Option<String>,
    /// The whole key.
    key: String,
    /// The `ModifyIndex` that was read; above 0.
    cas: u64,
}

/// Deletes one key if it is still what was read.
#[utoipa::path(
    delete,
    path = "/kv/value",
    tag = "kv",
    params(ReadKey, ("X-Waggle" = String, Header, description = "`1`")),
    responses((status = 204), (status = "default", body = Problem))
)]
pub(super) async fn key(
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
    State(history): State<History>,
    grant: WriteGrant,
    Params(ReadKey { dc, key, cas }): Params<ReadKey>,
) -> Result<StatusCode, Error> {
    check_key(&key)?;
    if cas == 0 {
        return Err(Error::BadRequest(
            "cas is the ModifyIndex that was read, above 0".to_owned(),
        ));
    }
    let place = place(&clusters, dc).await?;
    let query = Query::in_datacenter(&place.dc);
    let rule = acl_rule::key_write(&key);
    let name = key.clone();
    let outcome = place
        .datacenters
        .write(grant, |client| async move {
            client.kv().delete(&name, Cas::Index(cas), &query).await
        })
        .await;
    // whatever became of it: the next read is of what is now
    watches.wrote_key(&place.shown, &key);
    let done = match outcome {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        Err(error) if !may_have_landed(&error) => {
            Err(Error::from(error).about(Some(&place.shown), &rule))
        }
        outcome => {
            let now = read(&place, &key).await;
            conclude(cas, outcome, now).map_err(|error| error.about(Some(&place.shown), &rule))
        }
    };
    if done.is_ok() {
        history.attribute(&place, &key, Change::Deleted);
    }
    done
}

/// What became of a delete that was not simply done.
fn conclude(
    cas: u64,
    outcome: Result<bool, ClientError>,
    now: Result<Option<KvPair>, ClientError>,
) -> Result<StatusCode, Error> {
    match (outcome, now) {
        (Err(_), Ok(None)) | (Ok(true), _) => Ok(StatusCode::NO_CONTENT),
        (Err(error), Ok(Some(now))) if now.modify_index == cas => Err(unknown(
            error,
            "the key is still there, though the delete may still come",
        )),
        (_, Ok(now)) => Err(Error::Conflict(now.map(Box::new))),
        (Ok(false), Err(error)) => Err(unknown(
            error,
            "someone else wrote first, nothing was deleted, and what the key holds now could \
             not be read",
        )),
        (Err(error), Err(_)) => Err(unknown(
            error,
            "whether the key was deleted is not known: it could not be read afterwards",
        )),
    }
}

#[cfg(test)]
mod tests {
    use wire::problem::ProblemKind;

    use super::*;
    use crate::consul::Phase;

    #[test]
    fn what_became_of_a_delete() {
        let late = || ClientError::TimedOut {
            agent: "http://a:1".into(),
            phase: Phase::Answer,
            seconds: 10,
        };
        let pair = |modify_index| KvPair {
            modify_index,
            ..KvPair::default()
        };
        for (outcome, now, expected) in [
            (Err(late()), Ok(None), None),
            (
                Err(late()),
                Ok(Some(pair(7))),
                Some(ProblemKind::AgentTimeout),
            ),
            (Err(late()), Ok(Some(pair(8))), Some(ProblemKind::Conflict)),
            (Err(late()), Err(late()), Some(ProblemKind::AgentTimeout)),
            (Ok(false), Ok(Some(pair(8))), Some(ProblemKind::Conflict)),
            (Ok(false), Ok(None), Some(ProblemKind::Conflict)),
            (Ok(false), Err(late()), Some(ProblemKind::AgentTimeout)),
        ] {
            let text = format!("{outcome:?} {now:?}");
            let kind = conclude(7, outcome, now)
                .err()
                .map(|error| error.problem().kind);
            assert_eq!(kind, expected, "{text}");
        }
    }
}
