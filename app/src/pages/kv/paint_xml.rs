//! Colours for XML that is read: names of tags and attributes, their values, comments.

use super::paint::Kind;

/// What is not markup, by how it begins and ends.
const APART: [(&str, &str, Option<Kind>); 4] = [
    ("<!--", "-->", Some(Kind::Comment)),
    ("<![CDATA[", "]]>", Some(Kind::Text)),
    ("<?", "?>", Some(Kind::Comment)),
    ("<!", ">", Some(Kind::Comment)),
];

/// The parts of `text`, which make it again one after the other. It may begin anywhere: a large
/// text is painted in pieces.
#[must_use]
pub fn paint(text: &str) -> Vec<(Option<Kind>, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    // a piece that begins within a comment, or within a tag
    let first = rest.find('<').unwrap_or(rest.len());
    if let Some(end) = rest.find("-->").filter(|end| *end < first) {
        take(&mut parts, &mut rest, end + 3, Some(Kind::Comment));
    } else if rest[..first].trim_end().ends_with('>') {
        tag(&mut parts, &mut rest);
    }
    while !rest.is_empty() {
        let apart = APART.iter().find(|(begin, ..)| rest.starts_with(begin));
        if let Some((begin, end, kind)) = apart {
            let behind = rest[begin.len()..].find(end);
            let length = behind.map_or(rest.len(), |at| begin.len() + at + end.len());
            take(&mut parts, &mut rest, length, *kind);
        } else if rest.starts_with('<') {
            let sign = if rest.starts_with("</") { 2 } else { 1 };
            take(&mut parts, &mut rest, sign, None);
            let name = name_length(rest);
            take(&mut parts, &mut rest, name, Some(Kind::Key));
            tag(&mut parts, &mut rest);
        } else {
            let length = rest.find('<').unwrap_or(rest.len());
            take(&mut parts, &mut rest, length, None);
        }
    }
    parts
}

/// The attributes of a tag, to its end.
fn tag<'a>(parts: &mut Vec<(Option<Kind>, &'a str)>, rest: &mut &'a str) {
    while let Some(letter) = rest.chars().next() {
        match letter {
            '<' => return,
            '>' => return take(parts, rest, 1, None),
            '"' | '\'' => {
                let end = rest[1..].find(letter).map_or(rest.len(), |at| at + 2);
                take(parts, rest, end, Some(Kind::Text));
            }
            _ => match name_length(rest) {
                0 => take(parts, rest, letter.len_utf8(), None),
                name => take(parts, rest, name, Some(Kind::Key)),
            },
        }
    }
}

fn name_length(text: &str) -> usize {
    let ends = |letter: char| letter.is_whitespace() || "=<>/\"'?".contains(letter);
    text.find(ends).unwrap_or(text.len())
}

/// Moves the first `length` bytes over.
fn take<'a>(
    parts: &mut Vec<(Option<Kind>, &'a str)>,
    rest: &mut &'a str,
    length: usize,
    kind: Option<Kind>,
) {
    let (part, behind) = rest.split_at(length);
    if !part.is_empty() {
        parts.push((kind, part));
    }
    *rest = behind;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(text: &str) -> Vec<(Kind, &str)> {
        let parts = paint(text);
        let whole: String = parts.iter().map(|(_, part)| *part).collect();
        assert_eq!(whole, text);
        let coloured = parts.into_iter();
        coloured
            .filter_map(|(kind, part)| Some((kind?, part)))
            .collect()
    }

    #[test]
    fn markup_has_colours() {
        use Kind::{Comment, Key, Text};
        for (text, found) in [
            (
                "<a b=\"1>2\" c = 'ü'>x &amp; y</a>\n",
                vec![
                    (Key, "a"),
                    (Key, "b"),
                    (Text, "\"1>2\""),
                    (Key, "c"),
                    (Text, "'ü'"),
                    (Key, "a"),
                ],
            ),
            ("<n:e/>", vec![(Key, "n:e")]),
            (
                "<?xml version=\"1.0\"?>\n<!-- <a> -->",
                vec![
                    (Comment, "<?xml version=\"1.0\"?>"),
                    (Comment, "<!-- <a> -->"),
                ],
            ),
            ("<![CDATA[<b>]]>", vec![(Text, "<![CDATA[<b>]]>")]),
            // pieces
            ("of it -->\n<a/>", vec![(Comment, "of it -->"), (Key, "a")]),
            ("<!-- open", vec![(Comment, "<!-- open")]),
            ("b=\"1\">\n", vec![(Key, "b"), (Text, "\"1\"")]),
            (
                "<a b=\"open",
                vec![(Key, "a"), (Key, "b"), (Text, "\"open")],
            ),
            ("a > b", vec![]),
            ("<", vec![]),
            ("plain ü\n", vec![]),
        ] {
            assert_eq!(painted(text), found, "{text}");
        }
    }
}
