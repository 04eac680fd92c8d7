//! An endpoint as go-micro writes it: lower-case JSON, `values` recursive or null.

use std::collections::BTreeMap;

use serde::Deserialize;
use wire::instances::{Endpoint, EndpointValue};

#[derive(Deserialize)]
struct RawEndpoint {
    name: String,
    request: Option<RawValue>,
    response: Option<RawValue>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct RawValue {
    #[serde(default)]
    name: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    values: Option<Vec<RawValue>>,
}

/// None where it is not an endpoint; serde_json stops at 128 levels.
pub(super) fn parse(text: &str) -> Option<Endpoint> {
    let raw: RawEndpoint = serde_json::from_str(text).ok()?;
    Some(Endpoint {
        name: raw.name,
        request: raw.request.map(value),
        response: raw.response.map(value),
        metadata: raw.metadata.unwrap_or_default(),
    })
}

fn value(raw: RawValue) -> EndpointValue {
    EndpointValue {
        name: raw.name,
        r#type: raw.r#type,
        values: raw
            .values
            .unwrap_or_default()
            .into_iter()
            .map(value)
            .collect(),
    }
}
