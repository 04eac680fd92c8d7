//! The place in a text of JSON: what stands before it is read, whether or not it is whole.

use super::cursor::{Cursor, Step, Want, word_end, word_start};

/// A map or a list that is open.
enum Open {
    Map {
        present: Vec<String>,
        key: Option<String>,
        /// A `:` or the value stands behind the key.
        has_value: Option<bool>,
    },
    List {
        /// An item stands there since the last comma.
        has_value: bool,
    },
}

pub(super) fn cursor(text: &str, line: usize, column: usize) -> Option<Cursor> {
    let letters: Vec<char> = text.split('\n').nth(line)?.chars().collect();
    let column = column.min(letters.len());
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let head: String = letters[..column].iter().collect();
    let before = &text[..start + head.len()];
    let (open, quote) = read(before);
    let (from, to) = match quote {
        // the quote that is open, and the one that closes it
        Some(length) => {
            let from = column.checked_sub(length)?;
            let end = word_end(&letters, column);
            let closed = letters.get(end) == Some(&'"');
            (from, end + usize::from(closed))
        }
        None => (word_start(&letters, column), word_end(&letters, column)),
    };
    let rest: String = letters[to..].iter().collect();
    let wants_value = match open.last()? {
        Open::Map { key: None, .. } => false,
        Open::Map {
            has_value: Some(has_value),
            ..
        }
        | Open::List { has_value } => {
            if *has_value && quote.is_none() && from == column {
                return None;
            }
            true
        }
        // behind a key, before its `:`
        Open::Map { .. } => return None,
    };
    let want = if wants_value {
        Want::Value
    } else {
        let Some(Open::Map { present, .. }) = open.last() else {
            return None;
        };
        Want::Key {
            present: present.clone(),
        }
    };
    let mut path = Vec::new();
    for (at, part) in open.iter().enumerate() {
        match part {
            Open::Map { key: Some(key), .. } => path.push(Step::Key(key.clone())),
            Open::Map { .. } => debug_assert!(at + 1 == open.len(), "only the last lacks its key"),
            Open::List { .. } => path.push(Step::Item),
        }
    }
    Some(Cursor {
        path,
        want,
        from,
        to,
        has_separator: rest.trim_start().starts_with(':'),
    })
}

/// What is open at the end of `before`; and where a text is, how many letters there are since its
/// quote, with it.
fn read(before: &str) -> (Vec<Open>, Option<usize>) {
    let mut open: Vec<Open> = Vec::new();
    let mut letters = before.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                let mut word = String::new();
                let mut closed = false;
                while let Some(letter) = letters.next() {
                    match letter {
                        '\\' => word.extend(letters.next()),
                        '"' => {
                            closed = true;
                            break;
                        }
                        letter => word.push(letter),
                    }
                }
                if !closed {
                    return (open, Some(word.chars().count() + 1));
                }
                said(&mut open, word);
            }
            '{' => {
                said(&mut open, String::new());
                open.push(Open::Map {
                    present: Vec::new(),
                    key: None,
                    has_value: None,
                });
            }
            '[' => {
                said(&mut open, String::new());
                open.push(Open::List { has_value: false });
            }
            '}' | ']' => {
                open.pop();
            }
            ':' => {
                if let Some(Open::Map { has_value, .. }) = open.last_mut() {
                    *has_value = Some(false);
                }
            }
            ',' => match open.last_mut() {
                Some(Open::Map { key, has_value, .. }) => (*key, *has_value) = (None, None),
                Some(Open::List { has_value }) => *has_value = false,
                None => {}
            },
            letter if letter.is_whitespace() => {}
            // a number or a word: whole only where something follows
            _ => {
                if let Some(Open::Map {
                    key: Some(_),
                    has_value,
                    ..
                }) = open.last_mut()
                {
                    *has_value = Some(true);
                } else if let Some(Open::List { has_value }) = open.last_mut() {
                    *has_value = true;
                }
            }
        }
    }
    (open, None)
}

/// A text, a map or a list begins: a key, or a value.
fn said(open: &mut [Open], word: String) {
    match open.last_mut() {
        Some(Open::Map {
            present,
            key: key @ None,
            ..
        }) => {
            present.push(word.clone());
            *key = Some(word);
        }
        Some(Open::Map { has_value, .. }) => *has_value = Some(true),
        Some(Open::List { has_value }) => *has_value = true,
        None => {}
    }
}
