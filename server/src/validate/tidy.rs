//! A text laid out anew, its meaning as it was: JSON, and the indentation of YAML.

use granit_parser::{Event, Parser, ScalarStyle};
use wire::format::Format;

use super::validate;

/// Spaces of one step of indentation.
const STEP: usize = 2;

/// `text` laid out anew.
///
/// # Errors
/// Why it is left as it is, in a sentence.
pub fn tidy(format: Format, text: &str) -> Result<String, String> {
    let broken = validate(format, text)
        .into_iter()
        .find(|found| found.severity == wire::format::Severity::Error);
    if let Some(found) = broken {
        return Err(format!(
            "line {}, column {}: {}",
            found.line, found.column, found.message
        ));
    }
    match format {
        Format::Json => Ok(json(text)),
        Format::Yaml => yaml(text),
        _ => Err("only JSON and YAML are laid out anew".to_owned()),
    }
}

/// JSON with a line for each member; strings, numbers and the order of keys stay to the byte.
fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                out.push('"');
                let mut escaped = false;
                for letter in letters.by_ref() {
                    out.push(letter);
                    match letter {
                        _ if escaped => escaped = false,
                        '\\' => escaped = true,
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out.push('\n');
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', depth * STEP));
}

/// YAML with two spaces a step. Lines keep their words and their order, so comments stay; where
/// a reader would see anything else than before, it is refused.
fn yaml(text: &str) -> Result<String, String> {
    let before = meaning(text)?;
    let scalars = block_scalars(text);
    let mut out = String::with_capacity(text.len());
    // how far in lines stood, and how far they stand now
    let mut levels: Vec<(usize, usize)> = Vec::new();
    let mut header = (0_usize, 0_usize);
    for (at, line) in text.lines().enumerate() {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let is_scalar = scalars.iter().any(|lines| lines.contains(&(at + 1)));
        if is_scalar {
            if !content.is_empty() {
                let now = (indent + header.1).saturating_sub(header.0);
                out.extend(std::iter::repeat_n(' ', now));
                out.push_str(content);
            }
            out.push('\n');
            continue;
        }
        if content.trim_end().is_empty() {
            out.push('\n');
            continue;
        }
        let now = level(&mut levels, indent);
        header = (indent, now);
        out.extend(std::iter::repeat_n(' ', now));
        out.push_str(content.trim_end());
        out.push('\n');
        // what follows `- ` begins a level of its own
        let (mut old, mut new, mut rest) = (indent, now, content);
        while let Some(item) = rest.strip_prefix("- ") {
            let blanks = item.len() - item.trim_start_matches(' ').len();
            old += 2 + blanks;
            new += 2 + blanks;
            levels.push((old, new));
            rest = &item[blanks..];
        }
    }
    if meaning(&out)? == before {
        Ok(out)
    } else {
        Err("its indentation carries meaning that a new layout would change".to_owned())
    }
}

/// How far in a line stands that stood `indent` in.
fn level(levels: &mut Vec<(usize, usize)>, indent: usize) -> usize {
    while levels.last().is_some_and(|(old, _)| *old > indent) {
        levels.pop();
    }
    match levels.last() {
        Some((old, now)) if *old == indent => *now,
        Some((_, now)) => {
            let now = now + STEP;
            levels.push((indent, now));
            now
        }
        None => {
            levels.push((indent, 0));
            0
        }
    }
}

/// The lines, from 1, of each block scalar, without the one that begins it.
fn block_scalars(text: &str) -> Vec<std::ops::Range<usize>> {
    Parser::new_from_str(text)
        .map_while(Result::ok)
        .filter_map(|(event, span)| match event {
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, _, _) => {
                Some(span.start.line()..span.end.line())
            }
            _ => None,
        })
        .collect()
}

/// What a reader sees, in order.
fn meaning(text: &str) -> Result<Vec<String>, String> {
    Parser::new_from_str(text)
        .map(|event| match event {
            Ok((event, _)) => Ok(format!("{event:?}")),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_keeps_its_order_and_its_numbers() {
        let text = "{\"b\":1.50,\"a\":[1e400,{}, [ ],\"x,{\\\"\"],\"é\":{\"c\":9007199254740993}}";
        let tidied = "{\n  \"b\": 1.50,\n  \"a\": [\n    1e400,\n    {},\n    [],\n    \"x,{\\\"\"\n  ],\n  \"é\": {\n    \"c\": 9007199254740993\n  }\n}\n";
        assert_eq!(tidy(Format::Json, text).as_deref(), Ok(tidied));
        assert_eq!(tidy(Format::Json, tidied).as_deref(), Ok(tidied));
        assert!(tidy(Format::Json, "{").is_err());
    }

    #[test]
    fn yaml_is_indented_by_two() {
        let text = "# top\na:\n    b: 1   # why\n    c:\n        - x\n        -   d: 2\n            e: 3\n    text: |\n        one\n          two\n\nf:\n- g\n";
        let tidied = "# top\na:\n  b: 1   # why\n  c:\n    - x\n    -   d: 2\n        e: 3\n  text: |\n      one\n        two\n\nf:\n- g\n";
        let made = tidy(Format::Yaml, text).unwrap();
        assert_eq!(made, tidied);
        assert_eq!(meaning(&made), meaning(text));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(tidy(Format::Toml, "a = 1").is_err());
        assert!(tidy(Format::Yaml, "a: [").is_err());
    }

    proptest! {
        #[test]
        fn yaml_never_changes_its_meaning(text in "([ ]{0,6}(- )?[a-c]: ?(x|\"y\"|\\||>|\\[1\\])?( # c)?\n){0,8}") {
            if let Ok(made) = tidy(Format::Yaml, &text) {
                prop_assert_eq!(meaning(&made), meaning(&text));
                prop_assert_eq!(made.matches("# c").count(), text.matches("# c").count());
            }
        }
    }
}
