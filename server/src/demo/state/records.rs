//! Nodes, services, checks and members, and how Consul's answers spell them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// How an answer spells an empty list of tags: most endpoints `[]`, the UI's `null`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Tags {
    Empty,
    Null,
}

impl Tags {
    fn spell(self, tags: &[String]) -> Value {
        if tags.is_empty() && self == Self::Null {
            Value::Null
        } else {
            json!(tags)
        }
    }
}

/// A node of the catalog.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) tagged_addresses: Option<BTreeMap<String, String>>,
    pub(crate) meta: Option<BTreeMap<String, String>>,
    pub(crate) create_index: u64,
    pub(crate) modify_index: u64,
}

impl Node {
    pub(crate) fn json(&self, datacenter: &str) -> Value {
        json!({
            "ID": self.id, "Node": self.name, "Address": self.address, "Datacenter": datacenter,
            "TaggedAddresses": self.tagged_addresses, "Meta": self.meta,
            "CreateIndex": self.create_index, "ModifyIndex": self.modify_index,
        })
    }
}

/// One instance of a service.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Service {
    pub(crate) node: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) tags: Vec<String>,
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) tagged_addresses: Option<Value>,
    pub(crate) meta: Option<BTreeMap<String, String>>,
    pub(crate) weights: (u32, u32),
    pub(crate) enable_tag_override: bool,
    pub(crate) proxy: Value,
    pub(crate) connect: Value,
    pub(crate) create_index: u64,
    pub(crate) modify_index: u64,
}

/// What every service that is no proxy answers as `Proxy`.
pub(crate) fn proxy_defaults() -> Value {
    json!({"Mode": "", "MeshGateway": {}, "Expose": {}})
}

impl Default for Service {
    fn default() -> Self {
        Self {
            node: String::new(),
            id: String::new(),
            name: String::new(),
            kind: String::new(),
            tags: Vec::new(),
            address: String::new(),
            port: 0,
            tagged_addresses: None,
            meta: None,
            weights: (1, 1),
            enable_tag_override: false,
            proxy: proxy_defaults(),
            connect: json!({}),
            create_index: 0,
            modify_index: 0,
        }
    }
}

impl Service {
    /// Whether both say the same, whatever their indexes.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let indexes = (other.create_index, other.modify_index);
        Self {
            create_index: indexes.0,
            modify_index: indexes.1,
            ..self.clone()
        } == *other
    }

    /// As `NodeService`: in health, node and UI answers.
    pub(crate) fn json(&self, tags: Tags) -> Value {
        let mut service = json!({
            "ID": self.id, "Service": self.name, "Tags": tags.spell(&self.tags), "Address": self.address,
            "Meta": self.meta, "Port": self.port,
            "Weights": {"Passing": self.weights.0, "Warning": self.weights.1},
            "EnableTagOverride": self.enable_tag_override, "Proxy": self.proxy, "Connect": self.connect,
            "PeerName": "", "CreateIndex": self.create_index, "ModifyIndex": self.modify_index,
        });
        // 1.22.6 leaves a port of 0 out; 1.8.7 does not.
        if let (0, Some(fields)) = (self.port, service.as_object_mut()) {
            fields.remove("Port");
        }
        if !self.kind.is_empty() {
            service["Kind"] = json!(self.kind);
        }
        if let Some(addresses) = &self.tagged_addresses {
            service["TaggedAddresses"] = addresses.clone();
        }
        service
    }

    /// As `ServiceNode`: in `catalog/service/:name`.
    pub(crate) fn catalog_json(&self, node: &Node, datacenter: &str) -> Value {
        let mut row = json!({
            "ID": node.id, "Node": node.name, "Address": node.address, "Datacenter": datacenter,
            "TaggedAddresses": node.tagged_addresses, "NodeMeta": node.meta,
            "ServiceKind": self.kind, "ServiceID": self.id, "ServiceName": self.name,
            "ServiceTags": self.tags, "ServiceAddress": self.address,
            "ServiceWeights": {"Passing": self.weights.0, "Warning": self.weights.1},
            "ServiceMeta": self.meta.clone().unwrap_or_default(), "ServicePort": self.port,
            "ServicePorts": null, "ServiceSocketPath": "",
            "ServiceEnableTagOverride": self.enable_tag_override, "ServiceProxy": self.proxy,
            "ServiceConnect": self.connect, "ServiceLocality": null,
            "CreateIndex": self.create_index, "ModifyIndex": self.modify_index,
        });
        if let Some(addresses) = &self.tagged_addresses {
            row["ServiceTaggedAddresses"] = addresses.clone();
        }
        row
    }

    /// As `AgentService`: in `agent/services`.
    pub(crate) fn agent_json(&self, datacenter: &str) -> Value {
        let mut service = self.json(Tags::Empty);
        if let Some(fields) = service.as_object_mut() {
            for absent in ["Connect", "PeerName", "CreateIndex", "ModifyIndex"] {
                fields.remove(absent);
            }
            if self.kind.is_empty() {
                fields.remove("Proxy");
            }
            fields.insert("Port".to_owned(), json!(self.port));
            fields.insert(
                "Meta".to_owned(),
                json!(self.meta.clone().unwrap_or_default()),
            );
            fields.insert("Datacenter".to_owned(), json!(datacenter));
        }
        service
    }
}

