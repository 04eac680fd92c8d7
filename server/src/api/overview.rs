//! How datacenters fare, in a few numbers each.

use axum::{extract::State, response::Response};
use tokio::time::Instant;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::{ALL, DatacenterState, is_nameless},
    live::{Subject, Topic},
    nodes::NodeRow,
    overview::{DatacenterOverview, Overview, Trouble},
    problem::Problem,
    rows::Rows,
    services::ServiceRow,
};

use super::{
    acl_rule,
    etag::IfNoneMatch,
    lists::fares,
    request::{InDatacenter, Params, place},
};
use crate::{
    consul::Error as ClientError,
    datacenter::{Clusters, Heard, Place, Question},
    error::Error,
    observer::{Beside, Observer},
    state::AppState,
    view,
    watch::{Snapshot, Version, Watches},
};

/// How much of what is critical is listed.
const TROUBLE_MAX: usize = 50;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(overview))
}

/// How a datacenter fares, or all of them (`@all`).
#[utoipa::path(
    get,
    path = "/overview",
    tag = "overview",
    params(InDatacenter),
    responses((status = 200, body = Overview), (status = "default", body = Problem))
)]
async fn overview(
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
    State(observer): State<Observer>,
    Params(params): Params<InDatacenter>,
    has: IfNoneMatch,
) -> Result<Response, Error> {
    let observer = &observer;
    let question = Looks {
        watches: &watches,
        observer,
    };
    let heard = if params.dc.as_deref() == Some(ALL) {
        clusters.gather_soon(&question).await
    } else {
        let place = place(&clusters, params.dc).await?;
        vec![Heard {
            datacenter: place.shown.clone(),
            agent: Some(place.datacenters.active()),
            outcome: question.ask(&place).await,
        }]
    };
    let mut versions = Vec::new();
    let parts: Vec<Part> = heard
        .into_iter()
        .map(|one| Part::of(observer, one, &mut versions))
        .collect();
    let version = Version::merged(versions.iter().map(|(name, one)| (name.as_str(), one)));
    // made only where the browser lacks it: that looks through all rows
    Ok(has.answer(&version, || together(observer, parts)))
}

fn together(observer: &Observer, parts: Vec<Part>) -> Overview {
    let mut answer = Overview::default();
    for part in parts {
        answer.critical.append(&mut part.trouble());
        answer.items.push(part.item(observer));
    }
    answer.critical_total = answer.critical.len();
    answer
        .critical
        .sort_by(|a, b| (a.node, &a.name, &a.datacenter).cmp(&(b.node, &b.name, &b.datacenter)));
    answer.critical.truncate(TROUBLE_MAX);
    answer
}

type Found<T> = Result<Snapshot<Rows<T>>, ClientError>;

/// The name of what was seen of a datacenter among the parts of an overview's version.
pub(super) fn seen_name(dc: &str) -> String {
    format!("seen@{dc}")
}

/// What is found out about a datacenter.
struct Look {
    services: Found<ServiceRow>,
    nodes: Found<NodeRow>,
    beside: Beside,
}

/// How to find out.
struct Looks<'a> {
    watches: &'a Watches,
    observer: &'a Observer,
}

impl Question for Looks<'_> {
    type Answer = Look;

    async fn ask(&self, place: &Place) -> Result<Look, ClientError> {
        let dc = place.shown.as_str();
        let (services, nodes, beside) = futures::join!(
            self.watches.known(Subject::Services, dc),
            self.watches.known(Subject::Nodes, dc),
            self.observer.beside(place),
        );
        Ok(Look {
            services,
            nodes,
            beside,
        })
    }

    fn last(&self, place: &Place) -> Option<Look> {
        let dc = place.shown.as_str();
        let late = || ClientError::Late {
            agent: place.datacenters.active(),
        };
        let (services, nodes) = (
            self.watches.outcome(Subject::Services, dc),
            self.watches.outcome(Subject::Nodes, dc),
        );
        if services.is_none() && nodes.is_none() {
            return None;
        }
        Some(Look {
            services: services.unwrap_or_else(|| Err(late())),
            nodes: nodes.unwrap_or_else(|| Err(late())),
            beside: self.observer.last_beside(place),
        })
    }

    fn asked_since(&self, place: &Place) -> Option<Instant> {
        let since = |subject| self.watches.asked_since(subject, &place.shown);
        [since(Subject::Services), since(Subject::Nodes)]
            .into_iter()
            .flatten()
            .min()
    }
}

