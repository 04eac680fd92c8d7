//! The symbols that icons point to (`<use href="#NAME">`). What the server renders has each one's
//! shapes in place: for a `<use>` the browser builds a tree of its own, which for the icons of a list
//! is an eighth of what it works until the rows are seen. The page's program points to the symbols;
//! they come with the page as text, so they are not in the wasm as well.

use std::{collections::BTreeMap, sync::OnceLock};

const ICONS: &str = include_str!("../../../public/icons.svg");

/// What an icon is, up to the name.
const USE: &str = "><use href=\"#";
const USE_END: &str = "\"></use>";

/// A symbol's parts.
#[derive(Clone, Copy, Debug)]
struct Symbol {
    /// All of it.
    text: &'static str,
    /// `X Y WIDTH HEIGHT`
    view_box: &'static str,
    /// What is drawn.
    shapes: &'static str,
}

/// `html` with the shapes in place of what points to them. A name that no symbol has stays as it is.
pub(super) fn in_place(html: &str) -> String {
    let mut text = String::with_capacity(html.len() * 5 / 4);
    let mut rest = html;
    while let Some(at) = rest.find(USE) {
        let (before, icon) = rest.split_at(at);
        text.push_str(before);
        rest = &icon[USE.len()..];
        let known = rest
            .split_once(USE_END)
            .and_then(|(name, after)| Some((symbols().get(name)?, after)));
        let Some((symbol, after)) = known else {
            text.push_str(USE);
            continue;
        };
        // an attribute more for the element that is open
        for part in [" viewBox=\"", symbol.view_box, "\">", symbol.shapes] {
            text.push_str(part);
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// All symbols.
pub(super) fn all() -> &'static str {
    static ALL: OnceLock<String> = OnceLock::new();
    ALL.get_or_init(|| symbols().values().map(|symbol| symbol.text).collect())
}

/// By name.
fn symbols() -> &'static BTreeMap<&'static str, Symbol> {
    static SYMBOLS: OnceLock<BTreeMap<&'static str, Symbol>> = OnceLock::new();
    SYMBOLS.get_or_init(|| {
        const END: &str = "</symbol>";
        let read = |text: &'static str| {
            let text = &text[text.find("<symbol")?..];
            let (head, shapes) = text.strip_suffix(END)?.split_once('>')?;
            let value = |name: &str| {
                let value = head.split_once(&format!(" {name}=\""))?.1;
                Some(value.split_once('"')?.0)
            };
            let symbol = Symbol {
                text,
                view_box: value("viewBox")?,
                shapes,
            };
            Some((value("id")?, symbol))
        };
        ICONS.split_inclusive(END).filter_map(read).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_stand_where_they_are_pointed_to() {
        let html = "<a><svg class=\"icon\"><use href=\"#check\"></use></svg>b</a>\
                    <svg><use href=\"#of-nothing\"></use></svg><a href=\"#check\">c</a>";
        assert_eq!(
            in_place(html),
            "<a><svg class=\"icon\" viewBox=\"0 0 16 16\"><path d=\"m3.5 8.5 3 3 6-7\"/></svg>b</a>\
             <svg><use href=\"#of-nothing\"></use></svg><a href=\"#check\">c</a>"
        );
    }

    #[test]
    fn every_symbol_is_read() {
        assert_eq!(symbols().len(), ICONS.matches("<symbol ").count());
        assert_eq!(all().matches("<symbol ").count(), symbols().len());
        for (name, symbol) in symbols() {
            assert_eq!(symbol.view_box.split(' ').count(), 4, "{name}");
            assert!(
                symbol.shapes.starts_with('<') && symbol.shapes.ends_with('>'),
                "{name}"
            );
        }
        // they stand in a script element of the page
        assert!(!ICONS.contains("</script") && !ICONS.contains("<!--"));
    }
}
