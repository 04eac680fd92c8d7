//! Consul's own export: `consul kv export` writes it, `consul kv import` reads it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{Complaint, Entry};

/// One key, in the order and spelling of Consul's own; the API's spelling is read too.
#[derive(Deserialize, Serialize)]
struct Pair {
    #[serde(alias = "Key")]
    key: String,
    #[serde(default, alias = "Flags")]
    flags: u64,
    #[serde(default, alias = "Value")]
    value: Option<String>,
}

pub(super) fn write(entries: &[Entry]) -> Vec<u8> {
    let pairs: Vec<Pair> = entries
        .iter()
        .map(|entry| Pair {
            key: entry.key.clone(),
            flags: entry.flags,
            value: Some(STANDARD.encode(&entry.value)),
        })
        .collect();
    let mut bytes = Vec::new();
    let tabs = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, tabs);
    // into memory, from plain values: nothing can fail
    let _ = pairs.serialize(&mut writer);
    bytes.push(b'\n');
    bytes
}

/// The array in pieces, each of some keys: what comes before the first, a piece, what comes after
/// the last.
pub(super) const BEGIN: &str = "[";
pub(super) const END: &str = "\n]\n";

/// A piece; with the comma before it where it is not the first.
pub(super) fn piece(entries: &[Entry], is_first: bool) -> Vec<u8> {
    let whole = write(entries);
    let inner = &whole[BEGIN.len()..whole.len() - END.len()];
    let comma = if is_first { "" } else { "," };
    [comma.as_bytes(), inner].concat()
}

pub(super) fn read(text: &str) -> Result<Vec<Entry>, Complaint> {
    let pairs: Vec<Pair> = serde_json::from_str(text)
        .map_err(|error| format!("the file is not what `consul kv export` writes: {error}"))?;
    pairs
        .into_iter()
        .map(|pair| {
            let value = STANDARD
                .decode(pair.value.unwrap_or_default())
                .map_err(|_| format!("the value of {} is not base64", pair.key))?;
            Ok(Entry {
                key: pair.key,
                value,
                flags: pair.flags,
            })
        })
        .collect()
}
