//! The TOML file of `--config`: the flags' names, and the token.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ConfigError, flags::LogFormat};
use crate::consul::Secret;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) listen: Option<String>,
    pub(super) agent: Option<OneOrMany>,
    #[serde(alias = "base_path")]
    pub(super) base_path: Option<String>,
    #[serde(alias = "allowed_host")]
    pub(super) allowed_host: Option<OneOrMany>,
    #[serde(alias = "read_only")]
    pub(super) read_only: Option<bool>,
    pub(super) demo: Option<bool>,
    #[serde(alias = "secret_keys")]
    pub(super) secret_keys: Option<OneOrMany>,
    #[serde(alias = "data_dir")]
    pub(super) data_dir: Option<PathBuf>,
    #[serde(alias = "no_history")]
    pub(super) no_history: Option<bool>,
    pub(super) history: History,
    #[serde(alias = "log_level")]
    pub(super) log_level: Option<String>,
    #[serde(alias = "log_format")]
    pub(super) log_format: Option<LogFormat>,
    #[serde(deserialize_with = "secret")]
    pub(super) token: Option<Secret>,
    #[serde(alias = "token_file")]
    pub(super) token_file: Option<PathBuf>,
    pub(super) cluster: Vec<Cluster>,
    pub(super) schema: Vec<Schema>,
}

/// The schema of keys that begin alike.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Schema {
    pub(super) prefix: Option<String>,
    pub(super) datacenter: Option<String>,
    pub(super) file: Option<PathBuf>,
}

/// What is recorded, and for how long it is kept.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct History {
    #[serde(alias = "prefix")]
    pub(super) prefixes: Option<OneOrMany>,
    pub(super) exclude: Option<OneOrMany>,
    #[serde(alias = "max_value_bytes")]
    pub(super) max_value_bytes: Option<u32>,
    #[serde(alias = "keep_days")]
    pub(super) keep_days: Option<u32>,
    #[serde(alias = "max_megabytes")]
    pub(super) max_megabytes: Option<u32>,
}

/// One of several clusters that do not know of each other.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Cluster {
    pub(super) name: String,
    #[serde(alias = "agents")]
    pub(super) agent: Option<OneOrMany>,
    #[serde(deserialize_with = "secret")]
    pub(super) token: Option<Secret>,
    #[serde(alias = "token_file")]
    pub(super) token_file: Option<PathBuf>,
    #[serde(alias = "ca_file")]
    pub(super) ca_file: Option<PathBuf>,
    #[serde(alias = "ca_path")]
    pub(super) ca_path: Option<PathBuf>,
    #[serde(alias = "client_cert")]
    pub(super) client_cert: Option<PathBuf>,
    #[serde(alias = "client_key")]
    pub(super) client_key: Option<PathBuf>,
    #[serde(alias = "tls_server_name")]
    pub(super) tls_server_name: Option<String>,
    #[serde(alias = "tls_verify")]
    pub(super) tls_verify: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(item) => vec![item],
            Self::Many(items) => items,
        }
    }
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    // read as text here, so that a wrong type does not put the value into the error
    Ok(Some(Secret::new(String::deserialize(deserializer)?)))
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|reason| ConfigError::Unreadable {
            what: "--config",
            path: path.to_owned(),
            reason,
        })?;
        // `message`, not `Display`: the latter quotes the line, and a line may hold a token
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| {
                let before = text.get(..span.start).unwrap_or_default();
                format!("line {}: ", before.matches('\n').count() + 1)
            });
            ConfigError::File {
                path: path.to_owned(),
                reason: format!(
                    "{}{}",
                    line.unwrap_or_default(),
                    error.message().replace('\n', " ")
                ),
            }
        })
    }
}
