//! Lists over every datacenter: asked all at once, merged, and never emptied by one that fails.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::response::Response;
use serde::Serialize;
use wire::{
    datacenters::{ALL, Condition, DatacenterState},
    live::{Subject, Topic},
    nodes::NodeRow,
    problem::ProblemKind,
    rows::{Failed, Rows},
    services::{ServicePlace, ServiceRow},
    window::Listed,
};

use super::{
    acl_rule,
    etag::IfNoneMatch,
    window::{Orders, WindowParams, window},
};
use crate::{
    datacenter::{Clusters, Heard},
    error::Error,
    watch::{Snapshot, Version, Watched, Watches},
};

/// The lists over all datacenters, merged anew only where one of them changed. A handle: clones
/// share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllLists {
    services: Merged<ServiceRow>,
    nodes: Merged<NodeRow>,
}

/// The rows that were merged last, and what they were merged of.
#[derive(Clone, Debug)]
struct Merged<T>(Arc<Mutex<Option<AtVersion<T>>>>);

type AtVersion<T> = (Version, Arc<Rows<T>>);

impl<T> Default for Merged<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Merged<T> {
    fn get(&self, content: &Version, merge: impl FnOnce() -> Rows<T>) -> Arc<Rows<T>> {
        // held while merging, so that many who ask at once merge once
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, rows)) = &*last
            && version == content
        {
            return Arc::clone(rows);
        }
        let rows = Arc::new(merge());
        *last = Some((content.clone(), Arc::clone(&rows)));
        rows
    }
}

/// What a list over all datacenters is asked of, and by whom.
pub(super) struct Asked<'a> {
    pub(super) clusters: &'a Clusters,
    pub(super) watches: &'a Watches,
    pub(super) lists: &'a AllLists,
    pub(super) orders: &'a Orders,
    pub(super) has: &'a IfNoneMatch,
    pub(super) wanted: &'a WindowParams,
}

impl Asked<'_> {
    /// A window of the services of every datacenter.
    pub(super) async fn services(self) -> Result<Response, Error> {
        let merged = &self.lists.services;
        self.answer(Subject::Services, merged, merge_services).await
    }

    /// A window of the nodes of every datacenter.
    pub(super) async fn nodes(self) -> Result<Response, Error> {
        let merged = &self.lists.nodes;
        self.answer(Subject::Nodes, merged, merge_nodes).await
    }

    async fn answer<T>(
        &self,
        subject: Subject,
        merged: &Merged<T>,
        merge: fn(&[Part<T>]) -> Rows<T>,
    ) -> Result<Response, Error>
    where
        T: Listed + Clone + Serialize,
        Rows<T>: Watched,
    {
        let asked = self.clusters.gather(|place| {
            let subject = subject.clone();
            async move { self.watches.known::<Rows<T>>(subject, &place.shown).await }
        });
        let all = All::of(asked.await);
        self.has.try_answer(&all.version, || {
            let rows = merged.get(&all.content, || merge(&all.parts));
            let topic = Topic::new(subject, ALL).to_string();
            let content = all.content.as_str();
            let window = window(&rows, &topic, content, self.wanted, self.orders)?;
            Ok(Rows {
                failed: all.failed,
                datacenters: all.states,
                ..window
            })
        })
    }
}

/// The rows of one datacenter.
struct Part<T> {
    datacenter: String,
    rows: Arc<Rows<T>>,
}

/// What was heard of all of them.
struct All<T> {
    parts: Vec<Part<T>>,
    states: Vec<DatacenterState>,
    failed: Vec<Failed>,
    /// As the stream tells it.
    version: Version,
    /// Of the parts alone.
    content: Version,
}

