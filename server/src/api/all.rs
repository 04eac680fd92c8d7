//! Lists over every datacenter: asked all at once, merged, and never emptied by one that fails.

use std::collections::BTreeMap;

use wire::{
    datacenters::{Condition, DatacenterState},
    nodes::NodeRow,
    problem::ProblemKind,
    rows::{Failed, Rows},
    services::{ServicePlace, ServiceRow},
};

use super::{acl_rule, placed::named};
use crate::{
    datacenter::{Clusters, Heard},
    error::Error,
    view,
};

/// The services of every datacenter.
pub(super) async fn services(clusters: &Clusters) -> Rows<ServiceRow> {
    let heard = clusters
        .gather(async |place| {
            let read = place.datacenters.read(|client| {
                let dc = place.dc.clone();
                async move { view::services::read(&client, &dc).await }
            });
            Ok(named(read.await?.value, &place))
        })
        .await;
    merge(heard, merge_services)
}

/// The nodes of every datacenter.
pub(super) async fn nodes(clusters: &Clusters) -> Rows<NodeRow> {
    let heard = clusters
        .gather(async |place| {
            let read = place.datacenters.read(|client| {
                let dc = place.dc.clone();
                async move { view::nodes::read(&client, &dc).await }
            });
            Ok(named(read.await?.value, &place))
        })
        .await;
    merge(heard, merge_nodes)
}

/// The rows of those that answered, and how every datacenter fares.
fn merge<T>(
    heard: Vec<Heard<Rows<T>>>,
    rows: impl FnOnce(Vec<(String, Rows<T>)>) -> Rows<T>,
) -> Rows<T> {
    let mut states = Vec::new();
    let mut failed = Vec::new();
    let mut parts = Vec::new();
    for one in heard {
        let mut state = DatacenterState {
            name: one.datacenter.clone(),
            agent: one.agent,
            ..DatacenterState::default()
        };
        match one.outcome {
            Ok(part) => {
                // what was said of it already, as that it is stale, is kept
                if let Some(known) = part.datacenters.first() {
                    state = known.clone();
                } else if part.filtered_by_acl {
                    state.condition = Condition::Hidden;
                }
                state.rows = part.items.len();
                parts.push((one.datacenter, part));
            }
            Err(error) => {
                let about = Some(one.datacenter.as_str()).filter(|name| !name.starts_with('@'));
                let error = Error::from(error).about(about, &acl_rule::catalog());
                let problem = error.problem();
                state.condition = match problem.kind {
                    ProblemKind::NoLeader => Condition::NoLeader,
                    _ => Condition::Unreachable,
                };
                state.problem = Some(problem.clone());
                failed.push(Failed {
                    datacenter: one.datacenter,
                    problem,
                });
            }
        }
        states.push(state);
    }
    Rows {
        failed,
        datacenters: states,
        ..rows(parts)
    }
}

/// One row for each name, with its state in each datacenter.
fn merge_services(parts: Vec<(String, Rows<ServiceRow>)>) -> Rows<ServiceRow> {
    let filtered_by_acl = parts.iter().any(|(_, part)| part.filtered_by_acl);
    let mut by_name: BTreeMap<String, ServiceRow> = BTreeMap::new();
    for (datacenter, part) in parts {
        for row in part.items {
            let place = ServicePlace {
                datacenter: datacenter.clone(),
                health: row.health,
                instances: row.instances,
            };
            match by_name.get_mut(&row.name) {
                Some(merged) => add(merged, row, place),
                None => {
                    let merged = ServiceRow {
                        datacenter: datacenter.clone(),
                        places: vec![place],
                        ..row
                    };
                    by_name.insert(merged.name.clone(), merged);
                }
            }
        }
    }
    Rows {
        filtered_by_acl,
        ..Rows::whole(by_name.into_values().collect())
    }
}

fn add(merged: &mut ServiceRow, row: ServiceRow, place: ServicePlace) {
    merged.health = merged.health.max(row.health);
    merged.instances.passing += row.instances.passing;
    merged.instances.warning += row.instances.warning;
    merged.instances.critical += row.instances.critical;
    merged.instances.maintenance += row.instances.maintenance;
    merged.instances.none += row.instances.none;
    if merged.kind.is_empty() {
        merged.kind = row.kind;
    }
    unite(&mut merged.tags, row.tags);
    unite(&mut merged.versions, row.versions);
    merged.places.push(place);
}

/// Both, sorted, each once.
fn unite(words: &mut Vec<String>, more: Vec<String>) {
    words.extend(more);
    words.sort();
    words.dedup();
}

