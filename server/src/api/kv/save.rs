//! Saving a key: checked as its format, compared with what was read, and read back.

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::STANDARD};
use wire::{
    kv::{KvPair, KvSave, VALUE_MAX_BYTES},
    problem::Problem,
};

use super::{check_key, may_have_landed, read};
use crate::{
    api::{
        acl_rule,
        request::{JsonBody, place},
        validate,
    },
    consul::{Cas, Error as ClientError, Query},
    datacenter::{Clusters, Place},
    error::{AgentFailure, Error},
    grant::WriteGrant,
    history::{Change, History},
    watch::Watches,
};

/// Saves a key if it is still what was read; answers with the key as it is then.
#[utoipa::path(
    put,
    path = "/kv/value",
    tag = "kv",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = KvSave,
    responses((status = 200, body = KvPair), (status = "default", body = Problem))
)]
pub(super) async fn save(
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
    State(history): State<History>,
    grant: WriteGrant,
    JsonBody(request): JsonBody<KvSave>,
) -> Result<Json<KvPair>, Error> {
    check_key(&request.key)?;
    let bytes = decode(&request)?;
    let place = place(&clusters, Some(request.datacenter.clone())).await?;
    if !request.allow_invalid {
        check_format(&request, &bytes).await?;
    }
    let outcome = put(&place, grant, &request, bytes).await;
    // whatever became of it: the next read is of what is now
    watches.wrote_key(&place.shown, &request.key);
    if let Ok(saved) = &outcome {
        history.attribute(&place, &request.key, Change::Wrote(saved.modify_index));
    }
    outcome.map(Json)
}

fn decode(request: &KvSave) -> Result<Vec<u8>, Error> {
    let bytes = STANDARD
        .decode(&request.value)
        .map_err(|_| Error::BadRequest("Value is not base64".to_owned()))?;
    if bytes.len() > VALUE_MAX_BYTES {
        return Err(Error::TooLarge(format!(
            "the value has {} bytes; Consul takes {} KiB",
            bytes.len(),
            VALUE_MAX_BYTES / 1024
        )));
    }
    Ok(bytes)
}

async fn check_format(request: &KvSave, bytes: &[u8]) -> Result<(), Error> {
    let diagnostics = validate::run(request.format, bytes.to_vec()).await?;
    if validate::stops_a_save(&diagnostics) {
        return Err(Error::InvalidValue(diagnostics));
    }
    Ok(())
}

async fn put(
    place: &Place,
    grant: WriteGrant,
    request: &KvSave,
    bytes: Vec<u8>,
) -> Result<KvPair, Error> {
    let cas = match request.cas {
        0 => Cas::CreateOnly,
        index => Cas::Index(index),
    };
    let (key, flags) = (request.key.clone(), request.flags);
    let query = Query::in_datacenter(&place.dc);
    let value = bytes.clone();
    let outcome = place
        .datacenters
        .write(grant, |client| async move {
            client.kv().put(&key, &value, flags, cas, &query).await
        })
        .await;
    let rule = acl_rule::key_write(&request.key);
    match outcome {
        Err(error) if !may_have_landed(&error) => {
            Err(Error::from(error).about(Some(&place.shown), &rule))
        }
        outcome => {
            let now = read(place, &request.key).await;
            conclude(request, outcome, now).map_err(|error| error.about(Some(&place.shown), &rule))
        }
    }
}

/// What became of a save, from what the agent said and from the key as it is now.
fn conclude(
    request: &KvSave,
    outcome: Result<bool, ClientError>,
    now: Result<Option<KvPair>, ClientError>,
) -> Result<KvPair, Error> {
    match (outcome, now) {
        (Ok(true), Ok(Some(now))) => Ok(now),
        // saved; that it is gone again or cannot be read is for the next read to tell
        (Ok(true), _) => Ok(KvPair {
            key: request.key.clone(),
            value: Some(request.value.clone()),
            flags: request.flags,
            ..KvPair::default()
        }),
        (Ok(false), Ok(now)) => Err(Error::Conflict(now.map(Box::new))),
        (Ok(false), Err(error)) => Err(unknown(
            error,
            "someone else wrote first, nothing was saved, and what the key holds now could not \
             be read",
        )),
        (Err(error), Ok(now)) => match now {
            Some(now) if is_ours(request, &now) => Ok(now),
            Some(now) if now.modify_index == request.cas => Err(unknown(
                error,
                "the save is not there so far, though it may still come",
            )),
            None if request.cas == 0 => Err(unknown(
                error,
                "the save is not there so far, though it may still come",
            )),
            now => Err(Error::Conflict(now.map(Box::new))),
        },
        (Err(error), Err(_)) => Err(unknown(
            error,
            "whether the save was done is not known: the key could not be read afterwards",
        )),
    }
}

