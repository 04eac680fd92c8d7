//! Changes of many keys: planned first, shown, applied when confirmed, and taken back.

mod asked;
mod counts;

use serde::{Deserialize, Serialize};

pub use asked::{Apply, CopyKeys, DeleteKeys, Matching, OnConflict};
pub use counts::{ActionCounts, OutcomeCounts};

use crate::problem::Problem;

/// The most keys that one change may be about.
pub const STEPS_MAX: usize = 20_000;

/// What a change does, as its user called it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Keys go.
    #[default]
    Delete,
    /// Keys appear at a second place.
    Copy,
    /// Keys change their place or name.
    Move,
    /// Keys come from a file.
    Import,
    /// A text inside values is replaced.
    Replace,
    /// Keys of one datacenter or folder go to another.
    Promote,
    /// Keys become again what history knows.
    Restore,
    /// A change is taken back.
    Undo,
}

/// How far a change is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Nothing is written yet.
    #[default]
    Planned,
    /// It is being written.
    Running,
    /// Every step has its outcome.
    Done,
    /// It was stopped by its user; what was not reached is not written.
    Cancelled,
    /// It stopped by itself, for the reason in `problem`; what was not reached is not written.
    Failed,
}

impl ChangeState {
    /// Nothing more will be written.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// What would happen to one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is not there, and will be.
    Create,
    /// It is there, and will hold something else.
    Overwrite,
    /// It is there, and will not be.
    Delete,
    /// It holds this already. A move still takes the source away.
    #[default]
    Equal,
    /// A session holds it: left out unless that is asked for.
    Locked,
    /// It cannot be done, for the reason named.
    Refused,
}

impl Action {
    /// Every action, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::Create,
        Self::Overwrite,
        Self::Delete,
        Self::Equal,
        Self::Locked,
        Self::Refused,
    ];

    /// The word used in addresses and class names.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Overwrite => "overwrite",
            Self::Delete => "delete",
            Self::Equal => "equal",
            Self::Locked => "locked",
            Self::Refused => "refused",
        }
    }
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no such key, or the token may not see it.
    Missing,
    /// The value is larger than Consul takes.
    TooLarge,
    /// The value is so large that it has to go by the address, which cannot carry this key.
    NoWay,
    /// Another step writes the same key.
    Twice,
    /// The key is not what the change left behind: someone else wrote it since.
    ChangedSince,
    /// Source and destination are the same key.
    SamePlace,
}

/// What became of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As planned.
    #[default]
    Done,
    /// Left out, as asked for; nothing was written.
    Skipped,
    /// Not reached before the change ended; nothing was written.
    NotSent,
    /// Someone else wrote the key after the preview; it is as they left it.
    Changed,
    /// Of a move: the destination is written, and the source is still there.
    Copied,
    /// Consul refused, for the reason in `detail`; nothing was written.
    Failed,
    /// The write was sent, no answer came, and the key does not tell.
    Unknown,
}

impl Outcome {
    /// Every outcome, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Done,
        Self::Unknown,
        Self::Failed,
        Self::Changed,
        Self::Copied,
        Self::NotSent,
        Self::Skipped,
    ];

    /// The word used in addresses and class names.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::NotSent => "not_sent",
            Self::Changed => "changed",
            Self::Copied => "copied",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// A change of many keys, without its steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Change {
    /// Its name in addresses.
    pub id: String,
    /// What it does.
    pub kind: ChangeKind,
    /// How far it is.
    pub state: ChangeState,
    /// How many steps it has.
    pub total: usize,
    /// How many steps have each action.
    pub counts: ActionCounts,
    /// How many steps have each outcome; nothing before it runs.
    pub outcomes: OutcomeCounts,
    /// The datacenters whose keys change, in order of appearance.
    pub datacenters: Vec<String>,
    /// The folder that all its keys are in, with its ending `/`; empty for the top.
    pub folder: String,
    /// Of an import: the folder that all names of the file begin with, and that is put before them
    /// once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<String>,
    /// The change that this one takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// The plan is forgotten after this moment, in milliseconds since 1970.
    pub expires_at: u64,
    /// When every step had its outcome, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// It can be taken back until this moment, in milliseconds since 1970; none where nothing was
    /// written, or where it was taken back already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<u64>,
    /// How many steps were written and not taken back.
    pub undoable: usize,
    /// How many keys its folders hold that came after the preview: they stay where they are. Known
    /// when it is over.
    pub appeared: usize,
    /// It was asked to stop, and does so after what is under way.
    pub cancelling: bool,
    /// Why it stopped by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl Change {
    /// How many steps would be written: those that are not refused, equal or locked.
    #[must_use]
    pub fn to_write(&self) -> usize {
        let moved = if self.kind == ChangeKind::Move {
            self.counts.equal
        } else {
            0
        };
        self.counts.create + self.counts.overwrite + self.counts.delete + moved
    }
}

/// A change that a waggle which ended in the middle left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Interrupted {
    /// Its name in addresses.
    pub id: String,
    /// What it did.
    pub kind: ChangeKind,
    /// When it began, in milliseconds since 1970.
    pub began: u64,
    /// How many keys it was to write.
    pub total: usize,
    /// How many of them are known to be written.
    pub done: usize,
    /// How many more may be: they were sent, and what became of them was not noted any more. Of
    /// those that moved to another datacenter some may be at both ends.
    pub unsure: usize,
    /// The datacenters whose keys it changed.
    pub datacenters: Vec<String>,
}

impl Interrupted {
    /// What remains can be planned: the keys alone tell what that is.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        matches!(
            self.kind,
            ChangeKind::Delete | ChangeKind::Copy | ChangeKind::Move
        )
    }
}

/// What a change does to one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Step {
    /// Its place among the steps, from 0.
    pub number: usize,
    /// Where the key is.
    pub datacenter: String,
    /// The whole key.
    pub key: String,
    /// The key that its value comes from, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<KeyPlace>,
    /// What would happen.
    pub action: Action,
    /// Why it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The session that holds the key, or the source of a move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// How many bytes it holds; none where it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_bytes: Option<u64>,
    /// How many bytes it will hold; none where it will not be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_bytes: Option<u64>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// In the agent's words, or waggle's, why that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What an export would hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct ExportCount {
    /// How many keys.
    pub keys: usize,
    /// How many of them are marked secret; their values would be in the file as they are.
    pub secret: usize,
}

/// A key somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyPlace {
    /// Where.
    pub datacenter: String,
    /// The whole key.
    pub key: String,
}

/// Some steps of a change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Steps {
    /// The steps, by number.
    pub items: Vec<Step>,
    /// How many there are of those asked for.
    pub total: usize,
    /// How many of them stand before the first of `items`.
    pub offset: usize,
}

/// One step with what the key holds and what it will hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct StepDetail {
    /// The step.
    pub step: Step,
    /// Base64 (standard, padded); none where the key is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Base64 (standard, padded); none where the key will not be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Its flags now; 0 where the key is not there.
    pub before_flags: u64,
    /// Its flags then; 0 where the key will not be there.
    pub after_flags: u64,
}
