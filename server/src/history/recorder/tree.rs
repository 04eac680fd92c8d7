//! A store of keys cut into parts that are small enough to be read again whenever one of their
//! keys changed. Pure.
//!
//! An agent tells of each prefix the index of its last change, in an answer of names only, which a
//! separator makes short. So a change is found by asking from the top, and only the part that it
//! is in is read with its values.

use std::collections::BTreeSet;

/// A part with more keys is cut.
pub(super) const PART_KEYS: usize = 200;

/// A part whose answer has more bytes is cut.
pub(super) const PART_BYTES: u64 = 256 * 1024;

/// A prefix, or a key alone, in the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// What its keys begin with.
    pub(super) prefix: String,
    /// It is this one key.
    pub(super) exact: bool,
    /// What makes the answer of its names short.
    pub(super) separator: String,
    /// The index of the last change that was read; 0 for none.
    pub(super) index: u64,
    /// It was read.
    pub(super) read: bool,
    /// How many keys it has, where it is not cut.
    pub(super) keys: usize,
    /// How many bytes the answer that tells them has.
    pub(super) bytes: u64,
    /// How many bytes their values have.
    pub(super) value_bytes: u64,
    /// What it is cut into; empty where it is read whole.
    pub(super) parts: Vec<usize>,
}

impl Part {
    /// A key of this name is in it.
    fn has(&self, name: &str) -> bool {
        if self.exact {
            self.prefix == name
        } else {
            name.starts_with(&self.prefix)
        }
    }
}

/// The parts of a prefix, which is the first one.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    parts: Vec<Part>,
}

impl Tree {
    /// Cuts `prefix`, whose names these are, sorted.
    pub(super) fn new(prefix: &str, names: &[String]) -> Self {
        let mut tree = Self { parts: Vec::new() };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        tree.plant(prefix, &names, PART_KEYS);
        tree
    }

    pub(super) fn part(&self, id: usize) -> &Part {
        &self.parts[id]
    }

    pub(super) fn part_mut(&mut self, id: usize) -> &mut Part {
        &mut self.parts[id]
    }

    /// It is not read whole.
    pub(super) fn is_cut(&self) -> bool {
        !self.parts[0].parts.is_empty()
    }

    /// The parts that are read whole.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (usize, &Part)> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(_, part)| part.parts.is_empty())
    }

    /// What is known of the ways down is forgotten: each part is asked for itself again.
    pub(super) fn forget_ways(&mut self) {
        for part in &mut self.parts {
            if !part.parts.is_empty() {
                part.index = 0;
            }
        }
    }

    fn plant(&mut self, prefix: &str, names: &[&str], most: usize) -> usize {
        let id = self.parts.len();
        self.parts.push(Part {
            prefix: prefix.to_owned(),
            separator: "/".to_owned(),
            keys: names.len(),
            ..Part::default()
        });
        self.cut_part(id, names, most);
        id
    }

    /// Cuts a part, whose names these are, sorted, into parts of at most so many keys.
    pub(super) fn cut_part(&mut self, id: usize, names: &[&str], most: usize) {
        let (Some(first), Some(last)) = (names.first(), names.last()) else {
            return;
        };
        if names.len() <= most.max(1) || first == last {
            return;
        }
        self.parts[id].separator = separator(&self.parts[id].prefix, names);
        let stem = common(first, last);
        let mut from = 0;
        while from < names.len() {
            let Some(next) = names[from][stem..].chars().next() else {
                let key = names[from].to_owned();
                let child = self.alone(key);
                self.parts[id].parts.push(child);
                from += 1;
                continue;
            };
            let prefix = &names[from][..stem + next.len_utf8()];
            let group = names[from..]
                .iter()
                .take_while(|name| name.starts_with(prefix))
                .count();
            let child = self.plant(prefix, &names[from..from + group], most);
            self.parts[id].parts.push(child);
            from += group;
        }
    }

    fn alone(&mut self, key: String) -> usize {
        self.parts.push(Part {
            prefix: key,
            exact: true,
            keys: 1,
            ..Part::default()
        });
        self.parts.len() - 1
    }

    /// Sees to it that `name` is in a part; the new one where it was in none.
    pub(super) fn cover(&mut self, name: &str) -> Option<usize> {
        let mut at = 0;
        loop {
            let part = &self.parts[at];
            if part.parts.is_empty() {
                return None;
            }
            match part
                .parts
                .iter()
                .find(|child| self.parts[**child].has(name))
            {
                Some(child) => at = *child,
                None => break,
            }
        }
        let children = self.parts[at].parts.iter();
        let shared = children
            .map(|child| common(&self.parts[*child].prefix, name))
            .max()
            .unwrap_or_default()
            .max(self.parts[at].prefix.len());
        let child = match name[shared..].chars().next() {
            Some(next) => {
                self.parts.push(Part {
                    prefix: name[..shared + next.len_utf8()].to_owned(),
                    separator: "/".to_owned(),
                    ..Part::default()
                });
                self.parts.len() - 1
            }
            None => self.alone(name.to_owned()),
        };
        self.parts[at].parts.push(child);
        Some(child)
    }

    /// The part that is read whole and has `name`; none where no part has it.
    pub(super) fn leaf_of(&self, name: &str) -> Option<usize> {
        let mut at = 0;
        while !self.parts[at].parts.is_empty() {
            let mut children = self.parts[at].parts.iter().copied();
            at = children.find(|child| self.parts[*child].has(name))?;
        }
        Some(at)
    }

    /// So much of it is empty that cutting anew is worth reading everything again.
    pub(super) fn is_worn(&self) -> bool {
        let (empty, all) = self.leaves().fold((0, 0), |(empty, all), (_, part)| {
            (empty + usize::from(part.keys == 0), all + 1)
        });
        all > 200 && empty * 2 > all
    }
}