/// The key holds what was to be saved, and was written since it was read.
fn is_ours(request: &KvSave, now: &KvPair) -> bool {
    now.value.as_deref().unwrap_or_default() == request.value
        && now.flags == request.flags
        && now.modify_index > request.cas
}

pub(super) fn unknown(error: ClientError, remark: &'static str) -> Error {
    Error::Consul(Box::new(AgentFailure {
        error,
        datacenter: None,
        acl_rule: None,
        remark: Some(remark),
    }))
}

#[cfg(test)]
mod tests {
    use wire::{format::Format, problem::ProblemKind};

    use super::*;
    use crate::consul::Phase;

    fn request(cas: u64) -> KvSave {
        KvSave {
            datacenter: "dc1".into(),
            key: "a".into(),
            value: "bmV3".into(),
            flags: u64::MAX,
            cas,
            format: Format::Plain,
            allow_invalid: false,
        }
    }

    fn pair(value: &str, modify_index: u64) -> KvPair {
        KvPair {
            key: "a".into(),
            value: Some(value.into()),
            flags: u64::MAX,
            modify_index,
            ..KvPair::default()
        }
    }

    fn late() -> ClientError {
        ClientError::TimedOut {
            agent: "http://a:1".into(),
            phase: Phase::Answer,
            seconds: 10,
        }
    }

    fn kind(outcome: Result<KvPair, Error>) -> Result<u64, ProblemKind> {
        outcome
            .map(|pair| pair.modify_index)
            .map_err(|error| error.problem().kind)
    }

    #[test]
    fn what_became_of_a_save() {
        use ProblemKind::{AgentTimeout, Conflict};
        for (cas, outcome, now, expected) in [
            (7, Ok(true), Ok(Some(pair("bmV3", 9))), Ok(9)),
            (7, Ok(true), Err(late()), Ok(0)),
            (7, Ok(false), Ok(Some(pair("b3RoZXI=", 9))), Err(Conflict)),
            (7, Ok(false), Ok(None), Err(Conflict)),
            (0, Ok(false), Ok(Some(pair("b3RoZXI=", 3))), Err(Conflict)),
            (7, Ok(false), Err(late()), Err(AgentTimeout)),
            // the answer was lost, the write was not
            (7, Err(late()), Ok(Some(pair("bmV3", 9))), Ok(9)),
            (0, Err(late()), Ok(Some(pair("bmV3", 9))), Ok(9)),
            // what it held before is not proof, even where it equals
            (7, Err(late()), Ok(Some(pair("bmV3", 7))), Err(AgentTimeout)),
            (0, Err(late()), Ok(None), Err(AgentTimeout)),
            (7, Err(late()), Ok(Some(pair("b3RoZXI=", 8))), Err(Conflict)),
            (7, Err(late()), Ok(None), Err(Conflict)),
            (7, Err(late()), Err(late()), Err(AgentTimeout)),
        ] {
            let text = format!("{cas} {outcome:?} {now:?}");
            assert_eq!(
                kind(conclude(&request(cas), outcome, now)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_refused_before_it_is_sent() {
        // Consul keeps a value at a folder's own key, too
        let mut folder = request(0);
        folder.key = "a/".into();
        assert_eq!(decode(&folder).unwrap(), b"new");
        folder.value = String::new();
        assert_eq!(decode(&folder).unwrap(), b"");
        let mut broken = request(0);
        broken.value = "?".into();
        assert!(matches!(decode(&broken), Err(Error::BadRequest(_))));
        let mut large = request(0);
        large.value = STANDARD.encode(vec![0; VALUE_MAX_BYTES]);
        assert!(decode(&large).is_ok());
        large.value = STANDARD.encode(vec![0; VALUE_MAX_BYTES + 1]);
        assert!(matches!(decode(&large), Err(Error::TooLarge(_))));
    }
}
