//! What the agent itself watches over: services registered with it, and the clocks of their TTL checks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use super::{Check, Registration, Service, State};

/// The agent's own part of a datacenter.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) node: String,
    pub(super) services: BTreeSet<String>,
    pub(super) clocks: BTreeMap<String, Clock>,
}

impl Local {
    pub(super) fn new(node: &str) -> Self {
        Self {
            node: node.to_owned(),
            services: BTreeSet::new(),
            clocks: BTreeMap::new(),
        }
    }
}

/// When a check of the agent runs out, and since when it is critical.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    pub(super) service: String,
    pub(super) ttl: Option<Duration>,
    pub(super) runs_out: Option<Instant>,
    pub(super) deregister_after: Option<Duration>,
    pub(super) critical_since: Option<Instant>,
    /// The last output, which the catalog may not know yet.
    pub(super) output: String,
    /// When the catalog is told of an output whose status stayed.
    pub(super) tells_output: Option<Instant>,
}

/// A check as a service is registered with it.
#[derive(Debug)]
pub(crate) struct CheckDefinition {
    pub(crate) check: Check,
    pub(crate) ttl: Option<Duration>,
    pub(crate) deregister_after: Option<Duration>,
}

/// A service as the agent is told of it.
#[derive(Debug)]
pub(crate) struct ServiceDefinition {
    pub(crate) service: Service,
    pub(crate) checks: Vec<CheckDefinition>,
    /// Drop the checks that the definition does not name.
    pub(crate) replace_checks: bool,
}

/// Consul raises a shorter time to this one.
const SHORTEST_DEREGISTER_AFTER: Duration = Duration::from_secs(60);

/// `check_update_interval`: an agent sends an output no sooner while the status stays.
const OUTPUT_INTERVAL: Duration = Duration::from_secs(5 * 60);

impl State {
    /// Registers a service with the agent; checks that were there keep their status.
    pub(crate) fn register_local(&mut self, definition: ServiceDefinition) -> Result<(), String> {
        let ServiceDefinition {
            service,
            checks,
            replace_checks,
        } = definition;
        let local_node = self.local.node.clone();
        let node = self
            .node(&local_node)
            .cloned()
            .ok_or("the agent's node is gone")?;
        let id = service.id.clone();
        if replace_checks {
            let named: BTreeSet<_> = checks
                .iter()
                .map(|definition| definition.check.id.clone())
                .collect();
            let old = self
                .checks_on(&local_node)
                .filter(|check| check.service_id == id && !named.contains(&check.id));
            for check in old.map(|check| check.id.clone()).collect::<Vec<_>>() {
                self.local.clocks.remove(&check);
                self.deregister_check(&local_node, &check);
            }
        }
        let now = Instant::now();
        let mut registered = Vec::new();
        for CheckDefinition {
            mut check,
            ttl,
            deregister_after,
        } in checks
        {
            if let Some(existing) = self.check(&local_node, &check.id) {
                check.status.clone_from(&existing.status);
                check.output.clone_from(&existing.output);
            }
            check.service_id.clone_from(&id);
            let clock = Clock {
                service: id.clone(),
                ttl,
                runs_out: ttl.map(|ttl| now + ttl),
                deregister_after: deregister_after
                    .map(|after| after.max(SHORTEST_DEREGISTER_AFTER)),
                critical_since: (check.status == "critical").then_some(now),
                output: check.output.clone(),
                tells_output: None,
            };
            self.local.clocks.insert(check.id.clone(), clock);
            registered.push(check);
        }
        self.local.services.insert(id);
        self.register(Registration {
            node,
            service: Some(service),
            checks: registered,
            ..Registration::default()
        })
    }

    /// Whether a service was registered with the agent itself.
    pub(crate) fn is_local(&self, id: &str) -> bool {
        self.local.services.contains(id)
    }

    /// Removes a service from the agent; `false` where the agent does not know it.
    pub(crate) fn deregister_local(&mut self, id: &str) -> bool {
        if !self.local.services.remove(id) {
            return false;
        }
        self.local.clocks.retain(|_, clock| clock.service != id);
        let node = self.local.node.clone();
        self.deregister_service(&node, id);
        true
    }

    /// Sets the status of a TTL check and starts its time again; `None` where the agent has no such check,
    /// `Some(false)` where the check has no TTL.
    pub(crate) fn report_local(&mut self, check: &str, status: &str, output: &str) -> Option<bool> {
        let clock = self.local.clocks.get_mut(check)?;
        let Some(ttl) = clock.ttl else {
            return Some(false);
        };
        clock.runs_out = Some(Instant::now() + ttl);
        if status == "critical" {
            clock.critical_since = clock.critical_since.or(Some(Instant::now()));
        } else {
            clock.critical_since = None;
        }
        output.clone_into(&mut clock.output);
        let node = self.local.node.clone();
        if self
            .check(&node, check)
            .is_some_and(|known| known.status == status)
        {
            let clock = self.local.clocks.get_mut(check)?;
            clock.tells_output = clock
                .tells_output
                .or(Some(Instant::now() + OUTPUT_INTERVAL));
            return Some(true);
        }
        self.local.clocks.get_mut(check)?.tells_output = None;
        self.change_check(&node, check, |check| {
            status.clone_into(&mut check.status);
            output.clone_into(&mut check.output);
        });
        Some(true)
    }
}
