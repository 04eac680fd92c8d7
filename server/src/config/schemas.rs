//! Which keys have a schema in a file.

use std::path::PathBuf;

use super::{ConfigError, file};

/// A schema for all keys that begin alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaConfig {
    /// What the keys begin with.
    pub prefix: String,
    /// The datacenter they are in, as pages name it (`dc1`, `dc1@east`); none for all.
    pub datacenter: Option<String>,
    /// The schema. It is read anew for each check, so that a change of it counts at once.
    pub file: PathBuf,
}

/// The schema for `key` in the datacenter `shown`: the longest prefix wins, and of two the one
/// that names the datacenter.
#[must_use]
pub fn schema_for<'a>(
    schemas: &'a [SchemaConfig],
    shown: &str,
    key: &str,
) -> Option<&'a SchemaConfig> {
    schemas
        .iter()
        .filter(|schema| {
            let here = schema.datacenter.as_deref().is_none_or(|dc| dc == shown);
            here && key.starts_with(&schema.prefix)
        })
        .max_by_key(|schema| (schema.prefix.len(), schema.datacenter.is_some()))
}

pub(super) fn settings(found: Vec<file::Schema>) -> Result<Vec<SchemaConfig>, ConfigError> {
    let mut schemas: Vec<SchemaConfig> = Vec::new();
    for file::Schema {
        prefix,
        datacenter,
        file,
    } in found
    {
        let schema = SchemaConfig {
            prefix: prefix.ok_or_else(|| wrong("an entry names no prefix".to_owned()))?,
            datacenter,
            file: file.ok_or_else(|| wrong("an entry names no file".to_owned()))?,
        };
        let twice = schemas.iter().any(|known| {
            (&known.prefix, &known.datacenter) == (&schema.prefix, &schema.datacenter)
        });
        if twice {
            return Err(wrong(format!(
                "there are two entries for the prefix {:?}",
                schema.prefix
            )));
        }
        // what is wrong inside is told where it is used; that there is none is known now
        std::fs::File::open(&schema.file).map_err(|reason| ConfigError::Unreadable {
            what: "[[schema]]",
            path: schema.file.clone(),
            reason,
        })?;
        schemas.push(schema);
    }
    Ok(schemas)
}

fn wrong(reason: String) -> ConfigError {
    ConfigError::Value {
        name: "[[schema]]",
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins() {
        let schema = |prefix: &str, datacenter: Option<&str>, file: &str| SchemaConfig {
            prefix: prefix.to_owned(),
            datacenter: datacenter.map(str::to_owned),
            file: PathBuf::from(file),
        };
        let schemas = [
            schema("omo/", None, "a"),
            schema("omo/msa/", Some("dc2"), "b"),
            schema("omo/msa/", None, "c"),
            schema("x/", Some("dc1@east"), "d"),
        ];
        for (dc, key, file) in [
            ("dc1", "omo/a", Some("a")),
            ("dc1", "omo/msa/a", Some("c")),
            ("dc2", "omo/msa/a", Some("b")),
            ("dc1", "x/a", None),
            ("dc1@east", "x/a", Some("d")),
            ("dc1", "other", None),
        ] {
            let found = schema_for(&schemas, dc, key).map(|schema| schema.file.clone());
            assert_eq!(found, file.map(PathBuf::from), "{dc} {key}");
        }
    }
}
