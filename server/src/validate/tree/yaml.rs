//! YAML that is known to parse, with places; and the keys that stand twice in one mapping.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::Value as Json;

use super::{DEPTH_MAX, Entry, Node, PARTS_MAX, Value};
use crate::validate::place::{Place, number};

/// What a text of YAML is.
pub(in crate::validate) struct Yaml {
    /// Its documents; none where it is too large or too deep.
    pub(super) documents: Option<Vec<Node>>,
    /// The keys that stand twice in a mapping, by place.
    pub(in crate::validate) twice: Vec<Again>,
}

/// A key that stands in its mapping already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::validate) struct Again {
    pub(in crate::validate) key: String,
    pub(in crate::validate) at: Place,
    pub(in crate::validate) first: Place,
}

pub(in crate::validate) fn read(text: &str) -> Yaml {
    let mut build = Build {
        left: PARTS_MAX,
        ..Build::default()
    };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else {
            break;
        };
        build.take(event, &span);
    }
    Yaml {
        documents: (!build.too_much).then_some(build.documents),
        twice: build.twice,
    }
}

#[derive(Default)]
struct Build {
    documents: Vec<Node>,
    open: Vec<Open>,
    /// By the number of the anchor: what it names, and of how many parts that is.
    anchors: HashMap<usize, (Node, usize)>,
    left: usize,
    too_much: bool,
    twice: Vec<Again>,
}

/// A list or a mapping that is not at its end.
struct Open {
    at: Place,
    anchor: usize,
    left_before: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        seen: HashMap<Key, Place>,
        merged: Vec<Node>,
        /// The key whose value is awaited; none for one that is no text.
        key: Option<(Option<String>, Place)>,
    },
}

/// What tells keys apart: `1` and `"1"` are two.
type Key = (String, bool);

impl Build {
    fn take(&mut self, event: Event<'_>, span: &Span) {
        let at = place_of(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let core = tag.as_ref().and_then(|tag| tag.core_suffix());
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = match core {
                    None if plain => resolve(&text),
                    Some("int" | "float" | "bool" | "null") => resolve(&text),
                    _ => Json::String(text.to_string()),
                };
                if self.take_key(&text, plain && !value.is_string(), plain, at) {
                    return;
                }
                let node = Node {
                    at,
                    value: Value::Single(value),
                };
                if anchor > 0 {
                    self.anchors.insert(anchor, (node.clone(), 1));
                }
                self.add(node, 1);
            }
            Event::Alias(anchor) => {
                let (node, parts) = match self.anchors.get(&anchor) {
                    // not copied where it would be too much
                    Some((node, parts)) if *parts <= self.left => (node.clone(), *parts),
                    Some(_) => {
                        self.too_much = true;
                        (null(at), 1)
                    }
                    None => (null(at), 1),
                };
                self.add(node, parts);
            }
            Event::SequenceStart(_, anchor, _) => self.open(at, anchor, Kind::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let map = Kind::Map {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    merged: Vec::new(),
                    key: None,
                };
                self.open(at, anchor, map);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => {}
        }
    }

    /// Whether a scalar is the key of what follows.
    fn take_key(&mut self, text: &str, resolved: bool, plain: bool, at: Place) -> bool {
        let Some(Open {
            kind: Kind::Map { seen, key, .. },
            ..
        }) = self.open.last_mut()
        else {
            return false;
        };
        if key.is_some() {
            return false;
        }
        // several mappings may be merged into one
        if !(plain && text == "<<")
            && let Some(first) = seen.insert((text.to_owned(), resolved), at)
        {
            self.twice.push(Again {
                key: text.to_owned(),
                at,
                first,
            });
            seen.insert((text.to_owned(), resolved), first);
        }
        *key = Some((Some(text.to_owned()), at));
        true
    }

    fn open(&mut self, at: Place, anchor: usize, kind: Kind) {
        if self.open.len() >= DEPTH_MAX {
            self.too_much = true;
        }
        self.open.push(Open {
            at,
            anchor,
            left_before: self.left,
            kind,
        });
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let value = match open.kind {
            Kind::List(items) => Value::List(items),
            Kind::Map {
                mut entries,
                merged,
                ..
            } => {
                for node in merged {
                    merge(&mut entries, node);
                }
                Value::Map(entries)
            }
        };
        let node = Node { at: open.at, value };
        if open.anchor > 0 {
            let parts = open.left_before - self.left + 1;
            self.anchors.insert(open.anchor, (node.clone(), parts));
            // the copy that is kept
            self.spend(parts);
        }
        self.add(node, 1);
    }