/// A health check, of a node or of one service instance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Check {
    pub(crate) node: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) notes: String,
    pub(crate) output: String,
    pub(crate) service_id: String,
    pub(crate) service_name: String,
    pub(crate) service_tags: Vec<String>,
    pub(crate) kind: String,
    pub(crate) interval: String,
    pub(crate) timeout: String,
    pub(crate) definition: Value,
    pub(crate) create_index: u64,
    pub(crate) modify_index: u64,
}

impl Default for Check {
    fn default() -> Self {
        Self {
            node: String::new(),
            id: String::new(),
            name: String::new(),
            status: "critical".to_owned(),
            notes: String::new(),
            output: String::new(),
            service_id: String::new(),
            service_name: String::new(),
            service_tags: Vec::new(),
            kind: String::new(),
            interval: String::new(),
            timeout: String::new(),
            definition: Value::Object(Map::new()),
            create_index: 0,
            modify_index: 0,
        }
    }
}

impl Check {
    /// Whether both say the same, whatever their indexes.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let indexes = (other.create_index, other.modify_index);
        Self {
            create_index: indexes.0,
            modify_index: indexes.1,
            ..self.clone()
        } == *other
    }

    pub(crate) fn json(&self, tags: Tags) -> Value {
        json!({
            "Node": self.node, "CheckID": self.id, "Name": self.name, "Status": self.status,
            "Notes": self.notes, "Output": self.output, "ServiceID": self.service_id,
            "ServiceName": self.service_name, "ServiceTags": tags.spell(&self.service_tags),
            "Type": self.kind, "Interval": self.interval, "Timeout": self.timeout, "ExposedPort": 0,
            "Definition": self.definition,
            "CreateIndex": self.create_index, "ModifyIndex": self.modify_index,
        })
    }
}

/// How gossip sees a member; the number is serf's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum MemberStatus {
    Alive = 1,
    Failed = 4,
}

/// A member of the gossip pool.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) server: bool,
    pub(crate) status: MemberStatus,
    pub(crate) version: String,
}

impl Member {
    /// As `agent/members`; in the WAN pool a name ends with its datacenter.
    pub(crate) fn json(&self, datacenter: &str, wan: bool) -> Value {
        let mut tags = json!({
            "acls": "0", "build": format!("{}:", self.version), "dc": datacenter, "id": self.id,
            "role": if self.server { "consul" } else { "node" }, "segment": "",
            "vsn": "2", "vsn_max": "3", "vsn_min": "2",
        });
        if self.server {
            (tags["ft_fs"], tags["ft_si"]) = (json!("1"), json!("1"));
            for (tag, value) in [
                ("port", "8300"),
                ("raft_vsn", "3"),
                ("grpc_tls_port", "8503"),
                ("wan_join_port", "8302"),
            ] {
                tags[tag] = json!(value);
            }
        }
        json!({
            "Name": if wan { format!("{}.{datacenter}", self.name) } else { self.name.clone() },
            "Addr": self.address, "Port": if wan { 8302 } else { 8301 }, "Tags": tags,
            "Status": self.status as u8, "ProtocolMin": 1, "ProtocolMax": 5, "ProtocolCur": 2,
            "DelegateMin": 2, "DelegateMax": 5, "DelegateCur": 4,
        })
    }
}
