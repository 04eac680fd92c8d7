//! Which API addresses a page asks for first: exactly as the page writes them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but `A-Za-z0-9-._~`, the same in page and server.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Escapes one part of a path or a value of a query.
pub(super) fn encode(part: &str) -> String {
    utf8_percent_encode(part, PART).to_string()
}

/// The addresses for the page at `path`, which begins with `/ui`.
pub(super) fn first_urls(path: &str) -> Vec<String> {
    let mut urls = vec!["api/datacenters".to_owned()];
    urls.extend(of_page(path));
    urls
}

fn of_page(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/ui/")?;
    let (datacenter, rest) = rest.split_once('/')?;
    let dc = encode(&decode(datacenter)?);
    if rest == "kv" {
        return Some(format!("api/kv?dc={dc}&prefix="));
    }
    if let Some(key) = rest.strip_prefix("kv/") {
        return of_kv(&dc, &decode(key)?);
    }
    let parts = rest
        .trim_end_matches('/')
        .split('/')
        .map(|part| decode(part).map(|part| encode(&part)))
        .collect::<Option<Vec<_>>>()?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["services"] => Some(format!("api/services?dc={dc}")),
        ["services", name, "instances", node, id] => {
            Some(format!("api/services/{name}/instances/{node}/{id}?dc={dc}"))
        }
        ["services", name] | ["services", name, _] => Some(format!("api/services/{name}?dc={dc}")),
        ["nodes"] => Some(format!("api/nodes?dc={dc}")),
        ["nodes", name] | ["nodes", name, _] => Some(format!("api/nodes/{name}?dc={dc}")),
        _ => None,
    }
}

fn of_kv(dc: &str, key: &str) -> Option<String> {
    if key.is_empty() || key.ends_with('/') {
        return Some(format!("api/kv?dc={dc}&prefix={}", encode(key)));
    }
    let key = key.strip_suffix("/edit")?;
    Some(format!("api/kv/value?dc={dc}&key={}", encode(key)))
}

fn decode(part: &str) -> Option<String> {
    let text = percent_decode_str(part).decode_utf8().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_asks_for_its_own() {
        for (path, url) in [
            ("/ui/dc1/services", "api/services?dc=dc1"),
            ("/ui/dc1/services/", "api/services?dc=dc1"),
            (
                "/ui/dc1/services/omo.msa.startkit",
                "api/services/omo.msa.startkit?dc=dc1",
            ),
            (
                "/ui/dc1/services/omo.msa.startkit/instances",
                "api/services/omo.msa.startkit?dc=dc1",
            ),
            (
                "/ui/dc1/services/a%2Fb/instances/n%201/x%3Ay",
                "api/services/a%2Fb/instances/n%201/x%3Ay?dc=dc1",
            ),
            ("/ui/dc1/nodes", "api/nodes?dc=dc1"),
            ("/ui/dc-2/nodes/msa-1", "api/nodes/msa-1?dc=dc-2"),
            ("/ui/dc1/kv", "api/kv?dc=dc1&prefix="),
            ("/ui/dc1/kv/", "api/kv?dc=dc1&prefix="),
            ("/ui/dc1/kv/omo/msa/", "api/kv?dc=dc1&prefix=omo%2Fmsa%2F"),
            (
                "/ui/dc1/kv/omo/a%20b.yaml/edit",
                "api/kv/value?dc=dc1&key=omo%2Fa%20b.yaml",
            ),
            ("/ui/dc1/kv/a//b/edit", "api/kv/value?dc=dc1&key=a%2F%2Fb"),
        ] {
            assert_eq!(first_urls(path), ["api/datacenters", url], "{path}");
        }
        for path in [
            "/ui/",
            "/ui",
            "/ui/dc1",
            "/ui/dc1/",
            "/ui/dc1/other",
            "/ui/dc1/nodes/%ff",
        ] {
            assert_eq!(first_urls(path), ["api/datacenters"], "{path}");
        }
    }
}
