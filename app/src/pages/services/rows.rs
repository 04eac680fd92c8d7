//! A service as a row of the list.

use leptos::prelude::*;
use wire::{
    health::{Counts, Health},
    services::ServiceRow,
    window::Listed,
};

use crate::{
    components::{Still, health_glyph, skyline, split_name, state, still, tag_list},
    i18n::{Messages, use_t},
    pages::listing::{Row, RowPlace},
    routes,
};

impl Row for ServiceRow {
    fn is_about(&self, other: &Self) -> bool {
        // over all datacenters there is one row a name, whichever of them answered
        let is_merged = !self.places.is_empty();
        self.name == other.name && (is_merged || self.datacenter == other.datacenter)
    }

    fn draw(&self, place: &RowPlace) -> AnyView {
        let t = use_t();
        let version = match self.versions.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [.., last] => format!("{last} +{}", self.versions.len() - 1),
        };
        let everywhere = place.is_everywhere();
        // where datacenters are asked for, it is as it is there
        let here = self.health_for(place.search);
        let worst = self.places_for(place.search).find(|at| at.health == here);
        let dc = match worst {
            Some(worst) if everywhere => &worst.datacenter,
            None if everywhere => &self.datacenter,
            _ => place.dc,
        };
        let instances = self.counts_for(place.search);
        let health = still("span")
            .class("health-cell")
            .child([state(t, here), skyline(t, instances)]);
        let badge =
            (!self.kind.is_empty()).then(|| still("span").class("badge").text(self.kind.clone()));
        let mut versions = still("td").class("column-secondary text-secondary");
        if self.versions.len() > 1 {
            versions = versions.with("title", self.versions.join(", "));
        }
        place
            .row()
            .child(still("td").with("data-fold", "3").child(health))
            .child(
                still("td")
                    .with("data-fold", "1")
                    .child(name(self, dc))
                    .child(badge),
            )
            .child(amount(instances))
            .child(everywhere.then(|| still("td").with("data-fold", "4").child(places(t, self))))
            .child(
                still("td")
                    .class("column-secondary")
                    .child(tag_list(t, &self.tags, 3)),
            )
            .child(versions.text(version))
            .into_any()
    }
}

fn name(row: &ServiceRow, dc: &str) -> Still {
    let (prefix, last) = split_name(&row.name);
    let prefix = (!prefix.is_empty()).then(|| still("i").text(prefix));
    still("a")
        .class("row-name")
        .with("data-row-link", "")
        .with("href", routes::service(dc, &row.name))
        .with("title", row.name.clone())
        .child(prefix)
        .text(last)
}

/// How many instances are well, and of how many where not all are.
fn amount(instances: Counts) -> Still {
    let total = instances.total();
    let amount = still("td").class("column-number").with("data-fold", "2");
    if instances.passing + instances.none < total {
        let of_total = still("span")
            .class("text-tertiary")
            .text(format!(" / {total}"));
        amount.text(instances.passing.to_string()).child(of_total)
    } else {
        amount.text(total.to_string())
    }
}

/// A chip for each datacenter that it runs in, with its state there.
fn places(t: &'static Messages, row: &ServiceRow) -> Still {
    let chip = |dc: &str, health: Health, counts: &Counts| {
        let title = format!("{dc}: {}", (t.common.counts)(counts));
        still("a")
            .class("place-chip")
            .with("href", routes::service(dc, &row.name))
            .with("title", title.clone())
            .with("aria-label", title)
            .child(health_glyph(health))
            .text(dc.to_owned())
    };
    let list = still("span").class("tag-list");
    if row.places.is_empty() {
        return list.child(chip(&row.datacenter, row.health, &row.instances));
    }
    let chips = row.places.iter();
    list.child(chips.map(|at| chip(&at.datacenter, at.health, &at.instances)))
}
