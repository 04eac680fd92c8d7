//! What an agent is filled with, as operations of transactions: the same every time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How much an agent holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// What it is called, and the folder of its data.
    pub(crate) name: &'static str,
    /// The agent's loopback address.
    pub(crate) address: &'static str,
    /// External nodes.
    pub(crate) nodes: usize,
    /// Services.
    pub(crate) services: usize,
    /// Instances of each service.
    pub(crate) per_service: usize,
    /// Keys in the one folder `bench/flat/`.
    pub(crate) flat_keys: usize,
    /// Keys in the folders below `bench/tree/`.
    pub(crate) tree_keys: usize,
    /// What each value of a key has at least.
    pub(crate) value_bytes: usize,
}

/// The size that the figures are asked for.
pub(crate) const FULL: Size = Size {
    name: "full",
    address: "127.3.2.1",
    nodes: 5_000,
    services: 2_000,
    per_service: 10,
    flat_keys: 25_000,
    tree_keys: 25_000,
    value_bytes: 0,
};

/// A tenth of it: what must cost the same.
pub(crate) const TENTH: Size = Size {
    name: "tenth",
    address: "127.3.2.2",
    nodes: 500,
    services: 200,
    per_service: 10,
    flat_keys: 2_500,
    tree_keys: 2_500,
    value_bytes: 0,
};

/// Long lists: as many services as the full size has instances, and 100,000 names of keys.
pub(crate) const BROAD: Size = Size {
    name: "broad",
    address: "127.3.2.3",
    nodes: 5_000,
    services: 20_000,
    per_service: 1,
    flat_keys: 100_000,
    tree_keys: 0,
    value_bytes: 0,
};

/// A store of large values and nothing else: 200 MB in 100,000 keys.
pub(crate) const STORE: Size = Size {
    name: "store",
    address: "127.3.2.4",
    nodes: 1,
    services: 1,
    per_service: 1,
    flat_keys: 100_000,
    tree_keys: 0,
    value_bytes: 2_000,
};

/// The folder that holds many keys side by side.
pub(crate) const FLAT: &str = "bench/flat/";
/// The folder whose keys lie in folders.
pub(crate) const TREE: &str = "bench/tree/";
/// A prime that divides no size: neighbours among the instances stand on nodes far apart.
const STRIDE: usize = 7;

/// The steps of a filling: what a later one writes stands on what an earlier one wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nodes, each with a check.
    Nodes,
    /// Instances, each with a check.
    Instances,
    /// Keys.
    Keys,
}

impl Step {
    /// All steps in their order.
    pub(crate) const ALL: [Self; 3] = [Self::Nodes, Self::Instances, Self::Keys];
}

impl Size {
    /// All instances.
    pub(crate) const fn instances(&self) -> usize {
        self.services * self.per_service
    }

    /// All keys.
    pub(crate) const fn keys(&self) -> usize {
        self.flat_keys + self.tree_keys
    }

    /// The agent's address of HTTP.
    pub(crate) fn agent(&self) -> String {
        format!("{}:8500", self.address)
    }

    /// How many things a step writes.
    pub(crate) const fn count(&self, step: Step) -> usize {
        match step {
            Step::Nodes => self.nodes,
            Step::Instances => self.instances(),
            Step::Keys => self.keys(),
        }
    }

    /// The operations that write one thing.
    pub(crate) fn operations(&self, step: Step, number: usize) -> Vec<Value> {
        match step {
            Step::Nodes => node_operations(number),
            Step::Instances => self.instance(number).operations(),
            Step::Keys => vec![key_operation(&self.key(number), number, self.value_bytes)],
        }
    }

    /// The instance with this number.
    pub(crate) const fn instance(&self, number: usize) -> Instance {
        Instance {
            number,
            service: number / self.per_service,
            node: (number * STRIDE) % self.nodes,
        }
    }