/// How many bytes two names share, at a letter's end.
fn common(a: &str, b: &str) -> usize {
    let letters = a.char_indices().zip(b.chars());
    letters
        .take_while(|((_, a), b)| a == b)
        .last()
        .map_or(0, |((at, letter), _)| at + letter.len_utf8())
}

/// The letter that cuts these names shortest, behind the prefix.
fn separator(prefix: &str, names: &[&str]) -> String {
    let rest = |name: &str| name.get(prefix.len()..).unwrap_or_default().to_owned();
    let first = names.first().map(|name| rest(name)).unwrap_or_default();
    let mut letters: BTreeSet<char> = first.chars().take(40).collect();
    letters.insert('/');
    let weight = |letter: char| {
        let (mut last, mut weight) = ("", 0);
        for name in names {
            let rest = name.get(prefix.len()..).unwrap_or_default();
            let end = rest
                .find(letter)
                .map_or(rest.len(), |at| at + letter.len_utf8());
            // those that are cut to the same stand together, but for some
            if rest[..end] != *last || last.is_empty() {
                weight += prefix.len() + end + 3;
            }
            last = &rest[..end];
        }
        weight
    };
    let best = letters.into_iter().min_by_key(|letter| weight(*letter));
    best.unwrap_or('/').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        let mut names: Vec<String> = (0..count)
            .flat_map(|n| {
                [
                    format!("bulk/flat/key-{n:05}"),
                    format!("app/{}/{n}", n % 7),
                ]
            })
            .collect();
        names.push("bulk/flat/key".to_owned());
        names.sort();
        names
    }

    /// Every name is in exactly one part that is read whole.
    fn check(tree: &Tree, names: &[String]) {
        for name in names {
            let holders = tree.leaves().filter(|(_, part)| {
                if part.exact {
                    part.prefix == *name
                } else {
                    name.starts_with(&part.prefix)
                }
            });
            assert_eq!(holders.count(), 1, "{name}");
        }
    }

    #[test]
    fn each_name_is_in_one_part() {
        let names = names(2_000);
        let tree = Tree::new("", &names);
        check(&tree, &names);
        assert!(tree.leaves().count() > 20);
        assert!(tree.leaves().all(|(_, part)| part.keys <= PART_KEYS));
        // flat names are short to ask for, too
        assert!(
            tree.parts
                .iter()
                .any(|part| part.prefix == "b" && part.separator != "/")
        );
    }

    #[test]
    fn a_small_store_is_one_part() {
        let tree = Tree::new("omo/", &names(10));
        assert_eq!(tree.leaves().count(), 1);
        assert_eq!(tree.part(0).prefix, "omo/");
    }

    #[test]
    fn new_names_get_a_part() {
        let mut all = names(500);
        let mut tree = Tree::new("", &all);
        for name in [
            "app/9/1",
            "bulk/f",
            "bulk/flat/key-1",
            "ünder",
            "bulk/flat/",
            "z",
            "bulk/flat/key-x",
        ] {
            tree.cover(name);
            assert_eq!(tree.cover(name), None, "{name}");
            all.push(name.to_owned());
        }
        check(&tree, &all);
    }

    #[test]
    fn a_part_can_be_cut_again() {
        let names = names(50);
        let mut tree = Tree::new("", &names);
        let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
        tree.cut_part(0, &borrowed, 5);
        check(&tree, &names);
        for name in &names {
            let leaf = tree.leaf_of(name).unwrap();
            assert!(tree.part(leaf).has(name) && tree.part(leaf).parts.is_empty());
        }
        assert_eq!(tree.leaf_of("nowhere"), None);
        assert!(tree.leaves().all(|(_, part)| part.keys <= 5));
    }
}
