//! All nodes of a datacenter.

use leptos::prelude::*;
use wire::{datacenters::ALL, live::Subject, nodes::NodeRow};

use crate::{
    api,
    i18n::use_t,
    pages::listing::{self, Column, Kind, ListSource, Listing, Page, Words},
};

static KIND: Kind = Kind::of::<NodeRow>();

/// The list of nodes.
#[component]
pub fn NodesPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let everywhere = dc == ALL;
    let place = dc.clone();
    let source = ListSource {
        kind: &KIND,
        dc,
        subject: Subject::Nodes,
        address: Box::new(move |query| api::nodes(&place, query)),
        is_folder: false,
    };
    let mut columns = vec![
        Column::sorting(t.common.health, "health", "column-health"),
        Column::sorting(t.nodes.node, "name", ""),
        Column::sorting(t.common.address, "address", "column-address"),
        Column::sorting(t.nodes.role, "role", "column-role"),
        Column::sorting(t.nodes.instances, "instances", "column-instances"),
        Column::version(t),
    ];
    if everywhere {
        columns.insert(2, Column::datacenter(t));
    }
    let listing = Listing {
        icon: "nodes",
        words: Words {
            empty: t.nodes.empty,
            empty_text: t.nodes.empty_text,
            no_match: t.nodes.no_match,
            no_match_text: t.services.no_match_text,
            filter_hint: t.nodes.filter_hint,
            filter_help: t.nodes.filter_help,
        },
        class: "is-folding nodes-table",
        columns,
        skeleton: if everywhere {
            &[60, 50, 40, 70, 40, 50, 40]
        } else {
            &[60, 50, 70, 40, 50, 40]
        },
    };
    let page = Page {
        title: t.nodes.title,
        totals: t.nodes.totals,
        after: None,
    };
    listing::page(page, source, listing)
}
