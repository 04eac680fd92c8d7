//! All services of a datacenter.

use leptos::prelude::*;
use wire::{datacenters::ALL, live::Subject, services::ServiceRow};

use super::found_instances::found_instances;
use crate::{
    api,
    i18n::use_t,
    pages::listing::{self, Column, Kind, ListSource, Listing, Page, Words},
};

static KIND: Kind = Kind::of::<ServiceRow>();

/// The list of services.
#[component]
pub fn ServicesPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let everywhere = dc == ALL;
    let (place, here) = (dc.clone(), dc.clone());
    let source = ListSource {
        kind: &KIND,
        dc,
        subject: Subject::Services,
        address: Box::new(move |query| api::services(&place, query)),
        is_folder: false,
    };
    let tags = Column::plain(t.common.tags, "column-tags column-secondary");
    let mut columns = vec![
        Column::sorting(t.common.health, "health", "column-health"),
        Column::sorting(t.services.service, "name", ""),
        Column::sorting(t.services.instances, "instances", "column-instances")
            .with_class("column-number"),
        tags.with_class("column-secondary"),
        Column::version(t),
    ];
    if everywhere {
        columns.insert(3, Column::datacenter(t));
    }
    let listing = Listing {
        icon: "services",
        words: Words {
            empty: t.services.empty,
            empty_text: t.services.empty_text,
            no_match: t.services.no_match,
            no_match_text: t.services.no_match_text,
            filter_hint: t.services.filter_hint,
            filter_help: t.services.filter_help,
        },
        class: "is-folding services-table",
        columns,
        skeleton: if everywhere {
            &[60, 70, 20, 40, 60, 30]
        } else {
            &[60, 70, 20, 60, 30]
        },
    };
    let page = Page {
        title: t.services.title,
        totals: t.services.totals,
        after: Some(Box::new(move |list| found_instances(list, &here))),
    };
    listing::page(page, source, listing)
}
