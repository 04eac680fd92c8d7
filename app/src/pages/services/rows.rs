//! A service as a row of the list.

use leptos::prelude::*;
use wire::services::ServiceRow;

use crate::{
    components::{HealthWord, Skyline, TagList, split_name},
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
        view! {
        <tr class=place.class() aria-rowindex=place.index>
            <td data-fold="3">
                <span class="health-cell"><HealthWord health=self.health/><Skyline counts=self.instances/></span>
            </td>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=routes::service(place.dc, &self.name) title=self.name.clone()>
                    <i>{prefix}</i>
                    {last}
                </a>
                {(!self.kind.is_empty()).then(|| view! { <span class="badge">{self.kind.clone()}</span> }.into_any())}
            </td>
            <td class="column-number" data-fold="2">{healthy}{of_total}</td>
            <td class="column-secondary"><TagList tags=self.tags.clone()/></td>
            <td class="column-secondary text-secondary" title=self.versions.join(", ")>{version}</td>
        </tr>
    }
    .into_any()
    }
}
