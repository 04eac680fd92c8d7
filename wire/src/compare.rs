//! Two folders side by side.

use serde::{Deserialize, Serialize};

/// How a key stands on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PairState {
    /// On both sides, with other values or flags.
    #[default]
    Different,
    /// Only on the left.
    Left,
    /// Only on the right.
    Right,
    /// On both sides, with the same value and flags.
    Equal,
}

impl PairState {
    /// The word used in addresses and styles.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Different => "different",
            Self::Left => "left",
            Self::Right => "right",
            Self::Equal => "equal",
        }
    }
}

/// Which pairs are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ShownPairs {
    /// All that are not equal.
    #[default]
    Unequal,
    /// Those on both sides that differ.
    Different,
    /// Those only on the left.
    Left,
    /// Those only on the right.
    Right,
    /// Those that are equal.
    Equal,
    /// All.
    All,
}

impl ShownPairs {
    /// Every choice, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Unequal,
        Self::Different,
        Self::Left,
        Self::Right,
        Self::Equal,
        Self::All,
    ];

    /// As it stands in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unequal => "unequal",
            Self::Different => "different",
            Self::Left => "left",
            Self::Right => "right",
            Self::Equal => "equal",
            Self::All => "all",
        }
    }

    /// What a word means; all that are not equal for any other.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        let found = Self::ALL.into_iter().find(|one| one.word() == word);
        found.unwrap_or_default()
    }

    /// A pair in this state is shown.
    #[must_use]
    pub fn has(self, state: PairState) -> bool {
        match self {
            Self::All => true,
            Self::Unequal => state != PairState::Equal,
            _ => self.word() == state.word(),
        }
    }
}

/// How many pairs are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct PairCounts {
    /// [`PairState::Different`].
    pub different: u64,
    /// [`PairState::Left`].
    pub left: u64,
    /// [`PairState::Right`].
    pub right: u64,
    /// [`PairState::Equal`].
    pub equal: u64,
}

impl PairCounts {
    /// One more in this state.
    pub fn add(&mut self, state: PairState) {
        *match state {
            PairState::Different => &mut self.different,
            PairState::Left => &mut self.left,
            PairState::Right => &mut self.right,
            PairState::Equal => &mut self.equal,
        } += 1;
    }

    /// How many are shown by a choice.
    #[must_use]
    pub fn shown(&self, shown: ShownPairs) -> u64 {
        match shown {
            ShownPairs::Unequal => self.unequal(),
            ShownPairs::Different => self.different,
            ShownPairs::Left => self.left,
            ShownPairs::Right => self.right,
            ShownPairs::Equal => self.equal,
            ShownPairs::All => self.unequal() + self.equal,
        }
    }

    fn unequal(&self) -> u64 {
        self.different + self.left + self.right
    }
}

/// A key of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Side {
    /// How many bytes it holds.
    pub size_bytes: u64,
    /// The user's own number.
    pub flags: u64,
    /// Raft index of its last change.
    pub modify_index: u64,
}

/// A key on both sides, or on one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct PairRow {
    /// The key behind the folder of its side.
    pub key: String,
    /// How both sides stand.
    pub state: PairState,
    /// The left one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Side>,
    /// The right one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Side>,
    /// One of them is marked secret: its value is not shown.
    #[serde(default)]
    pub secret: bool,
    /// Both sides hold the same bytes; then flags are what differs, where anything does.
    #[serde(default)]
    pub same_value: bool,
}

/// Two folders side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Comparison {
    /// Some of the pairs that are shown, by key.
    pub items: Vec<PairRow>,
    /// How many are shown in all, of those that were kept.
    pub total: usize,
    /// How many of them stand before the first of `items`.
    pub offset: usize,
    /// How many pairs are in each state, all counted.
    pub counts: PairCounts,
    /// There are more pairs than are kept to be shown.
    pub cut: bool,
}

/// Takes keys from one side to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PromoteKeys {
    /// Where they are.
    pub datacenter: String,
    /// The folder that they are in; empty for the whole store, else with its ending `/`.
    pub prefix: String,
    /// Where they go.
    pub to_datacenter: String,
    /// The folder that they go to.
    pub to_prefix: String,
    /// The keys, behind the folder.
    pub keys: Vec<String>,
}
