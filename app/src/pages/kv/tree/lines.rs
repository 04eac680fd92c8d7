//! The lines of the tree: what is open, flat and in order. Pure.

use wire::{kv::KvEntry, rows::Rows};

/// What is known of an open folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// The first folders in it: whole key and name.
    pub folders: Vec<(String, String)>,
    /// How many folders there are.
    pub total: usize,
}

impl Inside {
    /// From the first window of the folder's list, in which folders come first.
    #[must_use]
    pub fn of(rows: &Rows<KvEntry>) -> Self {
        let folders = rows.items.iter().filter(|row| row.folder);
        let folders: Vec<(String, String)> = folders
            .map(|row| (row.key.clone(), row.name.clone()))
            .collect();
        // of the others it is known how many there are
        let keys = usize::try_from(rows.instances).unwrap_or(usize::MAX);
        Self {
            total: rows.total.saturating_sub(keys).max(folders.len()),
            folders,
        }
    }
}

/// How a folder's line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Nobody looked into it.
    Closed,
    /// It is open, and its folders follow.
    Open,
    /// No folder is in it.
    Leaf,
}

/// A line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A folder.
    Folder {
        /// Its whole key.
        key: String,
        /// Its name.
        name: String,
        /// How deep it is, from 1.
        level: usize,
        /// Its place among those beside it, from 1, and how many those are.
        place: (usize, usize),
        /// Whether it is open.
        stand: Stand,
    },
    /// So many more folders are in `folder` than are shown.
    More {
        /// Its whole key.
        folder: String,
        /// How deep they are.
        level: usize,
        /// How many.
        count: usize,
    },
}

/// The lines of all that is open, `look` telling what is known of a folder; none where it is not
/// open, or nothing arrived.
pub fn lines(look: &dyn Fn(&str) -> Option<Inside>) -> Vec<Line> {
    let mut lines = Vec::new();
    below("", 1, look, &mut lines);
    lines
}

fn below(folder: &str, level: usize, look: &dyn Fn(&str) -> Option<Inside>, lines: &mut Vec<Line>) {
    let Some(inside) = look(folder) else { return };
    let of = inside.total;
    let shown = inside.folders.len();
    for (at, (key, name)) in inside.folders.into_iter().enumerate() {
        let within = look(&key);
        let stand = match &within {
            None => Stand::Closed,
            Some(within) if within.total == 0 => Stand::Leaf,
            Some(_) => Stand::Open,
        };
        lines.push(Line::Folder {
            key: key.clone(),
            name,
            level,
            place: (at + 1, of),
            stand,
        });
        if stand == Stand::Open {
            below(&key, level + 1, look, lines);
        }
    }
    if of > shown {
        lines.push(Line::More {
            folder: folder.to_owned(),
            level,
            count: of - shown,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, folder: bool) -> KvEntry {
        KvEntry {
            key: key.to_owned(),
            name: key.trim_end_matches('/').to_owned(),
            folder,
        }
    }

    #[test]
    fn only_what_is_open_has_lines_below_it() {
        let inside = |keys: &[&str], total| Inside {
            folders: keys
                .iter()
                .map(|key| ((*key).to_owned(), (*key).to_owned()))
                .collect(),
            total,
        };
        let lines = lines(&|folder| match folder {
            "" => Some(inside(&["a/", "b/", "c/"], 3)),
            "a/" => Some(inside(&["a/x/"], 41)),
            "c/" => Some(inside(&[], 0)),
            _ => None,
        });
        let told: Vec<String> = lines
            .iter()
            .map(|line| match line {
                Line::Folder {
                    key,
                    level,
                    place,
                    stand,
                    ..
                } => format!("{level} {key} {}/{} {stand:?}", place.0, place.1),
                Line::More {
                    folder,
                    level,
                    count,
                } => format!("{level} {folder} +{count}"),
            })
            .collect();
        assert_eq!(
            told,
            [
                "1 a/ 1/3 Open",
                "2 a/x/ 1/41 Closed",
                "2 a/ +40",
                "1 b/ 2/3 Closed",
                "1 c/ 3/3 Leaf"
            ]
        );
    }

    #[test]
    fn folders_are_counted_beyond_the_window() {
        let mut rows = Rows::whole(vec![entry("a/", true), entry("b", false)]);
        rows.total = 500;
        rows.instances = 300;
        let inside = Inside::of(&rows);
        assert_eq!((inside.folders.len(), inside.total), (1, 200));
        rows.instances = 500;
        assert_eq!(Inside::of(&rows).total, 1);
    }
}
