//! The rules of the style sheet that a page needs for its first paint: those whose classes stand
//! in it, 18 of 58 kB on a list of services. What that gains by itself was too little to be seen in
//! the noise of wall time. The sheet that every page has comes along before the program mounts, what
//! only parts look like with them.

use std::{collections::BTreeSet, sync::OnceLock};

use crate::assets::{self, Inline};

/// A style sheet, taken apart once.
#[derive(Debug)]
pub(super) struct Sheet(Vec<Item>);

/// A part of a style sheet.
#[derive(Debug)]
enum Item {
    /// A rule with its selectors.
    Rule {
        selectors: Vec<Selector>,
        body: String,
    },
    /// What holds other rules: `@layer`, `@media`, `@supports`, `@container`.
    Group { head: String, items: Vec<Item> },
    /// Anything else, as it came: it is always needed.
    Text(String),
}

/// One selector of a rule's list.
#[derive(Debug)]
struct Selector {
    text: String,
    /// The classes without which it matches nothing.
    classes: Vec<String>,
}

impl Sheet {
    /// The embedded one.
    pub(super) fn embedded() -> &'static Self {
        static SHEET: OnceLock<Sheet> = OnceLock::new();
        SHEET.get_or_init(|| Self::read(assets::style_sheet()))
    }

    /// Takes a minified sheet apart.
    pub(super) fn read(css: &str) -> Self {
        Self(items(css))
    }

    /// The rules that can match something in `html`, in their order.
    pub(super) fn of(&self, html: &str) -> Inline {
        let mut text = String::new();
        write(&self.0, &classes_in(html), &mut text);
        Inline::of(&text)
    }
}

fn items(css: &str) -> Vec<Item> {
    let mut found = Vec::new();
    let mut rest = css.trim_start();
    while !rest.is_empty() {
        let Some(open) = end_of(rest, &['{', ';']) else {
            found.push(Item::Text(rest.to_owned()));
            break;
        };
        if rest[open..].starts_with(';') {
            found.push(Item::Text(rest[..=open].to_owned()));
            rest = rest[open + 1..].trim_start();
            continue;
        }
        let head = &rest[..open];
        let body = &rest[open + 1..];
        let close = end_of(body, &['}']).unwrap_or(body.len());
        found.push(item(head, &body[..close]));
        rest = body.get(close + 1..).unwrap_or_default().trim_start();
    }
    found
}

fn item(head: &str, body: &str) -> Item {
    let groups = ["@layer", "@media", "@supports", "@container"];
    if groups.iter().any(|group| head.starts_with(group)) {
        let (head, items) = (head.to_owned(), items(body));
        return Item::Group { head, items };
    }
    if head.starts_with('@') {
        return Item::Text(format!("{head}{{{body}}}"));
    }
    Item::Rule {
        selectors: split(head).map(Selector::read).collect(),
        body: body.to_owned(),
    }
}

/// Where one of `wanted` stands in `text` outside of strings, brackets and deeper blocks.
fn end_of(text: &str, wanted: &[char]) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, character) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if let Some(open) = quote {
            if character == open {
                quote = None;
            }
        } else if depth == 0 && wanted.contains(&character) {
            return Some(at);
        } else {
            match character {
                '"' | '\'' => quote = Some(character),
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    None
}

/// The selectors of a list.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = end_of(text, &[',']);
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

impl Selector {
    /// What stands in brackets (`:is(…)`, `:not(…)`, `[…]`) demands no class: rather one rule too
    /// many than one too few.
    fn read(text: &str) -> Self {
        let (mut classes, mut depth, mut class) = (Vec::new(), 0_usize, None::<String>);
        for character in text.chars() {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                '.' => {
                    classes.extend(class.replace(String::new()));
                    continue;
                }
                _ => {}
            }
            let is_of_name = character.is_alphanumeric() || matches!(character, '-' | '_');
            match &mut class {
                Some(name) if depth == 0 && is_of_name => name.push(character),
                _ => classes.extend(class.take()),
            }
        }
        classes.extend(class);
        Self {
            text: text.to_owned(),
            classes,
        }
    }
}

