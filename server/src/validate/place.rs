//! Places in a text: line and column from 1, the column in characters.

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// The place of a byte; one inside a character counts as its start.
pub(super) fn at_byte(text: &str, offset: usize) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    end_of(&text[..offset])
}

/// The place behind the last character.
pub(super) fn end_of(text: &str) -> Place {
    let last = text.rsplit('\n').next().unwrap_or_default();
    Place {
        line: number(text.matches('\n').count() + 1),
        column: number(last.chars().count() + 1),
    }
}

/// The place that a parser told as a line and a column from 1, in bytes.
pub(super) fn at_byte_column(text: &str, line: usize, column: usize) -> Place {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let length = text[start..].lines().next().unwrap_or_default().len();
    at_byte(text, start + column.saturating_sub(1).min(length))
}

/// Where the lines of a text begin: many places are found quickly then.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// As [`at_byte`].
    pub(super) fn at(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or_default();
        Place {
            line: number(line),
            column: number(before.chars().count() + 1),
        }
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_characters() {
        let text = "aé\nbü!";
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (2, 1, 2), (4, 2, 1), (99, 2, 4)] {
            assert_eq!(at_byte(text, offset), Place { line, column }, "{offset}");
        }
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (4, 2, 1), (7, 2, 3)] {
            assert_eq!(Lines::new(text).at(offset), Place { line, column });
        }
        assert_eq!(at_byte_column(text, 2, 4), Place { line: 2, column: 3 });
        assert_eq!(at_byte_column(text, 9, 9), Place { line: 2, column: 4 });
        assert_eq!(at_byte_column("", 1, 0), Place { line: 1, column: 1 });
    }
}
