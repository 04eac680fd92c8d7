//! Keys and parts of them as text, and what of them is not plain to the eye.

use leptos::prelude::*;

use super::{Still, still};
use crate::i18n::{Messages, use_t};

/// A key or a part of one: never markup, never able to move what stands beside it, and what
/// cannot be seen is named.
#[component]
pub fn KeyText(
    /// The key, or a part of it.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    key_text(use_t(), &text).into_any()
}

/// The same for a row: an element that is plain data.
#[must_use]
pub fn key_text(t: &'static Messages, text: &str) -> Still {
    if text.is_empty() {
        return still("span")
            .class("key-text key-text-empty")
            .text(t.kv.empty_name);
    }
    let shown = still("bdi").class("key-text");
    pieces(text)
        .into_iter()
        .fold(shown, |shown, piece| match piece {
            Piece::Text(text) => shown.text(text),
            Piece::Hidden(letter) => {
                let code = code_point(letter);
                let title = (t.kv.hidden_character)(&code);
                let name = still("span").class("hidden-character").with("title", title);
                shown.child(name.text(code))
            }
        })
}

/// A character's code point, `U+202E`.
#[must_use]
pub fn code_point(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// A part of a text that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// A character that cannot be seen, or that moves others: its code point is shown instead.
    Hidden(char),
}

/// Cuts `text` at every character that cannot be seen or that reorders what is around it, so
/// that two keys which differ never look alike by these.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, letter) in text.chars().enumerate() {
        let edge_blank = letter == ' ' && (at == 0 || at == last);
        if is_hidden(letter) || edge_blank {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Hidden(letter));
        } else {
            plain.push(letter);
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// `text` in one line of plain text, with what cannot be seen spelled out: for titles and messages.
#[must_use]
pub fn spelled(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Hidden(letter) => format!("\u{27e8}U+{:04X}\u{27e9}", u32::from(letter)),
        })
        .collect()
}

/// Whether `letter` draws nothing or moves other letters.
#[must_use]
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{3000}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_named() {
        assert_eq!(pieces("a b"), [Piece::Text("a b".into())]);
        assert_eq!(
            pieces("a\u{202e}b"),
            [
                Piece::Text("a".into()),
                Piece::Hidden('\u{202e}'),
                Piece::Text("b".into())
            ]
        );
        assert_eq!(pieces("\u{200b}"), [Piece::Hidden('\u{200b}')]);
        assert_eq!(
            pieces(" a\u{1b}"),
            [
                Piece::Hidden(' '),
                Piece::Text("a".into()),
                Piece::Hidden('\u{1b}')
            ]
        );
        // an emoji keeps its presentation selector
        assert_eq!(pieces("❤\u{fe0f}"), [Piece::Text("❤\u{fe0f}".into())]);
        assert!(pieces("").is_empty());
        assert_eq!(spelled("a\u{202e}b"), "a\u{27e8}U+202E\u{27e9}b");
    }
}
