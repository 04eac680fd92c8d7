//! `filter=` expressions: the part of go-bexpr that compares selectors, joined by `and`, `or`,
//! `not` and parentheses.

mod words;

use std::iter::Peekable;

use serde_json::Value;

use words::{unquote, words};

/// How deep expressions may nest.
const DEPTH_MAX: usize = 64;

/// A filter that was read; the empty one keeps everything.
pub(super) struct Filter(Option<Expression>);

enum Expression {
    Any(Vec<Expression>),
    All(Vec<Expression>),
    Not(Box<Expression>),
    Term(Term),
}

struct Term {
    path: Vec<String>,
    test: Test,
}

enum Test {
    Equal(String),
    NotEqual(String),
    Contains(String),
    ContainsNot(String),
    Empty,
    NotEmpty,
}

impl Filter {
    /// Reads an expression whose selectors begin with one of `fields`; the error is Consul's.
    pub(super) fn parse(text: &str, fields: &[&str]) -> Result<Self, String> {
        let words = words(text)?;
        if words.is_empty() {
            return Ok(Self(None));
        }
        let mut reader = Reader {
            words: words.into_iter().peekable(),
            fields,
        };
        let expression = reader.any(0)?;
        match reader.words.next() {
            None => Ok(Self(Some(expression))),
            Some(other) => Err(format!(
                "no match found, expected \"and\" or \"or\" at {other:?}"
            )),
        }
    }

    /// Whether a row passes.
    pub(super) fn keeps(&self, row: &Value) -> bool {
        self.0
            .as_ref()
            .is_none_or(|expression| expression.holds(row))
    }
}

impl Expression {
    fn holds(&self, row: &Value) -> bool {
        match self {
            Self::Any(list) => list.iter().any(|one| one.holds(row)),
            Self::All(list) => list.iter().all(|one| one.holds(row)),
            Self::Not(one) => !one.holds(row),
            Self::Term(term) => term.holds(row),
        }
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
            Test::Contains(wanted) => contains(found, wanted),
            Test::ContainsNot(wanted) => !contains(found, wanted),
            Test::Empty => empty,
            Test::NotEmpty => !empty,
        }
    }
}

fn contains(found: &Value, wanted: &str) -> bool {
    match found {
        Value::Array(items) => items.iter().any(|item| item == wanted),
        Value::Object(fields) => fields.contains_key(wanted),
        Value::String(text) => text.contains(wanted),
        _ => false,
    }
}

/// Lists and maps: only these can be empty for Consul.
const LISTS: [&str; 8] = [
    "Tags",
    "ServiceTags",
    "Meta",
    "NodeMeta",
    "ServiceMeta",
    "TaggedAddresses",
    "Checks",
    "Definition",
];

/// Reads words into an expression; `or` binds least, `not` most.
struct Reader<'a, I: Iterator<Item = String>> {
    words: Peekable<I>,
    fields: &'a [&'a str],
}

impl<I: Iterator<Item = String>> Reader<'_, I> {
    fn next(&mut self) -> Result<String, String> {
        self.words
            .next()
            .ok_or_else(|| "no match found, expected more at the end".to_owned())
    }

    fn takes(&mut self, word: &str) -> bool {
        self.words.next_if(|next| next == word).is_some()
    }

    fn any(&mut self, depth: usize) -> Result<Expression, String> {
        let mut list = vec![self.all(depth)?];
        while self.takes("or") {
            list.push(self.all(depth)?);
        }
        Ok(Expression::Any(list))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, String> {
        let mut list = vec![self.one(depth)?];
        while self.takes("and") {
            list.push(self.one(depth)?);
        }
        Ok(Expression::All(list))
    }

    fn one(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > DEPTH_MAX {
            return Err("the expression is nested too deeply".to_owned());
        }
        if self.takes("not") {
            return Ok(Expression::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("(") {
            let inside = self.any(depth + 1)?;
            return match self.next()?.as_str() {
                ")" => Ok(inside),
                other => Err(format!("no match found, expected \")\" at {other:?}")),
            };
        }
        self.term().map(Expression::Term)
    }

    fn term(&mut self) -> Result<Term, String> {
        let first = self.next()?;
        if first.starts_with('"') {
            let negated = self.takes("not");
            let operator = self.next()?;
            if operator != "in" {
                return Err(format!("no match found, expected \"in\" at {operator:?}"));
            }
            let selector = self.next()?;
            let path = self.path(&selector)?;
            let wanted = unquote(first);
            let test = if negated {
                Test::ContainsNot(wanted)
            } else {
                Test::Contains(wanted)
            };
            return Ok(Term { path, test });
        }
        let path = self.path(&first)?;
        let lists = path
            .iter()
            .filter(|step| LISTS.contains(&step.as_str()))
            .count();
        let is_list = lists == 1
            && path
                .last()
                .is_some_and(|step| LISTS.contains(&step.as_str()));
        let test = match self.next()?.as_str() {
            "is" if !is_list => {
                return Err(format!(
                    "Invalid match operator \"Is Empty\" for selector {first:?}"
                ));
            }
            "==" => Test::Equal(unquote(self.next()?)),
            "!=" => Test::NotEqual(unquote(self.next()?)),
            "contains" => Test::Contains(unquote(self.next()?)),
            "is" if self.takes("not") => match self.next()?.as_str() {
                "empty" => Test::NotEmpty,
                other => return Err(format!("no match found, expected \"empty\" at {other:?}")),
            },
            "is" => match self.next()?.as_str() {
                "empty" => Test::Empty,
                other => return Err(format!("no match found, expected \"empty\" at {other:?}")),
            },
            other => return Err(format!("no match found, expected an operator at {other:?}")),
        };
        Ok(Term { path, test })
    }

    /// A selector's steps: `Service.Meta.team`, `Meta["team"]`.
    fn path(&mut self, selector: &str) -> Result<Vec<String>, String> {
        let mut path: Vec<_> = selector.split('.').map(str::to_owned).collect();
        if !self.fields.contains(&path[0].as_str()) {
            return Err(format!("Selector {selector:?} is not valid"));
        }
        while self.takes("[") {
            path.push(unquote(self.next()?));
            if !self.takes("]") {
                return Err("no match found, expected \"]\"".to_owned());
            }
        }
        Ok(path)
    }
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
            "Status == `warning`",
            r#"ServiceID == """#,
            r#"Status == "passing" or Tags contains "a""#,
            r#"Status != passing and Meta.k == "v""#,
            r#"Meta is not empty and Tags is not empty"#,
            r#""a" in Tags and not ("b" in Tags)"#,
            r#"("k" in Meta) and (not (Meta is empty))"#,
            r#"Meta["k"] == "\x76" and "none" not in Meta"#,
            r#"not Status == "passing" and (ServiceID == "x" or ServiceID == "")"#,
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
            "Status is empty",
            "Meta[\"k\"] is empty",
            "Status == `x",
            "Status == x y",
            "(Status == x",
            "Status == x)",
            "\"x\" in",
            "not",
            "Status[\"x\" == y",
        ] {
            assert!(
                Filter::parse(broken, &["Status", "Meta"]).is_err(),
                "{broken}"
            );
        }
    }
}
