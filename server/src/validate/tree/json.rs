//! JSON that is known to parse, with places.

use super::{DEPTH_MAX, Entry, Node, PARTS_MAX, Value};
use crate::validate::place::Lines;

pub(super) fn read(text: &str) -> Option<Node> {
    let mut walk = Walk {
        text,
        at: 0,
        lines: Lines::new(text),
        left: PARTS_MAX,
    };
    walk.value(0)
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    lines: Lines<'a>,
    left: usize,
}

impl Walk<'_> {
    fn value(&mut self, depth: usize) -> Option<Node> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEPTH_MAX {
            return None;
        }
        let at = self.at_word();
        let at = self.lines.at(at);
        let value = match self.byte()? {
            b'{' => Value::Map(self.map(depth)?),
            b'[' => Value::List(self.list(depth)?),
            _ => Value::Single(serde_json::from_str(self.word()).ok()?),
        };
        Some(Node { at, value })
    }

    fn map(&mut self, depth: usize) -> Option<Vec<Entry>> {
        let mut entries = Vec::new();
        self.at += 1;
        while !self.takes(b'}') {
            let at = self.at_word();
            let at = self.lines.at(at);
            let key = serde_json::from_str(self.word()).ok()?;
            self.takes(b':');
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, at, value });
            self.takes(b',');
        }
        Some(entries)
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        self.at += 1;
        while !self.takes(b']') {
            items.push(self.value(depth + 1)?);
            self.takes(b',');
        }
        Some(items)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no blank.
    fn at_word(&mut self) -> usize {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.at
    }

    fn takes(&mut self, wanted: u8) -> bool {
        self.at_word();
        let found = self.byte() == Some(wanted);
        if found {
            self.at += 1;
        }
        found
    }

    /// A text with its quotes, a number or a word.
    fn word(&mut self) -> &str {
        let start = self.at;
        if self.byte() == Some(b'"') {
            self.at += 1;
            while let Some(byte) = self.byte() {
                self.at += if byte == b'\\' { 2 } else { 1 };
                if byte == b'"' {
                    break;
                }
            }
        } else {
            while self.byte().is_some_and(|byte| {
                !byte.is_ascii_whitespace() && !matches!(byte, b',' | b']' | b'}' | b':')
            }) {
                self.at += 1;
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }
}
