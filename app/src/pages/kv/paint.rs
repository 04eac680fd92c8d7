//! Colours for a text that is read: keys, strings, numbers, comments, told by their look alone.

use wire::format::Format;

use super::paint_xml;

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a setting.
    Key,
    /// A text in quotes.
    Text,
    /// A number, true, false or null.
    Number,
    /// A comment.
    Comment,
}

impl Kind {
    /// The class for styles.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Key => "text-key",
            Self::Text => "text-string",
            Self::Number => "text-number",
            Self::Comment => "text-comment",
        }
    }
}

/// The parts of `text`, which make it again one after the other.
#[must_use]
pub fn paint(format: Format, text: &str) -> Vec<(Option<Kind>, &str)> {
    let mut parts = Parts(Vec::new());
    if format == Format::Plain {
        parts.push(None, text);
        return parts.0;
    }
    if format == Format::Xml {
        return paint_xml::paint(text);
    }
    for line in text.split_inclusive('\n') {
        parts.line(format, line);
    }
    parts.0
}

struct Parts<'a>(Vec<(Option<Kind>, &'a str)>);

impl<'a> Parts<'a> {
    fn push(&mut self, kind: Option<Kind>, part: &'a str) {
        if !part.is_empty() {
            self.0.push((kind, part));
        }
    }

    fn line(&mut self, format: Format, line: &'a str) {
        let mut rest = line;
        let indent = rest.len() - rest.trim_start_matches([' ', '\t', '-']).len();
        self.push(None, &rest[..indent]);
        rest = &rest[indent..];
        if let Some(length) = key_length(format, rest) {
            self.push(Some(Kind::Key), &rest[..length]);
            rest = &rest[length..];
        }
        while !rest.is_empty() {
            let (kind, length) = next(format, rest);
            self.push(kind, &rest[..length]);
            rest = &rest[length..];
        }
    }
}

/// How long the key is that `rest` begins with.
fn key_length(format: Format, rest: &str) -> Option<usize> {
    let ends: &[char] = match format {
        Format::Yaml | Format::Json => &[':'],
        Format::Properties => &['=', ':'],
        _ => &['='],
    };
    if rest.starts_with(['#', '!', '"', '[', '{']) {
        return None;
    }
    let end = rest.find(ends)?;
    let after = &rest[end + 1..];
    let is_key =
        format == Format::Properties || after.is_empty() || after.starts_with(char::is_whitespace);
    (is_key && !rest[..end].contains('#')).then(|| rest[..end].trim_end().len())
}

/// The first part of `rest`, which is not empty, and its length.
fn next(format: Format, rest: &str) -> (Option<Kind>, usize) {
    let comment = match format {
        Format::Json => "\u{0}",
        _ => "#",
    };
    if rest.starts_with(comment) {
        return (Some(Kind::Comment), rest.len());
    }
    if rest.starts_with('"') {
        let length = quoted_length(rest);
        let is_key = rest[length..].trim_start().starts_with(':');
        let kind = if is_key { Kind::Key } else { Kind::Text };
        return (Some(kind), length);
    }
    let blank = rest.len() - rest.trim_start().len();
    if blank > 0 {
        return (None, blank);
    }
    if rest.starts_with(['[', '{', ',']) {
        return (None, 1);
    }
    let word = rest
        .find(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ']' | '}' | '"'))
        .unwrap_or(rest.len());
    let is_value =
        is_number(&rest[..word]) || matches!(&rest[..word], "true" | "false" | "null" | "~");
    if is_value {
        return (Some(Kind::Number), word);
    }
    (
        None,
        word.max(rest.chars().next().map_or(1, char::len_utf8)),
    )
}

/// A number as JSON and YAML write most of them; to have it read as one is 12 kB of WASM.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.strip_prefix(['-', '+']).unwrap_or(word);
    let (number, exponent) = match word.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (word, None),
    };
    let is_whole = match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    };
    let sign = |text: &str| digits(text.strip_prefix(['-', '+']).unwrap_or(text));
    is_whole && exponent.is_none_or(sign)
}

/// The length of the text in quotes that `rest` begins with; up to the line's end where it is open.
fn quoted_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known() {
        for number in ["0", "-3", "012", "1.5", "1e3", "-2.0E-7"] {
            assert!(is_number(number), "{number}");
        }
        for other in [
            "", "-", "1.", ".5", "1e", "1.2.3", "0x1f", "inf", "NaN", "١",
        ] {
            assert!(!is_number(other), "{other}");
        }
    }

    fn painted(format: Format, text: &str) -> Vec<(Kind, &str)> {
        let parts = paint(format, text);
        let whole: String = parts.iter().map(|(_, part)| *part).collect();
        assert_eq!(whole, text);
        parts
            .into_iter()
            .filter_map(|(kind, part)| Some((kind?, part)))
            .collect()
    }

    #[test]
    fn words_have_colours() {
        use Kind::{Comment, Key, Number, Text};
        for (format, text, found) in [
            (
                Format::Yaml,
                "a.b: \"x\" # why\n",
                vec![(Key, "a.b"), (Text, "\"x\""), (Comment, "# why\n")],
            ),
            (Format::Yaml, "- n: 3\n", vec![(Key, "n"), (Number, "3")]),
            (Format::Yaml, "url: a:80/#x\n", vec![(Key, "url")]),
            (
                Format::Json,
                "{\"a\\\"\": [1, \"b\", null]}",
                vec![
                    (Key, "\"a\\\"\""),
                    (Number, "1"),
                    (Text, "\"b\""),
                    (Number, "null"),
                ],
            ),
            (
                Format::Toml,
                "é = \"open\n",
                vec![(Key, "é"), (Text, "\"open\n")],
            ),
            (Format::Plain, "a: 1", vec![]),
        ] {
            assert_eq!(painted(format, text), found, "{text}");
        }
    }
}
