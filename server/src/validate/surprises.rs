//! What YAML reads otherwise than it looks: warnings, which stop no save.

use granit_parser::{Event, Parser, ScalarStyle, Span};
use wire::format::{Diagnostic, Severity};

use super::{place::Place, tree};

/// Warnings told of one text.
const MOST: usize = 50;

/// The warnings of a text that parses, by place.
pub(super) fn warnings(text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // lines of scalars that go over several lines: what stands there is text
    let mut inside = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else {
            break;
        };
        let Event::Scalar(value, style, _, tag) = event else {
            continue;
        };
        if style != ScalarStyle::Plain {
            inside.push(span.start.line()..=span.end.line());
        } else if tag.is_none()
            && let Some(words) = surprise(&value)
        {
            found.push(place_of(&span).diagnostic(&words, Severity::Warning));
        }
    }
    for (line, column) in tabs(text) {
        if !inside.iter().any(|lines| lines.contains(&line)) {
            let place = place(line, column);
            let words = "a tab: other readers of YAML may refuse it; use spaces";
            found.push(place.diagnostic(words, Severity::Warning));
        }
    }
    for again in tree::read_yaml(text).twice {
        let words = format!(
            "the key {} stands on line {} already: some readers of YAML take the last, others refuse the text",
            again.key, again.first.line
        );
        found.push(again.at.diagnostic(&words, Severity::Warning));
    }
    found.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
    found.truncate(MOST);
    found
}

fn place_of(span: &Span) -> Place {
    place(span.start.line(), span.start.col() + 1)
}

fn place(line: usize, column: usize) -> Place {
    Place {
        line: u32::try_from(line).unwrap_or(u32::MAX).max(1),
        column: u32::try_from(column).unwrap_or(u32::MAX).max(1),
    }
}

/// Line and column, from 1, of each line's first tab outside of a comment.
fn tabs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.lines().enumerate().filter_map(|(at, line)| {
        let content = line.split(" #").next().unwrap_or_default();
        let column = content.chars().position(|letter| letter == '\t')?;
        Some((at + 1, column + 1))
    })
}

/// What a plain scalar may mean, where that is not what it looks like.
fn surprise(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    if matches!(&*lower, "yes" | "no" | "on" | "off" | "y" | "n") {
        let means = matches!(&*lower, "yes" | "on" | "y");
        return Some(format!(
            "{value} is {means} to many readers of YAML, and a text to others: quote it, or write {means}"
        ));
    }
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if !digits.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits && digits.len() > 1 && digits.starts_with('0') {
        return Some(format!(
            "{value} is an octal number to some readers of YAML and a decimal one to others: quote it, or drop the 0"
        ));
    }
    if is_date(digits) {
        return Some(format!(
            "{value} is a date to some readers of YAML and a text to others: quote it"
        ));
    }
    if is_exponent(digits) {
        return Some(format!("{value} is a number: quote it if it is a text"));
    }
    if digits.contains(':') && digits.split(':').all(is_number) {
        return Some(format!(
            "{value} is a number to the base of 60 to some readers of YAML: quote it"
        ));
    }
    let grouped = digits.contains('_') && is_number(&digits.replace('_', ""));
    grouped.then(|| {
        format!("{value} is a number to some readers of YAML and a text to others: quote it")
    })
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// As `2026-01-31`, perhaps with a time behind it.
fn is_date(word: &str) -> bool {
    let day = word.split(['T', 't', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').collect();
    matches!(parts[..], [year, month, day] if year.len() == 4 && is_number(year)
        && month.len() <= 2 && is_number(month) && day.len() <= 2 && is_number(day))
}

/// As `1e3`: no dot need be there.
fn is_exponent(word: &str) -> bool {
    word.split_once(['e', 'E'])
        .is_some_and(|(number, exponent)| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            is_number(exponent)
                && number
                    .split('.')
                    .all(|part| part.is_empty() || is_number(part))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<(u32, u32)> {
        warnings(text)
            .iter()
            .map(|found| (found.line, found.column))
            .collect()
    }

    #[test]
    fn what_surprises_is_told_with_its_place() {
        for value in [
            "no",
            "Yes",
            "ON",
            "y",
            "012",
            "-07",
            "1e3",
            "1.5E-3",
            "2026-01-31",
            "2026-1-3T10:00:00Z",
            "22:30",
            "1_000",
        ] {
            assert_eq!(places(&format!("a:\n  b: {value}\n")), [(2, 6)], "{value}");
        }
        assert_eq!(places("on: 1\n"), [(1, 1)]);
        assert_eq!(places("a: [ok, no]\n"), [(1, 9)]);
        assert_eq!(places("é: no\n"), [(1, 4)]);
        assert_eq!(places("a: 1 \t# x\nb:\t2\n"), [(1, 6), (2, 3)]);
        assert_eq!(places("a: 1\nb: 2\na: no\n"), [(3, 1), (3, 4)]);
        assert!(warnings("a: 1\na: 2\n")[0].message.contains("line 1"));
    }

    #[test]
    fn what_is_plain_is_not() {
        for text in [
            "a: \"no\"\nb: 'on'\n",
            "a: |\n  no\n  \tindented\n",
            "a: 0\nb: 10\nc: 0.5\nd: true\ne: null\n",
            "a: 10.0.0.1\nb: v1e3\nc: 1s\nd: 0x1f\ne: :9600\n",
            "a: !!str no\n",
            "a: nothing # no\tway\n",
            "a: {b: 1}\nb: {b: 1}\n",
            "level: 3\n",
        ] {
            assert_eq!(places(text), [], "{text}");
        }
    }

    #[test]
    fn a_long_list_of_them_is_cut() {
        assert_eq!(warnings(&"- no\n".repeat(500)).len(), MOST);
    }
}
