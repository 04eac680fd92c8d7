//! The place in a text of YAML, told by indentation: what stands above need not parse.

use super::cursor::{Cursor, Step, Want, word_end, word_start};

/// What a line says of structure.
#[derive(Clone, Debug)]
struct Mark {
    line: usize,
    column: usize,
    /// None for the dash of an item.
    key: Option<String>,
}

pub(super) fn cursor(text: &str, line: usize, column: usize) -> Option<Cursor> {
    let lines: Vec<&str> = text.lines().collect();
    let letters: Vec<char> = lines.get(line).unwrap_or(&"").chars().collect();
    let column = column.min(letters.len());
    let head: String = letters[..column].iter().collect();
    let marks = marks_of(&lines, line)?;
    let (dashes, content) = content_of(&head);
    let typed = &head[byte_of(&head, content)..];
    if typed.starts_with('#')
        || typed.contains(" #")
        || typed.starts_with(['{', '[', '&', '*', '!'])
    {
        return None;
    }
    if let Some(length) = key_length(typed) {
        let name = unquoted(typed[..length].trim_end());
        let value = typed[length + 1..].trim_start();
        if value.contains(['{', '[', '|', '>', '&', '*', '!']) {
            return None;
        }
        let mut path = path_to(&marks, line, &dashes, content);
        path.push(Step::Key(name));
        // a text in quotes is replaced whole, a word from its start
        let from = column - value.chars().count();
        return Some(Cursor {
            path,
            want: Want::Value,
            from,
            to: word_end(&letters, column),
            has_separator: false,
        });
    }
    let from = word_start(&letters, column);
    let to = word_end(&letters, column);
    // more than one word is no key that is being typed
    if from != content {
        return None;
    }
    let rest: String = letters[to..].iter().collect();
    Some(Cursor {
        path: path_to(&marks, line, &dashes, content),
        want: Want::Key {
            present: siblings(&marks, line, &dashes, content),
        },
        from,
        to,
        has_separator: rest.trim_start().starts_with(':'),
    })
}

fn byte_of(text: &str, letters: usize) -> usize {
    text.char_indices()
        .nth(letters)
        .map_or(text.len(), |(at, _)| at)
}

/// The columns of the dashes that a line begins with, and that of what follows them.
fn content_of(line: &str) -> (Vec<usize>, usize) {
    let mut dashes = Vec::new();
    let mut column = 0;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let dash = letter == '-' && letters.peek().is_none_or(|next| *next == ' ');
        if dash {
            dashes.push(column);
        } else if letter != ' ' {
            break;
        }
        column += 1;
    }
    (dashes, column)
}

/// How long the key is that `text` begins with, up to its `:`; in bytes.
fn key_length(text: &str) -> Option<usize> {
    let start = match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].find(quote)? + 2,
        '#' => return None,
        _ => 0,
    };
    let colon = start + text[start..].find(':')?;
    let after = &text[colon + 1..];
    let comment = text[..colon].contains(" #");
    ((after.is_empty() || after.starts_with(' ')) && !comment).then_some(colon)
}

fn unquoted(key: &str) -> String {
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        let inner = key.strip_prefix(quote)?;
        inner.strip_suffix(quote)
    });
    inner.unwrap_or(key).to_owned()
}

/// The marks of the document that `line` is in; none where that line is inside of a long text.
fn marks_of(lines: &[&str], line: usize) -> Option<Vec<Mark>> {
    let mut marks = Vec::new();
    // a long text goes on for as long as lines are further inside than this
    let mut long: Option<usize> = None;
    for (at, text) in lines.iter().enumerate() {
        if text.starts_with("---") || text.starts_with("...") {
            if at > line {
                break;
            }
            marks.clear();
            long = None;
            continue;
        }
        let (dashes, content) = content_of(text);
        let blank = text.trim().is_empty();
        if let Some(outside) = long {
            if (blank && at != line) || content > outside {
                if at == line {
                    return None;
                }
                continue;
            }
            long = None;
        }
        if blank {
            continue;
        }
        let first = dashes.first().copied().unwrap_or(content);
        let typed = &text[byte_of(text, content)..];
        let key = key_length(typed);
        let value = key.map_or(typed, |length| typed[length + 1..].trim());
        if value.starts_with(['|', '>']) {
            long = Some(if key.is_some() { content } else { first });
        }
        let mark = |column, key| Mark {
            line: at,
            column,
            key,
        };
        marks.extend(dashes.into_iter().map(|column| mark(column, None)));
        if let Some(length) = key {
            marks.push(mark(content, Some(unquoted(typed[..length].trim_end()))));
        }
    }
    Some(marks)
}

/// What is above a place, nearest last.
fn path_to(marks: &[Mark], line: usize, dashes: &[usize], content: usize) -> Vec<Step> {
    let mut path = Vec::new();
    // a dash may stand in the column of the key whose list it is in
    let (mut key_below, mut dash_below) = (content, content);
    for dash in dashes.iter().rev() {
        path.push(Step::Item);
        (key_below, dash_below) = (dash + 1, *dash);
    }
    for mark in marks.iter().rev().filter(|mark| mark.line < line) {
        match &mark.key {
            Some(key) if mark.column < key_below => {
                path.push(Step::Key(key.clone()));
                (key_below, dash_below) = (mark.column, mark.column);
            }
            None if mark.column < dash_below => {
                path.push(Step::Item);
                (key_below, dash_below) = (mark.column + 1, mark.column);
            }
            _ => {}
        }
    }
    path.reverse();
    path
}

/// The other keys of the mapping that a place is in.
fn siblings(marks: &[Mark], line: usize, dashes: &[usize], content: usize) -> Vec<String> {
    let same = |mark: &&Mark| mark.column == content;
    let above = marks.iter().rev().filter(|mark| mark.line < line);
    let below = marks.iter().filter(|mark| mark.line > line);
    // the item that begins in this line has nothing above
    let above = above.take_while(|mark| dashes.is_empty() && mark.column >= content);
    // a key in the line of its item's dash stands further right than the dash
    let below = below.take_while(|mark| mark.column >= content);
    above
        .filter(same)
        .chain(below.filter(same))
        .filter_map(|mark| mark.key.clone())
        .collect()
}
