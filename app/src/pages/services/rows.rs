//! A service as a row of the list.

use leptos::prelude::*;
use wire::{health::Health, services::ServiceRow};

use crate::{
    components::{HealthGlyph, HealthWord, Skyline, TagList, split_name},
    i18n::use_t,
    pages::listing::{Row, RowPlace},
    routes,
};

impl Row for ServiceRow {
    fn is_about(&self, other: &Self) -> bool {
        self.name == other.name && self.datacenter == other.datacenter
    }

    fn draw(&self, place: &RowPlace) -> AnyView {
        let (prefix, last) = split_name(&self.name);
        let total = self.instances.total();
        let of_total = (self.instances.passing + self.instances.none < total).then(|| {
            view! { <span class="text-tertiary">{format!(" / {total}")}</span> }.into_any()
        });
        let healthy = if of_total.is_some() {
            self.instances.passing
        } else {
            total
        };
        let version = match self.versions.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [.., last] => format!("{last} +{}", self.versions.len() - 1),
        };
        let everywhere = place.is_everywhere();
        let worst = self.places.iter().find(|at| at.health == self.health);
        let dc = match worst {
            Some(worst) if everywhere => &worst.datacenter,
            None if everywhere => &self.datacenter,
            _ => place.dc,
        };
        view! {
        <tr class=place.class() aria-rowindex=place.index>
            <td data-fold="3">
                <span class="health-cell"><HealthWord health=self.health/><Skyline counts=self.instances/></span>
            </td>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=routes::service(dc, &self.name) title=self.name.clone()>
                    <i>{prefix}</i>
                    {last}
                </a>
                {(!self.kind.is_empty()).then(|| view! { <span class="badge">{self.kind.clone()}</span> }.into_any())}
            </td>
            <td class="column-number" data-fold="2">{healthy}{of_total}</td>
            {everywhere.then(|| view! { <td data-fold="4">{places(self)}</td> }.into_any())}
            <td class="column-secondary"><TagList tags=self.tags.clone()/></td>
            <td class="column-secondary text-secondary" title=self.versions.join(", ")>{version}</td>
        </tr>
    }
    .into_any()
    }
}

/// A chip for each datacenter that it runs in, with its state there.
fn places(row: &ServiceRow) -> AnyView {
    let t = use_t();
    let chip = |dc: &str, health: Health, label: String| {
        let title = format!("{dc}: {label}");
        view! {
            <a class="place-chip" href=routes::service(dc, &row.name) title=title.clone() aria-label=title>
                <HealthGlyph health/>
                {dc.to_owned()}
            </a>
        }
        .into_any()
    };
    let chips: Vec<AnyView> = if row.places.is_empty() {
        vec![chip(
            &row.datacenter,
            row.health,
            (t.common.counts)(&row.instances),
        )]
    } else {
        row.places
            .iter()
            .map(|at| chip(&at.datacenter, at.health, (t.common.counts)(&at.instances)))
            .collect()
    };
    view! { <span class="tag-list">{chips}</span> }.into_any()
}
