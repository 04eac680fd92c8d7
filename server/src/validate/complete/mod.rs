//! What may stand at a place of a text, after its schema: keys that are not there yet, and values.
//! The text need not parse: it is looked at while somebody types.

mod cursor;
mod json;
mod offers;
mod toml;
mod yaml;

use wire::{
    format::Format,
    schema::{Completion, Completions},
};

use self::cursor::{Cursor, Want};
use super::schema::Schema;

/// Words offered at once.
const MOST: usize = 200;

/// What `schema` knows for the place in `text` at `line` and `column`, both from 1.
#[must_use]
pub fn complete(
    schema: &Schema,
    format: Format,
    text: &str,
    line: u32,
    column: u32,
) -> Completions {
    let line = usize::try_from(line)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let column = usize::try_from(column)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let cursor = match format {
        Format::Yaml => yaml::cursor(text, line, column),
        Format::Json => json::cursor(text, line, column),
        Format::Toml => toml::cursor(text, line, column),
        Format::Hcl | Format::Xml | Format::Properties | Format::Plain => None,
    };
    cursor.map_or_else(Completions::default, |cursor| {
        offered(schema, format, &cursor)
    })
}

fn offered(schema: &Schema, format: Format, cursor: &Cursor) -> Completions {
    let parts = offers::at(schema.json(), &cursor.path);
    let mut items = match &cursor.want {
        Want::Key { present } => offers::keys(schema.json(), &parts)
            .into_iter()
            .filter(|offer| !present.contains(&offer.label))
            .map(|offer| Completion {
                insert: as_key(format, &offer, cursor),
                label: offer.label,
                detail: offer.detail,
                info: offer.info,
            })
            .collect::<Vec<_>>(),
        Want::Value => offers::values(&parts)
            .into_iter()
            .map(|value| {
                let word = as_value(format, &value);
                Completion {
                    label: word.clone(),
                    insert: word,
                    detail: String::new(),
                    info: String::new(),
                }
            })
            .collect(),
    };
    items.truncate(MOST);
    Completions {
        from: number(cursor.from),
        to: number(cursor.to),
        items,
    }
}

fn number(column: usize) -> u32 {
    u32::try_from(column + 1).unwrap_or(u32::MAX)
}

/// A key as it is typed, with what parts it from its value; that is there already where the key
/// is changed.
fn as_key(format: Format, offer: &offers::Offer, cursor: &Cursor) -> String {
    let name = &offer.label;
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let quoted = || serde_json::Value::from(name.as_str()).to_string();
    let (key, separator) = match format {
        Format::Json => (quoted(), ": "),
        Format::Toml if bare => (name.clone(), " = "),
        Format::Toml => (quoted(), " = "),
        // what YAML reads as something else, or not at all, is quoted
        _ if is_plain(name) => (name.clone(), if offer.is_block { ":" } else { ": " }),
        _ => (quoted(), ": "),
    };
    if cursor.has_separator {
        return key;
    }
    format!("{key}{separator}")
}

fn as_value(format: Format, value: &serde_json::Value) -> String {
    match value.as_str() {
        Some(text) if format == Format::Yaml && is_plain(text) => text.to_owned(),
        _ => value.to_string(),
    }
}

