//! What was heard of every datacenter that was asked for a list.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use wire::{
    datacenters::{Condition, DatacenterState, is_nameless},
    problem::{Problem, ProblemKind},
    rows::{Failed, Rows},
};

use super::merge::Part;
use crate::{
    api::acl_rule,
    consul,
    datacenter::Heard,
    error::Error,
    watch::{LAST_CONTACT_MAX_MS, Snapshot, Version},
};

/// What was heard of all of them.
pub(super) struct All<T> {
    pub(super) parts: Vec<Part<T>>,
    pub(super) states: Vec<DatacenterState>,
    pub(super) failed: Vec<Failed>,
    /// As the stream tells it.
    pub(super) version: Version,
    /// Of the parts alone.
    pub(super) content: Version,
}

impl<T> All<T> {
    pub(super) fn of(heard: Vec<Heard<Snapshot<Rows<T>>>>) -> Self {
        let (mut parts, mut states, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let (mut versions, mut contents) = (Vec::new(), Vec::new());
        for one in heard {
            let (state, version) = fares(&one);
            let name = one.datacenter;
            if let Some(version) = version {
                versions.push((name.clone(), version));
            }
            match one.outcome {
                Ok(found) => {
                    contents.push((name.clone(), found.version));
                    parts.push(Part {
                        datacenter: name,
                        rows: found.value,
                    });
                }
                Err(error) => failed.push(Failed {
                    problem: problem_of(&name, &error),
                    datacenter: name,
                }),
            }
            states.push(state);
        }
        let together = |parts: &[(String, Version)]| {
            Version::merged(parts.iter().map(|(name, version)| (name.as_str(), version)))
        };
        Self {
            version: together(&versions),
            content: together(&contents),
            parts,
            states,
            failed,
        }
    }
}

/// How a datacenter fares as far as this list goes, and the list's version as the stream tells it;
/// none for a cluster that names no datacenter, which is none itself.
pub(in crate::api) fn fares<T>(
    one: &Heard<Snapshot<Rows<T>>>,
) -> (DatacenterState, Option<Version>) {
    let mut state = DatacenterState {
        name: one.datacenter.clone(),
        agent: one.agent.clone(),
        ..DatacenterState::default()
    };
    let problem = match &one.outcome {
        Ok(found) => found.problem.as_ref(),
        Err(error) => Some(error),
    };
    let is_named = !is_nameless(&one.datacenter);
    let is_late = matches!(problem, Some(consul::Error::Late { .. }));
    // of what is waited for nothing was told yet
    let mut version = problem.filter(|_| !is_late).map(Version::of_problem);
    match problem {
        // its answer, or why there is none, is told by the stream; of a cluster that named nothing
        // the stream knows nothing
        Some(_) if is_late && is_named => state.condition = Condition::Asking,
        Some(error) => {
            let problem = problem_of(&one.datacenter, error);
            state.condition = match problem.kind {
                ProblemKind::NoLeader => Condition::NoLeader,
                _ => Condition::Unreachable,
            };
            state.problem = Some(problem);
        }
        None => {}
    }
    if let Ok(found) = &one.outcome {
        age(&mut state, found);
        state.agent = Some(found.agent.clone());
        state.rows = found.value.items.len();
        version = version.or_else(|| Some(found.version.clone()));
    }
    (state, version.filter(|_| is_named))
}

fn problem_of(datacenter: &str, error: &consul::Error) -> Problem {
    let name = Some(datacenter).filter(|name| !is_nameless(name));
    let error = Error::from(error.clone());
    error.about(name, &acl_rule::catalog()).problem()
}

/// Notes what is the matter with what was found, and since when it may be untrue.
pub(super) fn age<T>(state: &mut DatacenterState, found: &Snapshot<Rows<T>>) {
    let contact = found.contact;
    let is_old = contact.last_contact_ms > LAST_CONTACT_MAX_MS;
    state.condition = if found.problem.is_some() {
        Condition::Stale
    } else if contact.leaderless {
        Condition::NoLeader
    } else if is_old {
        Condition::Stale
    } else if found.value.filtered_by_acl {
        Condition::Hidden
    } else {
        Condition::Ok
    };
    if matches!(state.condition, Condition::Stale | Condition::NoLeader) {
        let age = Duration::from_millis(contact.last_contact_ms) + found.taken.elapsed();
        state.stale_seconds = Some(age.as_secs());
        // in whole seconds: what did not change is told in the same words
        state.stale_since = SystemTime::now()
            .checked_sub(age)
            .and_then(|moment| moment.duration_since(UNIX_EPOCH).ok())
            .map(|since| since.as_secs() * 1000);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::Instant;
    use wire::{
        health::{Counts, Health},
        nodes::NodeRow,
        services::ServiceRow,
    };

    use super::*;
    use crate::api::lists::merge::{Merged, merge_nodes, merge_services};

    fn service(name: &str, states: &[Health], tags: &[&str]) -> ServiceRow {
        let instances: Counts = states.iter().copied().collect();
        ServiceRow {
            name: name.to_owned(),
            health: instances.worst(),
            instances,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..ServiceRow::default()
        }
    }

    fn answered<T: serde::Serialize>(datacenter: &str, rows: Rows<T>) -> Heard<Snapshot<Rows<T>>> {
        Heard {
            datacenter: datacenter.to_owned(),
            agent: None,
            outcome: Ok(Snapshot {
                version: Version::of(&rows),
                value: Arc::new(rows),
                taken: Instant::now(),
                problem: None,
                agent: "http://a:8500".to_owned(),
                contact: consul::Contact::default(),
            }),
        }
    }

    fn no_leader() -> consul::Error {
        let agent = "http://b:8500".to_owned();
        consul::Error::NoLeader { agent }
    }

    fn silent<T>(datacenter: &str, error: consul::Error) -> Heard<Snapshot<Rows<T>>> {
        Heard {
            datacenter: datacenter.to_owned(),
            agent: None,
            outcome: Err(error),
        }
    }

    #[test]
    fn a_service_of_several_datacenters_is_one_row() {
        let west = Rows::whole(vec![
            service("web", &[Health::Passing, Health::Passing], &["b", "c"]),
            service("only", &[Health::Passing], &[]),
        ]);
        let east = Rows::whole(vec![service("web", &[Health::Critical], &["a", "b"])]);
        let all = All::of(vec![answered("dc1", west), answered("dc2", east)]);
        let rows = merge_services(&all.parts);
        assert_eq!((rows.total, rows.all), (2, 2));
        let [only, web] = rows.items.as_slice() else {
            panic!("{rows:?}");
        };
        assert_eq!((only.name.as_str(), only.places.len()), ("only", 1));
        assert_eq!(
            (web.health, web.datacenter.as_str()),
            (Health::Critical, "dc1")
        );
        assert_eq!((web.instances.passing, web.instances.critical), (2, 1));
        assert_eq!(web.tags, ["a", "b", "c"]);
        let places: Vec<(&str, Health, u32)> = web
            .places
            .iter()
            .map(|place| (&*place.datacenter, place.health, place.instances.total()))
            .collect();
        assert_eq!(
            places,
            [("dc1", Health::Passing, 2), ("dc2", Health::Critical, 1)]
        );
        let states: Vec<(&str, Condition, usize)> = all
            .states
            .iter()
            .map(|state| (&*state.name, state.condition, state.rows))
            .collect();
        assert_eq!(
            states,
            [("dc1", Condition::Ok, 2), ("dc2", Condition::Ok, 1)]
        );
    }

    #[test]
    fn who_fails_is_named_and_the_rest_is_there() {
        let hidden = Rows {
            filtered_by_acl: true,
            ..Rows::whole(vec![service("web", &[Health::Passing], &[])])
        };
        let mut stale = answered(
            "dc2",
            Rows::whole(vec![service("db", &[Health::Passing], &[])]),
        );
        if let Ok(snapshot) = &mut stale.outcome {
            snapshot.problem = Some(no_leader());
        }
        let agent = "http://c:8500".to_owned();
        let all = All::of(vec![
            answered("dc1", hidden),
            stale,
            silent("dc3", no_leader()),
            silent("@east", consul::Error::NoServers { agent }),
        ]);
        let rows = merge_services(&all.parts);
        assert_eq!(rows.items.len(), 2);
        assert!(rows.filtered_by_acl);
        let conditions: Vec<Condition> = all.states.iter().map(|one| one.condition).collect();
        assert_eq!(
            conditions,
            [
                Condition::Hidden,
                Condition::Stale,
                Condition::NoLeader,
                Condition::Unreachable
            ]
        );
        assert_eq!(all.states[1].stale_seconds, Some(0));
        assert_eq!(all.states[1].rows, 1);
        let failed: Vec<(&str, ProblemKind)> = all
            .failed
            .iter()
            .map(|one| (&*one.datacenter, one.problem.kind))
            .collect();
        assert_eq!(
            failed,
            [
                ("dc3", ProblemKind::NoLeader),
                ("@east", ProblemKind::AgentUnreachable)
            ]
        );
        assert_eq!(all.failed[0].problem.datacenter.as_deref(), Some("dc3"));
    }

    #[test]
    fn who_is_late_is_still_being_asked() {
        let late = || consul::Error::Late {
            agent: "http://a:8500".to_owned(),
        };
        let all = All::<ServiceRow>::of(vec![silent("dc1", late()), silent("@east", late())]);
        let told: Vec<(Condition, bool)> = all
            .states
            .iter()
            .map(|state| (state.condition, state.problem.is_some()))
            .collect();
        assert_eq!(
            told,
            [(Condition::Asking, false), (Condition::Unreachable, true)]
        );
        let failed = all.failed.iter().map(|one| one.problem.kind);
        assert_eq!(
            failed.collect::<Vec<_>>(),
            [ProblemKind::AgentTimeout; 2],
            "its rows are not there"
        );
    }

    #[test]
    fn what_no_leader_stands_behind_is_shown_and_says_so() {
        let told = |contact| {
            let rows = Rows::whole(vec![service("web", &[Health::Passing], &[])]);
            let mut heard = answered("dc1", rows);
            if let Ok(snapshot) = &mut heard.outcome {
                snapshot.contact = contact;
            }
            let all = All::of(vec![heard]);
            assert_eq!((all.parts.len(), all.failed.len()), (1, 0));
            (all.states[0].condition, all.states[0].stale_seconds)
        };
        let contact = |last_contact_ms, leaderless| consul::Contact {
            last_contact_ms,
            leaderless,
        };
        assert_eq!(told(contact(9_000, false)), (Condition::Ok, None));
        assert_eq!(told(contact(11_500, false)), (Condition::Stale, Some(11)));
        assert_eq!(told(contact(3_000, true)), (Condition::NoLeader, Some(3)));
    }

    #[test]
    fn since_when_it_may_be_untrue_does_not_move() {
        let rows = Rows::whole(vec![service("web", &[Health::Passing], &[])]);
        let mut heard = answered("dc1", rows);
        let Ok(snapshot) = &mut heard.outcome else {
            panic!("it answered");
        };
        snapshot.problem = Some(no_leader());
        let told = |snapshot: &Snapshot<Rows<ServiceRow>>| {
            let mut state = DatacenterState::default();
            age(&mut state, snapshot);
            let since = state.stale_since.expect("it is stale");
            (state.stale_seconds.expect("it is stale"), since)
        };
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let (seconds, since) = told(snapshot);
        assert_eq!(seconds, 0);
        assert!(now().as_millis() - u128::from(since) < 3_000);
        assert_eq!(since % 1_000, 0);
        snapshot.taken -= Duration::from_secs(40);
        let (seconds, before) = told(snapshot);
        assert_eq!(seconds, 40);
        assert!(
            (39_000..=41_000).contains(&(since - before)),
            "{since} {before}"
        );
        snapshot.problem = None;
        let mut well = DatacenterState::default();
        age(&mut well, snapshot);
        assert_eq!(well, DatacenterState::default());
    }

    #[test]
    fn versions_are_those_of_the_stream() {
        let rows = || Rows::whole(vec![service("web", &[Health::Passing], &[])]);
        let of = Version::of(&rows());
        let failing = Version::of_problem(&no_leader());
        let well = All::of(vec![answered("dc1", rows())]);
        assert_eq!(well.version, Version::merged([("dc1", &of)]));
        let agent = "http://c:8500".to_owned();
        let ill = All::of(vec![
            answered("dc1", rows()),
            silent("dc2", no_leader()),
            silent("@east", consul::Error::NoServers { agent }),
        ]);
        assert_eq!(
            ill.version,
            Version::merged([("dc1", &of), ("dc2", &failing)])
        );
        // the same rows need not be merged again
        assert_eq!(ill.content, well.content);
    }

    #[test]
    fn the_same_parts_are_merged_once() {
        let merged = Merged::default();
        let (one, other) = (Version::of(&1), Version::of(&2));
        let mut times = 0;
        for (name, content) in [
            ("a", &one),
            ("a", &one),
            ("a", &other),
            ("a", &one),
            ("b", &one),
        ] {
            merged.get(name, content, || {
                times += 1;
                Rows::<NodeRow>::whole(Vec::new())
            });
        }
        assert_eq!(times, 4);
    }

    #[test]
    fn nodes_of_the_same_name_stay_apart() {
        let nodes = |datacenter: &str, names: &[&str]| {
            let row = |name: &&str| NodeRow {
                name: (*name).to_owned(),
                datacenter: datacenter.to_owned(),
                ..NodeRow::default()
            };
            let rows = Rows::whole(names.iter().map(row).collect());
            answered(datacenter, rows)
        };
        let all = All::of(vec![nodes("dc2", &["b", "a"]), nodes("dc1", &["a"])]);
        let rows = merge_nodes(&all.parts);
        let names: Vec<(&str, &str)> = rows
            .items
            .iter()
            .map(|row| (&*row.name, &*row.datacenter))
            .collect();
        assert_eq!(names, [("a", "dc1"), ("a", "dc2"), ("b", "dc2")]);
    }
}
