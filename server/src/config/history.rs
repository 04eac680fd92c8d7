//! What is recorded of keys: where it is kept, what of it, how long.

use std::path::PathBuf;

use super::{ConfigError, file};

/// How history is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryConfig {
    /// It is.
    pub on: bool,
    /// The folder of its file; none to keep it in memory only.
    pub folder: Option<PathBuf>,
    /// What keys begin with that are recorded; empty for all.
    pub prefixes: Vec<String>,
    /// Patterns, as of [`wire::kv::is_secret`], of keys that are not.
    pub exclude: Vec<String>,
    /// A larger value is not kept, only its hash.
    pub max_value_bytes: usize,
    /// How long a change is kept.
    pub keep_days: u32,
    /// How large the file may become: the oldest changes go first.
    pub max_megabytes: u32,
}

impl Default for HistoryConfig {
    /// Off.
    fn default() -> Self {
        Self {
            on: false,
            folder: None,
            prefixes: Vec::new(),
            exclude: Vec::new(),
            max_value_bytes: wire::kv::VALUE_MAX_BYTES,
            keep_days: 90,
            max_megabytes: 512,
        }
    }
}

pub(super) fn settle(
    off: bool,
    folder: Option<PathBuf>,
    file: file::History,
    demo: bool,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<HistoryConfig, ConfigError> {
    let usual = HistoryConfig::default();
    let list = |found: Option<file::OneOrMany>| {
        let items = found.map(file::OneOrMany::into_vec).unwrap_or_default();
        items.into_iter().filter(|item| !item.is_empty()).collect()
    };
    let at_least = |name, found: Option<u32>, least: u32, usual: u32| match found {
        Some(number) if number < least => Err(ConfigError::Value {
            name,
            reason: format!("{number} is less than {least}"),
        }),
        found => Ok(found.unwrap_or(usual)),
    };
    let max_value_bytes = match file.max_value_bytes {
        Some(bytes) => bytes as usize,
        None => usual.max_value_bytes,
    };
    Ok(HistoryConfig {
        on: !off,
        folder: match folder {
            Some(folder) => Some(folder),
            None if demo => None,
            None => Some(state_folder(environment)),
        },
        prefixes: list(file.prefixes),
        exclude: list(file.exclude),
        max_value_bytes,
        keep_days: at_least("[history] keep-days", file.keep_days, 1, usual.keep_days)?,
        max_megabytes: at_least(
            "[history] max-megabytes",
            file.max_megabytes,
            10,
            usual.max_megabytes,
        )?,
    })
}

/// Where programs of this user keep what should outlive them; below the folder we were started in
/// for a user without a home.
fn state_folder(environment: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let absolute = |path: &PathBuf| path.is_absolute();
    if let Some(state) = environment("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(absolute)
    {
        return state.join("waggle");
    }
    if let Some(local) = environment("LOCALAPPDATA")
        .map(PathBuf::from)
        .filter(absolute)
    {
        return local.join("waggle");
    }
    match environment("HOME").map(PathBuf::from).filter(absolute) {
        Some(home) => home.join(".local/state/waggle"),
        None => PathBuf::from("waggle-data"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle_in(home: &'static str, state: Option<&'static str>, demo: bool) -> HistoryConfig {
        let environment = move |name: &str| match name {
            "HOME" => Some(home.to_owned()),
            "XDG_STATE_HOME" => state.map(str::to_owned),
            _ => None,
        };
        settle(false, None, file::History::default(), demo, &environment).unwrap()
    }

    #[test]
    fn the_folder_is_the_users_own() {
        let folder = |config: HistoryConfig| config.folder;
        assert_eq!(
            folder(settle_in("/home/a", None, false)),
            Some(PathBuf::from("/home/a/.local/state/waggle"))
        );
        assert_eq!(
            folder(settle_in("/home/a", Some("/state"), false)),
            Some(PathBuf::from("/state/waggle"))
        );
        assert_eq!(
            folder(settle_in("/home/a", Some("relative"), false)),
            Some(PathBuf::from("/home/a/.local/state/waggle"))
        );
        assert_eq!(folder(settle_in("/home/a", None, true)), None);
    }

    #[test]
    fn what_keeps_nothing_is_refused() {
        let file: file::History = toml::from_str("keep-days = 0").unwrap();
        assert!(settle(false, None, file, true, &|_| None).is_err());
        let text = "prefixes = \"omo/\"\nexclude = [\"a\", \"\"]\nmax-value-bytes = 100";
        let file: file::History = toml::from_str(text).unwrap();
        let config = settle(true, None, file, true, &|_| None).unwrap();
        assert!(!config.on);
        assert_eq!(config.prefixes, ["omo/"]);
        assert_eq!(config.exclude, ["a"]);
        assert_eq!(config.max_value_bytes, 100);
    }
}
