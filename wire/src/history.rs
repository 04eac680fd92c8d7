//! What became of keys: each change that was seen, and how the recording fares.

use serde::{Deserialize, Serialize};

/// How many records an answer holds where nothing is said.
pub const LIMIT_DEFAULT: usize = 100;

/// The most records that an answer holds.
pub const LIMIT_MAX: usize = 500;

/// A total is counted up to here; beyond it is "more".
pub const TOTAL_MAX: usize = 10_000;

/// One change of one key, as it was seen. Values come with [`RecordDetail`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Record {
    /// Its number: later changes have higher ones.
    #[serde(rename = "ID")]
    pub id: u64,
    /// Where.
    pub datacenter: String,
    /// The whole key.
    pub key: String,
    /// When it was seen, in milliseconds since 1970.
    pub seen: u64,
    /// What happened.
    pub kind: Kind,
    /// `ModifyIndex` before; none where nothing was there, or nothing was known.
    #[serde(default)]
    pub index_before: Option<u64>,
    /// `ModifyIndex` after; none for a deletion, whose index nobody tells.
    #[serde(default)]
    pub index_after: Option<u64>,
    /// The user's own number before.
    #[serde(default)]
    pub flags_before: Option<u64>,
    /// The user's own number after.
    #[serde(default)]
    pub flags_after: Option<u64>,
    /// Bytes of the value before.
    #[serde(default)]
    pub size_before: Option<u64>,
    /// Bytes of the value after.
    #[serde(default)]
    pub size_after: Option<u64>,
    /// Who did it.
    #[serde(default)]
    pub who: Who,
    /// What else there is to know.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// The key's value is secret: only a hash of it is kept.
    #[serde(default)]
    pub secret: bool,
    /// A value was too large to be kept: only its hash and size are.
    #[serde(default)]
    pub truncated: bool,
    /// Stands for the value before; equal for equal values. Only of values that are not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_before: Option<String>,
    /// Stands for the value after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_after: Option<String>,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing: it was there when recording began.
    #[default]
    Baseline,
    /// It was not there before.
    Created,
    /// Value, flags or lock changed, or the same was written again.
    Updated,
    /// It is there no more.
    Deleted,
}

impl Kind {
    /// Its word in styles.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// What else there is to know about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// It happened while waggle was not looking; when exactly is not known.
    Unwatched,
    /// The key may have changed more than once since it was looked at before; a deleted one may
    /// have held something newer than what was seen.
    MayHaveMissed,
    /// It was deleted and created again since it was looked at before.
    Recreated,
    /// Neither value nor flags are others than before.
    Same,
    /// Its lock was taken or released.
    Lock,
}

/// Who changed a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Who {
    /// It was done through waggle; else nobody can tell who it was.
    pub through_waggle: bool,
    /// The token's `AccessorID`; empty where there was none.
    #[serde(default, rename = "AccessorID")]
    pub accessor_id: String,
    /// The token's name; empty where it has none.
    #[serde(default)]
    pub name: String,
}

/// A change with its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RecordDetail {
    /// The change.
    pub record: Record,
    /// The bytes that were seen before, in base64; none where nothing was there, or they are not
    /// kept. With [`Note::MayHaveMissed`] or [`Note::Unwatched`] there may have been others since.
    #[serde(default)]
    pub before: Option<String>,
    /// The bytes after in base64; none where nothing is there, or they are not kept.
    #[serde(default)]
    pub after: Option<String>,
}

/// Some changes, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Records {
    /// The changes.
    pub items: Vec<Record>,
    /// How many there are in all, counted up to [`TOTAL_MAX`].
    pub total: usize,
    /// There are more than `total`.
    pub more: bool,
    /// How many stand before the first of `items`.
    pub offset: usize,
    /// Everybody who changed a key through waggle, for the filter.
    #[serde(default)]
    pub people: Vec<Who>,
}

/// Keys that are gone, each with its deletion. What such a record has as `before` is what was
/// seen last: see [`Note::MayHaveMissed`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DeletedKeys {
    /// The deletions, newest first.
    pub items: Vec<Record>,
    /// How many there are, counted up to [`TOTAL_MAX`].
    pub total: usize,
    /// There are more than `total`.
    pub more: bool,
    /// How many stand before the first of `items`.
    pub offset: usize,
}

