//! All services of a datacenter.

use leptos::prelude::*;
use wire::{rows::Rows, search::Searchable, services::ServiceRow};

use crate::{
    api,
    i18n::use_t,
    live::use_live,
    pages::listing::{self, Column, Listing, ListingRows, Words},
};

/// The list of services.
#[component]
pub fn ServicesPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let url = api::services(&dc, &api::ListQuery::default());
    let live = use_live::<Rows<ServiceRow>>(move || Some(url.clone()));
    let tags = Column {
        label: t.common.tags,
        sort: None,
        width: "column-tags column-secondary",
        class: "column-secondary",
    };
    listing::page(Listing {
        rows: ListingRows::new(dc.clone(), live),
        dc,
        icon: "services",
        words: Words {
            title: t.services.title,
            empty: t.services.empty,
            empty_text: t.services.empty_text,
            no_match: t.services.no_match,
            no_match_text: t.services.no_match_text,
            filter_hint: t.services.filter_hint,
            filter_help: t.services.filter_help,
            totals: t.services.totals,
        },
        fields: ServiceRow::FIELDS,
        class: "services-table",
        columns: vec![
            Column::sorting(t.common.health, "health", "column-health"),
            Column::sorting(t.services.service, "name", ""),
            Column::sorting(t.services.instances, "instances", "column-instances")
                .with_class("column-number"),
            tags,
            Column::sorting(
                t.common.version,
                "version",
                "column-version column-secondary",
            )
            .with_class("column-secondary"),
        ],
        skeleton: &[60, 70, 20, 60, 30],
    })
}
