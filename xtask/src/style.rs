//! The style sheet: the layers of `style/` in their order, in one text, without what only people read.

use std::fs;
use std::path::Path;

use crate::command::Outcome;

/// Later layers override earlier ones.
const LAYERS: [&str; 5] = ["tokens", "base", "shell", "components", "pages"];

/// All layers, minified. A layer is `style/<layer>.css`, then the files of `style/<layer>/`.
pub(crate) fn bundle(folder: &Path) -> Outcome<String> {
    let mut text = String::new();
    for layer in LAYERS {
        let file = folder.join(layer).with_extension("css");
        if file.is_file() {
            text.push_str(&read(&file)?);
            text.push('\n');
        }
        for file in style_files(&folder.join(layer)) {
            text.push_str(&read(&file)?);
            text.push('\n');
        }
    }
    let forgotten = style_files(folder).into_iter().find(|file| {
        let layer = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        !layer.is_some_and(|layer| LAYERS.contains(&layer.as_str()))
    });
    match forgotten {
        Some(file) => Err(format!(
            "{} belongs to no layer ({})",
            file.display(),
            LAYERS.join(", ")
        )),
        None => Ok(minify(&text)),
    }
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn style_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "css"))
        .collect();
    files.sort();
    files
}

/// Takes out comments and the white space that says nothing; strings stay as they are.
fn minify(source: &str) -> String {
    let mut small = String::with_capacity(source.len());
    // a space is written only when the next character shows that it is needed
    let mut gap = Gap::None;
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.find("*/").map_or("", |end| &comment[end + 2..]);
            gap = gap.max(Gap::Comment);
        } else if character.is_ascii_whitespace() {
            rest = &rest[1..];
            gap = Gap::Space;
        } else {
            close_gap(&mut small, gap, character);
            gap = Gap::None;
            let length = match character {
                '"' | '\'' => string_length(rest, character),
                '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
                _ => character.len_utf8(),
            };
            small.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    small
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Comment,
    Space,
}

fn close_gap(small: &mut String, gap: Gap, next: char) {
    let last = small.chars().next_back();
    if next == '}' && last == Some(';') {
        small.pop();
        return;
    }
    let is_needed = match gap {
        Gap::None => false,
        Gap::Comment => last.is_some_and(is_of_word) && is_of_word(next),
        // `:` only on its right side: `a :hover` is not `a:hover`
        Gap::Space => {
            !matches!(last, None | Some('{' | '}' | ';' | ',' | ':' | '>' | '('))
                && !matches!(next, '{' | '}' | ';' | ',' | '>' | ')' | '!')
        }
    };
    if is_needed {
        small.push(' ');
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '\\')
}

/// The bytes of a string with both its quotes.
fn string_length(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if character == quote {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_idle_space_go() {
        assert_eq!(
            minify("/* a */ .a ,\n .b > .c {\n  color : red ;\n  margin: 0 1px ;\n}\n"),
            ".a,.b>.c{color :red;margin:0 1px}"
        );
    }

    #[test]
    fn space_that_means_something_stays() {
        for (source, small) in [
            (
                "a :hover { x: calc(1px + 2px) }",
                "a :hover{x:calc(1px + 2px)}",
            ),
            (
                "@media (width > 9px) and (hover) {}",
                "@media (width>9px) and (hover){}",
            ),
            (".a .b{}", ".a .b{}"),
            (
                "a { margin: -1px -2px !important }",
                "a{margin:-1px -2px!important}",
            ),
            ("a{font:a/* x */b}", "a{font:a b}"),
            (".a/* x */.b{}", ".a.b{}"),
        ] {
            assert_eq!(minify(source), small);
        }
    }

    #[test]
    fn strings_stay_as_they_are() {
        let source = r#"a{content:"/* no  comment */ \" ; }";b:'  \' { '}"#;
        assert_eq!(minify(source), source);
        assert_eq!(
            minify(r"a::after { content: '→  x' }"),
            "a::after{content:'→  x'}"
        );
    }

    #[test]
    fn what_is_never_closed_ends_with_the_text() {
        assert_eq!(minify("a{} /* x"), "a{}");
        assert_eq!(minify("a{b:'x"), "a{b:'x");
        assert_eq!(minify("\\"), "\\");
    }

    #[test]
    fn layers_come_in_their_order_and_none_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("pages.css", ".p{}");
        write("tokens.css", ".t{}");
        fs::create_dir(folder.path().join("pages")).unwrap();
        write("pages/kv.css", ".k{}");
        assert_eq!(bundle(folder.path()).unwrap(), ".t{}.p{}.k{}");
        write("other.css", "");
        assert!(bundle(folder.path()).unwrap_err().contains("other.css"));
    }
}