    /// Instances that pass on nodes that pass, of different services where there are enough.
    pub(crate) fn passing(&self, count: usize) -> Vec<Instance> {
        let step = (self.instances() / count.max(1)).max(1);
        (0..self.instances())
            .step_by(step)
            .filter_map(|from| {
                let mut near =
                    (from..(from + step).min(self.instances())).map(|n| self.instance(n));
                near.find(|one| one.status() == "passing" && node_status(one.node) == "passing")
            })
            .take(count)
            .collect()
    }

    /// The name of a key.
    pub(crate) fn key(&self, number: usize) -> String {
        match number.checked_sub(self.flat_keys) {
            None => format!("{FLAT}key-{number:06}"),
            Some(rest) => format!("{TREE}{:02}/{:02}/key-{rest:06}", rest % 50, rest / 50 % 10),
        }
    }
}

/// One instance of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    number: usize,
    service: usize,
    node: usize,
}

/// The name of a node.
pub(crate) fn node_name(number: usize) -> String {
    format!("bench-node-{number:05}")
}

/// The name of a service.
pub(crate) fn service_name(number: usize) -> String {
    format!("bench-service-{number:05}")
}

/// Two in a hundred nodes are in trouble, a few warn.
const fn node_status(number: usize) -> &'static str {
    if number % 50 == 7 {
        "critical"
    } else if number % 83 == 11 {
        "warning"
    } else {
        "passing"
    }
}

impl Instance {
    /// The name of its service.
    pub(crate) fn service(&self) -> String {
        service_name(self.service)
    }

    /// What its check says after the filling.
    const fn status(&self) -> &'static str {
        if self.number % 97 == 3 {
            "critical"
        } else if self.number % 113 == 7 {
            "warning"
        } else {
            "passing"
        }
    }

    fn id(&self) -> String {
        format!("{}-{:02}", self.service(), self.number)
    }

    const fn port(&self) -> usize {
        20_000 + self.number % 20_000
    }

    /// Its address and port.
    pub(crate) fn endpoint(&self) -> String {
        format!("{}:{}", address(self.node), self.port())
    }

    fn operations(&self) -> Vec<Value> {
        vec![
            json!({ "Service": { "Verb": "set", "Node": node_name(self.node), "Service": {
                "ID": self.id(),
                "Service": self.service(),
                "Tags": self.tags(),
                "Address": address(self.node),
                "Port": self.port(),
            } } }),
            self.check(self.status()),
        ]
    }

    /// The operation after which its check says `status`.
    pub(crate) fn check(&self, status: &str) -> Value {
        let id = self.id();
        let output = match status {
            "passing" => "HTTP GET /health: 200 OK",
            _ => "HTTP GET /health: connection refused",
        };
        json!({ "Check": { "Verb": "set", "Check": {
            "Node": node_name(self.node),
            "CheckID": format!("service:{id}"),
            "Name": "answers",
            "Status": status,
            "Output": output,
            "ServiceID": id,
        } } })
    }

    /// The operations that take it away and put it back as it was.
    pub(crate) fn away_and_back(&self) -> [Vec<Value>; 2] {
        let away = json!({ "Service": {
            "Verb": "delete",
            "Node": node_name(self.node),
            "Service": { "ID": self.id(), "Service": self.service() },
        } });
        [vec![away], self.operations()]
    }

    /// Plain tags; each tenth service is one of go-micro.
    fn tags(&self) -> Vec<&'static str> {
        if self.service.is_multiple_of(10) {
            return vec![
                "t-789caa564a2acacf4e2d52b252ca28292950aa05040000ffff364d0600",
                "t-789caa562a28ca2fc94fcecf51b252ca2d4d2e50aa05040000ffff46a906e2",
                "t-789caa562a4a4dcf2c2e29aa54b2524acecf2b2ecd51aa05040000ffff560f07c8",
                "v-789c32d433d03300040000ffff02ce00ee",
            ];
        }
        let zone = ["zone-a", "zone-b", "zone-c"][self.number % 3];
        vec!["bench", zone]
    }
}

