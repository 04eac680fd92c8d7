//! Names and paths under which waggle is served, checked once at the start.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A name or an IP without a port, lower case; IPv6 in brackets, as `Host` has it.
pub(super) fn parse_allowed_host(text: &str) -> Result<String, String> {
    let name = text.trim().to_ascii_lowercase();
    let inner = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = inner.parse::<Ipv6Addr>() {
        return Ok(format!("[{address}]"));
    }
    if name.parse::<Ipv4Addr>().is_ok() || is_name(&name) {
        return Ok(name);
    }
    Err(format!(
        "`{text}` is not a host name or an IP address without port"
    ))
}

fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// Empty, or `/x` without an ending slash, of characters that no URL needs to escape.
pub(super) fn parse_base_path(text: &str) -> Result<String, String> {
    let path = text.trim().trim_end_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    let part = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    match path.strip_prefix('/') {
        Some(rest) if rest.split('/').all(part) => Ok(path.to_owned()),
        _ => Err(format!(
            "`{text}` is not a path such as /consul (letters, digits, - . _ ~)"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths() {
        for (text, path) in [("", ""), ("/", ""), ("/x/", "/x"), ("/a/b-c", "/a/b-c")] {
            assert_eq!(parse_base_path(text).unwrap(), path);
        }
        for text in ["x", "//evil.com", "/a/../b", "/a b", "/<", "/{x}", "/a?b"] {
            assert!(parse_base_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn allowed_hosts() {
        for (text, host) in [
            ("Consul.Example", "consul.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("::1", "[::1]"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(parse_allowed_host(text).unwrap(), host);
        }
        for text in ["", "a:1", "*", "a.", "user@a", "http://a", ".."] {
            assert!(parse_allowed_host(text).is_err(), "{text}");
        }
    }
}
