//! JSON Schema: what a text should hold beyond being well formed. What a text breaks of it are
//! warnings, since a schema is a promise between people, and the one who saves may know better.
//!
//! Nothing is fetched: a schema that leads elsewhere is refused. A schema is bounded in size and
//! depth, and a check in time, so that whoever may write one cannot keep the process busy.

mod deadline;
pub(super) mod subschemas;
mod words;

use std::time::Duration;

use serde_json::Value as Json;
use wire::format::{Diagnostic, Format, Severity};

use self::deadline::Deadline;
use super::{
    on_a_stack,
    place::Place,
    tree::{self, Node, Step},
    validate,
};

/// The largest schema that is read.
pub const SCHEMA_MAX_BYTES: usize = 256 * 1024;

/// How long one check may take.
const CHECK_MAX: Duration = Duration::from_secs(2);

/// Violations told of one text.
const MOST: usize = 50;

/// Steps back that one pattern may take on one text.
const BACKTRACK_MAX: usize = 100_000;

/// A schema that is one.
pub struct Schema {
    json: Json,
    validator: jsonschema::Validator,
    deadline: Deadline,
}

/// Why a text is no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong, one line.
    pub message: String,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(text: &str) -> Result<Self, Fault> {
        if text.len() > SCHEMA_MAX_BYTES {
            let limit = SCHEMA_MAX_BYTES / 1024;
            return Err(START.fault(&format!("a schema may have {limit} KiB at most")));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let Some(wrong) = validate(Format::Json, text).into_iter().next() {
            return Err(Fault::from(wrong));
        }
        let tree = tree::read(Format::Json, text)
            .and_then(|mut documents| documents.pop())
            .ok_or_else(|| START.fault("it is nested too deep"))?;
        on_a_stack(|| Self::build(&tree))
            .unwrap_or_else(|| Err(START.fault("it could not be read as a schema")))
    }

    fn build(tree: &Node) -> Result<Self, Fault> {
        let json = tree.to_json();
        if let Some((path, to)) = subschemas::leads_elsewhere(&json) {
            let steps = path.iter().map(|step| step_of(step));
            return Err(tree
                .place(steps)
                .fault(&format!("nothing is fetched, so $ref cannot lead to {to}")));
        }
        let deadline = Deadline::new(CHECK_MAX);
        let patterns = jsonschema::PatternOptions::fancy_regex()
            .backtrack_limit(BACKTRACK_MAX)
            .size_limit(SCHEMA_MAX_BYTES * 4);
        let built = deadline
            .watch(
                jsonschema::options()
                    .offline()
                    .with_pattern_options(patterns),
            )
            .build(&deadline.marked(&json));
        match built {
            Ok(validator) => Ok(Self {
                json,
                validator,
                deadline,
            }),
            Err(error) => {
                let place = tree.place(words::steps(error.instance_path()));
                Err(place.fault(&words::of(&error)))
            }
        }
    }

    /// The schema as it was written.
    pub(super) fn json(&self) -> &Json {
        &self.json
    }

    /// What `text`, which parses as `format`, breaks of it, by place.
    #[must_use]
    pub fn check(&self, format: Format, text: &str) -> Vec<Diagnostic> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let found = on_a_stack(|| {
            let Some(documents) = tree::read(format, text) else {
                return vec![START.warning("this is too large to be compared with its schema")];
            };
            self.deadline.begin();
            documents
                .iter()
                .flat_map(|document| self.violations(document))
                .collect()
        });
        let mut found = found.unwrap_or_else(|| {
            let seconds = CHECK_MAX.as_secs();
            vec![START.warning(&format!(
                "the comparison with the schema was given up after {seconds} s"
            ))]
        });
        found.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
        found.dedup();
        found.truncate(MOST);
        found
    }

    fn violations(&self, document: &Node) -> Vec<Diagnostic> {
        let json = document.to_json();
        // an empty document says nothing, and so nothing wrong
        if json.is_null() {
            return Vec::new();
        }
        self.validator
            .iter_errors(&json)
            .take(MOST)
            .flat_map(|error| words::told(&error, document))
            .collect()
    }
}

/// Where a whole text is meant.
const START: Place = Place { line: 1, column: 1 };

/// A step of a JSON pointer.
fn step_of(step: &str) -> Step<'_> {
    step.parse().map_or(Step::Key(step.into()), Step::Index)
}

impl Place {
    fn warning(self, message: &str) -> Diagnostic {
        self.diagnostic(message, Severity::Warning)
    }

    fn fault(self, message: &str) -> Fault {
        self.warning(message).into()
    }
}

