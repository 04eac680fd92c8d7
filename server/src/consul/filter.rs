//! Consul's filter expressions, built from typed parts: no text from outside can change what a
//! filter asks.

use std::fmt::Write as _;

/// A filter expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(String);

/// What a filter looks at: a field's path as Consul's documentation writes it (`Service.Tags`),
/// with a key for those that are maps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(String);

impl Selector {
    /// A field.
    #[must_use]
    pub fn field(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// The value of `key` in a field that is a map, such as `Meta`.
    #[must_use]
    pub fn entry(path: &'static str, key: &str) -> Self {
        Self(format!("{path}[{}]", quote(key)))
    }
}

impl Filter {
    /// The field is `value`.
    #[must_use]
    pub fn equals(selector: &Selector, value: &str) -> Self {
        Self(format!("{} == {}", selector.0, quote(value)))
    }

    /// The field is not `value`.
    #[must_use]
    pub fn not_equals(selector: &Selector, value: &str) -> Self {
        Self(format!("{} != {}", selector.0, quote(value)))
    }

    /// The list, map or text holds `value`.
    #[must_use]
    pub fn contains(selector: &Selector, value: &str) -> Self {
        Self(format!("{} in {}", quote(value), selector.0))
    }

    /// The list or map is empty. For text, Consul takes only [`Self::equals`] with "".
    #[must_use]
    pub fn is_empty(selector: &Selector) -> Self {
        Self(format!("{} is empty", selector.0))
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self(format!("({}) and ({})", self.0, other.0))
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self(format!("({}) or ({})", self.0, other.0))
    }

    /// It does not hold.
    #[must_use]
    pub fn negate(self) -> Self {
        Self(format!("not ({})", self.0))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn raw_for_tests(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A string of Go's, as go-bexpr reads it: it ends at the first `"`, escaped or not, and is then
/// unquoted by Go's rules. So a quote is written as a number.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\x22"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_quotes() {
        let name = Selector::field("Name");
        for (value, expression) in [
            ("plain", r#"Name == "plain""#),
            (r#"" or Name != ""#, r#"Name == "\x22 or Name != \x22""#),
            ("\\\"", r#"Name == "\\\x22""#),
            ("a\nb", r#"Name == "a\u000ab""#),
            ("中", r#"Name == "中""#),
        ] {
            assert_eq!(Filter::equals(&name, value).as_str(), expression);
        }
        let entry = Selector::entry("Meta", "a\"b");
        let both = Filter::contains(&Selector::field("Tags"), "v2")
            .and(&Filter::is_empty(&entry).negate());
        assert_eq!(
            both.as_str(),
            r#"("v2" in Tags) and (not (Meta["a\x22b"] is empty))"#
        );
    }
}
