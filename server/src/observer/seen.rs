//! What is kept of what was seen. Pure: time is given.

use std::collections::VecDeque;

use serde::Serialize;
use wire::{health::Counts, overview::Moment};

/// How long a span is: of an hour there are 60.
const SPAN_SECONDS: u64 = 60;

/// How many spans are kept.
const SPANS: usize = 60;

/// What was seen of one datacenter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The spans of the last hour in which anything was seen, oldest first.
    pub(crate) history: VecDeque<Moment>,
    /// Who led when a leader was seen last.
    pub(crate) leader: Option<Leader>,
}

/// A leader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Leader {
    /// Its node.
    pub(crate) node: String,
    /// When it was first seen to lead, in seconds since 1970.
    pub(crate) since: u64,
    /// Another one was seen before it: it did begin about then.
    pub(crate) began: bool,
}

impl Seen {
    pub(super) fn note(&mut self, services: Counts, leader: Option<&str>, now: u64) {
        let at = now - now % SPAN_SECONDS;
        self.forget(now);
        match self.history.back_mut() {
            Some(last) if last.at == at => {
                if is_worse(&services, &last.services) {
                    last.services = services;
                }
            }
            _ => self.history.push_back(Moment { at, services }),
        }
        // no leader for a moment is an election: who comes out of it is what matters
        if let Some(node) = leader
            && self.leader.as_ref().is_none_or(|known| known.node != node)
        {
            self.leader = Some(Leader {
                node: node.to_owned(),
                since: now,
                began: self.leader.is_some(),
            });
        }
    }

    /// What is over an hour ago is no part of the last hour, whether anything was seen since or
    /// not.
    pub(super) fn forget(&mut self, now: u64) {
        let at = now - now % SPAN_SECONDS;
        while let Some(first) = self.history.front()
            && first.at + SPAN_SECONDS * SPANS as u64 <= at
        {
            self.history.pop_front();
        }
    }
}

/// What pages show of it: not when it was, since a line that goes on as it went looks the same.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    /// How long after the span before each began, and what was seen in it.
    history: Vec<(u64, Counts)>,
    leader: Option<&'a Leader>,
}

impl Seen {
    pub(super) fn shown(&self) -> Shown<'_> {
        let mut before = self.history.front().map_or(0, |first| first.at);
        let history = self.history.iter().map(|moment| {
            let gap = moment.at - before;
            before = moment.at;
            (gap, moment.services)
        });
        Shown {
            history: history.collect(),
            leader: self.leader.as_ref(),
        }
    }
}

/// More is critical, or as much and more warns.
fn is_worse(new: &Counts, old: &Counts) -> bool {
    let trouble = |counts: &Counts| (counts.critical, counts.warning, counts.maintenance);
    trouble(new) > trouble(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn critical(count: u32) -> Counts {
        Counts {
            critical: count,
            ..Counts::default()
        }
    }

    #[test]
    fn a_span_keeps_its_worst_and_an_hour_is_kept() {
        let mut seen = Seen::default();
        for (count, now) in [(1, 600), (3, 630), (2, 659), (0, 660)] {
            seen.note(critical(count), None, now);
        }
        let history: Vec<(u64, u32)> = seen
            .history
            .iter()
            .map(|moment| (moment.at, moment.services.critical))
            .collect();
        assert_eq!(history, [(600, 3), (660, 0)]);
        for minute in 0..200 {
            seen.note(critical(0), None, 720 + 60 * minute);
        }
        assert_eq!(seen.history.len(), SPANS);
        // what goes on as it went looks the same, and what does not does not
        let shown = |seen: &Seen| serde_json::to_string(&seen.shown()).unwrap();
        let before = shown(&seen);
        seen.note(critical(0), None, 720 + 60 * 200);
        assert_eq!(shown(&seen), before);
        seen.note(critical(1), None, 720 + 60 * 201);
        assert_ne!(shown(&seen), before);
        // after a long silence what was before it is no part of the last hour
        seen.note(critical(9), None, 1_000_000);
        assert_eq!(seen.history.len(), 1);
    }

    #[test]
    fn a_silence_of_hours_leaves_nothing_of_the_last_one() {
        let mut seen = Seen::default();
        for minute in 0..60 {
            seen.note(critical(1), Some("a"), 6_000 + 60 * minute);
        }
        seen.forget(6_000 + 60 * 80);
        assert_eq!(seen.history.front().map(|first| first.at), Some(7_260));
        seen.forget(6_000 + 3 * 3_600);
        assert!(seen.history.is_empty());
        assert!(seen.leader.is_some());
    }

    #[test]
    fn a_leader_began_where_another_led_before() {
        let mut seen = Seen::default();
        seen.note(critical(0), Some("a"), 100);
        seen.note(critical(0), Some("a"), 200);
        let first = seen.leader.clone().unwrap();
        assert_eq!((first.since, first.began), (100, false));
        seen.note(critical(0), None, 300);
        assert_eq!(seen.leader, Some(first));
        seen.note(critical(0), Some("b"), 400);
        let second = seen.leader.unwrap();
        assert_eq!(
            (second.node.as_str(), second.since, second.began),
            ("b", 400, true)
        );
    }
}
