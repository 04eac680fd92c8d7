//! The place in a text of TOML: the table's head above, and the key before the `=`.

use super::cursor::{Cursor, Step, Want, word_end, word_start};

pub(super) fn cursor(text: &str, line: usize, column: usize) -> Option<Cursor> {
    let lines: Vec<&str> = text.lines().collect();
    let letters: Vec<char> = lines.get(line).unwrap_or(&"").chars().collect();
    let column = column.min(letters.len());
    let head: String = letters[..column].iter().collect();
    let typed = head.trim_start();
    if typed.starts_with(['#', '[']) || typed.contains(" #") {
        return None;
    }
    let above = lines.iter().take(line);
    let table = above.rev().find_map(|line| head_of(line));
    let mut path = table.unwrap_or_default();
    if let Some((key, value)) = typed.split_once('=') {
        let value = value.trim_start();
        if value.starts_with(['[', '{']) || value.starts_with("\"\"\"") {
            return None;
        }
        path.extend(parts_of(key).into_iter().map(Step::Key));
        return Some(Cursor {
            path,
            want: Want::Value,
            from: column - value.chars().count(),
            to: word_end(&letters, column),
            has_separator: false,
        });
    }
    let from = word_start(&letters, column);
    let to = word_end(&letters, column);
    if from
        != letters
            .iter()
            .take_while(|letter| letter.is_whitespace())
            .count()
    {
        return None;
    }
    let rest: String = letters[to..].iter().collect();
    Some(Cursor {
        path,
        want: Want::Key {
            present: present(&lines, line),
        },
        from,
        to,
        has_separator: rest.trim_start().starts_with('='),
    })
}

/// The way that the head of a table says, if `line` is one.
fn head_of(line: &str) -> Option<Vec<Step>> {
    let line = line.trim();
    let (inner, is_item) = match line.strip_prefix("[[") {
        Some(rest) => (rest.split_once("]]")?.0, true),
        None => (line.strip_prefix('[')?.split_once(']')?.0, false),
    };
    let mut path: Vec<Step> = parts_of(inner).into_iter().map(Step::Key).collect();
    if is_item {
        path.push(Step::Item);
    }
    Some(path)
}

fn parts_of(key: &str) -> Vec<String> {
    let parts = key
        .split('.')
        .map(|part| part.trim().trim_matches(['"', '\'']));
    parts.map(str::to_owned).collect()
}

/// The keys of the table that `line` is in, but that line's.
fn present(lines: &[&str], line: usize) -> Vec<String> {
    let is_head = |line: &&&str| line.trim_start().starts_with('[');
    let start = lines
        .iter()
        .take(line)
        .rposition(|line| is_head(&line))
        .map_or(0, |at| at + 1);
    lines
        .iter()
        .enumerate()
        .skip(start)
        .take_while(|(at, text)| *at <= line || !is_head(text))
        .filter(|(at, _)| *at != line)
        .filter_map(|(_, text)| text.split_once('='))
        .filter_map(|(key, _)| parts_of(key).into_iter().next())
        .collect()
}
