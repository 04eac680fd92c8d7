//! What the page's files weigh, against the budget.

use std::collections::BTreeMap;

use crate::compress::Compressed;
use crate::dist::PART;

/// What the page's first load may weigh, in bytes of brotli: the build fails above it.
const PAGE_LIMIT: usize = 212 * 1024;
/// What we want it to weigh.
const PAGE_TARGET: usize = 204 * 1024;
/// What each part may weigh that comes when it is wanted.
const PART_LIMIT: usize = 135 * 1024;
/// What the first load of a page may weigh that begins with this part.
const FIRST: [(&str, usize); 6] = [
    ("kv", 245 * 1024),
    ("service", 250 * 1024),
    ("instance", 261 * 1024),
    ("node", 261 * 1024),
    ("overview", 243 * 1024),
    ("key", 263 * 1024),
];
/// What the style sheet may weigh that every page has.
const STYLE_LIMIT: usize = 8 * 1024;

/// One file's sizes in bytes.
#[derive(Debug)]
pub(crate) struct Weighed {
    name: String,
    plain: usize,
    gzip: usize,
    brotli: usize,
}

impl Weighed {
    /// A file of so many bytes, and what is left of them compressed.
    pub(crate) fn new(name: &str, plain: usize, small: &Compressed) -> Self {
        Self {
            name: name.to_owned(),
            plain,
            gzip: small.gzip.len(),
            brotli: small.brotli.len(),
        }
    }

    fn ends_with(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.name.ends_with(ending))
    }

    fn is_part(&self) -> bool {
        self.name.starts_with(PART)
    }
}

/// The weight of what every first load fetches.
fn sum(files: &[Weighed], endings: &[&str]) -> usize {
    files
        .iter()
        .filter(|file| file.ends_with(endings) && !file.is_part())
        .map(|file| file.brotli)
        .sum()
}

/// The weight of the first load of a page that begins with this part: what every page fetches, the
/// part, and what it shares with others.
fn sum_with(part: &str, files: &[Weighed], parts: &BTreeMap<String, String>) -> usize {
    let own = parts
        .iter()
        .filter(|(names, _)| names.split('+').any(|name| name == part));
    let weights = own.filter_map(|(_, file)| files.iter().find(|weighed| weighed.name == *file));
    sum(files, &[".wasm", ".js"]) + weights.map(|file| file.brotli).sum::<usize>()
}

/// All sizes, to be read.
pub(crate) fn table(files: &[Weighed], parts: &BTreeMap<String, String>) -> String {
    let row = |name: &str, plain: &str, gzip: &str, brotli: &str| {
        format!("  {name:<34} {plain:>10} {gzip:>10} {brotli:>10}\n")
    };
    let mut text = row("file", "plain", "gzip", "brotli");
    for file in files {
        text += &row(
            &file.name,
            &file.plain.to_string(),
            &file.gzip.to_string(),
            &file.brotli.to_string(),
        );
    }
    let page = sum(files, &[".wasm", ".js"]);
    let style = sum(files, &[".css"]);
    text += &format!(
        "  wasm + JS: {} br (target {}, limit {}); CSS: {} br (limit {})\n",
        kilobytes(page),
        kilobytes(PAGE_TARGET),
        kilobytes(PAGE_LIMIT),
        kilobytes(style),
        kilobytes(STYLE_LIMIT)
    );
    for (part, limit) in FIRST {
        text += &format!(
            "  a first page with {part}: {} br (limit {})\n",
            kilobytes(sum_with(part, files, parts)),
            kilobytes(limit)
        );
    }
    for (names, file) in parts {
        if let Some(part) = files.iter().find(|part| part.name == *file) {
            text += &format!(
                "  {names}, when it is wanted: {} br (limit {})\n",
                kilobytes(part.brotli),
                kilobytes(PART_LIMIT)
            );
        }
    }
    text
}

fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    if tenths.is_multiple_of(10) {
        format!("{} KB", tenths / 10)
    } else {
        format!("{}.{} KB", tenths / 10, tenths % 10)
    }
}

/// What is too heavy, if anything is.
pub(crate) fn over_budget(files: &[Weighed], parts: &BTreeMap<String, String>) -> Option<String> {
    let page = sum(files, &[".wasm", ".js"]);
    let style = sum(files, &[".css"]);
    let mut built = FIRST
        .into_iter()
        .filter(|(part, _)| parts.contains_key(*part));
    let heavy_first = built.find_map(|(part, limit)| {
        let weight = sum_with(part, files, parts);
        (weight > limit).then_some((part, weight, limit))
    });
    let heavy = files
        .iter()
        .find(|file| file.is_part() && file.brotli > PART_LIMIT);
    if page > PAGE_LIMIT {
        Some(format!(
            "wasm + JS are {} br, over the limit of {}",
            kilobytes(page),
            kilobytes(PAGE_LIMIT)
        ))
    } else if style > STYLE_LIMIT {
        Some(format!(
            "the style sheet is {} br, over the limit of {}",
            kilobytes(style),
            kilobytes(STYLE_LIMIT)
        ))
    } else if let Some((part, weight, limit)) = heavy_first {
        Some(format!(
            "a first page with {part} is {} br, over the limit of {}",
            kilobytes(weight),
            kilobytes(limit)
        ))
    } else {
        heavy.map(|part| {
            format!(
                "{} is {} br, over the limit of {}",
                part.name,
                kilobytes(part.brotli),
                kilobytes(PART_LIMIT)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(name: &str, brotli: usize) -> Weighed {
        Weighed {
            name: name.to_owned(),
            plain: 0,
            gzip: 0,
            brotli,
        }
    }

    #[test]
    fn the_budget_counts_wasm_and_scripts_together_and_style_alone() {
        let over = |files: &[Weighed]| over_budget(files, &BTreeMap::new()).is_some();
        let page = |wasm| [weighed("a.wasm", wasm), weighed("a.js", 1024)];
        assert!(!over(&page(PAGE_LIMIT - 1024)));
        assert!(over(&page(PAGE_LIMIT - 1023)));
        assert!(!over(&[weighed("a.css", STYLE_LIMIT)]));
        assert!(over(&[weighed("a.css", STYLE_LIMIT + 1)]));
        assert!(!over(&[weighed("a.svg", 999 * 1024)]));
        let with_part = |part| [weighed("a.wasm", 1024), weighed("part-tools-1.wasm", part)];
        assert!(!over(&with_part(PART_LIMIT)));
        assert!(over(&with_part(PART_LIMIT + 1)));
    }

    #[test]
    fn a_first_page_has_a_budget_of_its_own() {
        let files = |shared| {
            [
                weighed("a.wasm", 200 * 1024),
                weighed("part-kv-1.wasm", 40 * 1024),
                weighed("part-chunk_1-1.wasm", shared),
                weighed("part-edit-1.wasm", 100 * 1024),
            ]
        };
        let parts: BTreeMap<String, String> = [
            ("kv", "part-kv-1.wasm"),
            ("edit+kv", "part-chunk_1-1.wasm"),
            ("edit", "part-edit-1.wasm"),
        ]
        .map(|(names, file)| (names.to_owned(), file.to_owned()))
        .into();
        let limit = FIRST[0].1;
        let most = limit - 240 * 1024;
        assert_eq!(sum_with("kv", &files(most), &parts), limit);
        assert_eq!(over_budget(&files(most), &parts), None);
        let complaint = over_budget(&files(most + 1), &parts).unwrap();
        assert!(complaint.contains("page with kv"), "{complaint}");
    }

    #[test]
    fn sizes_are_said_rounded_up() {
        assert_eq!(kilobytes(350 * 1024), "350 KB");
        assert_eq!(kilobytes(350 * 1024 + 1), "350.1 KB");
    }
}
