//! What differs inside two lines, by words.

use super::lines::{Step, diff};

/// Words of a line that are compared at most: longer lines are told as changed whole.
const WORDS_MAX: usize = 200;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its text.
    pub text: String,
    /// The other line has not got it.
    pub changed: bool,
}

/// The pieces of both lines; none where so little is common that marks would only be noise.
#[must_use]
pub(super) fn pieces(old: &str, new: &str) -> Option<(Vec<Piece>, Vec<Piece>)> {
    let (old_words, new_words) = (split(old)?, split(new)?);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut common = 0;
    for step in diff(&old_words, &new_words) {
        match step {
            Step::Same { old, new } => {
                common += old_words[old].trim().len();
                push(&mut left, old_words[old], false);
                push(&mut right, new_words[new], false);
            }
            Step::Removed(old) => push(&mut left, old_words[old], true),
            Step::Added(new) => push(&mut right, new_words[new], true),
        }
    }
    let longer = old.trim().len().max(new.trim().len());
    (common * 4 >= longer && common > 0).then_some((left, right))
}

fn push(pieces: &mut Vec<Piece>, text: &str, changed: bool) {
    match pieces.last_mut() {
        Some(last) if last.changed == changed => last.text.push_str(text),
        _ => pieces.push(Piece {
            text: text.to_owned(),
            changed,
        }),
    }
}

/// Runs of letters and digits, runs of blanks, and every other character alone; those of
/// scripts without blanks alone, too.
fn split(line: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, letter) in line.char_indices() {
        let kind = Kind::of(letter);
        if at > start && (kind == Kind::Other || last != Some(kind)) {
            words.push(&line[start..at]);
            start = at;
        }
        if words.len() > WORDS_MAX {
            return None;
        }
        last = Some(kind);
    }
    if start < line.len() {
        words.push(&line[start..]);
    }
    Some(words)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Blank,
    Other,
}

impl Kind {
    fn of(letter: char) -> Self {
        if letter.is_whitespace() {
            Self::Blank
        } else if letter == '_' || (letter.is_alphanumeric() && letter < '\u{2e80}') {
            Self::Word
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(old: &str, new: &str) -> Option<(String, String)> {
        let line = |pieces: Vec<Piece>| -> String {
            pieces
                .into_iter()
                .map(|piece| {
                    if piece.changed {
                        format!("[{}]", piece.text)
                    } else {
                        piece.text
                    }
                })
                .collect()
        };
        pieces(old, new).map(|(left, right)| (line(left), line(right)))
    }

    #[test]
    fn words_are_marked() {
        for (old, new, left, right) in [
            ("  level: 3", "  level: 4", "  level: [3]", "  level: [4]"),
            (
                "url: a.b:80",
                "url: a.c:80",
                "url: a.[b]:80",
                "url: a.[c]:80",
            ),
            ("名称: 蜜蜂", "名称: 蜜糖", "名称: 蜜[蜂]", "名称: 蜜[糖]"),
            ("a: 1", "a: 1 # why", "a: 1", "a: 1[ # why]"),
        ] {
            assert_eq!(marked(old, new), Some((left.into(), right.into())), "{old}");
        }
    }

    #[test]
    fn lines_with_little_in_common_have_no_marks() {
        assert_eq!(pieces("logger:", "  - 10.0.0.1"), None);
        assert_eq!(pieces("", "x"), None);
        assert_eq!(pieces(&"a ".repeat(500), "a"), None);
    }
}