/// The worse of both; its rows are services.
fn worse(services: DatacenterState, nodes: DatacenterState) -> DatacenterState {
    let rows = services.rows;
    let state = if nodes.condition > services.condition {
        nodes
    } else {
        services
    };
    DatacenterState { rows, ..state }
}

/// What was heard of one datacenter.
struct Part {
    dc: String,
    state: DatacenterState,
    services: Option<Snapshot<Rows<ServiceRow>>>,
    nodes: Option<Snapshot<Rows<NodeRow>>>,
    beside: Beside,
}

impl Part {
    /// Tells the observer of it, and adds the versions of what it is made of, by topic.
    fn of(observer: &Observer, heard: Heard<Look>, versions: &mut Vec<(String, Version)>) -> Self {
        let Heard {
            datacenter: dc,
            agent,
            outcome,
        } = heard;
        let (services, nodes, beside) = match outcome {
            Ok(look) => (look.services, look.nodes, look.beside),
            Err(error) => {
                let beside = Beside {
                    members: Ok(None),
                    servers: None,
                };
                (Err(error.clone()), Err(error), beside)
            }
        };
        let services = Heard {
            datacenter: dc.clone(),
            agent: agent.clone(),
            outcome: services,
        };
        let nodes = Heard {
            datacenter: dc.clone(),
            agent,
            outcome: nodes,
        };
        let (of_services, services_version) = fares(&services);
        let (of_nodes, nodes_version) = fares(&nodes);
        for (subject, version) in [
            (Subject::Services, services_version),
            (Subject::Nodes, nodes_version),
        ] {
            // the names that the stream makes its version of
            let topic = Topic::new(subject, dc.as_str()).to_string();
            versions.extend(version.map(|version| (topic, version)));
        }
        let part = Self {
            state: worse(of_services, of_nodes),
            services: services.outcome.ok(),
            nodes: nodes.outcome.ok(),
            beside,
            dc,
        };
        part.note(observer);
        if !is_nameless(&part.dc) {
            let version = observer.version(&part.dc).borrow().clone();
            versions.extend(version.map(|version| (seen_name(&part.dc), version)));
        }
        part
    }

    /// Only of what is so now.
    fn note(&self, observer: &Observer) {
        if let (Some(services), Some(nodes)) = (&self.services, &self.nodes)
            && services.problem.is_none()
            && nodes.problem.is_none()
        {
            let leader = nodes.value.items.iter().find(|row| row.leader);
            let leader = leader.map(|row| row.name.as_str());
            observer.note(&self.dc, &services.value, leader, &self.beside);
        }
    }

    fn rows(&self) -> (&[ServiceRow], &[NodeRow]) {
        let services = self.services.as_ref().map(|found| &*found.value.items);
        let nodes = self.nodes.as_ref().map(|found| &*found.value.items);
        (services.unwrap_or_default(), nodes.unwrap_or_default())
    }

    fn trouble(&self) -> Vec<Trouble> {
        let (services, nodes) = self.rows();
        view::overview::trouble(&self.dc, services, nodes)
    }

    fn item(self, observer: &Observer) -> DatacenterOverview {
        let (services, nodes) = self.rows();
        let members = self.beside.members.as_ref().ok().and_then(Option::as_deref);
        let mut item = view::overview::overview(
            self.state.clone(),
            services,
            nodes,
            members.map(Vec::as_slice),
            self.beside.servers.as_deref().map(Vec::as_slice),
        );
        item.members_problem = self.beside.members.err().map(|error| {
            Error::from(error)
                .about(Some(&self.dc), &acl_rule::catalog())
                .problem()
        });
        let seen = observer.seen(&self.dc);
        item.history = seen.history.into();
        if let Some(leader) = seen.leader
            && item.leader.as_ref() == Some(&leader.node)
        {
            item.leader_since = Some(leader.since);
            item.leader_began = leader.began;
        }
        item
    }
}
