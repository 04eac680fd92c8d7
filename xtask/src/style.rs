//! The style sheets, without what only people read: the layers of `style/` in their order, in one
//! text, and in another what only parts of the app need that come when they are wanted
//! (`style/parts/`), which is half of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Outcome;

/// Later layers override earlier ones.
const LAYERS: [&str; 5] = ["tokens", "base", "shell", "components", "pages"];

/// The folder of what only parts of the app need.
const PARTS: &str = "parts";

/// The sheets of the page, minified.
#[derive(Debug)]
pub(crate) struct Sheets {
    /// What every page has. A layer is `style/<layer>.css`, then the files of `style/<layer>/`.
    pub(crate) first: String,
    /// What comes with the first part that needs it; it belongs behind the other.
    pub(crate) of_parts: String,
}

/// Reads all sheets.
pub(crate) fn bundle(folder: &Path) -> Outcome<Sheets> {
    let mut first = Vec::new();
    for layer in LAYERS {
        let file = folder.join(layer).with_extension("css");
        first.extend(Some(file).filter(|file| file.is_file()));
        first.extend(style_files(&folder.join(layer)));
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
        None => Ok(Sheets {
            first: minify(&text_of(&first)?),
            of_parts: minify(&text_of(&style_files(&folder.join(PARTS)))?),
        }),
    }
}

fn text_of(files: &[PathBuf]) -> Outcome<String> {
    let texts: Vec<String> = files
        .iter()
        .map(|file| read(file))
        .collect::<Result<_, _>>()?;
    Ok(texts.join("\n"))
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn style_files(folder: &Path) -> Vec<PathBuf> {
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
    use std::collections::BTreeSet;

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
        fs::create_dir(folder.path().join("parts")).unwrap();
        write("parts/b.css", ".b{}");
        write("parts/a.css", ".a{}");
        let sheets = bundle(folder.path()).unwrap();
        assert_eq!(sheets.first, ".t{}.p{}.k{}");
        assert_eq!(sheets.of_parts, ".a{}.b{}");
        write("other.css", "");
        assert!(bundle(folder.path()).unwrap_err().contains("other.css"));
    }

    /// Where in `app/src` the parts are that come with a sheet of their own; shared parts of pages
    /// are among what comes first.
    const OF_PARTS: [&str; 21] = [
        "components/change_preview",
        "components/check_output.rs",
        "components/export_dialog.rs",
        "components/key_history.rs",
        "components/text_diff",
        "i18n",
        "lazy",
        "pages/compare",
        "pages/history",
        "pages/import",
        "pages/instances",
        "pages/nodes/detail.rs",
        "pages/nodes/instances.rs",
        "pages/overview",
        "pages/search",
        "pages/services/detail.rs",
        "pages/services/endpoints.rs",
        "pages/services/instance_table.rs",
        "pages/services/metadata.rs",
        "pages/services/tags.rs",
        "pages/sessions",
    ];
    /// What of `pages/kv` comes with a folder's list.
    const OF_FOLDERS: [&str; 10] = [
        "columns.rs",
        "entries.rs",
        "folder.rs",
        "guard.rs",
        "lock.rs",
        "mod.rs",
        "not_there.rs",
        "notes.rs",
        "selection/mod.rs",
        "tree",
    ];
    /// Classes of parts that are words of other things, too.
    const WORDS: [&str; 2] = ["select", "value"];

    fn is_first(file: &Path) -> bool {
        match file.strip_prefix("pages/kv") {
            Ok(of_keys) => OF_FOLDERS.iter().any(|first| of_keys.starts_with(first)),
            Err(_) => !OF_PARTS.iter().any(|part| file.starts_with(part)),
        }
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        let paths = entries.map(|entry| entry.path());
        paths
            .flat_map(|path| {
                if path.is_dir() {
                    sources(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }

    fn classes(css: &str) -> BTreeSet<&str> {
        let selectors = css
            .split('{')
            .filter_map(|piece| piece.rsplit(['}', ';']).next());
        let names = selectors.flat_map(|selector| selector.split('.').skip(1));
        names
            .map(|name| {
                name.split(|character| !is_of_word(character))
                    .next()
                    .unwrap_or("")
            })
            .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
            .collect()
    }

    #[test]
    fn classes_are_read_from_selectors() {
        let css = "@media (a){.a-b.c>d:is(.e,.f){x:.5rem;y:url(a.b)}}.g{z:1.5}";
        assert_eq!(Vec::from_iter(classes(css)), ["a-b", "c", "e", "f", "g"]);
    }

    #[test]
    fn what_comes_first_needs_no_style_of_parts() {
        let sheets = bundle(&crate::workspace::root().join("style")).unwrap();
        let first = classes(&sheets.first);
        let late: BTreeSet<&str> = classes(&sheets.of_parts)
            .into_iter()
            .filter(|class| !first.contains(class) && !WORDS.contains(class))
            .collect();
        assert!(late.len() > 100, "{late:?}");
        let app = crate::workspace::root().join("app/src");
        for file in sources(&app) {
            let name = file.strip_prefix(&app).unwrap();
            if !is_first(name) {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            for (at, line) in text.lines().enumerate() {
                // what stands between quotes
                for said in line.split('"').skip(1).step_by(2) {
                    let mut words = said.split(|character| !is_of_word(character));
                    let wanted = words.find(|word| late.contains(word));
                    assert_eq!(wanted, None, "{}:{}", name.display(), at + 1);
                }
            }
        }
    }
}
