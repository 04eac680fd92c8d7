//! What a schema says of a place: the parts that hold there, their keys and values.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::cursor::Step;

/// Parts of a schema looked at for one place: references may go in circles.
const PARTS_MAX: usize = 500;

/// A key that a schema names.
#[derive(Clone, Debug, Default)]
pub(super) struct Offer {
    pub(super) label: String,
    /// What its value is, in the schema's words.
    pub(super) detail: String,
    /// What it is for.
    pub(super) info: String,
    /// Its value goes into lines of its own.
    pub(super) is_block: bool,
}

/// The parts of `schema` that hold for what `path` leads to.
pub(super) fn at<'a>(schema: &'a Json, path: &[Step]) -> Vec<&'a Json> {
    let mut parts = with_others(schema, vec![schema]);
    for step in path {
        let inside = parts.iter().flat_map(|part| inside(part, step)).collect();
        parts = with_others(schema, inside);
    }
    parts
}

/// `parts` and those that hold wherever one of them does, or may.
fn with_others<'a>(schema: &'a Json, parts: Vec<&'a Json>) -> Vec<&'a Json> {
    let mut found: Vec<&Json> = Vec::new();
    let mut waiting = parts;
    while let Some(part) = waiting.pop() {
        if found.len() >= PARTS_MAX || found.iter().any(|known| std::ptr::eq(*known, part)) {
            continue;
        }
        found.push(part);
        let target = part.get("$ref").and_then(Json::as_str);
        waiting.extend(target.and_then(|to| referred(schema, to)));
        for word in ["allOf", "anyOf", "oneOf"] {
            waiting.extend(
                part.get(word)
                    .and_then(Json::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
        for word in ["if", "then", "else"] {
            waiting.extend(part.get(word));
        }
    }
    found
}

/// What `#/…` leads to.
fn referred<'a>(schema: &'a Json, to: &str) -> Option<&'a Json> {
    schema.pointer(to.strip_prefix('#')?)
}

/// The parts of `part` that hold for what one step leads to.
fn inside<'a>(part: &'a Json, step: &Step) -> Vec<&'a Json> {
    match step {
        Step::Key(key) => {
            let named = part.get("properties").and_then(|named| named.get(key));
            if let Some(named) = named {
                return vec![named];
            }
            let patterns = part.get("patternProperties").and_then(Json::as_object);
            let patterns: Vec<&Json> = patterns
                .into_iter()
                .flatten()
                .filter(|(pattern, _)| {
                    // what this engine does not know is no offer
                    regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(key))
                })
                .map(|(_, part)| part)
                .collect();
            if patterns.is_empty() {
                part.get("additionalProperties").into_iter().collect()
            } else {
                patterns
            }
        }
        Step::Item => {
            let mut parts = Vec::new();
            for word in ["items", "prefixItems", "contains"] {
                match part.get(word) {
                    Some(Json::Array(items)) => parts.extend(items),
                    Some(item) => parts.push(item),
                    None => {}
                }
            }
            parts
        }
    }
}

/// The keys that `parts` name, by name.
pub(super) fn keys(schema: &Json, parts: &[&Json]) -> Vec<Offer> {
    let mut found: BTreeMap<&str, Offer> = BTreeMap::new();
    for part in parts {
        let named = part.get("properties").and_then(Json::as_object);
        for (name, value) in named.into_iter().flatten() {
            let values = with_others(schema, vec![value]);
            let types: Vec<&str> = values.iter().flat_map(|part| types_of(part)).collect();
            let info = values.iter().find_map(|part| {
                let words = part.get("description").or_else(|| part.get("title"))?;
                words.as_str()
            });
            let has = |word: &str| values.iter().any(|part| part.get(word).is_some());
            found.entry(name).or_insert_with(|| Offer {
                label: name.clone(),
                detail: types.join(" | "),
                info: info.unwrap_or_default().chars().take(500).collect(),
                is_block: types.iter().any(|word| matches!(*word, "object" | "array"))
                    || has("properties")
                    || has("items")
                    || has("additionalProperties"),
            });
        }
    }
    found.into_values().collect()
}

fn types_of(part: &Json) -> Vec<&str> {
    match part.get("type") {
        Some(Json::String(word)) => vec![word.as_str()],
        Some(Json::Array(words)) => words.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The values that `parts` name, each once, in their order.
pub(super) fn values(parts: &[&Json]) -> Vec<Json> {
    let mut found: Vec<Json> = Vec::new();
    for part in parts {
        let listed = |word: &str| {
            part.get(word)
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
        };
        found.extend(part.get("const").cloned());
        found.extend(listed("enum").cloned());
        found.extend(part.get("default").cloned());
        found.extend(listed("examples").cloned());
        for word in types_of(part) {
            match word {
                "boolean" => found.extend([Json::Bool(true), Json::Bool(false)]),
                "null" => found.push(Json::Null),
                _ => {}
            }
        }
    }
    let mut once: Vec<Json> = Vec::new();
    for value in found {
        if !value.is_object() && !value.is_array() && !once.contains(&value) {
            once.push(value);
        }
    }
    once
}
