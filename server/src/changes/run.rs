//! Carries a change out: chunk by chunk, so that it can be stopped in between, noting what became
//! of each key.

use std::collections::HashMap;

use wire::{changes::Outcome, problem::Problem};

use super::{
    Changes,
    derive::Record,
    journal::Journal,
    plan::{Plan, Wrote},
    read,
    send::{self, Fate, SOURCE_CHANGED, Sent},
    units::{Unit, chunks},
};
use crate::{consul::Error as ClientError, datacenter::Place, grant::WriteGrant, history::Change};

/// Runs until the plan's end is noted.
pub(super) async fn run(changes: &Changes, plan: &Plan, grant: WriteGrant) {
    let open = plan.open();
    let journal = changes.inner.journals.begin(plan, &open);
    let problem = steps(changes, plan, grant, &open, journal.as_ref())
        .await
        .err();
    look_for_others(changes, plan).await;
    if let Some(undoes) = &plan.about.undoes
        && let Ok(undone) = changes.found(&undoes.id)
    {
        // as far as it really is, and before anybody hears that it is over
        undone.are_undone(&plan.taken_back());
    }
    plan.end(problem);
    if let Some(journal) = journal {
        journal.end();
    }
}

/// Counts the keys that came into its folders after the preview: nobody confirmed those.
async fn look_for_others(changes: &Changes, plan: &Plan) {
    for folder in &plan.about.emptied {
        let Ok(place) = changes.place(&folder.datacenter).await else {
            continue;
        };
        // where it cannot be asked, the report still tells what was written
        if let Ok(names) = read::names(&place, &folder.key).await {
            plan.note_appeared(&folder.datacenter, &names);
        }
    }
}

async fn steps(
    changes: &Changes,
    plan: &Plan,
    grant: WriteGrant,
    open: &[(usize, Record)],
    journal: Option<&Journal>,
) -> Result<(), Problem> {
    let records: HashMap<usize, &Record> = open.iter().map(|(n, record)| (*n, record)).collect();
    // one datacenter after the other, each in the order of its steps
    let mut groups: Vec<(&str, Vec<Unit>)> = Vec::new();
    for (number, record) in open {
        let datacenter = record.planned.datacenter.as_str();
        let unit = Unit::near(*number, record);
        match groups.iter_mut().find(|(known, _)| *known == datacenter) {
            Some((_, units)) => units.push(unit),
            None => groups.push((datacenter, vec![unit])),
        }
    }
    for (datacenter, units) in groups {
        let place = changes
            .place(datacenter)
            .await
            .map_err(|error| error.problem())?;
        for chunk in chunks(units) {
            if plan.is_cancelled() {
                return Ok(());
            }
            let numbers: Vec<usize> = chunk.iter().map(|unit| unit.number).collect();
            if let Some(journal) = journal {
                journal.sends(&numbers);
            }
            let sent = write(changes, &place, grant, chunk).await;
            let stop = finish(changes, plan, grant, &records, sent).await;
            if let Some(journal) = journal {
                let done = plan.among(&numbers, &[Outcome::Done]);
                let unsure = plan.among(&numbers, &[Outcome::Copied, Outcome::Unknown]);
                journal.note(done, unsure);
            }
            let stop = stop?;
            if let Some(error) = stop {
                return Err(Problem {
                    datacenter: Some(place.shown),
                    ..error.problem()
                });
            }
        }
    }
    Ok(())
}

async fn write(changes: &Changes, place: &Place, grant: WriteGrant, chunk: Vec<Unit>) -> Sent {
    let keys: Vec<String> = chunk
        .iter()
        .flat_map(|unit| unit.ops.iter().map(|op| op.key.clone()))
        .collect();
    let sent = send::chunk(place, grant, chunk).await;
    let history = &changes.history;
    history.attribute_each(place, sent.wrote.clone());
    for key in &keys {
        changes.inner.watches.wrote_key(&place.shown, key);
    }
    sent
}

