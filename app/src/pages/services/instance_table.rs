//! The table the operator asks for first: ID | Node, and what is wrong with each.

use leptos::prelude::*;
use wire::{instances::InstanceRow, live::Subject};

use crate::{
    api,
    components::{Still, check_output, copies_outputs, instance_squares, state, still, tag_list},
    i18n::use_t,
    pages::listing::{self, Column, Kind, List, ListSource, Listing, Row, RowPlace, Words},
    routes,
};

/// What stands below a row in trouble is so high in a long list, as the style says.
const DETAIL_PIXELS: f64 = 132.0;

static KIND: Kind = Kind::of::<InstanceRow>().with_details(DETAIL_PIXELS);

/// The instances of a service, as far as they are looked at.
pub(super) fn open(dc: &str, name: &str) -> List {
    let at = (dc.to_owned(), name.to_owned());
    List::open(ListSource {
        kind: &KIND,
        dc: dc.to_owned(),
        subject: Subject::Service(name.to_owned()),
        address: Box::new(move |query| api::instances_of_service(&at.0, &at.1, query)),
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
        Column::sorting(t.services.id, "id", "column-id"),
        Column::sorting(t.services.node, "node", "column-node"),
        Column::sorting(t.common.address, "address", "column-address"),
        Column::sorting(t.common.health, "health", "column-health"),
        Column::plain(t.common.tags, "column-tags column-secondary").with_class("column-secondary"),
        Column::version(t),
    ];
    let section = listing::section(
        list,
        Listing {
            icon: "services",
            words: Words {
                empty: t.nodes.no_instances,
                empty_text: t.services.no_instances_text,
                no_match: t.services.no_match_instances,
                no_match_text: t.services.no_match_text,
                filter_hint: t.services.instances_filter_hint,
                filter_help: t.services.instances_filter_help,
            },
            class: "is-folding instances-table",
            columns,
            skeleton: &[80, 40, 50, 60, 20, 30],
        },
    );
    view! { <div class="instances-tab" on:click=copies_outputs()>{section}</div> }
}

impl Row for InstanceRow {
    fn is_about(&self, other: &Self) -> bool {
        self.id == other.id
            && self.node == other.node
            && self.service == other.service
            && self.datacenter == other.datacenter
    }

    /// Below it the output of what fails.
    fn draw(&self, place: &RowPlace) -> AnyView {
        let t = use_t();
        let class = match (place.is_new, self.failing.is_empty()) {
            (true, true) => "is-new",
            (true, false) => "is-new has-detail",
            (false, true) => "",
            (false, false) => "has-detail",
        };
        let node = still("a")
            .with("href", routes::node(place.dc, &self.node))
            .text(self.node.clone());
        let health = still("span")
            .class("health-cell")
            .child([state(t, self.health), instance_squares(t, self)]);
        let row = place
            .row_with(class)
            .child(still("td").with("data-fold", "1").child(name(self, place)))
            .child(still("td").with("data-fold", "4").child(node))
            .child(
                still("td")
                    .class("mono text-secondary")
                    .with("data-fold", "6")
                    .text(self.address.clone()),
            )
            .child(still("td").with("data-fold", "3").child(health))
            .child(
                still("td")
                    .class("column-secondary")
                    .child(tag_list(t, &self.tags, 2)),
            )
            .child(
                still("td")
                    .class("column-secondary text-secondary")
                    .text(self.version.clone().unwrap_or_default()),
            );
        let outputs = (!self.failing.is_empty()).then(|| {
            let list = still("div")
                .class("check-outputs")
                .child(self.failing.iter().map(|check| check_output(t, check)));
            let cell = still("td").with("colspan", "6").with("data-fold", "5");
            still("tr").class("detail-row").child(cell.child(list))
        });
        (row, outputs).into_any()
    }
}

/// The ID; what it repeats of the service's name is pale.
fn name(row: &InstanceRow, place: &RowPlace) -> Still {
    let (same, rest) = match row.id.strip_prefix(&row.service) {
        Some(rest) if !rest.is_empty() => (Some(row.service.clone()), rest.to_owned()),
        _ => (None, row.id.clone()),
    };
    let href = routes::instance(place.dc, &row.service, &row.node, &row.id);
    still("a")
        .class("row-name mono")
        .with("data-row-link", "")
        .with("href", href)
        .with("title", row.id.clone())
        .child(same.map(|same| still("i").text(same)))
        .text(rest)
}
