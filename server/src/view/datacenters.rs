//! The datacenters that the agent knows, and the agent itself.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;
use wire::{
    datacenters::{AgentSummary, ClusterAgent, Datacenter, Datacenters},
    rows::Failed,
};

use super::Seen;
use crate::{
    consul::{AgentSelf, Client, Contact, Error, Query},
    datacenter::{Clusters, Datacenters as Agents},
};

/// Every datacenter, the agent's own first, and the agent.
pub(crate) async fn read(client: &Client) -> Result<Seen<Datacenters>, Error> {
    let names = client.catalog().datacenters().await?;
    let agent = who(client, &names).await?;
    Ok(Seen {
        value: answer(names, agent, client.address()),
        // nothing tells of a change: it is asked for now and then
        indexes: Vec::new(),
        contact: Contact::default(),
    })
}

/// For how long the agents of other clusters are waited for: who they are is told the next time, and
/// until then where they are.
const OTHERS_WITHIN: Duration = Duration::from_millis(300);

/// Adds the datacenters of the other clusters, those of each by name, the agents that are asked
/// there, and the clusters that never named theirs.
pub(crate) async fn add_others(seen: &mut Datacenters, clusters: &Clusters) {
    if !clusters.are_several() {
        return;
    }
    let agents = clusters.each().skip(1).map(async |agents| {
        let found = match timeout(OTHERS_WITHIN, agent(agents)).await {
            Ok(found) => found.ok()?,
            Err(_) => AgentSummary {
                address: agents.active(),
                ..AgentSummary::default()
            },
        };
        let is_down = |(address, _): &(String, Error)| *address == found.address;
        (!agents.down().iter().any(is_down)).then_some(found)
    });
    let (known, agents) = futures::join!(clusters.known(), join_all(agents));
    for (known, agent) in known.into_iter().skip(1).zip(agents) {
        let nameless = format!("@{}", known.cluster);
        // one that is late and never told of its datacenters may as well be gone
        if let Some(agent) = agent.filter(|agent| known.places.is_ok() || !agent.node.is_empty()) {
            seen.others.push(ClusterAgent {
                cluster: known.cluster,
                agent,
            });
        }
        match known.places {
            Ok(places) => {
                let mut names: Vec<String> = places.into_iter().map(|place| place.shown).collect();
                names.sort();
                let names = names.into_iter();
                seen.items
                    .extend(names.map(|name| Datacenter { name, local: false }));
            }
            Err(error) => seen.failed.push(Failed {
                datacenter: nameless,
                problem: error.problem(),
            }),
        }
    }
}

/// What there is to say where no agent of the first cluster answers; none where the others say
/// nothing either.
pub(crate) async fn without_home(clusters: &Clusters) -> Option<Datacenters> {
    if !clusters.are_several() {
        return None;
    }
    let mut seen = Datacenters::default();
    let home = clusters.known().await.into_iter().next()?;
    match home.places {
        Ok(places) => seen
            .items
            .extend(places.into_iter().map(|place| Datacenter {
                name: place.shown,
                local: false,
            })),
        Err(error) => seen.failed.push(Failed {
            datacenter: format!("@{}", home.cluster),
            problem: error.problem(),
        }),
    }
    add_others(&mut seen, clusters).await;
    (!seen.items.is_empty()).then_some(seen)
}

/// The name of the datacenter that the agent in use belongs to, known for a while.
pub(crate) async fn local(agents: &Agents) -> Result<String, Error> {
    let (_, found) = agents.who(ask_who).await?;
    Ok(found.datacenter)
}

/// The agent in use, known for a while.
async fn agent(agents: &Agents) -> Result<AgentSummary, Error> {
    let (address, found) = agents.who(ask_who).await?;
    Ok(summary(found, address))
}

async fn ask_who(agents: Agents) -> Result<AgentSelf, Error> {
    let asked = agents.read(|client| async move {
        match client.agent().self_().await {
            Err(Error::Forbidden { .. }) => {
                let names = client.catalog().datacenters().await?;
                who(&client, &names).await
            }
            outcome => outcome,
        }
    });
    asked.await
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
        agent: summary(agent, address),
        ..Datacenters::default()
    }
}

fn summary(agent: AgentSelf, address: String) -> AgentSummary {
    AgentSummary {
        address,
        node: agent.node,
        datacenter: agent.datacenter,
        version: agent.version,
        server: agent.server,
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
