//! A node as a row of the list.

use leptos::prelude::*;
use wire::nodes::NodeRow;

use crate::{
    components::{Still, icon, skyline, state, still},
    i18n::{Messages, use_t},
    pages::listing::{Row, RowPlace},
    routes,
};

impl Row for NodeRow {
    fn is_about(&self, other: &Self) -> bool {
        self.name == other.name && self.datacenter == other.datacenter
    }

    fn draw(&self, place: &RowPlace) -> AnyView {
        let t = use_t();
        let everywhere = place.is_everywhere();
        let dc = if everywhere {
            &self.datacenter
        } else {
            place.dc
        };
        let name = still("a")
            .class("row-name")
            .with("data-row-link", "")
            .with("href", routes::node(dc, &self.name))
            .with("title", self.name.clone())
            .text(self.name.clone());
        let leader = self.leader.then(|| {
            still("span")
                .class("narrow-only role-mark")
                .child(icon("raft"))
        });
        let mut address = still("td").class("mono text-secondary");
        if !everywhere {
            address = address.with("data-fold", "4");
        }
        let amount = still("span")
            .class("count-cell")
            .child(
                still("span")
                    .class("column-number")
                    .text(self.instances.to_string()),
            )
            .child(skyline(t, self.instance_health));
        let datacenter = everywhere.then(|| {
            still("td")
                .with("data-fold", "4")
                .text(self.datacenter.clone())
        });
        place
            .row()
            .child(
                still("td")
                    .with("data-fold", "3")
                    .child(state(t, self.health)),
            )
            .child(still("td").with("data-fold", "1").child(name).child(leader))
            .child(datacenter)
            .child(address.text(self.address.clone()))
            .child(role(t, self))
            .child(still("td").with("data-fold", "2").child(amount))
            .child(
                still("td")
                    .class("column-secondary text-secondary")
                    .text(self.version.clone().unwrap_or_default()),
            )
            .into_any()
    }
}

/// Leader, server or client.
fn role(t: &'static Messages, node: &NodeRow) -> Still {
    let cell = still("td");
    if node.leader {
        let mark = still("span")
            .class("role-mark")
            .with("title", t.nodes.leader_hint)
            .child(icon("raft"))
            .text(t.nodes.leader);
        cell.child([mark])
    } else if node.server {
        cell.text(t.nodes.server)
    } else {
        cell.class("text-secondary").text(t.nodes.client)
    }
}
