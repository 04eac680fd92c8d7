//! The datacenters that the agent knows, and the agent itself.

use wire::datacenters::{AgentSummary, Datacenter, Datacenters};

use super::Seen;
use crate::{
    consul::{AgentSelf, Client, Error, Query},
    datacenter::Clusters,
};

/// Every datacenter, the agent's own first, and the agent.
pub(crate) async fn read(client: &Client) -> Result<Seen<Datacenters>, Error> {
    let names = client.catalog().datacenters().await?;
    let agent = who(client, &names).await?;
    Ok(Seen {
        value: answer(names, agent, client.address()),
        // nothing tells of a change: it is asked for now and then
        indexes: Vec::new(),
    })
}

/// The datacenters of the other clusters, those of each by name; a cluster that never named them
/// has none.
pub(crate) async fn of_others(clusters: &Clusters) -> Vec<Datacenter> {
    if !clusters.are_several() {
        return Vec::new();
    }
    let known = clusters.known().await.into_iter().skip(1);
    known
        .flat_map(|known| {
            let places = known.places.unwrap_or_default().into_iter();
            let mut names: Vec<String> = places.map(|place| place.shown).collect();
            names.sort();
            names
        })
        .map(|name| Datacenter { name, local: false })
        .collect()
}

/// The name of the datacenter that the agent in use belongs to.
pub(crate) async fn local(agents: &crate::datacenter::Datacenters) -> Result<String, Error> {
    agents
        .read(|client| async move {
            let names = match client.agent().self_().await {
                Ok(agent) => return Ok(agent.datacenter),
                Err(Error::Forbidden { .. }) => client.catalog().datacenters().await?,
                Err(error) => return Err(error),
            };
            Ok(who(&client, &names).await?.datacenter)
        })
        .await
}

/// The agent; without the right to ask it, what the catalog tells of its datacenter.
async fn who(client: &Client, names: &[String]) -> Result<AgentSelf, Error> {
    match client.agent().self_().await {
        Err(Error::Forbidden { .. }) => {
            let nodes = client.catalog().nodes(&Query::default()).await;
            let of_catalog = nodes
                .ok()
                .and_then(|nodes| nodes.value.into_iter().next())
                .map(|node| node.datacenter)
                .filter(|name| !name.is_empty());
            Ok(AgentSelf {
                // nearest first
                datacenter: of_catalog
                    .or_else(|| names.first().cloned())
                    .unwrap_or_default(),
                ..AgentSelf::default()
            })
        }
        outcome => outcome,
    }
}

fn answer(names: Vec<String>, agent: AgentSelf, address: String) -> Datacenters {
    let mut items: Vec<Datacenter> = names
        .into_iter()
        .map(|name| Datacenter {
            local: name == agent.datacenter,
            name,
        })
        .collect();
    items.sort_by(|a, b| b.local.cmp(&a.local).then_with(|| a.name.cmp(&b.name)));
    Datacenters {
        items,
        agent: AgentSummary {
            address,
            node: agent.node,
            datacenter: agent.datacenter,
            version: agent.version,
            server: agent.server,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_one_comes_first() {
        let agent = AgentSelf {
            datacenter: "dc2".into(),
            ..AgentSelf::default()
        };
        let names = ["dc3", "dc1", "dc2"].map(str::to_owned).to_vec();
        let answer = answer(names, agent, "http://a:1".into());
        let order: Vec<(&str, bool)> = answer
            .items
            .iter()
            .map(|one| (one.name.as_str(), one.local))
            .collect();
        assert_eq!(order, [("dc2", true), ("dc1", false), ("dc3", false)]);
    }
}
