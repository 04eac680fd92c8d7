//! Sends what is written together, once, and finds out what became of it.

use std::{collections::HashMap, time::Duration};

use super::{
    derive::Seen,
    judge::{Sign, Verdict, sign, verdict},
    read,
    units::{Op, Unit, What},
};
use crate::{
    consul::{Cas, Error as ClientError, Query, TxnError, TxnErrorKind, TxnOp, TxnResult},
    datacenter::Place,
    grant::WriteGrant,
    history::Change,
};

/// What became of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// All of it holds; the first operation's index, 0 where it is not known or the key is gone.
    Landed(u64),
    /// The first operation holds (at this index), the second does not, for this reason.
    Partly(u64, String),
    /// Somebody else wrote one of its keys; nothing was written.
    Changed,
    /// Consul refused, in these words; nothing was written.
    Failed(String),
    /// It was sent, and the keys do not tell.
    Unknown(String),
    /// It was not sent.
    NotSent,
}

/// What became of a chunk.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// By step.
    pub(super) fates: Vec<(usize, Fate)>,
    /// What certainly became of each key that was written.
    pub(super) wrote: Vec<(String, Change)>,
    /// Why nothing more can be sent.
    pub(super) stop: Option<ClientError>,
}

impl Sent {
    fn all(&mut self, units: &[Unit], fate: &Fate) {
        let fates = units.iter().map(|unit| (unit.number, fate.clone()));
        self.fates.extend(fates);
    }

    /// An operation holds; at this index, where that is known.
    fn wrote(&mut self, op: &Op, index: u64) {
        match op.what {
            What::Put(_) if index > 0 => self.wrote.push((op.key.clone(), Change::Wrote(index))),
            What::Delete => self.wrote.push((op.key.clone(), Change::Deleted)),
            What::Put(_) | What::Check => {}
        }
    }
}

/// How long is waited before each look at what an unanswered write did.
const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// How long is waited where an agent asks for fewer requests, which wrote nothing.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// Writes these units, all or none of them. What certainly was not written because of one of them
/// is sent again without it.
pub(super) async fn chunk(place: &Place, grant: WriteGrant, units: Vec<Unit>) -> Sent {
    let mut sent = Sent::default();
    let mut queue = vec![units];
    let mut pauses = PAUSES.iter();
    while let Some(units) = queue.pop() {
        if sent.stop.is_some() {
            sent.all(&units, &Fate::NotSent);
            continue;
        }
        if let [unit] = units.as_slice()
            && unit.is_large()
        {
            let fate = large(place, grant, unit, &mut sent).await;
            sent.fates.push((unit.number, fate));
            continue;
        }
        let error = match transact(place, grant, &units).await {
            Ok(TxnResult::Applied(pairs)) => {
                let indexes: HashMap<String, u64> = pairs
                    .into_iter()
                    .map(|pair| (pair.key, pair.modify_index))
                    .collect();
                landed(&mut sent, &units, |key| indexes.get(key).copied());
                continue;
            }
            Ok(TxnResult::RolledBack(errors)) => {
                queue.extend(without_culprits(&mut sent, units, &errors));
                continue;
            }
            Err(error) => error,
        };
        match error {
            error if error.may_have_landed() => {
                if let Some(rest) = find_out(place, &mut sent, units, error).await {
                    queue.push(rest);
                }
            }
            ClientError::RateLimited { .. } if pauses.len() > 0 => {
                tokio::time::sleep(*pauses.next().unwrap_or(&PAUSES[0])).await;
                queue.push(units);
            }
            error if is_about_the_request(&error) => {
                if units.len() == 1 {
                    sent.all(&units, &Fate::Failed(error.to_string()));
                } else {
                    // one of them is at fault, and none was written
                    let mut first = units;
                    let second = first.split_off(first.len() / 2);
                    queue.extend([second, first]);
                }
            }
            error => {
                sent.all(&units, &Fate::Failed(error.to_string()));
                sent.stop = Some(error);
            }
        }
    }
    sent
}

fn is_about_the_request(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Refused { .. }
            | ClientError::TooLarge { .. }
            | ClientError::NotFound { .. }
            | ClientError::Status { .. }
    )
}

async fn transact(
    place: &Place,
    grant: WriteGrant,
    units: &[Unit],
) -> Result<TxnResult, ClientError> {
    let operations: Vec<TxnOp> = units
        .iter()
        .flat_map(|unit| unit.ops.iter().map(Op::txn))
        .collect();
    let query = Query::in_datacenter(&place.dc);
    place
        .datacenters
        .write(grant, |client| async move {
            client.txn().apply(&operations, &query).await
        })
        .await
}

fn landed(sent: &mut Sent, units: &[Unit], index: impl Fn(&str) -> Option<u64>) {
    for unit in units {
        for op in &unit.ops {
            sent.wrote(op, index(&op.key).unwrap_or_default());
        }
        let first = &unit.ops[0];
        let index = match first.what {
            What::Put(_) => index(&first.key).unwrap_or_default(),
            What::Check => first.index,
            What::Delete => 0,
        };
        sent.fates.push((unit.number, Fate::Landed(index)));
    }
}

