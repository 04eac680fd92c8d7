//! What the server tells the page when it is opened, inside index.html.

use serde::{Deserialize, Serialize};

/// How this waggle runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Settings {
    /// Empty, or `/x` without an ending slash.
    pub base_path: String,
    /// Nothing can be written.
    pub read_only: bool,
    /// The agents are the embedded demo's.
    pub demo: bool,
    /// waggle's own version.
    pub version: String,
    /// `en` or `zh-CN`.
    pub language: String,
    /// `light`, `dark`, or empty for the system's.
    pub theme: String,
    /// The width of the tree of folders in pixels, `closed`, or empty for the usual.
    pub tree: String,
    /// A change was left unfinished by a waggle that ended in the middle of it.
    pub interrupted: bool,
    /// A change of many keys runs, or can still be undone.
    pub undoable: bool,
    /// Patterns of keys whose values are masked until they are asked for, see
    /// [`is_secret`](crate::kv::is_secret).
    pub secret_keys: Vec<String>,
}
