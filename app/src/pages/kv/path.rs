//! Keys as paths: folders and names.

pub use crate::components::key_text::spelled;

/// The folder that holds `key` (or the folder `key`): empty for the root, else it ends with `/`.
#[must_use]
pub fn parent(key: &str) -> &str {
    let inner = key.strip_suffix('/').unwrap_or(key);
    inner.rfind('/').map_or("", |at| &inner[..=at])
}

/// The last part of `key`; of a folder too, without its `/`.
#[must_use]
pub fn name(key: &str) -> &str {
    let inner = key.strip_suffix('/').unwrap_or(key);
    inner.rfind('/').map_or(inner, |at| &inner[at + 1..])
}

/// The folders on the way to `key`, outermost first: each one's name and whole path.
#[must_use]
pub fn folders(key: &str) -> Vec<(&str, &str)> {
    key.match_indices('/')
        .map(|(at, _)| {
            let folder = &key[..=at];
            (name(folder), folder)
        })
        .collect()
}

/// The folders above `folder`, nearest first, the root last: where to look for a way on.
#[must_use]
pub fn ancestors(folder: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut current = folder;
    while !current.is_empty() {
        current = parent(current);
        all.push(current);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_folder_and_a_name() {
        for (key, folder, last) in [
            ("a", "", "a"),
            ("a/", "", "a"),
            ("a/b", "a/", "b"),
            ("a/b/", "a/", "b"),
            ("a//b", "a//", "b"),
            ("a//", "a/", ""),
            ("/x", "/", "x"),
            ("/", "", ""),
            ("", "", ""),
        ] {
            assert_eq!((parent(key), name(key)), (folder, last), "{key:?}");
        }
    }

    #[test]
    fn folders_lead_to_the_key() {
        assert_eq!(
            folders("omo/msa/default.yaml"),
            [("omo", "omo/"), ("msa", "omo/msa/")]
        );
        assert_eq!(folders("a//b"), [("a", "a/"), ("", "a//")]);
        assert!(folders("a").is_empty());
        assert_eq!(ancestors("a/b/"), ["a/", ""]);
        assert!(ancestors("").is_empty());
        // ends, whatever the slashes
        assert_eq!(ancestors("//"), ["/", ""]);
    }
}
