//! Puts nodes, services and checks into a state, with ids that are the same at each start.

use std::collections::BTreeMap;

use serde_json::json;

use crate::demo::state::{Check, Member, MemberStatus, Node, Registration, Service, State};

const VERSION: &str = "1.22.6";

/// Status and output of a check.
pub(super) type Health<'a> = (&'a str, &'a str);

/// A state under construction.
pub(super) struct Seeder {
    state: State,
}

/// One instance to register.
#[derive(Default)]
pub(super) struct Instance<'a> {
    pub(super) node: &'a str,
    pub(super) id: String,
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    pub(super) port: u16,
    pub(super) tags: Vec<String>,
    pub(super) meta: &'a [(&'a str, &'a str)],
    pub(super) proxy: Option<serde_json::Value>,
    pub(super) checks: Vec<Check>,
}

/// A check of kind `http`, `tcp`, `ttl` … with what it says; `id` is made from the instance's later.
pub(super) fn check(kind: &str, name: &str, (status, output): Health<'_>) -> Check {
    let polled = kind != "ttl" && kind != "maintenance";
    Check {
        name: name.to_owned(),
        status: status.to_owned(),
        output: output.to_owned(),
        kind: kind.to_owned(),
        interval: if polled {
            "10s".to_owned()
        } else {
            String::new()
        },
        timeout: if polled {
            "2s".to_owned()
        } else {
            String::new()
        },
        ..Check::default()
    }
}

pub(super) fn pairs(pairs: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    let map: BTreeMap<_, _> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    (!map.is_empty()).then_some(map)
}

/// A node id made from its name: a UUID in form.
fn node_id(datacenter: &str, name: &str) -> String {
    let seed = datacenter.bytes().chain(name.bytes());
    let hash = seed.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let other = hash.rotate_left(29).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let (a, b, c) = (hash >> 32, (hash >> 16) & 0xffff, hash & 0xfff);
    format!(
        "{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}",
        (other >> 48) & 0xffff,
        other & 0xffff_ffff_ffff
    )
}

impl Seeder {
    pub(super) fn new(datacenter: &str, agent_node: &str) -> Self {
        Self {
            state: State::new(datacenter, agent_node),
        }
    }

    pub(super) fn finish(mut self, leader: &str) -> State {
        leader.clone_into(&mut self.state.leader);
        self.state
    }

    fn register(&mut self, registration: Registration) {
        self.state
            .register(registration)
            .expect("the seed holds together");
    }

    /// A member of the gossip pool, with its `serfHealth`; a server also runs the `consul` service.
    pub(super) fn member(&mut self, name: &str, address: &str, server: bool, status: MemberStatus) {
        let id = node_id(&self.state.datacenter, name);
        let tagged = [
            ("lan", address),
            ("lan_ipv4", address),
            ("wan", address),
            ("wan_ipv4", address),
        ];
        let health = match status {
            MemberStatus::Alive => ("passing", "Agent alive and reachable"),
            MemberStatus::Failed => ("critical", "Agent not live or unreachable"),
        };
        let mut serf = check("", "Serf Health Status", health);
        "serfHealth".clone_into(&mut serf.id);
        (serf.interval, serf.timeout) = (String::new(), String::new());
        let consul = Service {
            id: "consul".to_owned(),
            name: "consul".to_owned(),
            port: 8300,
            meta: pairs(&[
                ("grpc_tls_port", "8503"),
                ("non_voter", "false"),
                ("raft_version", "3"),
                ("read_replica", "false"),
                ("serf_protocol_current", "2"),
                ("serf_protocol_max", "5"),
                ("serf_protocol_min", "1"),
                ("version", VERSION),
            ]),
            ..Service::default()
        };
        self.register(Registration {
            node: Node {
                id: id.clone(),
                name: name.to_owned(),
                address: address.to_owned(),
                tagged_addresses: pairs(&tagged),
                meta: pairs(&[("consul-network-segment", ""), ("consul-version", VERSION)]),
                ..Node::default()
            },
            service: server.then_some(consul),
            checks: vec![serf],
            ..Registration::default()
        });
        let (name, address, version) = (name.to_owned(), address.to_owned(), VERSION.to_owned());
        self.state.members.push(Member {
            id,
            name,
            address,
            server,
            status,
            version,
        });
    }

    /// A node that is no member: what runs there was registered by hand.
    pub(super) fn external_node(&mut self, name: &str, address: &str) {
        let meta = pairs(&[("external-node", "true"), ("external-probe", "false")]);
        let node = Node {
            name: name.to_owned(),
            address: address.to_owned(),
            meta,
            ..Node::default()
        };
        self.register(Registration {
            node,
            ..Registration::default()
        });
    }

    /// A check of a node itself.
    pub(super) fn node_check(&mut self, node: &str, id: &str, check: Check) {
        self.state.put_check(Check {
            node: node.to_owned(),
            id: id.to_owned(),
            ..check
        });
    }

    /// One instance; its checks are called `service:<id>`, and `:2`, `:3` from the second on.
    pub(super) fn instance(&mut self, instance: Instance<'_>) {
        let Instance {
            node,
            id,
            name,
            kind,
            port,
            tags,
            meta,
            proxy,
            checks,
        } = instance;
        let node = self
            .state
            .node(node)
            .cloned()
            .expect("the node was registered before");
        let numbered = checks.into_iter().enumerate().map(|(at, check)| {
            let given = !check.id.is_empty();
            let own = if at == 0 {
                format!("service:{id}")
            } else {
                format!("service:{id}:{}", at + 1)
            };
            Check {
                id: if given { check.id.clone() } else { own },
                service_id: id.clone(),
                ..check
            }
        });
        let checks = numbered.collect();
        let tagged_addresses = json!({
            "lan_ipv4": {"Address": node.address, "Port": port}, "wan_ipv4": {"Address": node.address, "Port": port},
        });
        let defaults = Service::default();
        self.register(Registration {
            service: Some(Service {
                id: id.clone(),
                name: name.to_owned(),
                kind: kind.to_owned(),
                tags,
                address: node.address.clone(),
                port,
                tagged_addresses: Some(tagged_addresses),
                meta: pairs(meta),
                proxy: proxy.unwrap_or_else(|| defaults.proxy.clone()),
                ..defaults
            }),
            node,
            checks,
            ..Registration::default()
        });
    }

    /// Puts an instance into maintenance.
    pub(super) fn maintenance(&mut self, node: &str, id: &str, reason: &str) {
        let check = Check {
            notes: reason.to_owned(),
            ..check("maintenance", "Service Maintenance Mode", ("critical", ""))
        };
        let (node, service_id) = (node.to_owned(), id.to_owned());
        self.state.put_check(Check {
            node,
            service_id,
            id: format!("_service_maintenance:{id}"),
            ..check
        });
    }
}
