//! One instance of a service, and how instances are made of nodes, services and checks.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    checks::Check,
    health::Health,
    instances::{AgentService, Instance},
    nodes::Node,
    problem::Problem,
};

use super::{
    acl_rule,
    request::{InDatacenter, Names, Params, datacenter},
};
use crate::{
    consul::{Client, Error as ClientError, Query},
    datacenter::Datacenters,
    error::Error,
    micro,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(detail))
}

/// One instance with its checks.
#[utoipa::path(
    get,
    path = "/services/{name}/instances/{node}/{id}",
    tag = "services",
    params(
        ("name" = String, Path, description = "The service's name"),
        ("node" = String, Path, description = "The node's name"),
        ("id" = String, Path, description = "The instance's ID, unique on its node"),
        InDatacenter
    ),
    responses((status = 200, body = Instance), (status = "default", body = Problem))
)]
async fn detail(
    State(datacenters): State<Datacenters>,
    Names((name, node, id)): Names<(String, String, String)>,
    Params(params): Params<InDatacenter>,
) -> Result<Json<Instance>, Error> {
    let dc = datacenter(&datacenters, params.dc).await?;
    let query = Query::in_datacenter(&dc);
    let found = datacenters
        .read(|client| on_node(client, node.clone(), query.clone()))
        .await
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::service(&name)))?;
    found
        .and_then(|(_, instances, _)| {
            instances
                .into_iter()
                .find(|one| one.service.id == id && one.service.service == name)
        })
        .map(Json)
        .ok_or_else(|| {
            Error::NotFound(format!(
                "the service {name} has no instance {id} on the node {node}"
            ))
        })
}

/// A node, its instances by service, then ID, and its own checks; also whether rows were hidden.
pub(super) type OnNode = (Node, Vec<Instance>, (Vec<Check>, bool));

/// Everything about one node.
pub(super) async fn on_node(
    client: Client,
    name: String,
    query: Query,
) -> Result<Option<OnNode>, ClientError> {
    let (catalog, health) = (client.catalog(), client.health());
    let (node, checks) =
        futures::try_join!(catalog.node(&name, &query), health.node(&name, &query))?;
    let filtered = node.meta.filtered_by_acl || checks.meta.filtered_by_acl;
    let Some((mut node, services)) = node.value else {
        return Ok(None);
    };
    if node.datacenter.is_empty() {
        node.datacenter = query.datacenter.unwrap_or_default();
    }
    let instances = of_node(&node, services, &checks.value);
    let mut own = checks.value;
    own.retain(|check| check.service_id.is_empty());
    own.sort_by(|a, b| a.check_id.cmp(&b.check_id));
    Ok(Some((node, instances, (own, filtered))))
}

/// The instances on a node, by service, then ID.
pub(super) fn of_node(node: &Node, services: Vec<AgentService>, checks: &[Check]) -> Vec<Instance> {
    let mut instances: Vec<Instance> = services
        .into_iter()
        .map(|service| {
            let checks = checks
                .iter()
                .filter(|check| check.service_id.is_empty() || check.service_id == service.id)
                .cloned()
                .collect();
            finish(Instance {
                node: node.clone(),
                service,
                checks,
                health: Health::None,
                micro: None,
            })
        })
        .collect();
    instances.sort_by(|a, b| {
        (&a.service.service, &a.service.id).cmp(&(&b.service.service, &b.service.id))
    });
    instances
}

/// The state of each of a node's services.
pub(super) fn states(services: &[AgentService], checks: &[Check]) -> impl Iterator<Item = Health> {
    services.iter().map(|service| {
        Health::of(
            checks
                .iter()
                .filter(|check| check.service_id.is_empty() || check.service_id == service.id),
        )
    })
}

/// The state of a node: that of its own checks.
pub(super) fn of_node_itself(checks: &[Check]) -> Health {
    Health::of(checks.iter().filter(|check| check.service_id.is_empty()))
}

/// Adds what is ours: health, decoded tags, an order that does not change by itself.
pub(super) fn finish(mut instance: Instance) -> Instance {
    instance.checks.sort_by(|a, b| {
        (a.service_id.is_empty(), &a.check_id).cmp(&(b.service_id.is_empty(), &b.check_id))
    });
    instance.service.tags.sort_unstable();
    instance.health = Health::of(&instance.checks);
    instance.micro = micro::decode(&instance.service.tags);
    instance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, service: &str, status: &str) -> Check {
        Check {
            check_id: id.into(),
            service_id: service.into(),
            status: status.into(),
            ..Check::default()
        }
    }

    fn service(name: &str, id: &str) -> AgentService {
        AgentService {
            id: id.into(),
            service: name.into(),
            tags: vec!["b".into(), "a".into(), "v=1.2".into()],
            ..AgentService::default()
        }
    }

    #[test]
    fn an_instance_has_its_own_checks_and_its_nodes() {
        let checks = [
            check("serfHealth", "", "passing"),
            check("service:web-1", "web-1", "critical"),
            check("service:db-1", "db-1", "passing"),
        ];
        let services = vec![service("web", "web-1"), service("db", "db-1")];
        let instances = of_node(&Node::default(), services, &checks);
        assert_eq!(instances[0].service.id, "db-1");
        assert_eq!(instances[0].health, Health::Passing);
        let web = &instances[1];
        assert_eq!(web.health, Health::Critical);
        let ids: Vec<&str> = web
            .checks
            .iter()
            .map(|check| check.check_id.as_str())
            .collect();
        assert_eq!(ids, ["service:web-1", "serfHealth"]);
        assert_eq!(web.version(), Some("1.2"));
        assert_eq!(web.plain_tags().collect::<Vec<_>>(), ["a", "b"]);
    }
}
