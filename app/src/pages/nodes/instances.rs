//! What runs on a node.

use leptos::prelude::*;
use wire::{instances::InstanceRow, live::Subject};

use crate::{
    api,
    components::{instance_squares, split_name, state, still},
    i18n::use_t,
    pages::listing::{self, Column, Kind, List, ListSource, Listing, RowPlace, Words, items},
    routes,
};

static KIND: Kind = Kind::of::<InstanceRow>()
    .drawn(|value, at, place| Some(draw(items::<InstanceRow>(value).get(at)?, place)));

/// The instances on a node, as far as they are looked at.
pub(super) fn open(dc: &str, node: &str) -> List {
    let at = (dc.to_owned(), node.to_owned());
    List::open(ListSource {
        kind: &KIND,
        dc: dc.to_owned(),
        subject: Subject::Node(node.to_owned()),
        address: Box::new(move |query| api::instances_of_node(&at.0, &at.1, query)),
        is_folder: false,
    })
}

/// The tab: one row an instance.
#[component]
pub fn InstancesTab(
    /// The instances.
    list: List,
) -> impl IntoView {
    let t = use_t();
    let columns = vec![
        Column::sorting(t.services.service, "service", "column-service"),
        Column::sorting(t.services.id, "id", "column-id column-secondary")
            .with_class("column-secondary"),
        Column::plain(t.services.port, "column-port"),
        Column::sorting(t.common.health, "health", "column-health"),
    ];
    let section = listing::section(
        list,
        Listing {
            icon: "services",
            words: Words {
                empty: t.nodes.no_instances,
                empty_text: t.nodes.no_instances_text,
                no_match: t.services.no_match_instances,
                no_match_text: t.services.no_match_text,
                filter_hint: t.nodes.instances_filter_hint,
                filter_help: t.services.instances_filter_help,
            },
            class: "is-folding node-instances-table",
            columns,
            skeleton: &[60, 70, 30, 60],
        },
    );
    view! { <div class="instances-tab">{section}</div> }
}

fn draw(row: &InstanceRow, place: &RowPlace) -> AnyView {
    let t = use_t();
    let (prefix, last) = split_name(&row.service);
    let href = routes::instance(place.dc, &row.service, &row.node, &row.id);
    let name = still("a")
        .class("row-name")
        .with("data-row-link", "")
        .with("href", href)
        .with("title", row.service.clone())
        .child((!prefix.is_empty()).then(|| still("i").text(prefix)))
        .text(last);
    // the service stands beside it: the eye needs the rest of the ID
    let short_id = match row.id.strip_prefix(&row.service) {
        Some(rest) if !rest.is_empty() => format!("…{rest}"),
        _ => row.id.clone(),
    };
    let port = row.port().map(|port| format!(":{port}"));
    let health = still("span")
        .class("health-cell")
        .child([state(t, row.health), instance_squares(t, row)]);
    place
        .row()
        .child(still("td").with("data-fold", "1").child(name))
        .child(
            still("td")
                .class("mono text-secondary column-secondary")
                .with("title", row.id.clone())
                .text(short_id),
        )
        .child(
            still("td")
                .class("mono text-secondary")
                .with("data-fold", "2")
                .with("title", row.address.clone())
                .text(port.unwrap_or_default()),
        )
        .child(still("td").with("data-fold", "3").child(health))
        .into_any()
}
