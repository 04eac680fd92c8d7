//! Fields of a JSON body, found as Consul finds them: whatever the case, with or without underscores.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::duration;

fn same(own: &str, name: &str) -> bool {
    let own = own
        .chars()
        .filter(|c| *c != '_')
        .map(|c| c.to_ascii_lowercase());
    own.eq(name.chars().map(|c| c.to_ascii_lowercase()))
}

/// A field that is there and not `null`.
pub(super) fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = object.as_object()?;
    let found = fields.get(name).or_else(|| {
        fields
            .iter()
            .find(|(own, _)| same(own, name))
            .map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

/// A text, empty where it is missing.
pub(super) fn text(object: &Value, name: &str) -> String {
    field(object, name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// A number, 0 where it is missing.
pub(super) fn number(object: &Value, name: &str) -> u64 {
    field(object, name)
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

/// Whether a field is `true`.
pub(super) fn flag(object: &Value, name: &str) -> bool {
    field(object, name)
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

/// A duration; `None` where it is missing or cannot be read.
pub(super) fn time(object: &Value, name: &str) -> Option<std::time::Duration> {
    field(object, name).and_then(duration::from_json)
}

/// A list, empty where it is missing.
pub(super) fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    field(object, name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A list of texts.
pub(super) fn texts(object: &Value, name: &str) -> Vec<String> {
    list(object, name)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A map from text to text; `None` where it is missing or empty.
pub(super) fn map(object: &Value, name: &str) -> Option<BTreeMap<String, String>> {
    let fields = field(object, name)?.as_object()?;
    let map: BTreeMap<_, _> = fields
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect();
    (!map.is_empty()).then_some(map)
}
