//! The house rules that a reader would otherwise have to check by eye.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// Rule 1: a domain is one word, in all three crates.
#[test]
fn every_domain_has_its_word_in_each_crate() {
    for word in [
        "datacenters",
        "overview",
        "services",
        "instances",
        "nodes",
        "kv",
        "compare",
        "sessions",
        "history",
    ] {
        // the picker of datacenters is a part of the shell, not a page
        let page = if word == "datacenters" {
            "app/src/shell"
        } else {
            "app/src/pages"
        };
        for folder in ["wire/src", "server/src/api", page] {
            let folder = root().join(folder);
            let found = folder.join(format!("{word}.rs")).is_file()
                || folder.join(word).join("mod.rs").is_file()
                || (page == "app/src/shell" && folder.join("datacenter_picker.rs").is_file());
            assert!(found, "{word} is missing in {}", folder.display());
        }
    }
}

/// Rule 4: a folder says what it is for; words that say nothing are no names.
#[test]
fn folders_say_what_they_are_for() {
    for file in sources() {
        let shown = file.strip_prefix(root()).unwrap().display().to_string();
        // the texts that every page shares are common, and nothing else
        if shown.starts_with("app/src/i18n/") {
            continue;
        }
        for word in ["utils", "util", "common", "helpers", "core", "misc"] {
            let named = file.components().any(|part| {
                let part = part.as_os_str().to_string_lossy();
                part == word || part == format!("{word}.rs")
            });
            assert!(!named, "{shown} is named {word}");
        }
        if file.file_name().is_some_and(|name| name == "mod.rs") {
            let text = fs::read_to_string(&file).unwrap();
            assert!(
                text.starts_with("//!"),
                "{shown} does not say what its folder is for"
            );
        }
    }
}

/// Rule 5: a file that outgrows its page becomes a folder.
#[test]
fn no_source_file_is_too_long() {
    for file in sources() {
        // without its tests
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let lines = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .count();
        let shown = file.strip_prefix(root()).unwrap().display().to_string();
        assert!(lines <= 400, "{shown} has {lines} lines");
    }
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders: Vec<_> = ["app/src", "server/src", "wire/src", "xtask/src"]
        .map(|folder| root().join(folder))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 10, "the sources were found");
    files
}
