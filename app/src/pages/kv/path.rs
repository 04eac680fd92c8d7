//! Keys as paths: folders, names, and what of them is not plain to the eye.

/// The folder that holds `key` (or the folder `key`): empty for the root, else it ends with `/`.
#[must_use]
pub fn parent(key: &str) -> &str {
    let inner = key.strip_suffix('/').unwrap_or(key);
    inner.rfind('/').map_or("", |at| &inner[..=at])
}

/// The last part of `key`; of a folder too, without its `/`.
#[must_use]
pub fn name(key: &str) -> &str {
    let inner = key.strip_suffix('/').unwrap_or(key);
    inner.rfind('/').map_or(inner, |at| &inner[at + 1..])
}

/// The folders on the way to `key`, outermost first: each one's name and whole path.
#[must_use]
pub fn folders(key: &str) -> Vec<(&str, &str)> {
    key.match_indices('/')
        .map(|(at, _)| {
            let folder = &key[..=at];
            (name(folder), folder)
        })
        .collect()
}

/// The folders above `folder`, nearest first, the root last: where to look for a way on.
#[must_use]
pub fn ancestors(folder: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut current = folder;
    while !current.is_empty() {
        current = parent(current);
        all.push(current);
    }
    all
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
    fn keys_have_a_folder_and_a_name() {
        for (key, folder, last) in [
            ("a", "", "a"),
            ("a/", "", "a"),
            ("a/b", "a/", "b"),
            ("a/b/", "a/", "b"),
            ("a//b", "a//", "b"),
            ("a//", "a/", ""),
            ("/x", "/", "x"),
            ("/", "", ""),
            ("", "", ""),
        ] {
            assert_eq!((parent(key), name(key)), (folder, last), "{key:?}");
        }
    }

    #[test]
    fn folders_lead_to_the_key() {
        assert_eq!(
            folders("omo/msa/default.yaml"),
            [("omo", "omo/"), ("msa", "omo/msa/")]
        );
        assert_eq!(folders("a//b"), [("a", "a/"), ("", "a//")]);
        assert!(folders("a").is_empty());
        assert_eq!(ancestors("a/b/"), ["a/", ""]);
        assert!(ancestors("").is_empty());
        // ends, whatever the slashes
        assert_eq!(ancestors("//"), ["/", ""]);
    }

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
