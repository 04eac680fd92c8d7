//! The symbols that icons point to: those of the first paint, and the others, which only the page's
//! program puts to use. Here, they are not in the wasm as well.

use std::collections::BTreeSet;

const ICONS: &str = include_str!("../../../public/icons.svg");

/// The sprite in two: the SVG element of the symbols that `html` uses, and the other symbols.
pub(super) fn split(html: &str) -> (String, String) {
    let used: BTreeSet<&str> = html
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let (mut first, mut later) = (String::new(), String::new());
    for (name, symbol) in symbols() {
        if used.contains(name) {
            first.push_str(symbol);
        } else {
            later.push_str(symbol);
        }
    }
    (format!("<svg>{first}</svg>"), later)
}

/// Name and text of each symbol.
fn symbols() -> impl Iterator<Item = (&'static str, &'static str)> {
    const END: &str = "</symbol>";
    ICONS.split_inclusive(END).filter_map(|text| {
        let symbol = &text[text.find("<symbol")?..];
        let name = symbol.split("id=\"").nth(1)?.split('"').next()?;
        Some((name, symbol))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_in_one_of_both() {
        let (first, later) = split("<use href=\"#health-critical\"></use><a href=\"#search\"></a>");
        assert_eq!(first.matches("<symbol ").count(), 2);
        assert!(first.contains("id=\"health-critical\"") && !later.contains("health-critical"));
        let all = ICONS.matches("<symbol ").count();
        assert_eq!(later.matches("<symbol ").count(), all - 2);
        let names: BTreeSet<_> = symbols().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all);
        // the others stand in a script element of the page
        assert!(!ICONS.contains("</script") && !ICONS.contains("<!--"));
    }
}
