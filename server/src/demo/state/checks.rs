//! Health checks in the catalog.

use super::catalog::{on_node, service_index};
use super::{Check, State};

impl State {
    /// Writes a check at an index that was taken, filling in its service's name and tags.
    pub(super) fn ensure_check(&mut self, index: u64, mut check: Check) {
        let key = on_node(&check.node, &check.id);
        if let Some(service) = self.services.get(&on_node(&check.node, &check.service_id)) {
            check.service_name.clone_from(&service.name);
            check.service_tags.clone_from(&service.tags);
        }
        check.create_index = index;
        if let Some(existing) = self.checks.get(&key) {
            if existing.is_same(&check) {
                return;
            }
            check.create_index = existing.create_index;
        }
        check.modify_index = index;
        if check.service_id.is_empty() {
            self.touch_services_of(&check.node.clone(), index);
        } else {
            self.touch(&service_index(&check.service_name), index);
        }
        self.touch("checks", index);
        let critical = check.status == "critical";
        let (node, id) = (check.node.clone(), check.id.clone());
        self.checks.insert(key, check);
        if critical {
            self.invalidate_sessions(index, |session| {
                session.node.eq_ignore_ascii_case(&node) && session.node_checks.contains(&id)
            });
        }
    }

    /// Changes one check that is there; `false` where it is not.
    pub(crate) fn change_check(
        &mut self,
        node: &str,
        id: &str,
        change: impl FnOnce(&mut Check),
    ) -> bool {
        let Some(existing) = self.checks.get(&on_node(node, id)) else {
            return false;
        };
        let mut check = existing.clone();
        change(&mut check);
        let index = self.next_index();
        self.ensure_check(index, check);
        true
    }

    /// Writes a check of a node or a service that is there.
    pub(crate) fn put_check(&mut self, check: Check) {
        let index = self.next_index();
        self.ensure_check(index, check);
    }

    /// Removes a check.
    pub(crate) fn deregister_check(&mut self, node: &str, id: &str) {
        let index = self.next_index();
        self.delete_check(index, node, id);
    }

    pub(super) fn delete_check(&mut self, index: u64, node: &str, id: &str) {
        let Some(check) = self.checks.remove(&on_node(node, id)) else {
            return;
        };
        if check.service_id.is_empty() {
            self.touch_services_of(node, index);
        } else {
            self.touch(&service_index(&check.service_name), index);
        }
        self.touch("checks", index);
        let id = check.id;
        self.invalidate_sessions(index, |session| {
            session.node.eq_ignore_ascii_case(node) && session.node_checks.contains(&id)
        });
    }
}
