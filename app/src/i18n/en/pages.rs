//! Services, instances, nodes.

use crate::i18n::{NodesMessages, ServicesMessages, number};

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

pub(super) const SERVICES: ServicesMessages = ServicesMessages {
    title: "Services",
    service: "Service",
    instance: "Instance",
    instances: "Instances",
    kind: "Kind",
    filter_hint: "name or tag, status: tag: kind: -term",
    filter_help: "Words must all match a name or tag. -word leaves out. status:critical, tag:v2, kind:connect-proxy, version:2.8.1; \"quotes\" keep blanks.",
    totals: |services, instances| {
        format!(
            "{}, {}",
            plural(services as u64, "service", "services"),
            plural(u64::from(instances), "instance", "instances")
        )
    },
    no_match: |total| {
        format!(
            "No match among {}",
            plural(total as u64, "service", "services")
        )
    },
    no_match_text: "Nothing here fits the filter and the status chosen.",
    instances_found: |total| {
        format!(
            "{} {}",
            plural(total as u64, "instance", "instances"),
            if total == 1 { "matches" } else { "match" }
        )
    },
    more_instances: |more| format!("and {} more: narrow the filter", number(more as u64)),
    empty: "No services yet",
    empty_text: |dc| {
        format!(
            "Nothing is registered in {dc}. A service appears here as soon as an agent registers it."
        )
    },
    id: "ID",
    node: "Node",
    all_pass: |total| {
        if total == 1 {
            "the only instance passes".to_owned()
        } else {
            format!("all {} instances pass", number(u64::from(total)))
        }
    },
    some_fail: |failing, total| {
        format!(
            "{} of {} {} its checks",
            number(u64::from(failing)),
            plural(u64::from(total), "instance", "instances"),
            if failing == 1 {
                "does not pass"
            } else {
                "do not pass"
            }
        )
        .replace("do not pass its", "do not pass their")
    },
    in_datacenter: |dc| format!("in {dc}"),
    tab_instances: "Instances",
    tab_tags: "Tags",
    tab_endpoints: "Endpoints",
    tab_metadata: "Metadata",
    copy_dns: "Copy DNS name",
    tag: "Tag",
    on_instances: "Instances",
    no_tags: "No tags",
    no_tags_text: "No instance of this service is registered with a tag.",
    plain_tags: "Tags",
    decoded_tags: "Encoded by go-micro",
    decoded_tags_text: "go-micro keeps version, metadata and endpoints in tags; here is what they say.",
    raw_tag: "Raw tag",
    no_endpoints: "No endpoints",
    no_endpoints_text: "Only services that register through go-micro list their endpoints.",
    endpoint: "Endpoint",
    request: "Request",
    response: "Response",
    fields: |count| plural(count as u64, "field", "fields"),
    no_metadata: "No metadata",
    no_metadata_text: "No instance gives metadata, neither in its registration nor through go-micro.",
    micro_metadata: "go-micro metadata",
    addresses: "Addresses",
    weights: "DNS weights",
    weight_passing: "while passing",
    weight_warning: "while warning",
    registration: "Registration",
    output: "Output",
    no_output: "No output yet",
    node_check: "check of the node",
    service_check: "check of the service",
    no_checks_title: "No checks",
    no_checks_text: "Neither the instance nor its node has a check, so Consul takes it for healthy.",
    create_index: "Create index",
    modify_index: "Modify index",
    show_rest: |count| format!("Show all ({count} characters)"),
    no_match_instances: |total| {
        format!(
            "No match among {}",
            plural(total as u64, "instance", "instances")
        )
    },
    no_instances_text: |dc| format!("No instance of this service is registered in {dc}."),
    instances_filter_hint: "ID, node, address or tag, status: meta.zone:",
    instances_filter_help: "Words must all match an ID, a node, an address or a tag. -word leaves out. status:critical, node:msa-1, tag:v2, version:2.8.1, meta.zone:b; \"quotes\" keep blanks.",
    other_values: |count| {
        format!(
            "and {}",
            plural(count as u64, "other value", "other values")
        )
    },
    notes: "Notes",
    check_type: "Type",
    port: "Port",
    all_kinds: "All kinds",
    kind_typical: "service",
};

pub(super) const NODES: NodesMessages = NodesMessages {
    title: "Nodes",
    node: "Node",
    role: "Role",
    leader: "Leader",
    leader_hint: "Leads the servers of its datacenter",
    server: "Server",
    client: "Client",
    instances: "Instances",
    filter_hint: "name or address, status: role: meta.rack:",
    filter_help: "Words must all match a name or address. -word leaves out. status:critical, role:leader|server|client, version:1.22.6, meta.rack:b-07; \"quotes\" keep blanks.",
    totals: |nodes, instances| {
        format!(
            "{}, {}",
            plural(nodes as u64, "node", "nodes"),
            plural(u64::from(instances), "instance", "instances")
        )
    },
    no_match: |total| format!("No match among {}", plural(total as u64, "node", "nodes")),
    empty: "No nodes",
    empty_text: |dc| {
        format!("No node of {dc} is visible. A node appears here as soon as its agent joins.")
    },
    role_in: |leader, server, dc| {
        let role = if leader {
            "leading server"
        } else if server {
            "server"
        } else {
            "client"
        };
        format!("{role} in {dc}")
    },
    node_checks: "Checks of the node",
    no_instances: "No instances",
    no_instances_text: |_| "Nothing is registered on this node.".to_owned(),
    instances_filter_hint: "service, ID, address or tag, status: meta.zone:",
    no_checks: "No checks",
    no_checks_text: "The node has no check of its own.",
    node_id: "Node ID",
    detail_totals: |instances, checks, node| {
        format!(
            "{}, {} on {node}",
            plural(instances as u64, "instance", "instances"),
            plural(checks as u64, "check", "checks")
        )
    },
};
