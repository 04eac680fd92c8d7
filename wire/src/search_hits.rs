//! What a search in keys and values finds, as it is streamed.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// The longest pattern, in bytes.
pub const PATTERN_MAX_BYTES: usize = 1_000;

/// From one byte of a text to another, the last one not included.
pub type Range = (u32, u32);

/// Where is looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LookIn {
    /// In what keys are called below the folder.
    #[default]
    Names,
    /// In what they hold.
    Values,
    /// In both.
    Both,
}

impl LookIn {
    /// As it stands in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Values => "values",
            Self::Both => "both",
        }
    }

    /// What a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Names, Self::Values, Self::Both]
            .into_iter()
            .find(|one| one.word() == word)
    }

    /// Values are read.
    #[must_use]
    pub fn reads_values(self) -> bool {
        self != Self::Names
    }
}

/// What the pattern is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PatternKind {
    /// A piece of text.
    #[default]
    Text,
    /// Letters in this order, others between them; in values a piece of text.
    Fuzzy,
    /// A regular expression.
    Regex,
}

impl PatternKind {
    /// As it stands in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Fuzzy => "fuzzy",
            Self::Regex => "regex",
        }
    }

    /// What a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Text, Self::Fuzzy, Self::Regex]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

/// One event of the stream: one of these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SearchEvent {
    /// A key that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hit: Option<KeyHits>,
    /// How far the search is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The last event of a search that went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<SearchEnd>,
    /// The last event of one that did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Progress {
    /// Keys that were looked at.
    pub looked_at: u64,
    /// Keys there are below the folder.
    pub of: u64,
}

/// A key that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyHits {
    /// The whole key.
    pub key: String,
    /// Where its name matches, in bytes of `key`.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<u32>>))]
    pub ranges: Vec<Range>,
    /// The first lines of its value that match.
    pub lines: Vec<LineHit>,
    /// How many more lines match.
    pub more: u32,
}

/// A line of a value that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct LineHit {
    /// Its number, from 1.
    pub line: u32,
    /// The first place in it that matches, in characters from 1.
    pub column: u32,
    /// The line, or the part of it round the first place.
    pub text: String,
    /// Something of the line stands before `text`.
    pub cut_before: bool,
    /// Something of the line stands behind `text`.
    pub cut_after: bool,
    /// What matches, in bytes of `text`.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<u32>>))]
    pub ranges: Vec<Range>,
    /// The line before it, or its beginning; none for the first.
    pub before: Option<String>,
    /// The line after it, or its beginning; none for the last.
    pub after: Option<String>,
}

/// What is to be said when a search is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SearchEnd {
    /// Keys that were looked at.
    pub looked_at: u64,
    /// Keys there are below the folder.
    pub of: u64,
    /// It ended early: there is more than it gives.
    pub cut: bool,
    /// Keys whose values were not searched because they are marked secret.
    pub secret: u64,
    /// Keys whose values are not text.
    pub binary: u64,
}
