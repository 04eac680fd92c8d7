//! All nodes of a datacenter.

use leptos::prelude::*;
use wire::{nodes::NodeRow, rows::Rows, search::Searchable};

use crate::{
    api,
    i18n::use_t,
    live::use_live,
    pages::listing::{self, Column, Listing, ListingRows, Words},
};

/// The list of nodes.
#[component]
pub fn NodesPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let url = api::nodes(&dc, &api::ListQuery::default());
    let live = use_live::<Rows<NodeRow>>(move || Some(url.clone()));
    listing::page(Listing {
        rows: ListingRows::new(dc.clone(), live),
        dc,
        icon: "nodes",
        words: Words {
            title: t.nodes.title,
            empty: t.nodes.empty,
            empty_text: t.nodes.empty_text,
            no_match: t.nodes.no_match,
            no_match_text: t.services.no_match_text,
            filter_hint: t.nodes.filter_hint,
            filter_help: t.nodes.filter_help,
            totals: t.nodes.totals,
        },
        fields: NodeRow::FIELDS,
        class: "nodes-table",
        columns: vec![
            Column::sorting(t.common.health, "health", "column-health"),
            Column::sorting(t.nodes.node, "name", ""),
            Column::sorting(t.common.address, "address", "column-address"),
            Column::sorting(t.nodes.role, "role", "column-role"),
            Column::sorting(t.nodes.instances, "instances", "column-instances"),
            Column::sorting(
                t.common.version,
                "version",
                "column-version column-secondary",
            )
            .with_class("column-secondary"),
        ],
        skeleton: &[60, 50, 70, 40, 50, 40],
    })
}