    fn spend(&mut self, parts: usize) {
        self.too_much |= parts > self.left;
        self.left = self.left.saturating_sub(parts);
    }

    fn add(&mut self, node: Node, parts: usize) {
        self.spend(parts);
        // what is too much is read on for its keys, and not kept
        let node = if self.too_much { null(node.at) } else { node };
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.documents.push(node),
            Some(Kind::List(items)) => items.push(node),
            Some(Kind::Map {
                entries,
                key,
                merged,
                ..
            }) => match key.take() {
                // a list or a mapping as a key
                None => *key = Some((None, node.at)),
                Some((Some(name), _)) if name == "<<" => merged.push(node),
                Some((Some(key), at)) => entries.push(Entry {
                    key,
                    at,
                    value: node,
                }),
                Some((None, _)) => {}
            },
        }
    }
}

/// What a mapping says itself wins over what is merged into it.
fn merge(entries: &mut Vec<Entry>, node: Node) {
    match node.value {
        Value::Map(more) => {
            for entry in more {
                if !entries.iter().any(|known| known.key == entry.key) {
                    entries.push(entry);
                }
            }
        }
        Value::List(items) => {
            for item in items {
                merge(entries, item);
            }
        }
        Value::Single(_) => {}
    }
}

fn null(at: Place) -> Node {
    Node {
        at,
        value: Value::Single(Json::Null),
    }
}

fn place_of(span: &Span) -> Place {
    Place {
        line: number(span.start.line()).max(1),
        column: number(span.start.col() + 1),
    }
}

/// A plain scalar as YAML 1.2's core schema reads it. What JSON has no word for (`.inf`) is a text.
fn resolve(text: &str) -> Json {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Json::Null,
        "true" | "True" | "TRUE" => return Json::Bool(true),
        "false" | "False" | "FALSE" => return Json::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let based = [("0x", 16), ("0o", 8)]
        .into_iter()
        .find_map(|(prefix, base)| Some((text.strip_prefix(prefix)?, base)));
    if let Some((digits, base)) = based {
        return i64::from_str_radix(digits, base).map_or_else(|_| Json::from(text), Json::from);
    }
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        || !digits.contains(|letter: char| letter.is_ascii_digit())
    {
        return Json::from(text);
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        if let Ok(number) = unsigned.parse::<i64>() {
            return Json::from(number);
        }
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Json::from(number),
        _ => Json::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str) -> Vec<(String, (u32, u32), u32)> {
        read(text)
            .twice
            .into_iter()
            .map(|again| {
                (
                    again.key,
                    (again.at.line, again.at.column),
                    again.first.line,
                )
            })
            .collect()
    }

    #[test]
    fn keys_that_stand_twice() {
        assert_eq!(
            twice("a: 1\nb:\n  c: 1\n  c: 2\na: 2\na: 3\n"),
            [
                ("c".to_owned(), (4, 3), 3),
                ("a".to_owned(), (5, 1), 1),
                ("a".to_owned(), (6, 1), 1),
            ]
        );
        assert_eq!(
            twice("x: {\"k\": 1, k: 2}\n"),
            [("k".to_owned(), (1, 13), 1)]
        );
        for text in [
            "a: 1\n---\na: 2\n",
            "- a: 1\n- a: 2\n",
            "1: x\n\"1\": y\n",
            "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n",
            "a: a\nb: {a: a}\n",
            "? [1]\n: a\n? [1]\n: b\n",
        ] {
            assert_eq!(twice(text), [], "{text}");
        }
    }

    #[test]
    fn aliases_of_aliases_are_too_much_and_end_soon() {
        let bomb = format!(
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}",
            (1..12)
                .map(|level| {
                    let below = format!("*a{}", level - 1);
                    format!("a{level}: &a{level} [{}]\n", vec![below; 10].join(","))
                })
                .collect::<String>()
        );
        assert!(read(&bomb).documents.is_none());
    }
}
