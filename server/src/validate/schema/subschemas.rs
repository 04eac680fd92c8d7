//! The parts of a schema: walked, and found again.

use serde_json::{Map, Value as Json};

/// Keywords whose values are data, no schemas.
const DATA: [&str; 6] = [
    "enum",
    "const",
    "default",
    "examples",
    "dependentRequired",
    "$vocabulary",
];

/// Keywords whose values are maps of schemas: the names in them are no keywords.
const MAPS: [&str; 6] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
    "dependencies",
];

/// Puts `keyword` into every part of `schema`.
pub(super) fn mark(schema: &mut Json, keyword: &str) {
    match schema {
        Json::Array(items) => items.iter_mut().for_each(|item| mark(item, keyword)),
        Json::Object(parts) => {
            for (name, part) in parts.iter_mut() {
                if DATA.contains(&name.as_str()) {
                    continue;
                }
                match part {
                    Json::Object(named) if MAPS.contains(&name.as_str()) => {
                        named.values_mut().for_each(|part| mark(part, keyword));
                    }
                    part => mark(part, keyword),
                }
            }
            parts.insert(keyword.to_owned(), Json::Bool(true));
        }
        _ => {}
    }
}

/// The first reference to what `schema` does not hold itself: the way to it, and the address.
pub(super) fn leads_elsewhere(schema: &Json) -> Option<(Vec<String>, String)> {
    let mut own = Vec::new();
    each(schema, &mut Vec::new(), &mut |_, parts| {
        own.extend(
            parts
                .get("$id")
                .or_else(|| parts.get("id"))
                .and_then(Json::as_str),
        );
        None::<()>
    });
    each(schema, &mut Vec::new(), &mut |path, parts| {
        let to = ["$ref", "$dynamicRef", "$recursiveRef"]
            .into_iter()
            .find_map(|word| Some((word, parts.get(word)?.as_str()?)));
        let (word, to) = to?;
        let base = to.split('#').next().unwrap_or_default();
        // the drafts themselves come with the parser
        let known = !base.contains(':')
            || base.contains("://json-schema.org/")
            || own.iter().any(|id| id.trim_end_matches('#') == base);
        (!known).then(|| {
            let mut path = path.to_vec();
            path.push(word.to_owned());
            (path, to.to_owned())
        })
    })
}

/// The first that `find` finds in the objects of `json` that may be schemas.
fn each<'a, T>(
    json: &'a Json,
    path: &mut Vec<String>,
    find: &mut impl FnMut(&[String], &'a Map<String, Json>) -> Option<T>,
) -> Option<T> {
    let children: Box<dyn Iterator<Item = (String, &Json)>> = match json {
        Json::Object(parts) => {
            if let Some(found) = find(path, parts) {
                return Some(found);
            }
            let parts = parts
                .iter()
                .filter(|(name, _)| !DATA.contains(&name.as_str()));
            Box::new(parts.map(|(name, part)| (name.clone(), part)))
        }
        Json::Array(items) => {
            let items = items.iter().enumerate();
            Box::new(items.map(|(at, item)| (at.to_string(), item)))
        }
        _ => return None,
    };
    for (name, child) in children {
        path.push(name);
        let found = each(child, path, find);
        path.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}
