//! Addresses of `kv`, and what changes keys.

use wire::{
    format::{Format, Formatted, ValidateRequest, Validation},
    kv::{KvPair, KvSave},
    problem::Problem,
    schema::{CompleteRequest, Completions, KeyPlace, SchemaOf},
};

use super::{ListQuery, request};
use crate::routes::part;

/// `Rows<KvEntry>`: one level of a folder; an empty prefix for the root.
#[must_use]
pub fn list(dc: &str, prefix: &str, query: &ListQuery) -> String {
    query.after(format!("api/kv?dc={}&prefix={}", part(dc), part(prefix)))
}

/// `KeyDetails`: of the keys in the window of a folder that `list` is the address of.
#[must_use]
pub fn details(list: &str) -> Option<String> {
    let query = list.strip_prefix("api/kv?")?;
    Some(format!("api/kv/details?{query}"))
}

/// `KvPair`.
#[must_use]
pub fn value(dc: &str, key: &str) -> String {
    format!("api/kv/value?dc={}&key={}", part(dc), part(key))
}

/// Writes a key if it is still at `save.cas`; gives it as it is then.
///
/// # Errors
/// `conflict` with the key as it is now, `invalid_value` with what is wrong, or any other problem.
pub async fn save(save: &KvSave) -> Result<KvPair, Problem> {
    request::send("PUT", "api/kv/value", Some(save)).await
}

/// Checks a text, as the value of `place`, which may have a schema.
///
/// # Errors
/// Any problem.
pub async fn validate(
    format: Format,
    text: String,
    place: KeyPlace,
) -> Result<Validation, Problem> {
    let body = ValidateRequest {
        format,
        text,
        place: Some(place),
    };
    request::send("POST", "api/validate", Some(&body)).await
}

/// The schema that a key's value is compared with.
///
/// # Errors
/// Any problem.
pub async fn schema(dc: &str, key: &str) -> Result<SchemaOf, Problem> {
    request::get(&format!("api/kv/schema?dc={}&key={}", part(dc), part(key))).await
}

/// What may stand at a place of a text.
///
/// # Errors
/// Any problem.
pub async fn complete(request: &CompleteRequest) -> Result<Completions, Problem> {
    request::send("POST", "api/complete", Some(request)).await
}

/// Lays a text out anew.
///
/// # Errors
/// `bad_request` with the reason why it is left as it is, or any other problem.
pub async fn tidy(format: Format, text: String) -> Result<Formatted, Problem> {
    let body = ValidateRequest {
        format,
        text,
        place: None,
    };
    request::send("POST", "api/format", Some(&body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_whole() {
        assert_eq!(
            value("dc1", "a//b &é"),
            "api/kv/value?dc=dc1&key=a%2F%2Fb%20%26%C3%A9"
        );
        assert_eq!(
            list("dc1", "", &ListQuery::default()),
            "api/kv?dc=dc1&prefix=&limit=100"
        );
        assert_eq!(
            details("api/kv?dc=dc1&prefix=&limit=100").as_deref(),
            Some("api/kv/details?dc=dc1&prefix=&limit=100")
        );
        assert_eq!(details("api/nodes?dc=dc1"), None);
    }
}
