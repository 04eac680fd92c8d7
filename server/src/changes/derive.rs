//! What each step would do, from what is asked for and what is there. Pure.

use std::collections::HashMap;

use bytes::Bytes;
use wire::{
    changes::{Action, Outcome, Reason, Step},
    kv::VALUE_MAX_BYTES,
};

use super::planned::{PlannedStep, Source};
use crate::consul::goes_by_path;

/// A key as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) bytes: Bytes,
    pub(super) flags: u64,
    pub(super) modify_index: u64,
    pub(super) session: Option<String>,
}

/// A step, with all that is known about it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) planned: PlannedStep,
    /// What the key held when the preview was made.
    pub(super) seen: Option<Seen>,
    /// What would be done, a lock or not.
    pub(super) action: Action,
    /// The session that holds the key, or the source of a move.
    pub(super) session: Option<String>,
    pub(super) reason: Option<Reason>,
    pub(super) outcome: Option<Outcome>,
    pub(super) detail: Option<String>,
    /// The `ModifyIndex` that the write gave it; 0 where it is not known or the key went.
    pub(super) wrote_index: u64,
    /// The same of the source, where it was written.
    pub(super) source_index: u64,
    /// Another change took it back.
    pub(super) undone: bool,
}

/// What was read, by datacenter and key.
pub(super) type Found = HashMap<(String, String), Seen>;

/// A value above this does not fit into a transaction.
pub(super) const TXN_VALUE_MAX_BYTES: usize = 340 * 1024;

impl Record {
    /// What is shown: a locked key is that before all else.
    pub(super) fn shown(&self) -> Action {
        match self.action {
            Action::Create | Action::Overwrite | Action::Delete if self.session.is_some() => {
                Action::Locked
            }
            Action::Equal if self.session.is_some() && self.planned.moved().is_some() => {
                Action::Locked
            }
            action => action,
        }
    }

    /// It changes something when it is applied.
    pub(super) fn writes(&self) -> bool {
        match self.action {
            Action::Create | Action::Overwrite | Action::Delete => true,
            Action::Equal => self.planned.moved().is_some(),
            Action::Locked | Action::Refused => false,
        }
    }

    /// The `ModifyIndex` that a write compares with; 0 creates.
    pub(super) fn seen_index(&self) -> u64 {
        self.seen.as_ref().map_or(0, |seen| seen.modify_index)
    }

    pub(super) fn held_bytes(&self) -> usize {
        let seen = self.seen.as_ref().map_or(0, |seen| seen.bytes.len());
        seen + self.planned.held_bytes()
    }

    /// As the page reads it.
    pub(super) fn step(&self, number: usize) -> Step {
        let length = |bytes: &Bytes| bytes.len() as u64;
        Step {
            number,
            datacenter: self.planned.datacenter.clone(),
            key: self.planned.key.clone(),
            from: self
                .planned
                .source
                .as_ref()
                .map(|source| source.place.clone()),
            action: self.shown(),
            reason: self.reason,
            session: self.session.clone(),
            before_bytes: self.seen.as_ref().map(|seen| length(&seen.bytes)),
            after_bytes: self.planned.put.as_ref().map(|(bytes, _)| length(bytes)),
            outcome: self.outcome,
            detail: self.detail.clone(),
        }
    }
}

/// The steps, each with what it would do.
pub(super) fn derive(steps: Vec<PlannedStep>, found: &Found) -> Vec<Record> {
    let mut written: HashMap<(String, String), usize> = HashMap::new();
    for step in &steps {
        for (datacenter, key) in step.writes() {
            *written
                .entry((datacenter.to_owned(), key.to_owned()))
                .or_default() += 1;
        }
    }
    let is_twice = |step: &PlannedStep| {
        step.writes()
            .any(|(dc, key)| written[&(dc.to_owned(), key.to_owned())] > 1)
    };
    steps
        .into_iter()
        .map(|planned| {
            let twice = is_twice(&planned);
            record(planned, twice, found)
        })
        .collect()
}

fn record(planned: PlannedStep, twice: bool, found: &Found) -> Record {
    let of = |datacenter: &str, key: &str| found.get(&(datacenter.to_owned(), key.to_owned()));
    let seen = of(&planned.datacenter, &planned.key).cloned();
    let source = planned
        .moved()
        .map(|source| of(&source.place.datacenter, &source.place.key));
    let (action, reason) = match refusal(&planned, twice, seen.as_ref(), source) {
        Some(reason) => (Action::Refused, Some(reason)),
        None => (action(&planned, seen.as_ref()), None),
    };
    let lock = |seen: &Seen| seen.session.clone();
    let session = seen.as_ref().and_then(lock);
    let session = session.or_else(|| source.flatten().and_then(lock));
    Record {
        planned,
        seen,
        action,
        session,
        reason,
        outcome: None,
        detail: None,
        wrote_index: 0,
        source_index: 0,
        undone: false,
    }
}

fn action(planned: &PlannedStep, seen: Option<&Seen>) -> Action {
    match (&planned.put, seen) {
        (None, _) => Action::Delete,
        (Some(_), None) => Action::Create,
        (Some((bytes, flags)), Some(seen)) if seen.bytes == *bytes && seen.flags == *flags => {
            Action::Equal
        }
        (Some(_), Some(_)) => Action::Overwrite,
    }
}

