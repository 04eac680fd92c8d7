//! Registering and deregistering nodes and services, moving the indexes that Consul moves.

use super::{Check, Node, OnNode, Service, State};

/// What `catalog/register` carries.
#[derive(Debug, Default)]
pub(crate) struct Registration {
    pub(crate) node: Node,
    pub(crate) skip_node_update: bool,
    pub(crate) service: Option<Service>,
    pub(crate) checks: Vec<Check>,
}

pub(super) fn on_node(node: &str, id: &str) -> OnNode {
    (node.to_lowercase(), id.to_owned())
}

fn node_index(node: &str) -> String {
    format!("node.{}", node.to_lowercase())
}

pub(super) fn service_index(service: &str) -> String {
    format!("service.{}", service.to_lowercase())
}

impl State {
    /// Registers a node, and with it a service and checks; all or nothing.
    pub(crate) fn register(&mut self, registration: Registration) -> Result<(), String> {
        let Registration {
            node,
            skip_node_update,
            service,
            checks,
        } = registration;
        if node.name.is_empty() {
            return Err("Must provide node".to_owned());
        }
        if !node.id.is_empty() && node.id.len() != 36 {
            return Err("Bad node ID: uuid string is wrong length".to_owned());
        }
        if node.address.is_empty() && !skip_node_update {
            return Err("Must provide address if SkipNodeUpdate is not set".to_owned());
        }
        let name = node.name.clone();
        let service_id = service.as_ref().map(|service| service.id.as_str());
        for check in &checks {
            let known = self
                .services
                .contains_key(&on_node(&name, &check.service_id));
            if !check.service_id.is_empty()
                && !known
                && service_id != Some(check.service_id.as_str())
            {
                return Err(format!(
                    "Unknown service ID '{}' for check ID '{}'",
                    check.service_id, check.id
                ));
            }
        }
        let index = self.next_index();
        let known = self.nodes.contains_key(&name.to_lowercase());
        if !(known && skip_node_update) {
            self.ensure_node(index, node);
        }
        // Names of nodes ignore case; the node's own spelling goes on.
        let name = self.node(&name).map_or(name, |node| node.name.clone());
        if let Some(service) = service {
            self.ensure_service(
                index,
                Service {
                    node: name.clone(),
                    ..service
                },
            );
        }
        for check in checks {
            self.ensure_check(
                index,
                Check {
                    node: name.clone(),
                    ..check
                },
            );
        }
        Ok(())
    }

    fn ensure_node(&mut self, index: u64, mut node: Node) {
        let key = node.name.to_lowercase();
        if let Some(existing) = self.nodes.get(&key) {
            node.create_index = existing.create_index;
            node.modify_index = existing.modify_index;
            if node.id.is_empty() {
                node.id.clone_from(&existing.id);
            }
            if *existing == node {
                return;
            }
        } else {
            node.create_index = index;
        }
        node.modify_index = index;
        let name = node.name.clone();
        self.nodes.insert(key, node);
        self.touch("nodes", index);
        self.touch(&node_index(&name), index);
        self.touch_services_of(&name, index);
    }

    /// Moves the index of each service with an instance on the node: their health answers hold the node.
    pub(super) fn touch_services_of(&mut self, node: &str, index: u64) {
        let names: Vec<_> = self
            .services_on(node)
            .map(|service| service_index(&service.name))
            .collect();
        for name in names {
            self.touch(&name, index);
        }
    }

    fn ensure_service(&mut self, index: u64, mut service: Service) {
        let key = on_node(&service.node, &service.id);
        service.create_index = index;
        if let Some(existing) = self.services.get(&key) {
            if existing.is_same(&service) {
                return;
            }
            service.create_index = existing.create_index;
        }
        service.modify_index = index;
        let (node, name) = (service.node.clone(), service.name.clone());
        self.services.insert(key, service);
        for table in [
            "services",
            "nodes",
            &service_index(&name),
            &node_index(&node),
        ] {
            self.touch(table, index);
        }
    }

    /// Removes one instance and its checks.
    pub(crate) fn deregister_service(&mut self, node: &str, id: &str) {
        let index = self.next_index();
        self.delete_service(index, node, id);
    }

    fn delete_service(&mut self, index: u64, node: &str, id: &str) {
        let Some(service) = self.services.remove(&on_node(node, id)) else {
            return;
        };
        let checks: Vec<_> = self
            .checks_on(node)
            .filter(|check| check.service_id == id)
            .map(|check| check.id.clone())
            .collect();
        for check in checks {
            self.delete_check(index, node, &check);
        }
        for table in ["checks", "services", "nodes", &node_index(node)] {
            self.touch(table, index);
        }
        let own = service_index(&service.name);
        if self.instances(&service.name).next().is_some() {
            self.touch(&own, index);
        } else {
            self.indexes.remove(&own);
            self.touch("service_last_extinction", index);
        }
    }

    /// Removes a node with all that is on it.
    pub(crate) fn deregister_node(&mut self, node: &str) {
        let index = self.next_index();
        if !self.nodes.contains_key(&node.to_lowercase()) {
            return;
        }
        let services: Vec<_> = self
            .services_on(node)
            .map(|service| service.id.clone())
            .collect();
        for service in services {
            self.delete_service(index, node, &service);
        }
        let checks: Vec<_> = self.checks_on(node).map(|check| check.id.clone()).collect();
        for check in checks {
            self.delete_check(index, node, &check);
        }
        self.nodes.remove(&node.to_lowercase());
        self.indexes.remove(&node_index(node));
        self.touch("nodes", index);
        self.touch("node_last_extinction", index);
        self.invalidate_sessions(index, |session| session.node.eq_ignore_ascii_case(node));
    }

    /// The index to wait on for one node's services; 0 for a node that is not there.
    pub(crate) fn node_services_index(&self, node: &str) -> u64 {
        self.table_index(&[&node_index(node)])
    }
}
