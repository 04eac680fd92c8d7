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

/// A key's name for people; of a folder's own key with its `/`.
#[must_use]
pub fn title(key: &str) -> String {
    let end = if key.ends_with('/') { "/" } else { "" };
    format!("{}{end}", spelled(name(key)))
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
            // the way up ends, whatever the slashes
            ("//", "/", ""),
            ("/", "", ""),
            ("", "", ""),
        ] {
            assert_eq!((parent(key), name(key)), (folder, last), "{key:?}");
        }
    }

    #[test]
    fn a_folders_own_key_is_told_from_a_key() {
        assert_eq!(title("a/b"), "b");
        assert_eq!(title("a/b/"), "b/");
    }

    #[test]
    fn folders_lead_to_the_key() {
        assert_eq!(
            folders("omo/msa/default.yaml"),
            [("omo", "omo/"), ("msa", "omo/msa/")]
        );
        assert_eq!(folders("a//b"), [("a", "a/"), ("", "a//")]);
        assert!(folders("a").is_empty());
    }
}