impl From<Diagnostic> for Fault {
    fn from(found: Diagnostic) -> Self {
        Self {
            line: found.line,
            column: found.column,
            message: found.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGGER: &str = r##"{
  "type": "object",
  "required": ["logger"],
  "additionalProperties": false,
  "properties": {
    "logger": {
      "type": "object",
      "required": ["level"],
      "additionalProperties": false,
      "properties": {
        "level": {"type": "integer", "minimum": 0, "maximum": 6},
        "format": {"enum": ["json", "text"]}
      }
    },
    "routes": {"type": "array", "items": {"$ref": "#/$defs/route"}}
  },
  "$defs": {"route": {"type": "object", "properties": {"to": {"type": "string", "pattern": "^/"}}}}
}"##;

    fn check(schema: &str, format: Format, text: &str) -> Vec<(u32, u32, String)> {
        let schema = Schema::read(schema).unwrap_or_else(|fault| panic!("{fault:?}"));
        schema
            .check(format, text)
            .into_iter()
            .map(|found| {
                assert_eq!(found.severity, Severity::Warning);
                (found.line, found.column, found.message)
            })
            .collect()
    }

    #[test]
    fn violations_have_the_place_of_the_value() {
        for (format, text, places) in [
            (Format::Yaml, "logger:\n  level: 3\n", vec![]),
            (Format::Yaml, "logger:\n  level: \"3\"\n", vec![(2, 10)]),
            (
                Format::Yaml,
                "logger:\n  level: 9\n  fromat: json\n",
                vec![(2, 10), (3, 3)],
            ),
            (
                Format::Yaml,
                "logger:\n  format: xml\n",
                vec![(1, 1), (2, 11)],
            ),
            (Format::Yaml, "a: 1\n", vec![(1, 1), (1, 1)]),
            (
                Format::Yaml,
                "logger: {level: 1}\nroutes:\n- to: /a\n- to: b\n",
                vec![(4, 7)],
            ),
            (
                Format::Yaml,
                "logger: {level: 1}\n---\nlogger: {level: x}\n",
                vec![(3, 17)],
            ),
            (Format::Yaml, "# nothing\n", vec![]),
            (
                Format::Json,
                "{\"logger\": {\"level\": 1,\n  \"format\": null}}",
                vec![(2, 13)],
            ),
            (Format::Toml, "[logger]\nlevel = 1.5\n", vec![(2, 9)]),
        ] {
            let found: Vec<_> = check(LOGGER, format, text)
                .into_iter()
                .map(|(line, column, _)| (line, column))
                .collect();
            assert_eq!(found, places, "{text}");
        }
    }

    #[test]
    fn violations_say_what_is_meant() {
        let words = |text: &str| check(LOGGER, Format::Yaml, text).remove(0).2;
        assert_eq!(
            words("logger: {level: \"3\"}\n"),
            "\"3\" is not of type \"integer\""
        );
        assert_eq!(
            words("logger: {level: 1, fromat: json}\n"),
            "the schema knows no key fromat here"
        );
        assert_eq!(words("logger: {}\n"), "the key level is missing here");
        assert_eq!(
            words("logger: {level: {deep: [1, 2, 3]}}\n"),
            "this is not of type \"integer\""
        );
    }

    #[test]
    fn of_several_ways_the_nearest_is_told() {
        let schema = r#"{"properties": {"a": {"anyOf": [
            {"type": "string"},
            {"type": "object", "properties": {"b": {"type": "integer"}}}
        ]}}}"#;
        let found = check(schema, Format::Yaml, "a:\n  b: x\n");
        assert_eq!((found[0].0, found[0].1), (2, 6));
        assert_eq!(found[0].2, "\"x\" is not of type \"integer\"");
        let found = check(schema, Format::Yaml, "a: 1\n");
        assert_eq!((found[0].0, found[0].1), (1, 4));
    }

    #[test]
    fn wrong_schemas_say_where() {
        for (schema, place, word) in [
            ("{", (1, 1), "EOF"),
            ("{\n  \"type\": \"strin\"\n}", (2, 11), "strin"),
            (
                "{\n  \"properties\": {\"a\": {\"$ref\": \"https://example.org/a.json\"}}\n}",
                (2, 32),
                "https://example.org/a.json",
            ),
            ("{\"$ref\": \"file:///etc/passwd\"}", (1, 10), "file:"),
            ("{\"$ref\": \"#/$defs/none\"}", (1, 1), "none"),
            ("{\n  \"pattern\": \"(\"\n}", (2, 14), "regex"),
            ("[1]", (1, 1), ""),
        ] {
            let fault = Schema::read(schema).err().unwrap();
            assert_eq!((fault.line, fault.column), place, "{fault:?}");
            assert!(fault.message.contains(word), "{fault:?}");
            assert!(!fault.message.contains('\n'));
        }
        let large = format!("{{\"title\": \"{}\"}}", "x".repeat(SCHEMA_MAX_BYTES));
        assert!(Schema::read(&large).is_err());
        let deep = format!("{}true{}", "{\"not\":".repeat(1000), "}".repeat(1000));
        assert!(Schema::read(&deep).is_err());
    }

    #[test]
    fn a_schema_that_holds_another_one_is_not_fetched() {
        let schema = r#"{
          "$id": "https://example.org/root.json",
          "$ref": "https://example.org/inner.json",
          "$defs": {"inner": {"$id": "https://example.org/inner.json", "type": "object"}}
        }"#;
        assert_eq!(check(schema, Format::Yaml, "- a\n").len(), 1);
    }

    #[test]
    fn what_would_not_end_is_given_up() {
        // each level is tried twice: two to the sixtieth for sixty levels
        let schema = r##"{
          "anyOf": [
            {"properties": {"a": {"$ref": "#"}}, "required": ["y"], "minProperties": 2},
            {"properties": {"a": {"$ref": "#"}}, "required": ["z"], "maxProperties": 0},
            {"properties": {"a": {"allOf": [{"$ref": "#"}, {"not": {"$ref": "#"}}]}}}
          ]
        }"##;
        let text = format!("{}x{}", "{\"a\":".repeat(60), "}".repeat(60)).replace('x', "1");
        let started = std::time::Instant::now();
        let _ = check(schema, Format::Json, &text);
        assert!(started.elapsed() < CHECK_MAX * 5);
        for schema in [
            r##"{"$ref": "#"}"##,
            r##"{"allOf": [{"$ref": "#"}]}"##,
            r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}"##,
            r##"{"not": {"$ref": "#"}}"##,
        ] {
            if let Ok(schema) = Schema::read(schema) {
                let _ = schema.check(Format::Yaml, "a: 1\n");
            }
        }
    }
}
