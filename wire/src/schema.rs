//! JSON Schemas of values: which one is for a key, and what it offers while somebody types.

use serde::{Deserialize, Serialize};

use crate::format::Format;

/// The last part of the key that holds the schema of a folder.
pub const SCHEMA_KEY: &str = ".schema.json";

/// Whether `key` holds the schema of its folder.
#[must_use]
pub fn is_schema(key: &str) -> bool {
    key.rsplit('/').next() == Some(SCHEMA_KEY)
}

/// The key that a text is, or will be, the value of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KeyPlace {
    /// Where.
    pub datacenter: String,
    /// The whole key.
    pub key: String,
}

/// The schema for a key, if it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SchemaOf {
    /// None where neither the configuration nor a folder above the key has one.
    #[serde(default)]
    pub schema: Option<SchemaInUse>,
}

/// A schema that values are compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SchemaInUse {
    /// The key that holds it; none where it is a file.
    #[serde(default)]
    pub key: Option<String>,
    /// The file, as the configuration names it.
    #[serde(default)]
    pub file: Option<String>,
    /// Why nothing is compared with it: what is wrong with it, and where.
    #[serde(default)]
    pub problem: Option<String>,
}

impl SchemaInUse {
    /// The key or the file.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.key.as_deref().or(self.file.as_deref());
        name.unwrap_or_default()
    }
}

/// A place in a text where somebody types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CompleteRequest {
    /// What the text is.
    pub format: Format,
    /// The text; it need not parse.
    pub text: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What it is the value of.
    pub place: KeyPlace,
}

/// What may stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Completions {
    /// The column in that line at which begins what is replaced, from 1, in characters.
    pub from: u32,
    /// The column behind its end.
    pub to: u32,
    /// Nothing where the schema knows nothing, or there is none.
    pub items: Vec<Completion>,
}

/// One thing that may stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Completion {
    /// As it is shown.
    pub label: String,
    /// As it is typed.
    pub insert: String,
    /// The type, in the schema's words; may be empty.
    pub detail: String,
    /// What it is for, in the schema's words; may be empty.
    pub info: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_known_by_name() {
        for (key, expected) in [
            ("omo/msa/.schema.json", true),
            (".schema.json", true),
            ("a.schema.json", false),
            ("omo/.schema.json/x", false),
            ("", false),
        ] {
            assert_eq!(is_schema(key), expected, "{key}");
        }
    }
}
