//! Two texts, compared.

use std::{ops::Range, sync::Arc};

use super::{
    lines::{amounts, diff},
    rows::{Row, changes, rows},
};

/// Two texts and what differs.
#[derive(Debug)]
pub(super) struct Compared {
    before: Arc<str>,
    after: Arc<str>,
    before_lines: Vec<Range<usize>>,
    after_lines: Vec<Range<usize>>,
    /// What is shown, one below the other.
    pub rows: Vec<Row>,
    /// Where each run of changes begins in `rows`.
    pub changes: Vec<usize>,
    /// Lines that only the new text has.
    pub added: usize,
    /// Lines that only the old text has.
    pub removed: usize,
}

impl PartialEq for Compared {
    fn eq(&self, other: &Self) -> bool {
        self.before == other.before && self.after == other.after
    }
}

impl Compared {
    /// Compares two texts.
    #[must_use]
    pub(super) fn new(before: Arc<str>, after: Arc<str>) -> Self {
        let (before_lines, after_lines) = (lines_of(&before), lines_of(&after));
        let old: Vec<&str> = before_lines
            .iter()
            .map(|line| &before[line.clone()])
            .collect();
        let new: Vec<&str> = after_lines
            .iter()
            .map(|line| &after[line.clone()])
            .collect();
        let steps = diff(&old, &new);
        let (added, removed) = amounts(&steps);
        let rows = rows(&steps);
        Self {
            changes: changes(&rows),
            rows,
            added,
            removed,
            before_lines,
            after_lines,
            before,
            after,
        }
    }

    /// A line of the old text, from 0.
    #[must_use]
    pub(super) fn old(&self, line: usize) -> &str {
        self.before_lines
            .get(line)
            .map_or("", |range| &self.before[range.clone()])
    }

    /// A line of the new text, from 0.
    #[must_use]
    pub(super) fn new_line(&self, line: usize) -> &str {
        self.after_lines
            .get(line)
            .map_or("", |range| &self.after[range.clone()])
    }
}

/// Where the lines of `text` are, without their `\n`; one more than there are `\n`, and none in
/// nothing: what is written first is all new.
fn lines_of(text: &str) -> Vec<Range<usize>> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.push(start..start + line.len());
        start += line.len() + 1;
    }
    lines
}

/// Bytes in a line of what is not text.
const DUMPED: usize = 16;

/// Bytes as lines that a comparison can show: the text, or a head that tells how many they are and
/// all of them in hex. Equal only for equal bytes.
#[must_use]
pub(super) fn text_or_hex(bytes: &[u8], head: impl Fn(usize) -> String) -> Arc<str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !reads_as_hex(text, &head)
    {
        return text.into();
    }
    let mut lines = head(bytes.len());
    for chunk in bytes.chunks(DUMPED) {
        for (at, byte) in chunk.iter().enumerate() {
            lines.push(if at == 0 { '\n' } else { ' ' });
            for digit in [byte >> 4, byte & 15] {
                lines.push(char::from_digit(digit.into(), 16).unwrap_or_default());
            }
        }
    }
    lines.into()
}

/// A text that is written like bytes that are none: it is shown as its own bytes, or it would be
/// taken for the others.
fn reads_as_hex(text: &str, head: impl Fn(usize) -> String) -> bool {
    let Some((first, rest)) = text.split_once('\n') else {
        return false;
    };
    let mut count = 0;
    for pair in rest.split_ascii_whitespace() {
        if pair.len() != 2 || !pair.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return false;
        }
        count += 1;
    }
    first == head(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_texts() {
        let compared = Compared::new("a\nü\n".into(), "a\nx\n\n".into());
        assert_eq!((compared.added, compared.removed), (2, 1));
        assert_eq!(compared.old(1), "ü");
        assert_eq!(compared.new_line(3), "");
        assert_eq!(compared.changes, [1]);
    }

    #[test]
    fn nothing_has_no_line() {
        let written = Compared::new("".into(), "a\nb".into());
        assert_eq!(
            (written.added, written.removed, written.rows.len()),
            (2, 0, 2)
        );
        let emptied = Compared::new("a".into(), "".into());
        assert_eq!(
            (emptied.added, emptied.removed, emptied.rows.len()),
            (0, 1, 1)
        );
        assert!(Compared::new("".into(), "".into()).rows.is_empty());
    }

    #[test]
    fn only_equal_bytes_read_the_same() {
        let head = |size: usize| format!("{size}:");
        let shown = |bytes: &[u8]| text_or_hex(bytes, head).to_string();
        assert_eq!(shown("ü".as_bytes()), "ü");
        assert_eq!(shown(&[0xff, 0]), "2:\nff 00");
        // of one size, and alike where they begin
        let (mut a, mut b) = (vec![0xff; 40], vec![0xff; 40]);
        (a[39], b[39]) = (1, 2);
        assert_ne!(shown(&a), shown(&b));
        assert_eq!(shown(&a).lines().count(), 4);
        let compared = Compared::new(shown(&a).into(), shown(&b).into());
        assert_eq!((compared.added, compared.removed), (1, 1));
        // a text that is written like those bytes
        assert_ne!(shown(shown(&a).as_bytes()), shown(&a));
        assert_eq!(shown(b"2:\nff 00 x"), "2:\nff 00 x");
    }
}