/// All nodes, by name, then by where they are.
fn merge_nodes(parts: Vec<(String, Rows<NodeRow>)>) -> Rows<NodeRow> {
    let filtered_by_acl = parts.iter().any(|(_, part)| part.filtered_by_acl);
    let mut rows: Vec<NodeRow> = parts
        .into_iter()
        .flat_map(|(datacenter, part)| {
            part.items.into_iter().map(move |row| NodeRow {
                datacenter: datacenter.clone(),
                ..row
            })
        })
        .collect();
    rows.sort_by(|a, b| (&a.name, &a.datacenter).cmp(&(&b.name, &b.datacenter)));
    Rows {
        filtered_by_acl,
        ..Rows::whole(rows)
    }
}

#[cfg(test)]
mod tests {
    use wire::health::{Counts, Health};

    use super::*;
    use crate::consul;

    fn service(name: &str, states: &[Health], tags: &[&str]) -> ServiceRow {
        let instances: Counts = states.iter().copied().collect();
        ServiceRow {
            name: name.to_owned(),
            datacenter: "as the agent has it".to_owned(),
            health: instances.worst(),
            instances,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..ServiceRow::default()
        }
    }

    fn answered<T>(datacenter: &str, items: Vec<T>) -> Heard<Rows<T>> {
        Heard {
            datacenter: datacenter.to_owned(),
            agent: Some("http://a:8500".to_owned()),
            outcome: Ok(Rows::whole(items)),
        }
    }

    fn silent<T>(datacenter: &str, error: fn(String) -> consul::Error) -> Heard<Rows<T>> {
        Heard {
            datacenter: datacenter.to_owned(),
            agent: None,
            outcome: Err(error("http://b:8500".to_owned())),
        }
    }

    #[test]
    fn a_service_of_several_datacenters_is_one_row() {
        let rows = merge(
            vec![
                answered(
                    "dc1",
                    vec![
                        service("web", &[Health::Passing, Health::Passing], &["b", "c"]),
                        service("only", &[Health::Passing], &[]),
                    ],
                ),
                answered(
                    "dc2",
                    vec![service("web", &[Health::Critical], &["a", "b"])],
                ),
            ],
            merge_services,
        );
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
        let states: Vec<(&str, Condition, usize)> = rows
            .datacenters
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
        let hidden = Heard {
            outcome: Ok(Rows {
                filtered_by_acl: true,
                ..Rows::whole(vec![service("web", &[Health::Passing], &[])])
            }),
            ..answered("dc1", Vec::new())
        };
        let stale = Heard {
            outcome: Ok(Rows {
                datacenters: vec![DatacenterState {
                    name: "dc2".to_owned(),
                    condition: Condition::Stale,
                    stale_seconds: Some(9),
                    ..DatacenterState::default()
                }],
                ..Rows::whole(vec![service("db", &[Health::Passing], &[])])
            }),
            ..answered("dc2", Vec::new())
        };
        let rows = merge(
            vec![
                hidden,
                stale,
                silent("dc3", |agent| consul::Error::NoLeader { agent }),
                silent("@east", |agent| consul::Error::NoServers { agent }),
            ],
            merge_services,
        );
        assert_eq!(rows.items.len(), 2);
        assert!(rows.filtered_by_acl);
        let conditions: Vec<Condition> = rows.datacenters.iter().map(|one| one.condition).collect();
        assert_eq!(
            conditions,
            [
                Condition::Hidden,
                Condition::Stale,
                Condition::NoLeader,
                Condition::Unreachable
            ]
        );
        assert_eq!(rows.datacenters[1].stale_seconds, Some(9));
        assert_eq!(rows.datacenters[1].rows, 1);
        let failed: Vec<(&str, ProblemKind)> = rows
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
        assert_eq!(rows.failed[0].problem.datacenter.as_deref(), Some("dc3"));
    }

    #[test]
    fn nodes_of_the_same_name_stay_apart() {
        let node = |name: &str| NodeRow {
            name: name.to_owned(),
            ..NodeRow::default()
        };
        let rows = merge(
            vec![
                answered("dc2", vec![node("b"), node("a")]),
                answered("dc1", vec![node("a")]),
            ],
            merge_nodes,
        );
        let names: Vec<(&str, &str)> = rows
            .items
            .iter()
            .map(|row| (&*row.name, &*row.datacenter))
            .collect();
        assert_eq!(names, [("a", "dc1"), ("a", "dc2"), ("b", "dc2")]);
    }
}
