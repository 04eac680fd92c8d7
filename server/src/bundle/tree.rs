//! One tree, a level for each part of a key, with texts at its ends.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
    ser::SerializeMap as _,
};

use super::{Complaint, Entry};

/// Deeper files are refused: each level takes some of the stack.
const DEPTH_MAX: usize = 64;

/// How many keys a complaint names.
const NAMED: usize = 10;

/// A level of a tree, or a value.
#[derive(Debug, PartialEq)]
pub(super) enum Tree {
    Text(String),
    /// By name, in the order in which they came.
    Level(Vec<(String, Tree)>),
}

/// The tree of these keys. A folder's own key is its member without a name.
pub(super) fn grow(entries: &[Entry]) -> Result<Tree, Complaint> {
    let mut root = Tree::Level(Vec::new());
    let mut odd = Vec::new();
    for entry in entries {
        let text = std::str::from_utf8(&entry.value).ok();
        let parts: Vec<&str> = entry.key.split('/').collect();
        let fits = entry.flags == 0 && parts.len() <= DEPTH_MAX;
        match text.filter(|_| fits) {
            Some(text) if put(&mut root, &parts, text) => {}
            _ => odd.push(entry.key.as_str()),
        }
    }
    if odd.is_empty() {
        return Ok(root);
    }
    let more = odd.len().saturating_sub(NAMED);
    odd.truncate(NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Err(format!(
        "these keys do not fit in a tree, which has texts without flags, and either a value or \
         keys below in each place: {}{more}; Consul's own format and the archive take them",
        odd.join(", ")
    ))
}

/// False where something else is in its place. Keys come sorted, so that the place is the last.
fn put(tree: &mut Tree, parts: &[&str], text: &str) -> bool {
    let Tree::Level(members) = tree else {
        return false;
    };
    let Some((name, rest)) = parts.split_first() else {
        return false;
    };
    let place = members.iter().rposition(|(known, _)| known == name);
    let place = match (place, rest) {
        (Some(_), []) => return false,
        (None, []) => {
            members.push(((*name).to_owned(), Tree::Text(text.to_owned())));
            return true;
        }
        (Some(place), _) => place,
        (None, _) => {
            members.push(((*name).to_owned(), Tree::Level(Vec::new())));
            members.len() - 1
        }
    };
    put(&mut members[place].1, rest, text)
}

pub(super) fn json(tree: &Tree) -> String {
    // into memory, from plain values: nothing can fail
    let mut text = serde_json::to_string_pretty(tree).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn read_json(text: &str) -> Result<Vec<Entry>, Complaint> {
    let tree: Tree = serde_json::from_str(text)
        .map_err(|error| format!("the file is not a tree of keys: {error}"))?;
    Ok(entries(tree))
}

/// The keys of a tree.
pub(super) fn entries(tree: Tree) -> Vec<Entry> {
    let mut entries = Vec::new();
    walk(None, tree, &mut entries);
    entries
}

fn walk(key: Option<String>, tree: Tree, entries: &mut Vec<Entry>) {
    match tree {
        Tree::Text(text) => entries.push(Entry {
            key: key.unwrap_or_default(),
            value: text.into_bytes(),
            flags: 0,
        }),
        Tree::Level(members) => {
            for (name, member) in members {
                let below = key
                    .as_ref()
                    .map_or_else(|| name.clone(), |key| format!("{key}/{name}"));
                walk(Some(below), member, entries);
            }
        }
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Level(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, member) in members {
                    map.serialize_entry(name, member)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text in quotes, or keys below")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::Text(text))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Tree, M::Error> {
        let mut members: Vec<(String, Tree)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(de::Error::custom(format!("{name} is there twice")));
            }
            let member = map
                .next_value()
                .map_err(|error| de::Error::custom(format!("{name}: {error}")))?;
            members.push((name, member));
        }
        Ok(Tree::Level(members))
    }
}
