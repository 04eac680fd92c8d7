//! A value's bytes, and the text that people edit.
//!
//! A `<textarea>` turns every line ending into LF. What is saved must differ from what was read
//! only where somebody typed, so the endings (and a byte order mark) are kept here and put back.

use base64::{Engine, engine::general_purpose::STANDARD};
use wire::kv::KvPair;

use crate::components::text_diff::lines::{Step, diff};

/// What a value is, to the eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// UTF-8, which can be edited.
    Text(Text),
    /// Anything else: shown as hex, never changed.
    Binary(Vec<u8>),
}

/// A value that is UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    original: String,
    shown: String,
    /// How its lines end.
    pub endings: Endings,
    /// It begins with a byte order mark.
    pub byte_order_mark: bool,
}

/// How the lines of a text end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endings {
    /// `\n`, or there is but one line.
    #[default]
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`.
    Cr,
    /// Several of them.
    Mixed,
}

impl Content {
    /// Tells text from anything else.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(Text::new(text)),
            Err(error) => Self::Binary(error.into_bytes()),
        }
    }

    /// The content of a key as it was read. A value that is not base64 counts as its own bytes,
    /// so that nothing is hidden.
    #[must_use]
    pub fn of_pair(pair: &KvPair) -> Self {
        Self::of(bytes_of(pair))
    }
}

/// A pair's bytes.
#[must_use]
pub fn bytes_of(pair: &KvPair) -> Vec<u8> {
    let encoded = pair.value.as_deref().unwrap_or_default();
    STANDARD
        .decode(encoded)
        .unwrap_or_else(|_| encoded.as_bytes().to_vec())
}

/// Bytes as the API wants them.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

impl Text {
    /// Reads `original`.
    #[must_use]
    pub fn new(original: String) -> Self {
        let body = original.strip_prefix('\u{feff}').unwrap_or(&original);
        Self {
            endings: endings_of(body),
            byte_order_mark: body.len() < original.len(),
            shown: lf_only(body),
            original,
        }
    }

    /// How large the value is, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.original.len()
    }

    /// What an editor shows: every line ends with `\n`, without the byte order mark.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What to save when an editor holds `typed`: the original to the byte where nothing
    /// changed, and the line endings that each line had.
    #[must_use]
    pub fn restore(&self, typed: &str) -> String {
        let typed = lf_only(typed);
        if typed == self.shown {
            return self.original.clone();
        }
        let body = match self.endings {
            Endings::Lf => typed,
            Endings::CrLf => typed.replace('\n', "\r\n"),
            Endings::Cr => typed.replace('\n', "\r"),
            Endings::Mixed => self.restore_each(&typed),
        };
        if self.byte_order_mark {
            format!("\u{feff}{body}")
        } else {
            body
        }
    }

    /// Each line that was there keeps its ending; a new one takes that of the line above.
    fn restore_each(&self, typed: &str) -> String {
        let body = self
            .original
            .strip_prefix('\u{feff}')
            .unwrap_or(&self.original);
        let old = lines_with_endings(body);
        let old_lines: Vec<&str> = old.iter().map(|(line, _)| *line).collect();
        let new_lines: Vec<&str> = typed.split('\n').collect();
        let mut ending = old.first().map_or("\n", |(_, ending)| ending);
        let mut restored = String::with_capacity(body.len().max(typed.len()));
        for step in diff(&old_lines, &new_lines) {
            let new = match step {
                Step::Same { old: at, new } => {
                    if !old[at].1.is_empty() {
                        ending = old[at].1;
                    }
                    new
                }
                Step::Added(new) => new,
                // a changed line is a removed and an added one: its ending goes on
                Step::Removed(at) => {
                    if !old[at].1.is_empty() {
                        ending = old[at].1;
                    }
                    continue;
                }
            };
            restored.push_str(new_lines[new]);
            if new + 1 < new_lines.len() {
                restored.push_str(ending);
            }
        }
        restored
    }
}

/// `text` with `\n` for every line ending, as a `<textarea>` holds it.
#[must_use]
pub fn lf_only(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

/// How many characters `text` has that an editor cannot show; tabs and line endings are fine.
#[must_use]
pub fn control_characters(text: &str) -> usize {
    text.chars()
        .filter(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r'))
        .count()
}

fn endings_of(text: &str) -> Endings {
    let crlf = text.matches("\r\n").count();
    let cr = text.matches('\r').count() - crlf;
    let lf = text.matches('\n').count() - crlf;
    match (lf > 0, crlf > 0, cr > 0) {
        (_, false, false) => Endings::Lf,
        (false, true, false) => Endings::CrLf,
        (false, false, true) => Endings::Cr,
        _ => Endings::Mixed,
    }
}

fn lines_with_endings(text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        let ending = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        lines.push((&rest[..at], &rest[at..at + ending]));
        rest = &rest[at + ending..];
    }
    lines.push((rest, ""));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(original: &str) -> Text {
        match Content::of(original.as_bytes().to_vec()) {
            Content::Text(text) => text,
            Content::Binary(_) => panic!("{original:?} is UTF-8"),
        }
    }

    #[test]
    fn untouched_text_is_saved_to_the_byte() {
        for original in [
            "",
            "a",
            "a\n",
            "a\n\n",
            "\n",
            "a\r\nb\r\n",
            "a\rb\r",
            "a\r\nb\nc\rd",
            "\r\r\n\n",
            "\u{feff}a\r\n",
            "a\u{0}b\u{1b}[31m\n",
            "中文\r\n🐝",
            "a\u{2028}b\u{85}c",
        ] {
            let text = text(original);
            assert!(!text.shown().contains('\r'), "{original:?}");
            assert_eq!(text.restore(text.shown()), original);
        }
    }

    #[test]
    fn endings_come_back_where_somebody_typed() {
        for (original, typed, saved) in [
            ("a\r\nb\r\n", "a\nx\n", "a\r\nx\r\n"),
            ("a\r\nb", "a\nb\nc\n", "a\r\nb\r\nc\r\n"),
            ("a\rb\r", "a\rbc\r", "a\rbc\r"),
            ("a\n", "a\nb", "a\nb"),
            ("\u{feff}a\n", "b\n", "\u{feff}b\n"),
            // mixed: every line keeps its own, new ones take that of the line above
            ("a\r\nb\nc\r\n", "a\nx\nc\n", "a\r\nx\nc\r\n"),
            ("a\nb\r\nc", "a\nb\nnew\nc", "a\nb\r\nnew\r\nc"),
            ("a\r\nb\n", "b\n", "b\n"),
            ("a\nb\r\nc", "a\nb\nc\n", "a\nb\r\nc\r\n"),
        ] {
            assert_eq!(text(original).restore(typed), saved, "{original:?}");
        }
    }

    #[test]
    fn endings_are_named() {
        for (original, endings) in [
            ("", Endings::Lf),
            ("a\nb", Endings::Lf),
            ("a\r\nb\r\n", Endings::CrLf),
            ("a\rb", Endings::Cr),
            ("a\r\nb\n", Endings::Mixed),
            ("a\r\rb\n", Endings::Mixed),
        ] {
            assert_eq!(text(original).endings, endings, "{original:?}");
        }
        assert!(text("\u{feff}a").byte_order_mark);
        assert!(!text("a\u{feff}").byte_order_mark);
    }

    #[test]
    fn bytes_that_are_not_utf8_stay_bytes() {
        let bytes = vec![0xff, 0xfe, 0x00];
        assert_eq!(Content::of(bytes.clone()), Content::Binary(bytes.clone()));
        let pair = KvPair {
            value: Some(encode(&bytes)),
            ..KvPair::default()
        };
        assert_eq!(bytes_of(&pair), bytes);
        assert_eq!(bytes_of(&KvPair::default()), Vec::<u8>::new());
        assert_eq!(
            Content::of_pair(&KvPair::default()),
            Content::Text(Text::default())
        );
    }

    #[test]
    fn characters_that_cannot_be_seen_are_counted() {
        assert_eq!(control_characters("a\tb\r\n"), 0);
        assert_eq!(control_characters("a\u{0}b\u{1b}[31m\u{7f}"), 3);
    }
}
