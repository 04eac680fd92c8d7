//! Which key or folder an address means, and back.
//!
//! The form people have in their documents is `/ui/:dc/kv/<key>/edit`. A URL's path cannot carry
//! every key: browsers resolve `.` and `..` (escaped too), and proxies fold `a//b` and refuse
//! `%5C`, `%00` and line breaks. Such keys stand in the query: `/ui/:dc/kv/edit?key=a%2F%2Fb`.

use super::{decode, part as escape};

/// What one address of the key/value pages shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A folder; empty for the root, else it ends with `/`.
    Folder(String),
    /// A new key in a folder.
    Create(String),
    /// A key's editor.
    Edit(String),
    /// A key without `/edit`: leads to its editor.
    View(String),
}

impl KeyPlace {
    /// Reads an address: `rest` is what follows `/ui/:dc/kv/`, still escaped; `key` the query's,
    /// unescaped.
    #[must_use]
    pub fn parse(rest: &str, key: Option<String>) -> Self {
        if let Some(key) = key {
            return match rest {
                "edit" => Self::Edit(key),
                "create" => Self::Create(as_folder(key)),
                _ if key.is_empty() || key.ends_with('/') => Self::Folder(key),
                _ => Self::View(key),
            };
        }
        if rest.is_empty() {
            return Self::Folder(String::new());
        }
        if rest == "create" {
            return Self::Create(String::new());
        }
        if let Some(key) = rest.strip_suffix("/edit") {
            return Self::Edit(decode(key));
        }
        if let Some(folder) = rest.strip_suffix("/create") {
            return Self::Create(as_folder(decode(folder)));
        }
        let key = decode(rest);
        if rest.ends_with('/') {
            Self::Folder(key)
        } else {
            Self::View(key)
        }
    }

    /// What follows `/ui/:dc/kv` in this place's address: escaped, with the query.
    #[must_use]
    pub fn address(&self) -> String {
        let (key, word) = match self {
            Self::Folder(folder) => (folder, ""),
            Self::Create(folder) => (folder, "create"),
            Self::Edit(key) => (key, "edit"),
            Self::View(key) => (key, "view"),
        };
        if key.is_empty() && !matches!(self, Self::Edit(_)) {
            return if word.is_empty() {
                String::new()
            } else {
                format!("/{word}")
            };
        }
        let fits = match self {
            // an address that ends with these words means something else
            Self::View(key) => {
                fits_path(key) && !matches!(key.rsplit('/').next(), Some("edit" | "create"))
            }
            Self::Edit(key) => fits_path(key),
            Self::Folder(folder) | Self::Create(folder) => {
                folder.strip_suffix('/').is_some_and(fits_path)
            }
        };
        match (fits, word) {
            (true, "" | "view") => format!("/{}", escape_path(key)),
            (true, "create") => format!("/{}create", escape_path(key)),
            (true, _) => format!("/{}/{word}", escape_path(key)),
            (false, "" | "view") => format!("?key={}", escape(key)),
            (false, _) => format!("/{word}?key={}", escape(key)),
        }
    }
}

fn escape_path(key: &str) -> String {
    key.split('/').map(escape).collect::<Vec<_>>().join("/")
}

fn fits_path(key: &str) -> bool {
    !key.is_empty()
        && key.split('/').all(|part| {
            !matches!(part, "" | "." | "..")
                && !part
                    .chars()
                    .any(|letter| matches!(letter, '\\' | '\u{feff}') || letter.is_control())
        })
}

fn as_folder(mut folder: String) -> String {
    if !folder.is_empty() && !folder.ends_with('/') {
        folder.push('/');
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys that have broken somebody's web UI.
    const KEYS: [&str; 34] = [
        "a",
        "omo/msa/config/default.yaml",
        "edit",
        "create",
        "a/edit",
        "a/create",
        "edit/edit",
        "create/edit",
        "a/edit/edit",
        "a//b",
        "/x",
        "//",
        ".",
        "..",
        "a/../b",
        "a/./b",
        "%2F",
        "a%2Fb",
        "%252F",
        "%",
        " a ",
        "a b/c d",
        "+?#&=;:*\\\"",
        "a?b=c&key=d",
        "配置/默认.yaml",
        "🐝/蜂",
        "a\r\n\tb",
        "a\u{a0}b",
        "e\u{301}",
        "\u{e9}",
        "<img src=x>",
        "a/b/",
        "a\u{0}b",
        "keys?recurse",
    ];

    /// Reads a place's address as the page does, having looked for what would not arrive.
    fn back(place: &KeyPlace) -> KeyPlace {
        let address = place.address();
        let (path, search) = address.split_once('?').unwrap_or((&address, ""));
        assert!(!path.to_ascii_lowercase().contains("%5c"), "{path}");
        assert!(
            !path.split('/').skip(1).any(|part| {
                let part = part.to_ascii_lowercase().replace("%2e", ".");
                part == "." || part == ".."
            }),
            "{path} is resolved by browsers"
        );
        assert!(!path.contains("//"), "{path} is folded by proxies");
        let key = search.strip_prefix("key=").map(decode);
        KeyPlace::parse(path.strip_prefix('/').unwrap_or(path), key)
    }

    #[test]
    fn every_key_comes_back_exactly() {
        for key in KEYS {
            for place in [
                KeyPlace::Edit(key.into()),
                KeyPlace::Folder(format!("{key}/")),
                KeyPlace::Create(format!("{key}/")),
            ] {
                assert_eq!(back(&place), place, "{key:?} as {}", place.address());
            }
            if !key.ends_with('/') {
                let place = KeyPlace::View(key.into());
                assert_eq!(back(&place), place, "{key:?} as {}", place.address());
            }
        }
        for place in [
            KeyPlace::Folder(String::new()),
            KeyPlace::Create(String::new()),
        ] {
            assert_eq!(back(&place), place);
        }
    }

    #[test]
    fn addresses_are_those_people_have() {
        for (place, address) in [
            (KeyPlace::Folder(String::new()), ""),
            (KeyPlace::Folder("omo/msa/".into()), "/omo/msa/"),
            (KeyPlace::Create(String::new()), "/create"),
            (KeyPlace::Create("omo/".into()), "/omo/create"),
            (
                KeyPlace::Edit("omo/msa/config/default.yaml".into()),
                "/omo/msa/config/default.yaml/edit",
            ),
            (KeyPlace::Edit("a b+c".into()), "/a%20b%2Bc/edit"),
            (KeyPlace::Edit("a//b".into()), "/edit?key=a%2F%2Fb"),
            (KeyPlace::Edit("edit".into()), "/edit/edit"),
        ] {
            assert_eq!(place.address(), address);
        }
        assert_eq!(KeyPlace::parse("", None), KeyPlace::Folder(String::new()));
        assert_eq!(KeyPlace::parse("edit", None), KeyPlace::View("edit".into()));
        assert_eq!(KeyPlace::parse("a", None), KeyPlace::View("a".into()));
        assert_eq!(
            KeyPlace::parse("/x/edit", None),
            KeyPlace::Edit("/x".into())
        );
        // typed by hand, not escaped
        assert_eq!(
            KeyPlace::parse("100%/配置/edit", None),
            KeyPlace::Edit("100%/配置".into())
        );
    }
}
