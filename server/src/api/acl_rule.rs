//! The ACL rules that a question needs, as Consul's policies write them, ready to copy.

/// Everything that lists of services and nodes need.
pub(super) fn catalog() -> String {
    [
        rule("node_prefix", "", "read"),
        rule("service_prefix", "", "read"),
    ]
    .join("\n")
}

/// One service's instances: they are on nodes.
pub(super) fn service(name: &str) -> String {
    [
        rule("node_prefix", "", "read"),
        rule("service", name, "read"),
    ]
    .join("\n")
}

/// The sessions of a datacenter.
pub(super) fn sessions() -> String {
    rule("session_prefix", "", "read")
}

/// A session on this node, to end it.
pub(super) fn session_write(node: &str) -> String {
    rule("session", node, "write")
}

/// The values below a folder.
pub(super) fn values(prefix: &str) -> String {
    rule("key_prefix", prefix, "read")
}

/// A node and what is on it.
pub(super) fn node(name: &str) -> String {
    [
        rule("node", name, "read"),
        rule("service_prefix", "", "read"),
    ]
    .join("\n")
}

/// The names below a folder: agents may ask for `list` there.
pub(super) fn keys(prefix: &str) -> String {
    rule("key_prefix", prefix, "list")
}

/// One key, to read it.
pub(super) fn key(key: &str) -> String {
    rule("key", key, "read")
}

/// One key, to change it.
pub(super) fn key_write(key: &str) -> String {
    rule("key", key, "write")
}

/// A folder, to delete it.
pub(super) fn keys_write(prefix: &str) -> String {
    rule("key_prefix", prefix, "write")
}

fn rule(resource: &str, name: &str, policy: &str) -> String {
    // `${` begins a template in HCL
    let name = name
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace("${", "$${");
    format!("{resource} \"{name}\" {{\n  policy = \"{policy}\"\n}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_hcl() {
        assert_eq!(
            key("omo/\"x\""),
            "key \"omo/\\\"x\\\"\" {\n  policy = \"read\"\n}"
        );
        for rules in [catalog(), service("a${b}"), node("n\\"), keys("a\nb/")] {
            assert!(hcl::parse(&rules).is_ok(), "{rules}");
        }
    }
}