/// Does what is left to do in other datacenters for what has arrived, and notes all outcomes.
async fn finish(
    changes: &Changes,
    plan: &Plan,
    grant: WriteGrant,
    records: &HashMap<usize, &Record>,
    sent: Sent,
) -> Result<Option<ClientError>, Problem> {
    let indexes = indexes(&sent.wrote);
    let mut stop = sent.stop;
    let mut arrived: HashMap<usize, u64> = HashMap::new();
    let mut sources: Vec<(&str, Vec<Unit>)> = Vec::new();
    for (number, fate) in sent.fates {
        let far = records
            .get(&number)
            .and_then(|record| Unit::far(number, record));
        match (far, fate) {
            (Some((datacenter, unit)), Fate::Landed(index)) => {
                arrived.insert(number, index);
                match sources.iter_mut().find(|(known, _)| *known == datacenter) {
                    Some((_, units)) => units.push(unit),
                    None => sources.push((datacenter, vec![unit])),
                }
            }
            (_, fate) => {
                let source = source_index(&indexes, records, number);
                note(plan, number, fate, source);
            }
        }
    }
    for (datacenter, units) in sources {
        let place = match changes.place(datacenter).await {
            Ok(place) => place,
            Err(error) => {
                let problem = error.problem();
                for unit in units {
                    let fate = Fate::Failed(problem.detail.clone());
                    let index = arrived.get(&unit.number).copied().unwrap_or_default();
                    note_source(plan, unit.number, fate, index, 0);
                }
                return Err(problem);
            }
        };
        for chunk in chunks(units) {
            let sent = write(changes, &place, grant, chunk).await;
            let indexes = self::indexes(&sent.wrote);
            for (number, fate) in sent.fates {
                let index = arrived.get(&number).copied().unwrap_or_default();
                let source = source_index(&indexes, records, number);
                note_source(plan, number, fate, index, source);
            }
            stop = stop.or(sent.stop);
        }
    }
    Ok(stop)
}

/// What was written at which index.
fn indexes(wrote: &[(String, Change)]) -> HashMap<&str, u64> {
    let wrote = wrote.iter().filter_map(|(key, change)| match change {
        Change::Wrote(index) => Some((key.as_str(), *index)),
        Change::Deleted => None,
    });
    wrote.collect()
}

/// The index of a step's source, where it was written.
fn source_index(
    indexes: &HashMap<&str, u64>,
    records: &HashMap<usize, &Record>,
    number: usize,
) -> u64 {
    let source = records
        .get(&number)
        .and_then(|record| record.planned.moved());
    source
        .and_then(|source| indexes.get(source.place.key.as_str()))
        .copied()
        .unwrap_or_default()
}

fn note(plan: &Plan, number: usize, fate: Fate, source_index: u64) {
    let (outcome, detail, index) = match fate {
        Fate::Landed(index) => (Outcome::Done, None, index),
        Fate::Partly(index, detail) => (Outcome::Copied, Some(detail), index),
        Fate::Changed => (Outcome::Changed, None, 0),
        Fate::Failed(detail) => (Outcome::Failed, Some(detail), 0),
        Fate::Unknown(detail) => (Outcome::Unknown, Some(detail), 0),
        Fate::NotSent => (Outcome::NotSent, None, 0),
    };
    let wrote = Wrote {
        index,
        source_index,
    };
    plan.note(number, outcome, detail, wrote);
}

/// What became of a source whose value has arrived elsewhere, at this index.
fn note_source(plan: &Plan, number: usize, fate: Fate, index: u64, source_index: u64) {
    let (outcome, detail) = match fate {
        Fate::Landed(_) => (Outcome::Done, None),
        Fate::Changed => (Outcome::Copied, Some(SOURCE_CHANGED.to_owned())),
        Fate::Failed(detail) | Fate::Partly(_, detail) => (Outcome::Copied, Some(detail)),
        Fate::Unknown(detail) => (Outcome::Unknown, Some(detail)),
        Fate::NotSent => (Outcome::Copied, None),
    };
    let wrote = Wrote {
        index,
        source_index,
    };
    plan.note(number, outcome, detail, wrote);
}
