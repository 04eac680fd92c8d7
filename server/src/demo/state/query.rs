//! Reading the catalog, each with the index that Consul gives for it.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{on_node, service_index};
use super::{Check, Node, Service, State};

impl State {
    /// Every node, by name.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// A node by name.
    pub(crate) fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(&name.to_lowercase())
    }

    /// Every instance, by node and id.
    pub(crate) fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// The instances on a node.
    pub(crate) fn services_on<'a>(
        &'a self,
        node: &str,
    ) -> impl Iterator<Item = &'a Service> + use<'a> {
        let node = node.to_lowercase();
        self.services
            .range((node.clone(), String::new())..)
            .take_while(move |(key, _)| key.0 == node)
            .map(|(_, s)| s)
    }

    /// The instances of a service, whatever the case of its name.
    pub(crate) fn instances<'a>(
        &'a self,
        name: &str,
    ) -> impl Iterator<Item = &'a Service> + use<'a> {
        let name = name.to_lowercase();
        self.services
            .values()
            .filter(move |service| service.name.to_lowercase() == name)
    }

    /// One instance.
    pub(crate) fn service(&self, node: &str, id: &str) -> Option<&Service> {
        self.services.get(&on_node(node, id))
    }

    /// Every check, by node and id.
    pub(crate) fn checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.values()
    }

    /// The checks on a node, its services' too.
    pub(crate) fn checks_on<'a>(&'a self, node: &str) -> impl Iterator<Item = &'a Check> + use<'a> {
        let node = node.to_lowercase();
        self.checks
            .range((node.clone(), String::new())..)
            .take_while(move |(key, _)| key.0 == node)
            .map(|(_, c)| c)
    }

    /// One check.
    pub(crate) fn check(&self, node: &str, id: &str) -> Option<&Check> {
        self.checks.get(&on_node(node, id))
    }

    /// The checks that make up an instance's health: its node's, then its own.
    pub(crate) fn checks_of(&self, service: &Service) -> Vec<&Check> {
        let of = |id: String| {
            self.checks_on(&service.node)
                .filter(move |check| check.service_id == id)
        };
        of(String::new()).chain(of(service.id.clone())).collect()
    }

    /// Service names with the tags of all their instances.
    pub(crate) fn service_tags<'a>(
        &self,
        services: impl Iterator<Item = &'a Service>,
    ) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for service in services {
            names
                .entry(&service.name)
                .or_default()
                .extend(service.tags.iter().map(String::as_str));
        }
        names
    }

    /// The index of the nodes table.
    pub(crate) fn nodes_index(&self) -> u64 {
        self.table_index(&["nodes"])
    }

    /// The index of the services table.
    pub(crate) fn services_index(&self) -> u64 {
        self.table_index(&["services"])
    }

    /// The index of the checks table.
    pub(crate) fn checks_index(&self) -> u64 {
        self.table_index(&["checks"])
    }

    /// The index of nodes, services and checks together.
    pub(crate) fn catalog_index(&self) -> u64 {
        self.table_index(&["nodes", "services", "checks"])
    }

    /// The index of one service; where it is gone, that of the last service that went.
    pub(crate) fn service_index(&self, name: &str, with_checks: bool) -> u64 {
        let own = self.table_index(&[&service_index(name)]);
        let last_gone = self.table_index(&["service_last_extinction"]);
        let exists = self.instances(name).next().is_some();
        match (exists, own, last_gone) {
            (true, 1.., _) => own,
            (false, _, 1..) => last_gone,
            _ if with_checks => self.catalog_index(),
            _ => self.table_index(&["nodes", "services"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Registration;
    use super::*;

    fn register(state: &mut State, node: &str, service: &str) {
        state
            .register(Registration {
                node: Node {
                    name: node.into(),
                    address: "10.0.0.1".into(),
                    ..Node::default()
                },
                service: Some(Service {
                    id: service.into(),
                    name: service.into(),
                    ..Service::default()
                }),
                checks: vec![Check {
                    id: format!("c:{service}"),
                    service_id: service.into(),
                    ..Check::default()
                }],
                ..Registration::default()
            })
            .unwrap();
    }

    #[test]
    fn a_service_has_its_own_index_until_it_is_gone() {
        let mut state = State::new("dc1", "a");
        register(&mut state, "a", "web");
        let web = state.service_index("web", true);
        register(&mut state, "a", "db");
        assert_eq!(
            state.service_index("web", true),
            web,
            "another service does not move it"
        );
        state.change_check("a", "c:web", |check| check.status = "passing".into());
        let passing = state.service_index("web", true);
        assert!(passing > web, "its check does");
        state.deregister_service("a", "web");
        assert!(state.service_index("web", true) > passing);
        assert_eq!(state.checks_on("a").count(), 1, "its checks went with it");
    }

    #[test]
    fn names_of_nodes_ignore_case() {
        let mut state = State::new("dc1", "a");
        register(&mut state, "Node-A", "web");
        register(&mut state, "node-a", "db");
        assert_eq!(state.nodes().count(), 1);
        assert_eq!(state.services_on("NODE-A").count(), 2);
        state.deregister_node("node-A");
        assert_eq!((state.services().count(), state.checks().count()), (0, 0));
    }
}
