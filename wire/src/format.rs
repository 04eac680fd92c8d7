//! What the text of a value is written in, and what is wrong with it.

use serde::{Deserialize, Serialize};

use crate::schema::{KeyPlace, SchemaInUse};

/// The formats that values are checked as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// YAML 1.2, several documents allowed.
    Yaml,
    /// JSON, RFC 8259.
    Json,
    /// TOML 1.
    Toml,
    /// HCL 2.
    Hcl,
    /// XML 1.
    Xml,
    /// Java properties.
    Properties,
    /// Anything.
    #[default]
    Plain,
}

impl Format {
    /// Every format, in the order of the picker.
    pub const ALL: [Self; 7] = [
        Self::Yaml,
        Self::Json,
        Self::Toml,
        Self::Hcl,
        Self::Xml,
        Self::Properties,
        Self::Plain,
    ];

    /// The format that a key's ending tells; plain where it tells none.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        let name = key.rsplit('/').next().unwrap_or_default();
        let Some((_, ending)) = name.rsplit_once('.') else {
            return Self::Plain;
        };
        match ending.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Self::Yaml,
            "json" => Self::Json,
            "toml" => Self::Toml,
            "hcl" | "tf" | "nomad" => Self::Hcl,
            "xml" => Self::Xml,
            "properties" | "props" => Self::Properties,
            _ => Self::Plain,
        }
    }

    /// Whether its texts are trees, which a JSON Schema can be about.
    #[must_use]
    pub fn is_tree(self) -> bool {
        matches!(self, Self::Yaml | Self::Json | Self::Toml)
    }

    /// The word used in URLs and requests.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Toml => "toml",
            Self::Hcl => "hcl",
            Self::Xml => "xml",
            Self::Properties => "properties",
            Self::Plain => "plain",
        }
    }

    /// The format that `word` names, if any.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// A text to check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ValidateRequest {
    /// What it should be.
    pub format: Format,
    /// The text.
    pub text: String,
    /// What it is the value of: that may have a schema.
    #[serde(default)]
    pub place: Option<KeyPlace>,
}

/// A text that was laid out anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Formatted {
    /// The text; it means what it meant.
    pub text: String,
}

/// What is wrong with a text; nothing where the list is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Validation {
    /// By place in the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The schema that it was compared with.
    #[serde(default)]
    pub schema: Option<SchemaInUse>,
}

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Diagnostic {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The parser's words, one line.
    pub message: String,
    /// Whether it stops a save.
    pub severity: Severity,
}

/// Whether a diagnostic stops a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text does not parse.
    Error,
    /// It parses, and may not mean what it seems to.
    Warning,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_comes_from_the_ending() {
        for (key, format) in [
            ("omo/msa/config/default.yaml", Format::Yaml),
            ("a.YML", Format::Yaml),
            ("a/b.json", Format::Json),
            ("a.b/c", Format::Plain),
            ("", Format::Plain),
            ("x.properties", Format::Properties),
        ] {
            assert_eq!(Format::from_key(key), format, "{key}");
        }
        for format in Format::ALL {
            assert_eq!(Format::from_word(format.word()), Some(format));
        }
    }
}