/// Whether YAML reads `text` without quotes as the text that it is.
fn is_plain(text: &str) -> bool {
    let harmless = text.chars().all(|letter| {
        letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | '$' | '@')
    });
    let begins =
        text.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '/' | '$'));
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    harmless && begins && !word
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{
  "type": "object",
  "properties": {
    "logger": {
      "description": "What is written.",
      "properties": {
        "level": {"type": "integer", "enum": [0, 1, 2]},
        "format": {"enum": ["json", "no"]},
        "color": {"type": "boolean"}
      }
    },
    "routes": {"type": "array", "items": {"$ref": "#/$defs/route"}},
    "hosts": {"additionalProperties": {"$ref": "#/$defs/route"}}
  },
  "$defs": {"route": {"allOf": [{"properties": {"to": {"const": "/"}}}], "properties": {"odd key": {"type": "string"}}}}
}"##;

    /// What is offered where `|` stands.
    fn offered(format: Format, text: &str) -> Vec<String> {
        let before = text.split('|').next().unwrap();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        let schema = Schema::read(SCHEMA).unwrap_or_else(|fault| panic!("{fault:?}"));
        let text = text.replace('|', "");
        let found = complete(
            &schema,
            format,
            &text,
            u32::try_from(line).unwrap(),
            u32::try_from(column).unwrap(),
        );
        found.items.into_iter().map(|item| item.insert).collect()
    }

    #[test]
    fn yaml() {
        for (text, words) in [
            ("|", vec!["hosts:", "logger:", "routes:"]),
            ("lo|", vec!["hosts:", "logger:", "routes:"]),
            ("logger:\n  |", vec!["color: ", "format: ", "level: "]),
            ("logger:\n  level: 1\n  |", vec!["color: ", "format: "]),
            (
                "logger:\n  |\n  level: 1\nroutes: []\n",
                vec!["color: ", "format: "],
            ),
            ("logger:\n  # why\n\n  format: |", vec!["json", "\"no\""]),
            ("logger:\n  level: |\n", vec!["0", "1", "2"]),
            ("logger:\n  color: t|", vec!["true", "false"]),
            ("logger:\n  le|: 1\n", vec!["color", "format", "level"]),
            ("routes:\n- |", vec!["\"odd key\": ", "to: "]),
            ("routes:\n  - to: /\n    |", vec!["\"odd key\": "]),
            ("routes:\n- to: /\n- to: |", vec!["/"]),
            ("hosts:\n  any:\n    |", vec!["\"odd key\": ", "to: "]),
            ("logger: |", vec![]),
            ("logger:\n  text: >\n    |\n", vec![]),
            ("logger:\n  # |", vec![]),
            ("a: {|", vec![]),
            (
                "logger:\n  level: 1\n---\n|",
                vec!["hosts:", "logger:", "routes:"],
            ),
            ("nothing:\n  |", vec![]),
        ] {
            assert_eq!(offered(Format::Yaml, text), words, "{text}");
        }
    }

    #[test]
    fn json() {
        for (text, words) in [
            ("{|", vec!["\"hosts\": ", "\"logger\": ", "\"routes\": "]),
            (
                "{\"logger\": {\"level\": 1, \"|",
                vec!["\"color\": ", "\"format\": "],
            ),
            (
                "{\"logger\": {\"format\": \"|\"}}",
                vec!["\"json\"", "\"no\""],
            ),
            (
                "{\"logger\": {\"le|\": 1}}",
                vec!["\"color\"", "\"format\"", "\"level\""],
            ),
            ("{\"logger\": {\"color\": |}}", vec!["true", "false"]),
            (
                "{\"routes\": [{\"to\": 1}, {|",
                vec!["\"odd key\": ", "\"to\": "],
            ),
            ("{\"a\": 1 |", vec![]),
            ("|", vec![]),
        ] {
            assert_eq!(offered(Format::Json, text), words, "{text}");
        }
    }

    #[test]
    fn toml() {
        for (text, words) in [
            ("|", vec!["hosts = ", "logger = ", "routes = "]),
            ("[logger]\nlevel = 1\n|", vec!["color = ", "format = "]),
            (
                "[logger]\n|\nlevel = 1\n[other]\ncolor = 1",
                vec!["color = ", "format = "],
            ),
            ("[logger]\nformat = |", vec!["\"json\"", "\"no\""]),
            ("[[routes]]\n|", vec!["\"odd key\" = ", "to = "]),
            ("logger.format = |", vec!["\"json\"", "\"no\""]),
            ("[logger]\n# |", vec![]),
        ] {
            assert_eq!(offered(Format::Toml, text), words, "{text}");
        }
    }

    #[test]
    fn what_is_replaced_is_the_word_at_the_cursor() {
        let schema = Schema::read(SCHEMA).unwrap_or_else(|fault| panic!("{fault:?}"));
        let at = |format, text: &str, column| {
            let found = complete(&schema, format, text, 1, column);
            (found.from, found.to)
        };
        assert_eq!(at(Format::Yaml, "logger: 1", 3), (1, 7));
        assert_eq!(at(Format::Yaml, "- lo", 5), (3, 5));
        assert_eq!(at(Format::Json, "{\"é\": {}, \"lo\"", 14), (11, 15));
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[a-z:\\[\\]{}\"'=\\-\\n\\t \\\\|>&*#é]{0,60}", line in 0..5_u32, column in 0..20_u32) {
            let schema = Schema::read(SCHEMA).unwrap_or_else(|fault| panic!("{fault:?}"));
            for format in Format::ALL {
                let _ = complete(&schema, format, &text, line, column);
            }
        }
    }
}
