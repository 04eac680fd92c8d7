//! Every address of the page, as functions, and the way back from a path to a place.
//!
//! Names may hold any character. Each part is encoded whole on the way out and decoded exactly
//! once on the way in, from the raw path.

mod keys;
mod place;

use std::cell::RefCell;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

pub use keys::KeyPlace;
pub use place::{Place, Tool, parse, parse_under};

/// Everything but `A-Za-z0-9-._~`.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

thread_local! {
    // Set at the start of each rendering, which never leaves its thread: handlers have no context.
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets the base path that every address begins with: empty, or `/x`.
pub fn set_base(base: &str) {
    BASE.with(|cell| base.clone_into(&mut cell.borrow_mut()));
}

/// The base path: empty, or `/x`.
#[must_use]
pub fn base() -> String {
    BASE.with(|cell| cell.borrow().clone())
}

/// One path part, encoded so that it decodes to exactly `text`.
///
/// `.` and `..` are escaped by browsers even when encoded; no address of ours ends in one.
#[must_use]
pub fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// Decodes a path part, once; bytes that are not UTF-8 become U+FFFD.
#[must_use]
pub fn decode(raw: &str) -> String {
    percent_decode_str(raw).decode_utf8_lossy().into_owned()
}

fn at(rest: &str) -> String {
    format!("{}/ui/{rest}", base())
}

/// The local datacenter's services.
#[must_use]
pub fn home() -> String {
    at("")
}

/// A datacenter's part: `@` means something to people, and nothing to a path.
fn datacenter(dc: &str) -> String {
    part(dc).replace("%40", "@")
}

/// The list of services.
#[must_use]
pub fn services(dc: &str) -> String {
    at(&format!("{}/services", datacenter(dc)))
}

/// One service.
#[must_use]
pub fn service(dc: &str, name: &str) -> String {
    at(&format!("{}/services/{}", datacenter(dc), part(name)))
}

/// One service, a tab of it.
#[must_use]
pub fn service_tab(dc: &str, name: &str, tab: &str) -> String {
    format!("{}/{}", service(dc, name), part(tab))
}

/// One instance.
#[must_use]
pub fn instance(dc: &str, name: &str, node: &str, id: &str) -> String {
    format!(
        "{}/instances/{}/{}",
        service(dc, name),
        part(node),
        part(id)
    )
}

/// How a datacenter fares, or all of them.
#[must_use]
pub fn overview(dc: &str) -> String {
    at(&format!("{}/overview", datacenter(dc)))
}

/// A tool, asked for `query`: pairs of name and value, of which empty ones are left out.
#[must_use]
pub fn tool(dc: &str, tool: Tool, query: &[(&str, &str)]) -> String {
    let mut address = at(&format!("{}/{}", datacenter(dc), tool.word()));
    let filled = query.iter().filter(|(_, value)| !value.is_empty());
    for (number, (name, value)) in filled.enumerate() {
        address.push(if number == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(&part(value));
    }
    address
}

/// The list of nodes.
#[must_use]
pub fn nodes(dc: &str) -> String {
    at(&format!("{}/nodes", datacenter(dc)))
}

/// One node.
#[must_use]
pub fn node(dc: &str, name: &str) -> String {
    at(&format!("{}/nodes/{}", datacenter(dc), part(name)))
}

/// One node, a tab of it.
#[must_use]
pub fn node_tab(dc: &str, name: &str, tab: &str) -> String {
    format!("{}/{}", node(dc, name), part(tab))
}

/// A folder of keys; empty for all.
#[must_use]
pub fn kv(dc: &str, folder: &str) -> String {
    key_place(dc, &KeyPlace::Folder(folder.to_owned()))
}

/// The editor of a key.
#[must_use]
pub fn kv_edit(dc: &str, key: &str) -> String {
    key_place(dc, &KeyPlace::Edit(key.to_owned()))
}

/// The query's word for the line of a value that is shown and marked, from 1.
pub const LINE: &str = "line";

/// A line of a key's value, from 1.
#[must_use]
pub fn kv_line(dc: &str, key: &str, line: u32) -> String {
    let key = kv_edit(dc, key);
    let sign = if key.contains('?') { '&' } else { '?' };
    format!("{key}{sign}{LINE}={line}")
}

/// A new key in a folder.
#[must_use]
pub fn kv_create(dc: &str, folder: &str) -> String {
    key_place(dc, &KeyPlace::Create(folder.to_owned()))
}

fn key_place(dc: &str, place: &KeyPlace) -> String {
    at(&format!("{}/kv{}", datacenter(dc), place.address()))
}

#[cfg(test)]
mod tests {
    use wire::datacenters::ALL;

    use super::*;

    #[test]
    fn every_name_comes_back() {
        set_base("/x");
        for name in [
            "omo.msa.startkit",
            "a/b",
            "a%2Fb",
            "%",
            "a b",
            "ü",
            "配置",
            "a?b#c",
            "a+b",
            "..a",
            "\\",
        ] {
            let service_place = Place::Service {
                dc: "dc1".into(),
                name: name.into(),
            };
            assert_eq!(
                parse(&service("dc1", name)),
                (service_place.clone(), String::new())
            );
            assert_eq!(
                parse(&service_tab("dc1", name, "tags")),
                (service_place, "tags".into())
            );
            let place = Place::Instance {
                dc: "dc1".into(),
                name: name.into(),
                node: name.into(),
                id: name.into(),
            };
            assert_eq!(parse(&instance("dc1", name, name, name)).0, place);
            let place = Place::Node {
                dc: "dc1".into(),
                name: name.into(),
            };
            assert_eq!(parse(&node("dc1", name)).0, place);
        }
        set_base("");
    }

    #[test]
    fn tools_have_their_question_in_the_query() {
        assert_eq!(
            tool(
                "dc1",
                Tool::Compare,
                &[("prefix", ""), ("with", "a&b"), ("q", "ü")]
            ),
            "/ui/dc1/compare?with=a%26b&q=%C3%BC"
        );
        for one in Tool::ALL {
            let place = Place::Tool {
                dc: "dc1".into(),
                tool: one,
            };
            assert_eq!(parse_under("", &tool("dc1", one, &[])).0, place);
        }
    }

    #[test]
    fn keys_keep_their_raw_path() {
        let rest = |path: &str| match parse_under("", path).0 {
            Place::Kv { rest, .. } => rest,
            other => panic!("{other:?}"),
        };
        assert_eq!(rest("/ui/dc1/kv"), "");
        assert_eq!(rest("/ui/dc1/kv/"), "");
        assert_eq!(rest("/ui/dc1/kv/a//b/edit"), "a//b/edit");
        assert_eq!(rest("/ui/dc1/kv//a%2F"), "/a%2F");
        assert_eq!(kv_edit("dc1", "a/b c"), "/ui/dc1/kv/a/b%20c/edit");
        assert_eq!(kv_edit("dc1", "a//b"), "/ui/dc1/kv/edit?key=a%2F%2Fb");
        assert_eq!(kv_create("dc1", "a/"), "/ui/dc1/kv/a/create");
        assert_eq!(kv("dc1", ""), "/ui/dc1/kv");
    }

    #[test]
    fn all_datacenters_have_lists_only() {
        let place = |path: &str| parse_under("", path).0;
        let all = || ALL.to_owned();
        assert_eq!(services(ALL), "/ui/@all/services");
        assert_eq!(nodes("dc1@east"), "/ui/dc1@east/nodes");
        for path in ["/ui/@all/services", "/ui/%40all/services", "/ui/@all"] {
            assert_eq!(place(path), Place::Services { dc: all() }, "{path}");
        }
        assert_eq!(place("/ui/@all/nodes"), Place::Nodes { dc: all() });
        assert_eq!(place(&overview(ALL)), Place::Overview { dc: all() });
        let history = Place::Tool {
            dc: all(),
            tool: Tool::History,
        };
        assert_eq!(place(&tool(ALL, Tool::History, &[])), history);
        for path in [
            "/ui/@all/kv/a",
            "/ui/@all/search",
            "/ui/@all/nodes/a",
            "/ui/@all/services/a",
        ] {
            assert_eq!(place(path), Place::Unknown { dc: Some(all()) }, "{path}");
        }
    }

    #[test]
    fn other_paths_are_told_apart() {
        let place = |path: &str| parse_under("", path).0;
        assert_eq!(place("/"), Place::Home);
        assert_eq!(place("/ui"), Place::Home);
        assert_eq!(place("/ui/dc2"), Place::Services { dc: "dc2".into() });
        assert_eq!(place("/ui/dc2/"), Place::Services { dc: "dc2".into() });
        assert_eq!(place("/ui/dc2/nodes/"), Place::Nodes { dc: "dc2".into() });
        assert_eq!(
            place("/ui/dc2/acls"),
            Place::Unknown {
                dc: Some("dc2".into())
            }
        );
        assert_eq!(place("/other"), Place::Unknown { dc: None });
        assert_eq!(
            place("/ui/dc2/services/a/unheard-of"),
            Place::Unknown {
                dc: Some("dc2".into())
            }
        );
    }
}
