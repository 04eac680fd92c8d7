//! The text of a value as a tree whose every part knows its place. May import `place`.

mod json;
mod toml;
mod yaml;

use std::borrow::Cow;

use wire::format::Format;

use super::place::Place;

pub(super) use yaml::read as read_yaml;

/// Parts of one text, those that aliases repeat counted each time.
const PARTS_MAX: usize = 400_000;

/// How deep a tree may be.
const DEPTH_MAX: usize = 128;

/// A value and where it begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: Place,
    pub(super) value: Value,
}

/// What JSON Schema knows of a value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Null, true and false, a number, a text.
    Single(serde_json::Value),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: Place,
    pub(super) value: Node,
}

/// One step from a value to one inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

/// The documents of `text`, which parses as `format`; none where that format is no tree, or where
/// it is too large or too deep to be one.
pub(super) fn read(format: Format, text: &str) -> Option<Vec<Node>> {
    match format {
        Format::Yaml => yaml::read(text).documents,
        Format::Json => json::read(text).map(|node| vec![node]),
        Format::Toml => toml::read(text).map(|node| vec![node]),
        Format::Hcl | Format::Xml | Format::Properties | Format::Plain => None,
    }
}

impl Node {
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Single(value) => value.clone(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect(),
        }
    }

    /// What one step leads to, and where that is: at its key where it goes over several lines.
    fn child(&self, step: &Step<'_>) -> Option<(&Self, Place)> {
        match (&self.value, step) {
            (Value::List(items), Step::Index(index)) => {
                let item = items.get(*index)?;
                Some((item, item.at))
            }
            // a pointer does not tell `8080` the key from the number
            (Value::Map(entries), step) => {
                let entry = match step {
                    Step::Key(key) => last_of(entries, key),
                    Step::Index(index) => last_of(entries, &index.to_string()),
                }?;
                let at = match entry.value.value {
                    Value::Single(_) => entry.value.at,
                    Value::List(_) | Value::Map(_) => entry.at,
                };
                Some((&entry.value, at))
            }
            _ => None,
        }
    }

    /// What `path` leads to, as far as it is there, and where that is.
    fn follow<'a>(&self, path: impl Iterator<Item = Step<'a>>) -> (&Self, Place) {
        let mut found = (self, self.at);
        for step in path {
            match found.0.child(&step) {
                Some(child) => found = child,
                None => break,
            }
        }
        found
    }

    /// Where the value is that `path` leads to.
    pub(super) fn place<'a>(&self, path: impl Iterator<Item = Step<'a>>) -> Place {
        self.follow(path).1
    }

    /// Where the key `name` stands in the map that `path` leads to; the map's own place where it
    /// has none.
    pub(super) fn place_of_key<'a>(
        &self,
        path: impl Iterator<Item = Step<'a>>,
        name: &str,
    ) -> Place {
        let (node, at) = self.follow(path);
        let key = match &node.value {
            Value::Map(entries) => last_of(entries, name).map(|entry| entry.at),
            Value::Single(_) | Value::List(_) => None,
        };
        key.unwrap_or(at)
    }
}

/// The entry that counts where a key stands twice.
fn last_of<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Entry> {
    entries.iter().rev().find(|entry| entry.key == key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place(format: Format, text: &str, path: &[&str]) -> (u32, u32) {
        let documents = read(format, text).unwrap();
        let steps = path.iter().map(|step| match step.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(Cow::Borrowed(*step)),
        });
        let at = documents[0].place(steps);
        (at.line, at.column)
    }

    #[test]
    fn values_and_places() {
        for (format, text, value, path, expected) in [
            (
                Format::Yaml,
                "# c\na:\n  é: 012\n  l: [x, {y: ~}]\n",
                json!({"a": {"é": 12, "l": ["x", {"y": null}]}}),
                vec!["a", "é"],
                (3, 6),
            ),
            (
                Format::Yaml,
                "b: &b {x: 1, y: 1}\nc:\n  <<: *b\n  y: 2\n",
                json!({"b": {"x": 1, "y": 1}, "c": {"x": 1, "y": 2}}),
                vec!["c", "x"],
                (1, 11),
            ),
            (
                Format::Yaml,
                "a: no\nb: \"1\"\nc: 1.5\nd: .inf\ne: !!str 1\nf: 0x10\n",
                json!({"a": "no", "b": "1", "c": 1.5, "d": ".inf", "e": "1", "f": 16}),
                vec!["f"],
                (6, 4),
            ),
            (
                Format::Json,
                "{\"a\\\"\": [1,\n  {\"é\": \"x\"}], \"n\": -1.5e3}",
                json!({"a\"": [1, {"é": "x"}], "n": -1500.0}),
                vec!["a\"", "1", "é"],
                (2, 9),
            ),
            (
                Format::Toml,
                "a.b = 0x10\n[[t]]\nd = 2026-01-01\n[[t]]\nd = [true, 1.5]\n",
                json!({"a": {"b": 16}, "t": [{"d": "2026-01-01"}, {"d": [true, 1.5]}]}),
                vec!["t", "1", "d", "1"],
                (5, 12),
            ),
        ] {
            let documents = read(format, text).unwrap();
            assert_eq!(documents[0].to_json(), value, "{text}");
            assert_eq!(place(format, text, &path), expected, "{text}");
        }
    }

    #[test]
    fn what_spans_lines_is_at_its_key() {
        let text = "a: 1\nlogger:\n  level: 3\n";
        assert_eq!(place(Format::Yaml, text, &["logger"]), (2, 1));
        assert_eq!(place(Format::Yaml, text, &["logger", "level"]), (3, 10));
        assert_eq!(place(Format::Yaml, text, &["logger", "no"]), (2, 1));
        assert_eq!(place(Format::Yaml, "a:\n  80: x\n", &["a", "80"]), (2, 7));
    }

    #[test]
    fn too_much_is_no_tree() {
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        assert!(read(Format::Json, &deep).is_none());
        let many = format!("[{}0]", "0,".repeat(PARTS_MAX));
        assert!(read(Format::Json, &many).is_none());
        assert!(read(Format::Plain, "a").is_none());
    }
}
