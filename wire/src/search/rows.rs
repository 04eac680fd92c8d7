//! What each kind of row is searched by.

use std::{collections::BTreeMap, sync::Arc};

use super::{Searchable, holds, is_same};
use crate::{
    instances::InstanceRow, kv::KvEntry, nodes::NodeRow, services::ServiceRow, sessions::SessionRow,
};

/// A row that several lists share.
impl<T: Searchable> Searchable for Arc<T> {
    const FIELDS: &'static [&'static str] = T::FIELDS;

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        (**self).any_text(hit)
    }

    fn field(&self, field: &str, value: &str) -> bool {
        (**self).field(field, value)
    }

    fn field_in(&self, field: &str, value: &str, is_meant: &dyn Fn(&str) -> bool) -> Option<bool> {
        (**self).field_in(field, value, is_meant)
    }
}

impl Searchable for ServiceRow {
    const FIELDS: &'static [&'static str] = &["status", "tag", "kind", "version", "dc"];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name) || self.tags.iter().any(|tag| hit(tag))
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "tag" => self.tags.iter().any(|tag| is_same(tag, value)),
            "kind" => is_same(&self.kind, value),
            "version" => self.versions.iter().any(|version| is_same(version, value)),
            "dc" if self.places.is_empty() => is_same(&self.datacenter, value),
            "dc" => self
                .places
                .iter()
                .any(|place| is_same(&place.datacenter, value)),
            _ => false,
        }
    }

    fn field_in(&self, field: &str, value: &str, is_meant: &dyn Fn(&str) -> bool) -> Option<bool> {
        if field != "status" || self.places.is_empty() {
            return None;
        }
        Some(self.health_in(is_meant).word() == value)
    }
}

impl Searchable for NodeRow {
    const FIELDS: &'static [&'static str] = &["status", "node", "version", "role", "dc", "meta."];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name) || hit(&self.address)
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "node" => holds(&self.name, value),
            "version" => self.version.iter().any(|version| is_same(version, value)),
            "role" => match value {
                "leader" => self.leader,
                "server" => self.server,
                "client" => !self.server,
                _ => false,
            },
            "dc" => is_same(&self.datacenter, value),
            _ => has_meta(&self.meta, field, value),
        }
    }
}

impl Searchable for InstanceRow {
    const FIELDS: &'static [&'static str] = &[
        "status", "service", "node", "tag", "version", "dc", "id", "address", "meta.",
    ];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.id)
            || hit(&self.address)
            || hit(&self.node)
            || hit(&self.service)
            || self.tags.iter().any(|tag| hit(tag))
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "service" => holds(&self.service, value),
            "node" => holds(&self.node, value),
            "id" => holds(&self.id, value),
            "address" => holds(&self.address, value),
            "tag" => self.tags.iter().any(|tag| is_same(tag, value)),
            "version" => self.version.iter().any(|version| is_same(version, value)),
            "dc" => is_same(&self.datacenter, value),
            _ => has_meta(&self.meta, field, value),
        }
    }
}

impl Searchable for KvEntry {
    const FIELDS: &'static [&'static str] = &[];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name)
    }

    fn field(&self, _: &str, _: &str) -> bool {
        false
    }
}

impl Searchable for SessionRow {
    const FIELDS: &'static [&'static str] = &["name", "node", "behavior"];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name) || hit(&self.id) || hit(&self.node)
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "name" => holds(&self.name, value),
            "node" => holds(&self.node, value),
            "behavior" => self.behavior.word() == value,
            _ => false,
        }
    }
}

/// Whether metadata say `value` of what `field` names: `meta.KEY`.
fn has_meta(meta: &BTreeMap<String, String>, field: &str, value: &str) -> bool {
    field.strip_prefix("meta.").is_some_and(|key| {
        meta.iter()
            .any(|(name, text)| is_same(name, key) && is_same(text, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        health::Health,
        search::{Search, tests::row},
        services::ServicePlace,
    };

    #[test]
    fn a_state_is_that_in_the_datacenter_that_is_asked_for() {
        let place = |dc: &str, health| ServicePlace {
            datacenter: dc.into(),
            health,
            ..Default::default()
        };
        let merged = ServiceRow {
            places: vec![
                place("dc1", Health::Critical),
                place("dc2", Health::Passing),
                place("dc3", Health::Warning),
            ],
            datacenter: "dc1".into(),
            ..row()
        };
        for (input, expected) in [
            ("status:critical", true),
            ("status:passing", false),
            ("dc:dc1 status:critical", true),
            ("dc:dc2 status:critical", false),
            ("status:passing dc:DC2", true),
            ("dc:dc2 -status:critical", true),
            ("dc:dc4 status:critical", false),
            ("dc:dc2 dc:dc3 status:warning", true),
            ("dc:dc2 dc:dc3 status:critical", false),
            ("-dc:dc1", false),
        ] {
            let search = Search::parse(input, ServiceRow::FIELDS).unwrap();
            assert_eq!(search.matches(&merged), expected, "{input}");
        }
    }

    #[test]
    fn each_kind_of_row_knows_its_fields() {
        let service = ServiceRow {
            kind: "connect-proxy".into(),
            versions: vec!["2.0.0-RC1".into()],
            datacenter: "DC1".into(),
            ..row()
        };
        let node = NodeRow {
            name: "msa-1".into(),
            server: true,
            datacenter: "dc1".into(),
            version: Some("1.22.6".into()),
            meta: [("Zone".to_owned(), "A b".to_owned())].into(),
            ..NodeRow::default()
        };
        let hits = |input: &str| {
            let of_service = Search::parse(input, ServiceRow::FIELDS);
            let of_node = Search::parse(input, NodeRow::FIELDS);
            (
                of_service.ok().map(|search| search.matches(&service)),
                of_node.ok().map(|search| search.matches(&node)),
            )
        };
        for (input, of_service, of_node) in [
            ("kind:connect-proxy", Some(true), None),
            ("version:2.0.0-rc1", Some(true), Some(false)),
            ("dc:dc1", Some(true), Some(true)),
            ("-dc:dc1", Some(false), Some(false)),
            ("dc:dc", Some(false), Some(false)),
            ("role:server", None, Some(true)),
            ("role:leader", None, Some(false)),
            ("node:MSA", None, Some(true)),
            ("node:bla", None, Some(false)),
            ("meta.zone:\"a b\"", None, Some(true)),
            ("meta.zone:a", None, Some(false)),
            ("-meta.rack:b", None, Some(true)),
            ("status:critical", Some(true), Some(false)),
        ] {
            assert_eq!(hits(input), (of_service, of_node), "{input}");
        }
    }

    #[test]
    fn instances_are_found_by_address_and_id() {
        let row = InstanceRow {
            service: "Web".into(),
            id: "web-7f".into(),
            node: "msa-1".into(),
            address: "10.0.0.7:8080".into(),
            health: Health::Critical,
            tags: vec!["v2".into()],
            version: Some("1.0".into()),
            meta: [("Team".to_owned(), "core".to_owned())].into(),
            ..Default::default()
        };
        for (input, expected) in [
            ("10.0.0.7:80", true),
            ("10.0.0.8", false),
            ("address:0.7 id:7F service:web node:msa", true),
            ("meta.team:core version:1.0 tag:v2 status:critical", true),
            ("-id:7f", false),
            ("id:web-8", false),
        ] {
            let search = Search::parse(input, InstanceRow::FIELDS).unwrap();
            assert_eq!(search.matches(&row), expected, "{input}");
        }
    }
}
