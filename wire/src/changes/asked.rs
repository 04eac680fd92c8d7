//! What is asked for: the keys, and how a plan is carried out.

use serde::{Deserialize, Serialize};

/// What to do where a key is there already and holds something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Leave it, unless it is chosen: whoever applies it was asked about each.
    Ask,
    /// Leave it.
    Skip,
    /// Write over it, as it was when the preview was made.
    #[default]
    Overwrite,
}

/// How a planned change is carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct Apply {
    /// What to do with the steps that overwrite.
    pub on_conflict: OnConflict,
    /// With [`OnConflict::Ask`] the steps, by number, that are written although their key is there
    /// already.
    pub chosen: Vec<usize>,
    /// The steps that are left out, by number.
    pub except: Vec<usize>,
    /// Write keys that sessions hold too.
    pub with_locked: bool,
}

/// All lines of a folder that a filter finds, however many there are: each is a key, or a folder with
/// all below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Matching {
    /// The folder, with its ending `/`; empty for the top.
    pub folder: String,
    /// The filter of the folder's list; empty for all.
    #[serde(default)]
    pub filter: String,
    /// Whole names of those that are not meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
}

/// Deletes keys and folders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteKeys {
    /// Where.
    pub datacenter: String,
    /// Whole keys; one that ends with `/` is the folder with all below it.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Beside them all that a filter finds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Matching>,
}

/// Copies or moves keys and folders, to another place or another name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CopyKeys {
    /// Where they are.
    pub datacenter: String,
    /// Whole keys; one that ends with `/` is the folder with all below it.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Beside them all that a filter finds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Matching>,
    /// Where they go; the same datacenter if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_datacenter: Option<String>,
    /// The folder that takes them in by their own last names: empty for the top, else with its
    /// ending `/`. Left out where `names` says everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_folder: Option<String>,
    /// The whole new name for each of `keys`, in the same order; a folder's ends with `/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}
