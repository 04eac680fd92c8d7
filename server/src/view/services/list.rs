//! The list of services, with how many of each one's instances are in which state.
//!
//! `internal/ui/services` counts instances, and *checks* by status; what an instance's state is
//! follows from the checks that do not pass, which are few (`states`). Two things can be missing
//! then: how many instances of a service are on a node whose own check fails (new agents name
//! each node of a service once), and which instances have no check at all. Both are asked node by
//! node, of a bounded number of nodes. Where the agent has no such endpoint or does not
//! understand the filter, every service is asked for itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::Instant;
use wire::{
    checks::Check,
    health::Counts,
    instances::{AgentService, Instance},
    nodes::Node,
    rows::Rows,
    services::ServiceRow,
};

use super::{
    instances, kind_of,
    states::{Known, bare_candidates, join, unsure},
};
use crate::{
    consul::{Answer, Client, Contact, Error, Filter, Query, Selector, UiService, aside},
    micro,
    view::{Seen, failing},
};

/// How many questions one list may have in flight.
const IN_FLIGHT: usize = 16;

/// How many nodes one list asks of each of the two kinds, however large the cluster is.
const NODES_ASKED_MAX: usize = 32;

/// How long what a list was made of is good for bringing it up to date by checks alone.
const KEPT: Duration = Duration::from_secs(60);

/// The same where instances may be without any check.
const BARE_KEPT: Duration = Duration::from_secs(5);

/// Every agent's node has it, be it empty.
const SEGMENT: &str = "consul-network-segment";

/// Every service, by name; and what the list was made of, where checks alone can bring it up to
/// date.
pub(crate) async fn read(
    client: &Client,
    query: &Query,
) -> Result<(Seen<Rows<ServiceRow>>, Option<Ground>), Error> {
    match read_counted(client, query).await {
        Err(Error::Unsupported { .. } | Error::Status { status: 400, .. }) => {
            Ok((read_each(client, query).await?, None))
        }
        outcome => outcome.map(|(seen, ground)| (seen, Some(ground))),
    }
}

/// What a list was made of, but for the checks that do not pass: they are a small part of it, and
/// change most.
pub(crate) struct Ground {
    services: Arc<Vec<UiService>>,
    known: Arc<Known>,
    /// The failing nodes that were asked what is on them.
    asked: BTreeSet<String>,
    index: u64,
    contact: Contact,
    filtered_by_acl: bool,
    /// Instances may be without any check: one that gets its first, which passes, cannot be told
    /// from the checks that do not.
    has_bare: bool,
    made: Instant,
}

impl Ground {
    /// It is too old for what else changes with checks: nodes that get their first one, say.
    pub(crate) fn is_old(&self) -> bool {
        self.made.elapsed() > if self.has_bare { BARE_KEPT } else { KEPT }
    }
}

/// The list as checks alone have changed it since `ground` was made of the same datacenter; none
/// where more than that has to be asked.
pub(crate) async fn read_checks(
    client: &Client,
    query: &Query,
    ground: &Ground,
) -> Result<Option<Seen<Rows<ServiceRow>>>, Error> {
    if ground.is_old() {
        return Ok(None);
    }
    let failing = failing::ask(client, query).await?;
    let contact = ground.contact.and(Contact::of([&failing.meta]));
    let (services, known) = (Arc::clone(&ground.services), Arc::clone(&ground.known));
    let (asked, dc) = (ground.asked.clone(), query.place().to_owned());
    let (filtered, checks) = (failing.meta.filtered_by_acl, failing.value);
    let joined = aside(move || {
        (unsure(&services, &checks) == asked).then(|| join(&dc, &services, &checks, &known))
    });
    Ok(joined.await.map(|items| Seen {
        value: Rows {
            filtered_by_acl: ground.filtered_by_acl || filtered,
            ..Rows::whole(items)
        },
        indexes: vec![ground.index, failing.meta.index],
        contact,
    }))
}

/// What a list is made of; the number of answers does not depend on the cluster's size.
struct Summaries {
    services: Answer<Vec<UiService>>,
    failing: Answer<Vec<Check>>,
    /// Nodes that no agent runs on.
    external: Answer<Vec<Node>>,
    /// Checks of nodes that no agent runs on.
    of_external: Answer<Vec<Check>>,
}

async fn summaries(client: &Client, query: &Query) -> Result<Summaries, Error> {
    let ask = |filter| query.clone().filtered(filter);
    let external = ask(Filter::contains(&Selector::field("Meta"), SEGMENT).negate());
    let of_external = ask(Filter::equals(&Selector::field("ServiceID"), "").and(
        &Filter::not_equals(&Selector::field("CheckID"), "serfHealth"),
    ));
    let (internal, health, catalog) = (client.internal(), client.health(), client.catalog());
    let (services, failing, external, of_external) = futures::try_join!(
        internal.services(query),
        failing::ask(client, query),
        catalog.nodes(&external),
        health.state("any", &of_external),
    )?;
    Ok(Summaries {
        services,
        failing,
        external,
        of_external,
    })
}

