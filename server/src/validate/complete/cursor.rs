//! Where somebody types, in the terms of a schema.

/// A step from a value to one inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    /// Any item of a list.
    Item,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A key of the mapping at the path, which has these already.
    Key { present: Vec<String> },
    /// The value at the path.
    Value,
}

/// The place of somebody who types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) path: Vec<Step>,
    pub(super) want: Want,
    /// The columns, from 0, of what is replaced.
    pub(super) from: usize,
    pub(super) to: usize,
    /// What parts a key from its value is there.
    pub(super) has_separator: bool,
}

/// How many of the letters before `column` are of the same word.
pub(super) fn word_start(letters: &[char], column: usize) -> usize {
    let before = &letters[..column];
    let length = before.iter().rev().take_while(|letter| is_word(**letter));
    column - length.count()
}

/// Where the word ends that `column` is in.
pub(super) fn word_end(letters: &[char], column: usize) -> usize {
    let after = &letters[column..];
    column + after.iter().take_while(|letter| is_word(**letter)).count()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | '$' | '@')
}