/// Notes the units that a transaction was rolled back for, and gives the others.
fn without_culprits(sent: &mut Sent, units: Vec<Unit>, errors: &[TxnError]) -> Option<Vec<Unit>> {
    let mut reasons: HashMap<usize, &TxnError> = HashMap::new();
    let mut first = 0;
    for (place, unit) in units.iter().enumerate() {
        let own = first..first + unit.ops.len();
        first = own.end;
        let error = errors.iter().find(|error| own.contains(&error.op_index));
        if let Some(error) = error {
            reasons.insert(place, error);
        }
    }
    if reasons.is_empty() {
        let text = errors
            .first()
            .map_or("the transaction was rolled back", |error| &error.what);
        sent.all(&units, &Fate::Failed(text.to_owned()));
        return None;
    }
    let mut rest = Vec::new();
    for (place, unit) in units.into_iter().enumerate() {
        match reasons.get(&place) {
            // to compare with a key that is gone fails as one that is missing
            Some(error) if error.kind != TxnErrorKind::Other => {
                sent.fates.push((unit.number, Fate::Changed));
            }
            Some(error) => {
                let fate = Fate::Failed(error.what.clone());
                sent.fates.push((unit.number, fate));
            }
            None => rest.push(unit),
        }
    }
    (!rest.is_empty()).then_some(rest)
}

/// Looks at the keys of an unanswered transaction until they tell; gives those units that
/// certainly were not written, though nothing is wrong with them.
async fn find_out(
    place: &Place,
    sent: &mut Sent,
    units: Vec<Unit>,
    error: ClientError,
) -> Option<Vec<Unit>> {
    let mut last: Result<HashMap<String, Seen>, ClientError> = Ok(HashMap::new());
    for pause in LOOKS {
        tokio::time::sleep(pause).await;
        last = read::now(place, keys(&units)).await;
        let Ok(now) = &last else {
            continue;
        };
        match verdict(&units, now) {
            Verdict::Landed => {
                let index = |key: &str| now.get(key).map(|seen| seen.modify_index);
                landed(sent, &units, index);
                return None;
            }
            Verdict::RolledBack(places) => {
                let mut rest = Vec::new();
                for (at, unit) in units.into_iter().enumerate() {
                    if places.contains(&at) {
                        sent.fates.push((unit.number, Fate::Changed));
                    } else {
                        rest.push(unit);
                    }
                }
                return (!rest.is_empty()).then_some(rest);
            }
            Verdict::Open => {}
        }
    }
    let detail = match &last {
        Ok(_) => format!("it is not there so far, though it may still come: {error}"),
        Err(read) => format!("{error}; reading it afterwards: {read}"),
    };
    for unit in &units {
        let fate = match &last {
            Ok(now) if unit.ops.iter().all(|op| has_landed(op, now)) => {
                for op in &unit.ops {
                    let index = now.get(&op.key).map_or(0, |seen| seen.modify_index);
                    sent.wrote(op, index);
                }
                Fate::Landed(0)
            }
            _ => Fate::Unknown(detail.clone()),
        };
        sent.fates.push((unit.number, fate));
    }
    sent.stop = Some(error);
    None
}

fn has_landed(op: &Op, now: &HashMap<String, Seen>) -> bool {
    matches!(sign(op, now.get(&op.key)), Sign::Landed(_))
}

fn keys(units: &[Unit]) -> Vec<String> {
    let ops = units.iter().flat_map(|unit| &unit.ops);
    ops.map(|op| op.key.clone()).collect()
}

/// Writes a unit that no transaction takes, one operation after the other.
async fn large(place: &Place, grant: WriteGrant, unit: &Unit, all: &mut Sent) -> Fate {
    let mut index = 0;
    for (at, op) in unit.ops.iter().enumerate() {
        let fate = match write(place, grant, op).await {
            Ok(true) => continue_at(place, op).await,
            Ok(false) => Fate::Changed,
            Err(error) if error.may_have_landed() => {
                let units = vec![Unit {
                    number: unit.number,
                    ops: vec![op.clone()],
                }];
                let mut sent = Sent::default();
                let rest = find_out(place, &mut sent, units, error).await;
                all.stop = sent.stop;
                match (rest, sent.fates.pop()) {
                    (None, Some((_, fate))) => fate,
                    _ => Fate::Changed,
                }
            }
            Err(error) => {
                let fate = Fate::Failed(error.to_string());
                if !is_about_the_request(&error) {
                    all.stop = Some(error);
                }
                fate
            }
        };
        if let Fate::Landed(found) = fate {
            all.wrote(op, found);
        }
        match (at, fate) {
            (0, Fate::Landed(found)) => index = found,
            (_, Fate::Landed(_)) => {}
            (0, fate) => return fate,
            (_, Fate::Changed) => return Fate::Partly(index, SOURCE_CHANGED.to_owned()),
            (_, Fate::Failed(text)) => return Fate::Partly(index, text),
            (_, fate) => return fate,
        }
    }
    Fate::Landed(index)
}

/// Why a move stops half way.
pub(super) const SOURCE_CHANGED: &str = "the source was changed meanwhile";

/// The index that a write gave, for whoever takes it back.
async fn continue_at(place: &Place, op: &Op) -> Fate {
    let now = read::key(place, &op.key).await.ok().flatten();
    match sign(op, now.as_ref()) {
        Sign::Landed(index) => Fate::Landed(index),
        _ => Fate::Landed(0),
    }
}

async fn write(place: &Place, grant: WriteGrant, op: &Op) -> Result<bool, ClientError> {
    let query = Query::in_datacenter(&place.dc);
    let cas = match op.index {
        0 => Cas::CreateOnly,
        index => Cas::Index(index),
    };
    let key = op.key.clone();
    match op.what.clone() {
        What::Check => {
            let now = read::key(place, &op.key).await?;
            Ok(now.map_or(0, |seen| seen.modify_index) == op.index)
        }
        What::Put((bytes, flags)) => {
            place
                .datacenters
                .write(grant, |client| async move {
                    client.kv().put(&key, &bytes, flags, cas, &query).await
                })
                .await
        }
        What::Delete => {
            place
                .datacenters
                .write(grant, |client| async move {
                    client.kv().delete(&key, cas, &query).await
                })
                .await
        }
    }
}
