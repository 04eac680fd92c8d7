//! Changes of many keys: planned first, shown, applied when confirmed, and taken back.

use serde::{Deserialize, Serialize};

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

/// How many steps have each action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct ActionCounts {
    /// [`Action::Create`].
    pub create: usize,
    /// [`Action::Overwrite`].
    pub overwrite: usize,
    /// [`Action::Delete`].
    pub delete: usize,
    /// [`Action::Equal`].
    pub equal: usize,
    /// [`Action::Locked`].
    pub locked: usize,
    /// [`Action::Refused`].
    pub refused: usize,
}

impl ActionCounts {
    /// How many have this action.
    #[must_use]
    pub fn of(&self, action: Action) -> usize {
        match action {
            Action::Create => self.create,
            Action::Overwrite => self.overwrite,
            Action::Delete => self.delete,
            Action::Equal => self.equal,
            Action::Locked => self.locked,
            Action::Refused => self.refused,
        }
    }

    /// One more of this action.
    pub fn add(&mut self, action: Action) {
        *match action {
            Action::Create => &mut self.create,
            Action::Overwrite => &mut self.overwrite,
            Action::Delete => &mut self.delete,
            Action::Equal => &mut self.equal,
            Action::Locked => &mut self.locked,
            Action::Refused => &mut self.refused,
        } += 1;
    }
}

/// How many steps have each outcome so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct OutcomeCounts {
    /// [`Outcome::Done`].
    pub done: usize,
    /// [`Outcome::Skipped`].
    pub skipped: usize,
    /// [`Outcome::NotSent`].
    pub not_sent: usize,
    /// [`Outcome::Changed`].
    pub changed: usize,
    /// [`Outcome::Copied`].
    pub copied: usize,
    /// [`Outcome::Failed`].
    pub failed: usize,
    /// [`Outcome::Unknown`].
    pub unknown: usize,
}

impl OutcomeCounts {
    /// How many have this outcome.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Done => self.done,
            Outcome::Skipped => self.skipped,
            Outcome::NotSent => self.not_sent,
            Outcome::Changed => self.changed,
            Outcome::Copied => self.copied,
            Outcome::Failed => self.failed,
            Outcome::Unknown => self.unknown,
        }
    }

    /// One more of this outcome.
    pub fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Done => &mut self.done,
            Outcome::Skipped => &mut self.skipped,
            Outcome::NotSent => &mut self.not_sent,
            Outcome::Changed => &mut self.changed,
            Outcome::Copied => &mut self.copied,
            Outcome::Failed => &mut self.failed,
            Outcome::Unknown => &mut self.unknown,
        } += 1;
    }

    /// How many steps have one at all.
    #[must_use]
    pub fn total(&self) -> usize {
        Outcome::ALL.iter().map(|outcome| self.of(*outcome)).sum()
    }

    /// How many did not go as planned.
    #[must_use]
    pub fn amiss(&self) -> usize {
        self.changed + self.copied + self.failed + self.unknown
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
    /// The change that this one takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// The plan is forgotten after this moment, in milliseconds since 1970.
    pub expires_at: u64,
    /// It can be taken back until this moment, in milliseconds since 1970; none where nothing was
    /// written, or where it was taken back already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<u64>,
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

/// What to do where a key is there already and holds something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
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
    /// The steps that are left out, by number.
    pub except: Vec<usize>,
    /// Write keys that sessions hold too.
    pub with_locked: bool,
}

/// Deletes keys and folders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteKeys {
    /// Where.
    pub datacenter: String,
    /// Whole keys; one that ends with `/` is the folder with all below it.
    pub keys: Vec<String>,
}

/// Copies or moves keys and folders, to another place or another name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CopyKeys {
    /// Where they are.
    pub datacenter: String,
    /// Whole keys; one that ends with `/` is the folder with all below it.
    pub keys: Vec<String>,
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