fn node_operations(number: usize) -> Vec<Value> {
    let name = node_name(number);
    vec![
        json!({ "Node": { "Verb": "set", "Node": {
            "Node": name,
            "Address": address(number),
            "Meta": { "external-node": "true", "rack": format!("r{:02}", number % 40) },
        } } }),
        // serfHealth on a node that no member gossips for: the leader would take the node away
        json!({ "Check": { "Verb": "set", "Check": {
            "Node": name,
            "CheckID": "bench-alive",
            "Name": "answers to ping",
            "Status": node_status(number),
            "Output": "1 packet sent",
        } } }),
    ]
}

fn address(node: usize) -> String {
    format!(
        "10.{}.{}.{}",
        node / 62_500,
        node / 250 % 250,
        node % 250 + 1
    )
}

fn key_operation(key: &str, number: usize, value_bytes: usize) -> Value {
    let mut text = format!("logger:\n  level: {}\n", number % 7);
    for line in 0.. {
        if text.len() >= value_bytes {
            break;
        }
        text.push_str(&format!(
            "line-{line}: \"value {} of key {number}\"\n",
            line * number
        ));
    }
    if value_bytes > 0 && number % 40_000 == 20 {
        text.push_str("found: needle-in-the-hay\n");
    }
    json!({ "KV": { "Verb": "set", "Key": key, "Value": STANDARD.encode(text) } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    const SIZES: [Size; 3] = [FULL, TENTH, BROAD];

    #[test]
    fn the_full_size_is_the_one_that_was_asked_for() {
        assert_eq!((FULL.nodes, FULL.services), (5_000, 2_000));
        assert_eq!((FULL.instances(), FULL.keys()), (20_000, 50_000));
        assert_eq!(FULL.flat_keys, 25_000);
        assert_eq!(TENTH.instances() * 10, FULL.instances());
    }

    #[test]
    fn every_node_carries_as_much_as_the_others() {
        for size in SIZES {
            let mut loads = BTreeMap::new();
            for number in 0..size.instances() {
                *loads.entry(size.instance(number).node).or_insert(0) += 1;
            }
            assert_eq!(loads.len(), size.nodes, "{}", size.name);
            assert!(loads.values().all(|load| *load == 4), "{}", size.name);
        }
    }

    #[test]
    fn instances_of_a_service_stand_on_different_nodes() {
        let nodes: BTreeSet<_> = (0..10).map(|number| FULL.instance(number).node).collect();
        assert_eq!(nodes.len(), 10);
    }

    #[test]
    fn no_two_keys_or_addresses_are_the_same() {
        for size in SIZES {
            let keys: BTreeSet<_> = (0..size.keys()).map(|number| size.key(number)).collect();
            assert_eq!(keys.len(), size.keys());
            let flat = keys.iter().filter(|key| key.starts_with(FLAT)).count();
            assert_eq!(flat, size.flat_keys);
        }
        let addresses: BTreeSet<_> = (0..FULL.nodes).map(address).collect();
        assert_eq!(addresses.len(), FULL.nodes);
    }

    #[test]
    fn a_few_are_in_trouble_and_those_to_be_changed_are_not() {
        let critical = (0..FULL.nodes).filter(|node| node_status(*node) == "critical");
        assert_eq!(critical.count(), 100);
        let chosen = FULL.passing(300);
        assert_eq!(chosen.len(), 300);
        let services: BTreeSet<_> = chosen.iter().map(Instance::service).collect();
        assert_eq!(services.len(), 300);
        for one in chosen {
            assert_eq!(
                (one.status(), node_status(one.node)),
                ("passing", "passing")
            );
        }
    }

    #[test]
    fn an_external_node_has_no_check_of_gossip() {
        let operations = FULL.operations(Step::Nodes, 17);
        assert_eq!(
            operations[0]["Node"]["Node"]["Meta"]["external-node"],
            "true"
        );
        assert_ne!(operations[1]["Check"]["Check"]["CheckID"], "serfHealth");
        assert_eq!(operations[1]["Check"]["Check"]["Node"], "bench-node-00017");
    }

    #[test]
    fn a_value_is_base64_of_yaml() {
        let operation = key_operation("a", 2, 0);
        assert_eq!(operation["KV"]["Value"], "bG9nZ2VyOgogIGxldmVsOiAyCg==");
    }
}
