//! Carries a change out: chunk by chunk, so that it can be stopped in between, noting what became
//! of each key.

use std::collections::HashMap;

use wire::{changes::Outcome, problem::Problem};

use super::{
    Changes,
    derive::Record,
    journal::Journal,
    plan::Plan,
    read,
    send::{self, Fate, SOURCE_CHANGED, Sent},
    units::{Unit, chunks},
};
use crate::{consul::Error as ClientError, datacenter::Place, grant::WriteGrant};

/// Runs until the plan's end is noted.
pub(super) async fn run(changes: &Changes, plan: &Plan, grant: WriteGrant) {
    let open = plan.open();
    let journal = changes.inner.journals.begin(plan, &open);
    let problem = steps(changes, plan, grant, &open, journal.as_ref())
        .await
        .err();
    look_for_others(changes, plan).await;
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
            let sent = write(changes, &place, grant, chunk).await;
            let stop = finish(changes, plan, grant, &records, sent).await;
            if let Some(journal) = journal {
                journal.note(&plan.done_among(&numbers));
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
            (_, fate) => note(plan, number, fate),
        }
    }
    for (datacenter, units) in sources {
        let place = match changes.place(datacenter).await {
            Ok(place) => place,
            Err(error) => {
                let problem = error.problem();
                for unit in units {
                    let fate = Fate::Failed(problem.detail.clone());
                    note_source(plan, unit.number, fate, &arrived);
                }
                return Err(problem);
            }
        };
        for chunk in chunks(units) {
            let sent = write(changes, &place, grant, chunk).await;
            for (number, fate) in sent.fates {
                note_source(plan, number, fate, &arrived);
            }
            stop = stop.or(sent.stop);
        }
    }
    Ok(stop)
}

fn note(plan: &Plan, number: usize, fate: Fate) {
    let (outcome, detail, index) = match fate {
        Fate::Landed(index) => (Outcome::Done, None, index),
        Fate::Partly(index, detail) => (Outcome::Copied, Some(detail), index),
        Fate::Changed => (Outcome::Changed, None, 0),
        Fate::Failed(detail) => (Outcome::Failed, Some(detail), 0),
        Fate::Unknown(detail) => (Outcome::Unknown, Some(detail), 0),
        Fate::NotSent => (Outcome::NotSent, None, 0),
    };
    plan.note(number, outcome, detail, index);
}

/// What became of a source whose value has arrived elsewhere.
fn note_source(plan: &Plan, number: usize, fate: Fate, arrived: &HashMap<usize, u64>) {
    let index = arrived.get(&number).copied().unwrap_or_default();
    let (outcome, detail) = match fate {
        Fate::Landed(_) => (Outcome::Done, None),
        Fate::Changed => (Outcome::Copied, Some(SOURCE_CHANGED.to_owned())),
        Fate::Failed(detail) | Fate::Partly(_, detail) => (Outcome::Copied, Some(detail)),
        Fate::Unknown(detail) => (Outcome::Unknown, Some(detail)),
        Fate::NotSent => (Outcome::Copied, None),
    };
    plan.note(number, outcome, detail, index);
}
