//! Service and check definitions as JSON bodies spell them.

use serde_json::{Value, json};

use super::body;
use crate::demo::duration;
use crate::demo::state::{Check, CheckDefinition, Service, ServiceDefinition, proxy_defaults};

/// A service in either spelling of its name: the agent's `Name`, the catalog's `Service`.
pub(super) fn service(fields: &Value) -> Service {
    let name = [body::text(fields, "Service"), body::text(fields, "Name")]
        .into_iter()
        .find(|name| !name.is_empty());
    let name = name.unwrap_or_default();
    let id = Some(body::text(fields, "ID"))
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| name.clone());
    let weights = body::field(fields, "Weights").map_or((1, 1), |weights| {
        let weight = |name| u32::try_from(body::number(weights, name)).unwrap_or(u32::MAX);
        (weight("Passing"), weight("Warning"))
    });
    let mut proxy = proxy_defaults();
    if let (Some(own), Some(given)) = (
        proxy.as_object_mut(),
        body::field(fields, "Proxy").and_then(Value::as_object),
    ) {
        own.extend(
            given
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    let address = body::text(fields, "Address");
    let port = u16::try_from(body::number(fields, "Port")).unwrap_or_default();
    Service {
        id,
        name,
        kind: body::text(fields, "Kind"),
        tags: body::texts(fields, "Tags"),
        address,
        port,
        tagged_addresses: body::field(fields, "TaggedAddresses").cloned(),
        meta: body::map(fields, "Meta"),
        weights,
        enable_tag_override: body::flag(fields, "EnableTagOverride"),
        proxy,
        connect: body::field(fields, "Connect")
            .cloned()
            .unwrap_or_else(|| json!({})),
        ..Service::default()
    }
}

/// Finds what Consul's decoder refuses in a service definition.
pub(super) fn validate(fields: &Value) -> Result<(), String> {
    if body::field(fields, "Port").is_some_and(|port| !port.is_u64()) {
        return Err(
            "json: cannot unmarshal into Go struct field .Alias.Port of type int".to_owned(),
        );
    }
    for check in body::field(fields, "Check")
        .into_iter()
        .chain(body::list(fields, "Checks"))
    {
        for name in [
            "TTL",
            "Interval",
            "Timeout",
            "DeregisterCriticalServiceAfter",
        ] {
            let text = body::text(check, name);
            if !text.is_empty() && duration::parse(&text).is_none() {
                return Err(format!("time: invalid duration {text:?}"));
            }
        }
    }
    Ok(())
}

/// What `agent/service/register` carries; checks without any way of checking are left out, as Consul does.
pub(super) fn definition(fields: &Value, replace_checks: bool) -> ServiceDefinition {
    let mut service = service(fields);
    // The agent, not the catalog, adds these.
    if service.tagged_addresses.is_none() && !service.address.is_empty() {
        let own = json!({"Address": service.address, "Port": service.port});
        service.tagged_addresses = Some(json!({"lan_ipv4": own, "wan_ipv4": own}));
    }
    let given: Vec<_> = body::field(fields, "Check")
        .into_iter()
        .chain(body::list(fields, "Checks"))
        .filter_map(|fields| Some((fields, check_kind(fields)?)))
        .collect();
    let many = given.len() > 1;
    let checks = given.iter().enumerate().map(|(at, (fields, kind))| {
        let default_id = if many {
            format!("service:{}:{}", service.id, at + 1)
        } else {
            format!("service:{}", service.id)
        };
        check(fields, kind, &service, default_id)
    });
    let checks = checks.collect();
    ServiceDefinition {
        service,
        checks,
        replace_checks,
    }
}

fn check_kind(fields: &Value) -> Option<&'static str> {
    let kinds = [
        ("TTL", "ttl"),
        ("HTTP", "http"),
        ("TCP", "tcp"),
        ("UDP", "udp"),
        ("GRPC", "grpc"),
        ("H2PING", "h2ping"),
        ("Args", "script"),
        ("AliasService", "alias"),
        ("AliasNode", "alias"),
    ];
    kinds
        .into_iter()
        .find(|(name, _)| body::field(fields, name).is_some())
        .map(|(_, kind)| kind)
}

fn check(fields: &Value, kind: &str, service: &Service, default_id: String) -> CheckDefinition {
    let or = |name: &str, default: String| {
        let text = body::text(fields, name);
        if text.is_empty() { default } else { text }
    };
    let time = |name: &str| {
        body::time(fields, name)
            .map(duration::format)
            .unwrap_or_default()
    };
    CheckDefinition {
        check: Check {
            id: or("CheckID", default_id),
            name: or("Name", format!("Service '{}' check", service.name)),
            status: or("Status", "critical".to_owned()),
            notes: body::text(fields, "Notes"),
            service_id: service.id.clone(),
            kind: kind.to_owned(),
            interval: time("Interval"),
            timeout: time("Timeout"),
            ..Check::default()
        },
        ttl: if kind == "ttl" {
            body::time(fields, "TTL")
        } else {
            None
        },
        deregister_after: body::time(fields, "DeregisterCriticalServiceAfter"),
    }
}
