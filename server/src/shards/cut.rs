//! Cuts sorted names into prefixes, each of which stands for a bounded number of them.

use std::ops::Range;

/// A piece of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    /// What its keys begin with, and no other key of the store does.
    pub(super) prefix: String,
    /// It is the one key that is called so: what begins with its name is too much.
    pub(super) is_exact: bool,
    /// The names that it stands for.
    pub(super) names: Range<usize>,
}

/// The largest shard that begins at the name with this number and has at most `most` keys; none
/// at the end. All names begin with the same `root` bytes, and whatever begins with the prefix of
/// a shard stands in it or was not there when the names were read.
pub(super) fn next(names: &[String], at: usize, root: usize, most: usize) -> Option<Shard> {
    let name = names.get(at)?;
    // a prefix that the name before has too would stand for that one again
    let shared = match at.checked_sub(1) {
        Some(before) => shared_bytes(&names[before], name).max(root) + 1,
        None => root,
    };
    let most = most.max(1);
    let mut length = shared;
    while length <= name.len() {
        if name.is_char_boundary(length) {
            let prefix = &name[..length];
            let rest = &names[at..];
            let count = count_below(rest, prefix, most);
            if count <= most {
                return Some(Shard {
                    prefix: prefix.to_owned(),
                    is_exact: false,
                    names: at..at + count,
                });
            }
            // all of the first `most + 1` share this much: no shorter prefix has fewer
            length = shared_bytes(name, &rest[most]).max(length);
        }
        length += 1;
    }
    Some(Shard {
        prefix: name.clone(),
        is_exact: true,
        names: at..at + 1,
    })
}

/// How many of `names`, from the first on, begin with `prefix`; one more than `most` where there
/// are more.
fn count_below(names: &[String], prefix: &str, most: usize) -> usize {
    if names
        .get(most)
        .is_some_and(|name| name.as_bytes().starts_with(prefix.as_bytes()))
    {
        return most + 1;
    }
    let names = &names[..names.len().min(most + 1)];
    names.partition_point(|name| name.as_bytes().starts_with(prefix.as_bytes()))
}

fn shared_bytes(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shards(names: &[&str], root: usize, most: usize) -> Vec<(String, bool, usize)> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(shard) = next(&names, at, root, most) {
            assert_eq!(shard.names.start, at);
            at = shard.names.end;
            found.push((shard.prefix, shard.is_exact, shard.names.len()));
        }
        found
    }

    #[test]
    fn few_names_are_one_shard() {
        assert_eq!(shards(&["a/b", "a/c"], 2, 2), [("a/".into(), false, 2)]);
        assert_eq!(shards(&["a/b", "b"], 0, 9), [(String::new(), false, 2)]);
        assert!(shards(&[], 0, 9).is_empty());
    }

    #[test]
    fn a_flat_folder_is_cut_inside_its_names() {
        let names = ["f/key-00", "f/key-01", "f/key-10", "f/key-11", "f/key-12"];
        assert_eq!(
            shards(&names, 2, 3),
            [("f/key-0".into(), false, 2), ("f/key-1".into(), false, 3)]
        );
    }

    #[test]
    fn a_key_that_others_begin_with_is_read_alone() {
        let names = ["a", "a/1", "a/2", "ab"];
        assert_eq!(
            shards(&names, 0, 2),
            [
                ("a".into(), true, 1),
                ("a/".into(), false, 2),
                ("ab".into(), false, 1)
            ]
        );
    }

    #[test]
    fn letters_of_several_bytes_are_not_cut() {
        assert_eq!(
            shards(&["è", "é"], 0, 1),
            [("è".into(), false, 1), ("é".into(), false, 1)]
        );
    }

    proptest! {
        #[test]
        fn every_name_is_in_exactly_one_shard(
            names in prop::collection::btree_set("[ab/é]{1,6}", 1..60),
            most in 1..7_usize,
        ) {
            let names: Vec<String> = names.into_iter().collect();
            let mut at = 0;
            while let Some(shard) = next(&names, at, 0, most) {
                prop_assert_eq!(shard.names.start, at);
                prop_assert!(shard.names.len() <= most);
                prop_assert!(!shard.names.is_empty());
                let meant: Vec<usize> = (0..names.len())
                    .filter(|place| if shard.is_exact {
                        names[*place] == shard.prefix
                    } else {
                        names[*place].starts_with(&shard.prefix)
                    })
                    .collect();
                prop_assert_eq!(meant, shard.names.clone().collect::<Vec<_>>());
                at = shard.names.end;
            }
            prop_assert_eq!(at, names.len());
        }
    }
}