fn refusal(
    planned: &PlannedStep,
    twice: bool,
    seen: Option<&Seen>,
    source: Option<Option<&Seen>>,
) -> Option<Reason> {
    let is_itself = |source: &Source| {
        source.place.datacenter == planned.datacenter && source.place.key == planned.key
    };
    if planned.source.as_ref().is_some_and(is_itself) {
        return Some(Reason::SamePlace);
    }
    if twice {
        return Some(Reason::Twice);
    }
    let now = seen.map_or(0, |seen| seen.modify_index);
    if planned.read_at.is_some_and(|index| index != now) {
        return Some(Reason::ChangedSince);
    }
    if let (Some(expected), Some(source)) = (planned.moved(), source)
        && source.map_or(0, |seen| seen.modify_index) != expected.modify_index
    {
        return Some(Reason::ChangedSince);
    }
    match &planned.put {
        None => seen.is_none().then_some(Reason::Missing),
        Some((bytes, _)) => refused_value(&planned.key, bytes),
    }
}

fn refused_value(key: &str, bytes: &Bytes) -> Option<Reason> {
    if bytes.len() > VALUE_MAX_BYTES {
        Some(Reason::TooLarge)
    } else if bytes.len() > TXN_VALUE_MAX_BYTES && !goes_by_path(key) {
        Some(Reason::NoWay)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use wire::changes::KeyPlace;

    use super::{
        super::planned::{Source, Then},
        *,
    };

    fn seen(bytes: &'static str, modify_index: u64, session: Option<&str>) -> Seen {
        Seen {
            bytes: Bytes::from_static(bytes.as_bytes()),
            flags: 0,
            modify_index,
            session: session.map(str::to_owned),
        }
    }

    fn found() -> Found {
        [
            ("there", seen("old", 7, None)),
            ("held", seen("old", 8, Some("s"))),
            ("source", seen("new", 9, None)),
        ]
        .into_iter()
        .map(|(key, seen)| (("dc1".to_owned(), key.to_owned()), seen))
        .collect()
    }

    fn put(key: &str, value: &'static str) -> PlannedStep {
        PlannedStep::put("dc1", key, value, 0)
    }

    fn of(step: PlannedStep) -> (Action, Option<Reason>) {
        let records = derive(vec![step], &found());
        (records[0].shown(), records[0].reason)
    }

    #[test]
    fn what_would_happen() {
        let place = |key: &str| KeyPlace {
            datacenter: "dc1".into(),
            key: key.into(),
        };
        let moved =
            |to: &str, index| put(to, "new").moved_from(place("source"), index, Then::Delete);
        for (step, action, reason) in [
            (put("none", "x"), Action::Create, None),
            (put("there", "x"), Action::Overwrite, None),
            (put("there", "old"), Action::Equal, None),
            (
                PlannedStep::put("dc1", "there", "old", 1),
                Action::Overwrite,
                None,
            ),
            (PlannedStep::delete("dc1", "there"), Action::Delete, None),
            (
                PlannedStep::delete("dc1", "none"),
                Action::Refused,
                Some(Reason::Missing),
            ),
            (put("held", "x"), Action::Locked, None),
            (put("held", "old"), Action::Equal, None),
            (
                put("there", "x").read_at(6),
                Action::Refused,
                Some(Reason::ChangedSince),
            ),
            (put("there", "x").read_at(7), Action::Overwrite, None),
            (put("none", "x").read_at(0), Action::Create, None),
            (moved("none", 9), Action::Create, None),
            (
                moved("none", 5),
                Action::Refused,
                Some(Reason::ChangedSince),
            ),
            (moved("source", 9), Action::Refused, Some(Reason::SamePlace)),
        ] {
            let text = format!("{step:?}");
            assert_eq!(of(step), (action, reason), "{text}");
        }
    }

    #[test]
    fn a_value_goes_where_a_way_is() {
        let large = vec![0; TXN_VALUE_MAX_BYTES + 1];
        let put = |key: &str, bytes: Vec<u8>| of(PlannedStep::put("dc1", key, bytes, 0));
        assert_eq!(put("a/b", large.clone()).0, Action::Create);
        assert_eq!(put("a//b", large).1, Some(Reason::NoWay));
        let larger = vec![0; VALUE_MAX_BYTES + 1];
        assert_eq!(put("a/b", larger).1, Some(Reason::TooLarge));
    }

    #[test]
    fn no_key_is_written_by_two_steps() {
        let source = Source {
            place: KeyPlace {
                datacenter: "dc1".into(),
                key: "there".into(),
            },
            modify_index: 7,
            then: Then::Delete,
        };
        let mut chained = put("b", "old");
        chained.source = Some(source);
        let records = derive(
            vec![
                put("a", "1"),
                put("a", "2"),
                chained,
                put("there", "x"),
                put("c", "x"),
            ],
            &found(),
        );
        let reasons: Vec<_> = records.iter().map(|record| record.reason).collect();
        let twice = Some(Reason::Twice);
        assert_eq!(reasons, [twice, twice, twice, twice, None]);
    }
}
