//! `filter=` expressions: the part of go-bexpr that joins `selector == value` and its like with `and` / `or`.

use serde_json::Value;

/// A filter that was read; the empty one keeps everything.
pub(super) struct Filter {
    /// Any of these, each all of its terms.
    alternatives: Vec<Vec<Term>>,
}

struct Term {
    path: Vec<String>,
    test: Test,
}

enum Test {
    Equal(String),
    NotEqual(String),
    Contains(String),
    Empty,
    NotEmpty,
}

impl Filter {
    /// Reads an expression whose selectors begin with one of `fields`; the error is Consul's.
    pub(super) fn parse(text: &str, fields: &[&str]) -> Result<Self, String> {
        let mut words = words(text)?.into_iter().peekable();
        if words.peek().is_none() {
            return Ok(Self {
                alternatives: Vec::new(),
            });
        }
        let mut alternatives = vec![Vec::new()];
        loop {
            let term = term(&mut words, fields)?;
            alternatives
                .last_mut()
                .expect("there is always one")
                .push(term);
            match words.next().as_deref() {
                None => return Ok(Self { alternatives }),
                Some("and") => {}
                Some("or") => alternatives.push(Vec::new()),
                Some(other) => {
                    return Err(format!(
                        "no match found, expected \"and\" or \"or\" at {other:?}"
                    ));
                }
            }
        }
    }

    /// Whether a row passes.
    pub(super) fn keeps(&self, row: &Value) -> bool {
        self.alternatives.is_empty()
            || self
                .alternatives
                .iter()
                .any(|terms| terms.iter().all(|term| term.holds(row)))
    }
}

impl Term {
    fn holds(&self, row: &Value) -> bool {
        let found = self
            .path
            .iter()
            .try_fold(row, |value, name| value.get(name))
            .unwrap_or(&Value::Null);
        let text = match found {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let empty = matches!(found, Value::Null)
            || found.as_array().is_some_and(Vec::is_empty)
            || found.as_object().is_some_and(serde_json::Map::is_empty)
            || found.as_str().is_some_and(str::is_empty);
        match &self.test {
            Test::Equal(wanted) => text == *wanted,
            Test::NotEqual(wanted) => text != *wanted,
            Test::Contains(wanted) => match found {
                Value::Array(items) => items.iter().any(|item| item == wanted),
                Value::Object(fields) => fields.contains_key(wanted),
                _ => text.contains(wanted.as_str()),
            },
            Test::Empty => empty,
            Test::NotEmpty => !empty,
        }
    }
}

fn term(words: &mut impl Iterator<Item = String>, fields: &[&str]) -> Result<Term, String> {
    let mut next = || {
        words
            .next()
            .ok_or_else(|| "no match found, expected more at the end".to_owned())
    };
    let selector = next()?;
    let path: Vec<_> = selector.split('.').map(str::to_owned).collect();
    if !fields.contains(&path[0].as_str()) {
        return Err(format!("Selector {selector:?} is not valid"));
    }
    let test = match next()?.as_str() {
        "==" => Test::Equal(unquote(next()?)),
        "!=" => Test::NotEqual(unquote(next()?)),
        "contains" => Test::Contains(unquote(next()?)),
        "is" => match next()?.as_str() {
            "empty" => Test::Empty,
            "not" if next()? == "empty" => Test::NotEmpty,
            other => return Err(format!("no match found, expected \"empty\" at {other:?}")),
        },
        other => return Err(format!("no match found, expected an operator at {other:?}")),
    };
    Ok(Term { path, test })
}

fn unquote(word: String) -> String {
    word.strip_prefix('"').map(str::to_owned).unwrap_or(word)
}

/// Cuts text into words; a quoted one keeps its first quote, so that it is told from a bare one.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, length) =
            if let Some(operator) = ["==", "!="].into_iter().find(|sign| rest.starts_with(sign)) {
                (operator.to_owned(), operator.len())
            } else if first == '"' {
                quoted(rest).ok_or("no match found, expected a closing quote")?
            } else {
                let end = rest
                    .find(|c: char| c.is_whitespace() || "=!\"()".contains(c))
                    .unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("no match found at {rest:?}"));
                }
                (rest[..end].to_owned(), end)
            };
        words.push(word);
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

fn quoted(text: &str) -> Option<(String, usize)> {
    let mut word = "\"".to_owned();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Some((word, at + 1)),
            _ => {
                word.push(c);
                escaped = false;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keeps(text: &str, row: &Value) -> bool {
        Filter::parse(text, &["Status", "ServiceID", "Tags", "Meta"])
            .unwrap()
            .keeps(row)
    }

    #[test]
    fn compares_what_the_selector_names() {
        let row = json!({"Status": "warning", "ServiceID": "", "Tags": ["a"], "Meta": {"k": "v"}});
        for held in [
            "",
            r#"Status != "passing""#,
            r#"Status=="warning""#,
            r#"ServiceID == """#,
            r#"Status == "passing" or Tags contains "a""#,
            r#"Status != passing and Meta.k == "v""#,
            r#"Meta.none is empty and Tags is not empty"#,
        ] {
            assert!(keeps(held, &row), "{held}");
        }
        for not_held in [
            r#"Status == "passing""#,
            r#"ServiceID != """#,
            r#"Status == "warning" and Tags contains "b""#,
        ] {
            assert!(!keeps(not_held, &row), "{not_held}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for broken in [
            "Foo == \"x\"",
            "Status !=",
            "Status",
            "Status == \"x",
            "Status == x y",
            "(Status == x)",
        ] {
            assert!(Filter::parse(broken, &["Status"]).is_err(), "{broken}");
        }
    }
}