impl<T> All<T> {
    fn of(heard: Vec<Heard<Snapshot<Rows<T>>>>) -> Self {
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
                Err(_) => failed.push(Failed {
                    datacenter: name,
                    problem: state.problem.clone().unwrap_or_default(),
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
pub(super) fn fares<T>(one: &Heard<Snapshot<Rows<T>>>) -> (DatacenterState, Option<Version>) {
    let name = one.datacenter.as_str();
    let mut state = DatacenterState {
        name: name.to_owned(),
        agent: one.agent.clone(),
        ..DatacenterState::default()
    };
    let is_named = !name.starts_with('@');
    let problem = match &one.outcome {
        Ok(found) => found.problem.as_ref(),
        Err(error) => Some(error),
    };
    let mut version = problem.map(Version::of_problem);
    if let Some(error) = problem {
        let problem = Error::from(error.clone())
            .about(is_named.then_some(name), &acl_rule::catalog())
            .problem();
        state.condition = match problem.kind {
            ProblemKind::NoLeader => Condition::NoLeader,
            _ => Condition::Unreachable,
        };
        state.problem = Some(problem);
    }
    if let Ok(found) = &one.outcome {
        if found.problem.is_some() {
            state.condition = Condition::Stale;
            state.stale_seconds = Some(found.taken.elapsed().as_secs());
        } else if found.value.filtered_by_acl {
            state.condition = Condition::Hidden;
        }
        state.agent = Some(found.agent.clone());
        state.rows = found.value.items.len();
        version = version.or_else(|| Some(found.version.clone()));
    }
    (state, version.filter(|_| is_named))
}

/// One row for each name, with its state in each datacenter.
fn merge_services(parts: &[Part<ServiceRow>]) -> Rows<ServiceRow> {
    let filtered_by_acl = parts.iter().any(|part| part.rows.filtered_by_acl);
    let mut by_name: BTreeMap<String, ServiceRow> = BTreeMap::new();
    for part in parts {
        for row in &part.rows.items {
            let place = ServicePlace {
                datacenter: part.datacenter.clone(),
                health: row.health,
                instances: row.instances,
            };
            match by_name.get_mut(&row.name) {
                Some(merged) => add(merged, row, place),
                None => {
                    let merged = ServiceRow {
                        datacenter: part.datacenter.clone(),
                        places: vec![place],
                        ..row.clone()
                    };
                    by_name.insert(row.name.clone(), merged);
                }
            }
        }
    }
    Rows {
        filtered_by_acl,
        ..Rows::whole(by_name.into_values().collect())
    }
}

fn add(merged: &mut ServiceRow, row: &ServiceRow, place: ServicePlace) {
    merged.health = merged.health.max(row.health);
    merged.instances.passing += row.instances.passing;
    merged.instances.warning += row.instances.warning;
    merged.instances.critical += row.instances.critical;
    merged.instances.maintenance += row.instances.maintenance;
    merged.instances.none += row.instances.none;
    if merged.kind.is_empty() {
        merged.kind.clone_from(&row.kind);
    }
    unite(&mut merged.tags, &row.tags);
    unite(&mut merged.versions, &row.versions);
    merged.places.push(place);
}

/// Both, sorted, each once.
fn unite(words: &mut Vec<String>, more: &[String]) {
    for word in more {
        if let Err(place) = words.binary_search(word) {
            words.insert(place, word.clone());
        }
    }
}

/// All nodes, by name, then by where they are.
fn merge_nodes(parts: &[Part<NodeRow>]) -> Rows<NodeRow> {
    let filtered_by_acl = parts.iter().any(|part| part.rows.filtered_by_acl);
    let mut rows: Vec<NodeRow> = parts
        .iter()
        .flat_map(|part| &part.rows.items)
        .cloned()
        .collect();
    rows.sort_by(|a, b| (&a.name, &a.datacenter).cmp(&(&b.name, &b.datacenter)));
    Rows {
        filtered_by_acl,
        ..Rows::whole(rows)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;
    use wire::health::{Counts, Health};

    use super::*;
    use crate::consul;

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
        for content in [&one, &one, &other, &one] {
            merged.get(content, || {
                times += 1;
                Rows::<NodeRow>::whole(Vec::new())
            });
        }
        assert_eq!(times, 3);
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
