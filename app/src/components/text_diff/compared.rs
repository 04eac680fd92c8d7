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

/// Bytes in words that a comparison can show: the text, or a line that tells what is not text.
#[must_use]
pub(super) fn text_or_line(bytes: &[u8], line: impl FnOnce(usize, &str) -> String) -> Arc<str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let first: Vec<String> = bytes
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    line(bytes.len(), &first.join(" ")).into()
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
    fn bytes_are_told_in_a_line() {
        let line = |size: usize, first: &str| format!("{size}: {first}");
        assert_eq!(&*text_or_line("ü".as_bytes(), line), "ü");
        assert_eq!(&*text_or_line(&[0xff, 0], line), "2: ff 00");
    }
}