/// How the recording fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Recording {
    /// Why nothing is recorded; none while it is.
    #[serde(default)]
    pub off: Option<Off>,
    /// In the words of what refused; empty where there are none.
    #[serde(default)]
    pub off_detail: String,
    /// What was recorded before can be read.
    pub readable: bool,
    /// The store's file; empty where it is in memory.
    pub file: String,
    /// How large it is, in bytes.
    pub store_bytes: u64,
    /// How large it may become, in bytes.
    pub store_max_bytes: u64,
    /// How long records are kept, in days.
    pub keep_days: u32,
    /// When the oldest record was seen, in milliseconds since 1970; none where there is none.
    #[serde(default)]
    pub oldest: Option<u64>,
    /// Each datacenter.
    pub places: Vec<RecordedPlace>,
}

/// Why nothing is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// It was asked for: `--no-history`.
    AskedFor,
    /// Another waggle records into the same folder.
    InUse,
    /// The folder cannot be written.
    Folder,
    /// The store cannot be opened, or not be written any more.
    Store,
}

/// How recording fares in a datacenter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RecordedPlace {
    /// Its name.
    pub datacenter: String,
    /// How it fares.
    pub state: PlaceState,
    /// In the words of what failed; empty where nothing did.
    #[serde(default)]
    pub problem: String,
    /// What is recorded; one empty prefix for everything.
    pub prefixes: Vec<String>,
    /// What is not.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// How many keys are watched.
    pub keys: u64,
    /// How many bytes their values have.
    pub value_bytes: u64,
    /// In how many parts they are read.
    pub shards: u64,
    /// What is read of the agent for it: bytes per second over the last minute.
    pub bytes_per_second: u64,
    /// Questions per minute over the last minute.
    pub queries_per_minute: u64,
    /// Where it is not known what to record: the folders at the top and their keys, for a choice.
    #[serde(default)]
    pub folders: Vec<FolderKeys>,
}

/// A folder at the top and how many keys it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct FolderKeys {
    /// What its keys begin with.
    pub prefix: String,
    /// How many there are.
    pub keys: u64,
    /// About how many bytes their values have, from a few of them; none where they were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_bytes: Option<u64>,
}

/// What is recorded of a datacenter, and what there is to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RecordingChoice {
    /// Where.
    pub datacenter: String,
    /// The settings' file says it: it cannot be chosen in the page.
    pub fixed: bool,
    /// What keys begin with that are recorded; one empty text for all; none where nobody chose:
    /// all, while they have less than [`Self::unasked_bytes`].
    pub prefixes: Vec<String>,
    /// Patterns of keys that are not: what a key begins with, `*` for anything.
    pub exclude: Vec<String>,
    /// How many keys there are.
    pub keys: u64,
    /// The folders at the top with the most keys; a key beside them counts by its name.
    pub folders: Vec<FolderKeys>,
    /// Up to so many bytes everything is recorded unasked.
    pub unasked_bytes: u64,
    /// A change reads what stands around it: about so many bytes at most.
    pub part_bytes: u64,
    /// How many bytes a second are read at most.
    pub most_bytes_per_second: u64,
}

/// What shall be recorded of a datacenter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChooseRecorded {
    /// Where.
    pub datacenter: String,
    /// What keys begin with; one empty text for all; none to leave it to waggle.
    pub prefixes: Vec<String>,
    /// Patterns of keys that are not recorded.
    #[serde(default)]
    pub exclude: Vec<String>,
}

/// How recording fares in a datacenter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlaceState {
    /// It begins: everything is read once.
    #[default]
    Starting,
    /// Changes are waited for.
    Watching,
    /// No connection is left to wait with: it is asked every few seconds.
    Polling,
    /// The store is so large that somebody has to say what to record.
    TooLarge,
    /// It could not be read; it is tried again.
    Failing,
    /// The store holds the history of another cluster with a datacenter of this name: what is
    /// seen of this one must not be taken for its.
    OtherCluster,
}
