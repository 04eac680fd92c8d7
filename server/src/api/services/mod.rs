//! Services: the list with exact counts per instance, and one service with its instances.

mod list;

use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    health::Counts,
    instances::Instance,
    problem::Problem,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use super::{
    acl_rule, instances,
    request::{InDatacenter, Names, Params, datacenter},
    versioned::KnownVersions,
    window::{Orders, WindowParams, Windowed, window},
};
use crate::{consul::Query, datacenter::Datacenters, error::Error, state::AppState};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(detail))
}

/// Every service, by name.
#[utoipa::path(
    get,
    path = "/services",
    tag = "services",
    params(InDatacenter, WindowParams),
    responses((status = 200, body = Rows<ServiceRow>), (status = "default", body = Problem))
)]
async fn all(
    State(datacenters): State<Datacenters>,
    State(orders): State<Orders>,
    known: KnownVersions,
    Windowed(params, wanted): Windowed<InDatacenter>,
) -> Result<Response, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let rows = datacenters
        .read(|client| list::read(client, dc.clone()))
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::catalog()))?;
    known.answer("", || window(&rows, "services", "", &wanted, &orders))
}

/// One service with its instances, by node, then ID.
#[utoipa::path(
    get,
    path = "/services/{name}",
    tag = "services",
    params(("name" = String, Path, description = "The service's name"), InDatacenter),
    responses((status = 200, body = ServiceDetail), (status = "default", body = Problem))
)]
async fn detail(
    State(datacenters): State<Datacenters>,
    Names(name): Names<String>,
    Params(params): Params<InDatacenter>,
) -> Result<Json<ServiceDetail>, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let query = Query::in_datacenter(&dc);
    let found = datacenters
        .read(|client| {
            let (name, query) = (name.clone(), query.clone());
            async move { client.health().service(&name, &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::service(&name)))?;
    if found.value.is_empty() && found.meta.filtered_by_acl {
        return Err(Error::Hidden {
            detail: format!("the token may not see the instances of {name}"),
            acl_rule: acl_rule::service(&name),
        });
    }
    if found.value.is_empty() {
        return Err(Error::NotFound(format!(
            "no instance of the service {name} is registered in {dc}"
        )));
    }
    let mut detail = detail_of(name, dc, found.value);
    detail.filtered_by_acl = found.meta.filtered_by_acl;
    Ok(Json(detail))
}

fn detail_of(name: String, datacenter: String, found: Vec<Instance>) -> ServiceDetail {
    let mut instances: Vec<Instance> = found.into_iter().map(instances::finish).collect();
    instances.sort_by(|a, b| (&a.node.node, &a.service.id).cmp(&(&b.node.node, &b.service.id)));
    let counts: Counts = instances.iter().map(|instance| instance.health).collect();
    ServiceDetail {
        kind: kind_of(&instances),
        name,
        datacenter,
        health: counts.worst(),
        instances,
        filtered_by_acl: false,
    }
}

/// All instances of a service are of one kind; where they are not, the odd one is what matters.
fn kind_of(instances: &[Instance]) -> String {
    instances
        .iter()
        .map(|instance| instance.service.kind.as_str())
        .find(|kind| !kind.is_empty())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use wire::{checks::Check, health::Health, instances::AgentService, nodes::Node};

    use super::*;

    #[test]
    fn instances_are_by_node_then_id_and_the_worst_decides() {
        let instance = |node: &str, id: &str, status: &str| Instance {
            node: Node {
                node: node.into(),
                ..Node::default()
            },
            service: AgentService {
                id: id.into(),
                ..AgentService::default()
            },
            checks: vec![Check {
                status: status.into(),
                ..Check::default()
            }],
            ..Instance::default()
        };
        let detail = detail_of(
            "web".into(),
            "dc1".into(),
            vec![
                instance("msa-2", "a", "passing"),
                instance("msa-1", "b", "warning"),
                instance("msa-1", "a", "passing"),
            ],
        );
        let order: Vec<(&str, &str)> = detail
            .instances
            .iter()
            .map(|one| (one.node.node.as_str(), one.service.id.as_str()))
            .collect();
        assert_eq!(order, [("msa-1", "a"), ("msa-1", "b"), ("msa-2", "a")]);
        assert_eq!(detail.health, Health::Warning);
    }
}
