//! Only requests that were meant for us: the `Host` allow-list against DNS rebinding.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;

use crate::{config::Config, error::Error};

/// Refuses with 421 whatever names another host than loopback or an allowed one.
pub(crate) async fn layer(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    if is_ours(&request, &config.allowed_hosts) {
        next.run(request).await
    } else {
        Error::HostNotAllowed.into_response()
    }
}

fn is_ours(request: &Request, allowed: &[String]) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = host.to_str() else {
        return false;
    };
    // an absolute-form target wins over `Host`, so both must say the same
    if let Some(authority) = request.uri().authority()
        && !authority.as_str().eq_ignore_ascii_case(host)
    {
        return false;
    }
    name_of(host).is_some_and(|name| {
        ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str()) || allowed.contains(&name)
    })
}

/// The name in `name[:port]`, lower case; None where the port is none.
fn name_of(host: &str) -> Option<String> {
    let split = match host.rfind(']') {
        Some(end) => end + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(split);
    if !port.is_empty() {
        let digits = port.strip_prefix(':')?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse::<u16>().ok()?;
    }
    Some(name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn with(target: &str, hosts: &[&str]) -> bool {
        let mut request = Request::builder().uri(target);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        is_ours(
            &request.body(Body::empty()).unwrap(),
            &["consul.example".into(), "10.0.0.1".into()],
        )
    }

    #[test]
    fn loopback_on_any_port_and_what_was_allowed() {
        for host in [
            "localhost",
            "LOCALHOST:8500",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:65535",
            "Consul.Example",
            "consul.example:443",
            "10.0.0.1:8900",
        ] {
            assert!(with("/ui/", &[host]), "{host}");
        }
        assert!(with("http://localhost:8500/ui/", &["localhost:8500"]));
    }

    #[test]
    fn everything_else_is_refused() {
        for host in [
            "evil.example",
            "localhost.evil.com",
            "127.1",
            "127.0.0.1.evil.com",
            "0.0.0.0",
            "[::]",
            "::1",
            "::1:80",
            "[::1",
            "[::1]x",
            "[::ffff:127.0.0.1]",
            "user@localhost",
            "localhost@evil.example",
            "localhost.",
            "localhost:",
            "localhost:99999",
            "localhost:80x",
            "localhost:+80",
            "localhost:80:80",
            "localhost, evil.example",
            " localhost",
            "localhost/",
            "2130706433",
            "",
        ] {
            assert!(!with("/ui/", &[host]), "{host}");
        }
        assert!(!with("/ui/", &[]));
        assert!(!with("/ui/", &["localhost", "localhost"]));
        assert!(!with("http://evil.example/ui/", &["localhost"]));
        assert!(!with("http://evil.example/ui/", &["evil.example"]));
        assert!(!with("http://localhost:1/ui/", &["localhost:2"]));
    }
}