async fn read_counted(
    client: &Client,
    query: &Query,
) -> Result<(Seen<Rows<ServiceRow>>, Ground), Error> {
    let made = Instant::now();
    let found = summaries(client, query).await?;
    let contact = Contact::of([
        &found.services.meta,
        &found.failing.meta,
        &found.external.meta,
        &found.of_external.meta,
    ]);
    let (services, failing) = (found.services.value, found.failing.value);
    let external: BTreeSet<String> = found
        .external
        .value
        .into_iter()
        .map(|one| one.node)
        .collect();
    let unchecked = bare_candidates(&services, external, &found.of_external.value);
    let asked = unsure(&services, &failing);
    let has_bare = !unchecked.is_empty();
    let known = Arc::new(ask_nodes(client, query, asked.clone(), unchecked).await?);
    let services = Arc::new(services);
    let ground = Ground {
        services: Arc::clone(&services),
        known: Arc::clone(&known),
        asked,
        index: found.services.meta.index,
        contact,
        filtered_by_acl: found.services.meta.filtered_by_acl,
        has_bare,
        made,
    };
    let dc = query.place().to_owned();
    let items = aside(move || join(&dc, &services, &failing, &known)).await;
    let seen = Seen {
        value: Rows {
            filtered_by_acl: ground.filtered_by_acl || found.failing.meta.filtered_by_acl,
            ..Rows::whole(items)
        },
        indexes: vec![ground.index, found.failing.meta.index],
        contact,
    };
    Ok((seen, ground))
}

/// Asks what runs on `failing` nodes, and which instances on `unchecked` ones have no check.
async fn ask_nodes(
    client: &Client,
    query: &Query,
    failing: BTreeSet<String>,
    unchecked: BTreeSet<String>,
) -> Result<Known, Error> {
    // beyond this, counts say what they can: see `Known`
    let too_many = unchecked.len() > NODES_ASKED_MAX;
    let (to_ask, unchecked) = if too_many {
        (BTreeSet::new(), unchecked)
    } else {
        (unchecked, BTreeSet::new())
    };
    let bare = stream::iter(to_ask)
        .map(|name| async move {
            let (catalog, health) = (client.catalog(), client.health());
            let (found, checks) =
                futures::try_join!(catalog.node(&name, query), health.node(&name, query))?;
            let services = found.value.map(|(_, services)| services);
            Ok(bare_on_node(services.unwrap_or_default(), &checks.value))
        })
        .buffer_unordered(IN_FLIGHT)
        .try_concat();
    let on_node = stream::iter(failing.into_iter().take(NODES_ASKED_MAX))
        .map(|name| async move {
            let found = client.catalog().node(&name, query).await?.value;
            let services = found.map(|(_, services)| services).unwrap_or_default();
            let names = services.into_iter().map(|service| service.service);
            Ok((name, names.collect()))
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect();
    let (bare, on_node) = futures::try_join!(bare, on_node)?;
    Ok(Known {
        on_node,
        bare,
        unchecked,
    })
}

/// The services of those that no check concerns, once for each instance.
fn bare_on_node(services: Vec<AgentService>, checks: &[Check]) -> Vec<String> {
    services
        .into_iter()
        .filter(|service| {
            !checks
                .iter()
                .any(|check| check.service_id.is_empty() || check.service_id == service.id)
        })
        .map(|service| service.service)
        .collect()
}

/// The same from public endpoints alone.
async fn read_each(client: &Client, query: &Query) -> Result<Seen<Rows<ServiceRow>>, Error> {
    let services = client.catalog().services(query).await?;
    let mut filtered = services.meta.filtered_by_acl;
    let answers: Vec<_> = stream::iter(services.value)
        .map(|(name, tags)| async move {
            let found = client.health().service(&name, query).await?;
            let row = row_of(query.place(), name, &tags, found.value);
            Ok::<_, Error>((row, found.meta))
        })
        .buffered(IN_FLIGHT)
        .try_collect()
        .await?;
    let mut items = Vec::with_capacity(answers.len());
    let mut contact = Contact::of([&services.meta]);
    for (row, meta) in answers {
        items.push(row);
        filtered |= meta.filtered_by_acl;
        contact = contact.and(Contact::of([&meta]));
    }
    items.sort_by(|a: &ServiceRow, b| a.name.cmp(&b.name));
    let mut rows = Rows::whole(items);
    rows.filtered_by_acl = filtered;
    Ok(Seen {
        value: rows,
        indexes: vec![services.meta.index; 2],
        contact,
    })
}

/// A row of a service whose instances are all known.
pub(super) fn row_of(
    datacenter: &str,
    name: String,
    tags: &[String],
    found: Vec<Instance>,
) -> ServiceRow {
    let found: Vec<Instance> = found.into_iter().map(instances::finish).collect();
    let counts: Counts = found.iter().map(|instance| instance.health).collect();
    let (tags, versions) = micro::split(tags);
    ServiceRow {
        name,
        datacenter: datacenter.to_owned(),
        kind: kind_of(&found),
        health: counts.worst(),
        instances: counts,
        tags,
        versions,
        places: Vec::new(),
    }
}

/// By service, how many times it is named.
pub(super) fn tally<'a>(names: impl IntoIterator<Item = &'a String>) -> BTreeMap<&'a str, u32> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts
}
