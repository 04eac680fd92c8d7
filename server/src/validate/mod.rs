//! Whether the text of a value is what its format promises: the same code answers as one types
//! and guards the save. Pure: imports wire only, and may be imported by `api`.
//!
//! Every checker stops at its first error, and none recurses without a bound, so that neither
//! deep nesting nor YAML's aliases can take the process down.

mod complete;
mod hcl;
mod json;
mod place;
mod properties;
mod schema;
mod surprises;
mod tidy;
mod toml;
mod tree;
mod xml;
mod yaml;

use wire::format::{Diagnostic, Format, Severity};

use place::Place;

pub use complete::complete;
pub use schema::{Fault, SCHEMA_MAX_BYTES, Schema};
pub use tidy::tidy;

/// What is wrong with `text` as `format`; empty where nothing is.
#[must_use]
pub fn validate(format: Format, text: &str) -> Vec<Diagnostic> {
    // Consul's readers take a BOM as part of the text, and every parser here would differ on it
    let text = match format {
        Format::Plain => return Vec::new(),
        _ => text.strip_prefix('\u{feff}').unwrap_or(text),
    };
    match format {
        Format::Plain => Vec::new(),
        Format::Yaml => yaml::check(text),
        Format::Json => json::check(text),
        Format::Toml => toml::check(text),
        Format::Hcl => hcl::check(text),
        Format::Xml => xml::check(text),
        Format::Properties => properties::check(text),
    }
}

/// The same for bytes: what is not UTF-8 is no text in any format but plain.
#[must_use]
pub fn validate_bytes(format: Format, bytes: &[u8]) -> Vec<Diagnostic> {
    match std::str::from_utf8(bytes) {
        Ok(text) => validate(format, text),
        Err(_) if format == Format::Plain => Vec::new(),
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            vec![place::end_of(&before).error("this is not UTF-8 text")]
        }
    }
}

/// In a debug build one level of nesting takes some ten kilobytes.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// What `work` gives, done on a stack of its own that the limits on depth are made for; none where
/// it panicked.
fn on_a_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work);
        thread.ok()?.join().ok()
    })
}

/// The one error that a checker found.
fn one(place: Place, message: &str) -> Vec<Diagnostic> {
    vec![place.error(message)]
}

impl Place {
    fn error(self, message: &str) -> Diagnostic {
        self.diagnostic(message, Severity::Error)
    }

