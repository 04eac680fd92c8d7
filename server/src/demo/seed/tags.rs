//! go-micro's encoded tags, as its Consul registry writes them: a letter, and the lower-case hex of a zlib
//! stream of JSON (metadata, endpoints) or plain text (the version).

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

fn encode(letter: char, text: &str) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish());
    let packed = packed.expect("writing into memory does not fail");
    packed.iter().fold(format!("{letter}-"), |mut tag, byte| {
        let _ = write!(tag, "{byte:02x}");
        tag
    })
}

/// One pair of metadata.
pub(super) fn metadata(name: &str, value: &str) -> String {
    encode('t', &json!({ name: value }).to_string())
}

/// The version, which is plain text.
pub(super) fn version(version: &str) -> String {
    encode('v', version)
}

/// One endpoint: `fields` are the names and types of its request and response.
pub(super) fn endpoint(
    name: &str,
    request: &[(&str, &str)],
    response: &[(&str, &str)],
    stream: bool,
) -> String {
    let values = |fields: &[(&str, &str)]| -> Value {
        fields
            .iter()
            .map(|(name, kind)| json!({"name": name, "type": kind, "values": null}))
            .collect()
    };
    let method = name.rsplit('.').next().unwrap_or(name);
    let message = |suffix: &str, fields| json!({"name": format!("{method}{suffix}"), "type": format!("{method}{suffix}"), "values": values(fields)});
    let endpoint = json!({
        "name": name, "request": message("Request", request), "response": message("Response", response),
        "metadata": {"stream": stream.to_string()},
    });
    encode('e', &endpoint.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn decode(tag: &str) -> String {
        let bytes: Vec<u8> = (2..tag.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&tag[at..at + 2], 16).unwrap())
            .collect();
        let mut text = String::new();
        flate2::read::ZlibDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn a_tag_is_a_zlib_stream_of_its_text() {
        let tag = metadata("protocol", "mucp");
        assert!(tag.starts_with("t-789c"), "{tag}");
        assert_eq!(decode(&tag), r#"{"protocol":"mucp"}"#);
        assert_eq!(decode(&version("1.0.0")), "1.0.0");
        let endpoint: Value =
            serde_json::from_str(&decode(&endpoint("A.Get", &[("id", "string")], &[], true)))
                .unwrap();
        assert_eq!(endpoint["request"]["values"][0]["name"], "id");
        assert_eq!(endpoint["metadata"]["stream"], "true");
    }
}
