//! Keys and values.

use serde::{Deserialize, Serialize};

use crate::format::Format;

/// The largest value that Consul takes by default, in bytes.
pub const VALUE_MAX_BYTES: usize = 512 * 1024;

/// One key, as `kv/:key` lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KvPair {
    /// The whole key.
    pub key: String,
    /// The bytes in base64 (standard, padded); none for no bytes.
    #[serde(default)]
    pub value: Option<String>,
    /// The user's own number.
    #[serde(default)]
    pub flags: u64,
    /// Raft index at which it was created.
    #[serde(default)]
    pub create_index: u64,
    /// Raft index of its last change: what a save compares. Can exceed 2^53.
    #[serde(default)]
    pub modify_index: u64,
    /// How often it was locked.
    #[serde(default)]
    pub lock_index: u64,
    /// The session that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// Whether one of `patterns` is about `key`. A pattern is what a key begins with; a `*` in it
/// stands for anything, also for nothing: `app/` is all below app, `*/password` what ends so or
/// goes on after it.
#[must_use]
pub fn is_secret(patterns: &[String], key: &str) -> bool {
    patterns.iter().any(|pattern| begins_as(pattern, key))
}

fn begins_as(pattern: &str, key: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = key.strip_prefix(first) else {
        return false;
    };
    // the soonest place for each part leaves the most for those that follow
    parts.all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// One line of a folder: a key or a folder below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KvEntry {
    /// The whole key; a folder's ends with `/`.
    pub key: String,
    /// Its last part, without the folder's `/`.
    pub name: String,
    /// There are keys below it, or it is a folder key.
    pub folder: bool,
}

/// What a folder's list says of a key besides its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyDetail {
    /// The whole key.
    pub key: String,
    /// Bytes of its value; none where only its value would tell, and that is too much to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// The user's own number.
    #[serde(default)]
    pub flags: u64,
    /// Raft index of its last change.
    #[serde(default)]
    pub modify_index: u64,
    /// When its last change was seen, in milliseconds since 1970; none where nobody looked then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<u64>,
    /// The session that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The node of that session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// What is known of the keys in a window of a folder's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyDetails {
    /// In the list's order, without those of which nothing is known.
    pub items: Vec<KeyDetail>,
    /// The folder's own key, where there is one and something is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<KeyDetail>,
}

/// A save: writes only if the key is still at `cas`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KvSave {
    /// Where.
    pub datacenter: String,
    /// The whole key; one that ends with `/` is a folder's own.
    pub key: String,
    /// The bytes in base64 (standard, padded).
    pub value: String,
    /// The user's own number; a save keeps what was read.
    #[serde(default)]
    pub flags: u64,
    /// 0 creates only; else the `ModifyIndex` that was read.
    pub cas: u64,
    /// What the value must parse as.
    #[serde(default)]
    pub format: Format,
    /// Save even if it does not parse.
    #[serde(default)]
    pub allow_invalid: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_say_how_secret_keys_begin() {
        for (pattern, key, secret) in [
            ("app/secret/", "app/secret/db", true),
            ("app/secret/", "app/secrets", false),
            ("*/password", "a/b/password", true),
            ("*/password", "a/password/old", true),
            ("*/password", "password", false),
            ("a*b*c", "axbxcx", true),
            ("a*b*c", "acb", false),
            ("", "anything", true),
        ] {
            assert_eq!(is_secret(&[pattern.into()], key), secret, "{pattern} {key}");
        }
        assert!(!is_secret(&[], "a"));
    }
}
