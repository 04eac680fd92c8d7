//! A tree as YAML: texts of several lines as they are, all else in quotes.

use std::fmt::Write as _;

use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};

use super::{
    Complaint, Entry,
    tree::{self, Tree},
};

/// In a debug build one level takes some ten kilobytes.
const STACK_BYTES: usize = 8 * 1024 * 1024;

pub(super) fn write(tree: &Tree) -> String {
    let mut text = String::new();
    level(tree, 0, &mut text);
    text
}

fn level(tree: &Tree, depth: usize, text: &mut String) {
    let Tree::Level(members) = tree else {
        return;
    };
    let indent = "  ".repeat(depth);
    for (name, member) in members {
        text.push_str(&indent);
        quote(name, text);
        text.push(':');
        match member {
            Tree::Level(below) if below.is_empty() => text.push_str(" {}\n"),
            Tree::Level(_) => {
                text.push('\n');
                level(member, depth + 1, text);
            }
            Tree::Text(value) if is_block(value) => block(value, depth + 1, text),
            Tree::Text(value) => {
                text.push(' ');
                quote(value, text);
                text.push('\n');
            }
        }
    }
}

/// Several lines that stand as they are: a parser gives back exactly these.
fn is_block(value: &str) -> bool {
    value.contains('\n')
        && !value.starts_with([' ', '\n', '\t'])
        && value
            .chars()
            .all(|letter| letter == '\n' || is_plain(letter))
        && value
            .lines()
            .all(|line| !line.trim().is_empty() || line.is_empty())
}

/// What YAML takes as it is.
fn is_plain(letter: char) -> bool {
    letter == '\t'
        || (!letter.is_control()
            && !matches!(
                letter,
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            ))
}

fn block(value: &str, depth: usize, text: &mut String) {
    let body = value.trim_end_matches('\n');
    let mark = match value.len() - body.len() {
        0 => " |-\n",
        1 => " |\n",
        _ => " |+\n",
    };
    text.push_str(mark);
    let indent = "  ".repeat(depth);
    for line in body.split('\n') {
        if !line.is_empty() {
            text.push_str(&indent);
        }
        text.push_str(line);
        text.push('\n');
    }
    for _ in 1..value.len() - body.len() {
        text.push('\n');
    }
}

fn quote(value: &str, text: &mut String) {
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            letter if is_plain(letter) => text.push(letter),
            letter => {
                let code = u32::from(letter);
                let _ = if code > 0xffff {
                    write!(text, "\\U{code:08X}")
                } else {
                    write!(text, "\\u{code:04X}")
                };
            }
        }
    }
    text.push('"');
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        budget: serde_saphyr::budget! {
            max_depth: 64,
            max_events: 2_000_000,
            max_nodes: 1_000_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
        },
    }
}

/// On a stack of its own, which the limit on depth is made for.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, Complaint> {
    let parse = || {
        serde_saphyr::from_str_with_options::<Tree>(text, options())
            .map_err(|error| error.without_snippet().to_string())
    };
    let tree = std::thread::scope(|scope| {
        let parser = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, parse);
        match parser.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err("the text could not be read".to_owned()),
        }
    })
    .map_err(|error| format!("the file is not a tree of keys in YAML: {error}"))?;
    match tree {
        Tree::Level(_) => Ok(tree::entries(tree)),
        Tree::Text(_) => Err("the file is a text, not a tree of keys".to_owned()),
    }
}
