//! Which API addresses a page asks for first: built by the page's own functions, so that they are
//! exactly those that it looks for.

use app::{
    api::{self, ListQuery, history::HistoryQuery},
    navigation::query_value,
    routes::{self, KeyPlace, Place, Tool},
};
use wire::{instances::InstanceRow, nodes::NodeRow, services::ServiceRow, sessions::SessionRow};

/// The addresses for the page at `path`, which begins with `/ui`, with this raw query.
pub(super) fn first_urls(path: &str, query: &str) -> Vec<String> {
    let mut urls = vec![api::datacenters()];
    urls.extend(of_page(path, query));
    urls
}

/// Where the page at `path` leads at once: a key without `/edit`, as people shorten it, to its page.
pub(super) fn elsewhere(path: &str, query: &str) -> Option<String> {
    let (Place::Kv { dc, rest }, _) = routes::parse_under("", path) else {
        return None;
    };
    let KeyPlace::View(key) = KeyPlace::parse(&rest, query_value(query, "key")) else {
        return None;
    };
    let address = KeyPlace::Edit(key).address();
    Some(format!("/ui/{}/kv{address}", routes::part(&dc)))
}

fn of_page(path: &str, query: &str) -> Vec<String> {
    let read = |name: &str| query_value(query, name).unwrap_or_default();
    let (place, tab) = routes::parse_under("", path);
    let mut rows = None;
    let first = match place {
        Place::Services { dc } => {
            let query = ListQuery::of_page::<ServiceRow>(&read);
            Some(api::services(&dc, &query))
        }
        Place::Service { dc, name } => {
            let query = ListQuery::of_page::<InstanceRow>(&read);
            let elsewhere = matches!(&*tab, "tags" | "endpoints" | "metadata");
            rows = (!elsewhere).then(|| api::instances_of_service(&dc, &name, &query));
            Some(api::service(&dc, &name))
        }
        Place::Instance { dc, name, node, id } => Some(api::instance(&dc, &name, &node, &id)),
        Place::Nodes { dc } => {
            let query = ListQuery::of_page::<NodeRow>(&read);
            Some(api::nodes(&dc, &query))
        }
        Place::Node { dc, name } => {
            let query = ListQuery::of_page::<InstanceRow>(&read);
            rows = (tab != "checks").then(|| api::instances_of_node(&dc, &name, &query));
            Some(api::node(&dc, &name))
        }
        Place::Kv { dc, rest } => match KeyPlace::parse(&rest, query_value(query, "key")) {
            KeyPlace::Folder(folder) => {
                Some(api::kv::list(&dc, &folder, &ListQuery::of_folder(&read)))
            }
            KeyPlace::Edit(key) => Some(api::kv::value(&dc, &key)),
            KeyPlace::Create(_) | KeyPlace::View(_) => None,
        },
        Place::Overview { dc } => Some(api::overview(&dc)),
        Place::Tool {
            dc,
            tool: Tool::Sessions,
        } => {
            let query = ListQuery::of_page::<SessionRow>(&read);
            Some(api::sessions::list(&dc, &query))
        }
        Place::Tool {
            dc,
            tool: Tool::History,
        } if read("show") != "deleted" => {
            let query = HistoryQuery::of_page(&read);
            Some(api::history::records(&dc, &query))
        }
        Place::Home | Place::Tool { .. } | Place::Unknown { .. } => None,
    };
    first.into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_asks_for_its_own() {
        for (page, url) in [
            ("/ui/dc1", "api/services?dc=dc1&limit=100"),
            ("/ui/dc1/services", "api/services?dc=dc1&limit=100"),
            ("/ui/dc1/services/", "api/services?dc=dc1&limit=100"),
            (
                "/ui/dc1/services/omo.msa.startkit/tags",
                "api/services/omo.msa.startkit?dc=dc1&limit=0",
            ),
            (
                "/ui/dc1/services/a%2Fb/instances/n%201/x%3Ay",
                "api/services/a%2Fb/instances/n%201/x%3Ay?dc=dc1",
            ),
            ("/ui/dc1/nodes", "api/nodes?dc=dc1&limit=100"),
            ("/ui/@all/nodes", "api/nodes?dc=%40all&limit=100"),
            ("/ui/dc1@east/nodes", "api/nodes?dc=dc1%40east&limit=100"),
            (
                "/ui/dc-2/nodes/msa-1/checks",
                "api/nodes/msa-1?dc=dc-2&limit=0",
            ),
            (
                "/ui/dc1/sessions?filter=a",
                "api/sessions?dc=dc1&limit=100&q=a",
            ),
            (
                "/ui/dc1/history?prefix=a%2F&who=outside",
                "api/history?dc=dc1&prefix=a%2F&who=outside&last=3600&limit=100",
            ),
            (
                "/ui/dc1/history?key=a",
                "api/history?dc=dc1&key=a&limit=100",
            ),
            ("/ui/dc1/kv", "api/kv?dc=dc1&prefix=&limit=100"),
            ("/ui/dc1/kv/", "api/kv?dc=dc1&prefix=&limit=100"),
            (
                "/ui/dc1/kv/omo/msa/?q=a%20b",
                "api/kv?dc=dc1&prefix=omo%2Fmsa%2F&limit=100&q=a%20b",
            ),
            (
                "/ui/dc1/kv?key=a%2F%2Fb%2F",
                "api/kv?dc=dc1&prefix=a%2F%2Fb%2F&limit=100",
            ),
            (
                "/ui/dc1/kv/omo/a%20b.yaml/edit",
                "api/kv/value?dc=dc1&key=omo%2Fa%20b.yaml",
            ),
            (
                "/ui/dc1/kv/edit?key=a%2F%2Fb",
                "api/kv/value?dc=dc1&key=a%2F%2Fb",
            ),
        ] {
            let (path, query) = page.split_once('?').unwrap_or((page, ""));
            assert_eq!(first_urls(path, query), ["api/datacenters", url], "{page}");
        }
        for path in [
            "/ui/",
            "/ui",
            "/ui/dc1/other",
            "/ui/dc1/kv/a",
            "/ui/dc1/kv/create",
        ] {
            assert_eq!(first_urls(path, ""), ["api/datacenters"], "{path}");
        }
    }

    #[test]
    fn a_key_without_its_ending_leads_to_its_page() {
        for (path, query, leads) in [
            ("/ui/dc1/kv/a/b.yaml", "", Some("/ui/dc1/kv/a/b.yaml/edit")),
            (
                "/ui/dc1/kv",
                "key=a%2F%2Fb",
                Some("/ui/dc1/kv/edit?key=a%2F%2Fb"),
            ),
            ("/ui/dc1/kv/a/", "", None),
            ("/ui/dc1/kv/a/edit", "", None),
            ("/ui/@all/kv/a", "", None),
            ("/ui/dc1/services/a", "", None),
        ] {
            assert_eq!(elsewhere(path, query).as_deref(), leads, "{path}");
        }
    }

    #[test]
    fn a_page_without_script_may_begin_further_down() {
        let found = first_urls("/ui/dc1/services", "offset=24&sort=name");
        assert_eq!(
            found[1],
            "api/services?dc=dc1&limit=100&sort=name&offset=24"
        );
    }

    #[test]
    fn a_page_with_rows_asks_for_these_too() {
        for (page, query, urls) in [
            (
                "/ui/dc1/services/a%2Fb",
                "",
                [
                    "api/services/a%2Fb?dc=dc1&limit=0",
                    "api/instances?dc=dc1&service=a%2Fb&limit=100",
                ],
            ),
            (
                "/ui/dc1/services/web/instances",
                "filter=node:a&sort=-node&other=1",
                [
                    "api/services/web?dc=dc1&limit=0",
                    "api/instances?dc=dc1&service=web&limit=100&q=node%3Aa&sort=-node",
                ],
            ),
            (
                "/ui/dc-2/nodes/msa-1",
                "status=critical",
                [
                    "api/nodes/msa-1?dc=dc-2&limit=0",
                    "api/instances?dc=dc-2&node=msa-1&limit=100&status=critical",
                ],
            ),
        ] {
            assert_eq!(first_urls(page, query)[1..], urls, "{page}");
        }
    }

    #[test]
    fn the_query_of_the_page_is_carried_into_the_list() {
        for (query, rest) in [
            (
                "filter=a&status=critical&sort=-name",
                "&q=a&status=critical&sort=-name",
            ),
            (
                "sort=name&other=x&filter=a+b%20tag%3A%C3%BC%26",
                "&q=a%20b%20tag%3A%C3%BC%26&sort=name",
            ),
            ("filter=&status=&sort=", ""),
            ("status=ill&sort=colour&filter=colour:red", ""),
        ] {
            let found = first_urls("/ui/dc1/services", query);
            assert_eq!(found[1], format!("api/services?dc=dc1&limit=100{rest}"));
        }
    }
}