fn classes_in(html: &str) -> BTreeSet<&str> {
    html.split("class=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .flat_map(str::split_ascii_whitespace)
        .collect()
}

fn write(items: &[Item], classes: &BTreeSet<&str>, out: &mut String) {
    for item in items {
        match item {
            Item::Text(text) => out.push_str(text),
            Item::Group { head, items } => {
                let before = out.len();
                out.push_str(head);
                out.push('{');
                let start = out.len();
                write(items, classes, out);
                if out.len() == start {
                    out.truncate(before);
                } else {
                    out.push('}');
                }
            }
            Item::Rule { selectors, body } => {
                let is_there = |class: &String| classes.contains(class.as_str());
                let mut wanted = selectors
                    .iter()
                    .filter(|selector| selector.classes.iter().all(is_there))
                    .peekable();
                if wanted.peek().is_none() {
                    continue;
                }
                while let Some(selector) = wanted.next() {
                    out.push_str(&selector.text);
                    if wanted.peek().is_some() {
                        out.push(',');
                    }
                }
                out.push('{');
                out.push_str(body);
                out.push('}');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(css: &str, html: &str) -> String {
        Sheet::read(css).of(html).text
    }

    #[test]
    fn rules_stay_whose_classes_are_there() {
        let html = "<p class=\"a is-on\"><b class=\"b\"></b></p>";
        for (css, stays) in [
            (".a{x:1}.c{x:2}", ".a{x:1}"),
            (".c,.b:hover,.a .c{x:1}", ".b:hover{x:1}"),
            (".a.is-on>b{x:1}.a.is-off{x:1}", ".a.is-on>b{x:1}"),
            ("p{x:1}:root{y:2}*{z:3}", "p{x:1}:root{y:2}*{z:3}"),
            // brackets demand nothing
            (":is(.c,.d) a{x:1}", ":is(.c,.d) a{x:1}"),
            (".a:not(.c)::before{x:1}", ".a:not(.c)::before{x:1}"),
            (".c:not(.a){x:1}", ""),
            (".a[href=\"x.y\"]{x:1}", ".a[href=\"x.y\"]{x:1}"),
        ] {
            assert_eq!(of(css, html), stays, "{css}");
        }
    }

    #[test]
    fn groups_go_when_nothing_in_them_stays() {
        let css = "@layer a,b;@layer a{.a{x:1}@media (width>9px){.c{x:2}}}@layer b{.c{x:3}}\
                   @keyframes k{to{x:4}}";
        assert_eq!(
            of(css, "<i class=\"a\">"),
            "@layer a,b;@layer a{.a{x:1}}@keyframes k{to{x:4}}"
        );
    }

    #[test]
    fn strings_and_odd_ends_are_kept() {
        for css in [
            "a::after{content:\"} ; {\"}b{x:'\\'}'}",
            ".a{background:url(data:x;y,{z})}",
            "@import",
        ] {
            assert_eq!(of(css, "<i class=\"a\">"), css);
        }
        assert_eq!(of("a{x:1", ""), "a{x:1}");
        assert_eq!(of("", ""), "");
    }

    /// What is left out must not match: every class that the page shows keeps all of its rules.
    #[test]
    fn the_own_sheet_survives_being_taken_apart() {
        let css = assets::style_sheet();
        let every: String = Sheet::read(css)
            .all_classes()
            .iter()
            .map(|class| format!("<i class=\"{class}\">"))
            .collect();
        assert_eq!(of(css, &every), css);
    }

    impl Sheet {
        fn all_classes(&self) -> BTreeSet<String> {
            fn collect(items: &[Item], into: &mut BTreeSet<String>) {
                for item in items {
                    match item {
                        Item::Rule { selectors, .. } => into.extend(
                            selectors
                                .iter()
                                .flat_map(|selector| selector.classes.clone()),
                        ),
                        Item::Group { items, .. } => collect(items, into),
                        Item::Text(_) => {}
                    }
                }
            }
            let mut found = BTreeSet::new();
            collect(&self.0, &mut found);
            found
        }
    }
}