    fn diagnostic(self, message: &str, severity: Severity) -> Diagnostic {
        // one line, and short: it may quote the text
        let words: Vec<&str> = message.split_whitespace().collect();
        Diagnostic {
            line: self.line,
            column: self.column,
            message: words.join(" ").chars().take(300).collect(),
            severity,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn errors(format: Format, text: &str) -> Vec<(u32, u32)> {
        validate(format, text)
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|diagnostic| (diagnostic.line, diagnostic.column))
            .collect()
    }

    #[test]
    fn good_texts() {
        for (format, text) in [
            (Format::Yaml, "logger:\n  level: 3\n"),
            (Format::Yaml, "a: 1\n---\nb: 2\n"),
            (Format::Yaml, ""),
            (Format::Yaml, "# nothing\n"),
            (Format::Yaml, "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n"),
            (Format::Yaml, "? [1, 2]\n: pair\n1: number\n"),
            (
                Format::Yaml,
                "a: !Ref x\nb: !!binary aGk=\nc: |\n  long\n  text\n",
            ),
            (Format::Yaml, "d: .inf\ne: ~\n"),
            (Format::Json, " {\"a\": [1, 2.5e3, null, \"é\"]} "),
            (Format::Toml, "[a]\nb = 1\nc = 2026-01-01\n"),
            (Format::Hcl, "a \"b\" {\n  c = [1, \"${d}\"]\n}\n"),
            (
                Format::Xml,
                "<?xml version=\"1.0\"?>\n<a b=\"c\"><!-- d --><e/>&amp;&#65;</a>\n",
            ),
            (Format::Xml, "<!DOCTYPE a>\n<a><![CDATA[<]]></a>"),
            (
                Format::Properties,
                "# c\na.b = c\\u00e9 \\\n  more\n! d\ne: f\n",
            ),
            (Format::Plain, "\u{0}anything {{{"),
        ] {
            assert_eq!(validate(format, text), [], "{format:?} {text}");
        }
    }

    #[test]
    fn bad_texts_say_where() {
        for (format, text, line) in [
            (Format::Yaml, "logger:\n  level: 3\n bad: 1\n", 3),
            (Format::Yaml, "a: [1, 2\n", 1),
            (Format::Yaml, "a:\n\t- b\n", 2),
            (Format::Yaml, "a: *missing\n", 1),
            (Format::Yaml, "ok: 1\n---\nb: \"open\n", 3),
            (Format::Json, "{\n  \"a\": 1,\n}\n", 3),
            (Format::Json, "", 1),
            (Format::Json, "{} {}", 1),
            (Format::Toml, "a = 1\nb = \n", 2),
            (Format::Toml, "a = 1\na = 2\n", 2),
            (Format::Hcl, "a = {\n  b = \n}\n", 2),
            (Format::Xml, "<a>\n<b></a>\n", 2),
            (Format::Xml, "<a>", 1),
            (Format::Xml, "text", 1),
            (Format::Xml, "", 1),
            (Format::Xml, "<a/>\n<b/>", 2),
            (Format::Xml, "<a b=c/>", 1),
            (Format::Xml, "<a b=\"1\" b=\"2\"/>", 1),
            (Format::Xml, "<a>&nope;</a>", 1),
            (Format::Properties, "a = b\nc = \\u12g4\n", 2),
        ] {
            let found = errors(format, text);
            assert_eq!(found.len(), 1, "{format:?} {text:?}");
            // an open bracket may be told at its start or at the end of the text
            let last = u32::try_from(text.lines().count()).unwrap().max(1);
            assert!(
                found[0].0 >= line.min(last) && found[0].0 <= last + 1,
                "{format:?} {text:?} {found:?}"
            );
            assert!(found[0].1 >= 1);
        }
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(errors(Format::Json, "{\"ééé\": x}"), [(1, 9)]);
        assert_eq!(errors(Format::Toml, "\"é\" = x"), [(1, 7)]);
        assert_eq!(errors(Format::Properties, "é=\\uzzzz"), [(1, 3)]);
        let twice = validate(Format::Yaml, "é: 1\nü: {é: 1, é: 2}\n");
        assert_eq!((twice[0].line, twice[0].column), (2, 11));
    }

    #[test]
    fn bytes_that_are_no_text() {
        let found = validate_bytes(Format::Yaml, b"a: 1\nb: \xff");
        assert_eq!((found[0].line, found[0].column), (2, 4));
        assert_eq!(validate_bytes(Format::Plain, b"\xff"), []);
    }

    #[test]
    fn hostile_depth_and_aliases_end_soon() {
        let depth = 20_000;
        let bomb = format!(
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}",
            (1..12)
                .map(|level| {
                    let below = format!("*a{}", level - 1);
                    format!("a{level}: &a{level} [{}]\n", vec![below; 10].join(","))
                })
                .collect::<String>()
        );
        assert!(!errors(Format::Yaml, &bomb).is_empty());
        for format in Format::ALL {
            for (open, close) in [
                ("[", "]"),
                ("{\"a\":", "}"),
                ("- ", ""),
                ("<a>", "</a>"),
                ("a {\n", "}\n"),
                ("a = [", "]"),
                ("(", ")"),
                ("a.", "b"),
                ("!", ""),
                ("\"${", "}\""),
            ] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let _ = validate(format, &text);
                let _ = validate(format, &format!("a = {text}"));
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[a-z:\\[\\]{}<>\"'=\\-\\n\\t \\\\u0&*!#é/]{0,60}") {
            for format in Format::ALL {
                for diagnostic in validate(format, &text) {
                    prop_assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
                    prop_assert!(!diagnostic.message.contains('\n'));
                }
            }
        }
    }
}
