//! Keys as files: Consul's own export, one tree of JSON or YAML, an archive of files. Pure; may be
//! imported by `api`.

mod archive;
mod consul;
mod tree;
mod yaml;

use wire::changes::STEPS_MAX;

/// What an upload may have.
pub(crate) const UPLOAD_MAX_BYTES: usize = 64 * 1024 * 1024;

/// What the values of one file may have together.
pub(crate) const VALUES_MAX_BYTES: usize = 64 * 1024 * 1024;

/// One key in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) value: Vec<u8>,
    pub(crate) flags: u64,
}

/// How keys are written into a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    /// As `consul kv export` writes it.
    #[default]
    Consul,
    /// One tree, a level for each part of a key.
    Json,
    /// The same as YAML.
    Yaml,
    /// An archive with a file for each key.
    Zip,
}

impl Shape {
    /// The ending of a file's name.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Consul | Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Zip => "zip",
        }
    }

    /// The type of its content.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Consul | Self::Json => "application/json",
            Self::Yaml => "application/yaml",
            Self::Zip => "application/zip",
        }
    }
}

/// Why a file cannot be written or read, in words that name what is wrong.
pub(crate) type Complaint = String;

/// The file with these keys, in this order.
///
/// # Errors
/// Which keys do not fit.
pub(crate) fn write(shape: Shape, entries: &[Entry]) -> Result<Vec<u8>, Complaint> {
    match shape {
        Shape::Consul => Ok(consul::write(entries)),
        Shape::Json => {
            let tree = tree::grow(entries)?;
            Ok(tree::json(&tree).into_bytes())
        }
        Shape::Yaml => {
            let tree = tree::grow(entries)?;
            Ok(yaml::write(&tree).into_bytes())
        }
        Shape::Zip => archive::write(entries),
    }
}

/// Consul's own shape in pieces: what comes before the first, and after the last.
pub(crate) const CONSUL_ENDS: (&str, &str) = (consul::BEGIN, consul::END);

/// Some keys in Consul's own shape, between [`CONSUL_ENDS`]; at least one.
pub(crate) fn consul_piece(entries: &[Entry], is_first: bool) -> Vec<u8> {
    consul::piece(entries, is_first)
}

/// The keys of a file, whose shape its content tells.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Entry>, Complaint> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return checked(archive::read(bytes)?);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("the file is UTF-16; save it as UTF-8".to_owned());
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "the file is neither UTF-8 text nor a zip archive".to_owned())?;
    // what Windows' editors put in front
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = match text.trim_start().chars().next() {
        None => return Err("the file is empty".to_owned()),
        Some('<') => {
            return Err("the file is HTML or XML, whatever its name says".to_owned());
        }
        Some('[') => consul::read(text)?,
        Some('{') => tree::read_json(text)?,
        Some(_) => yaml::read(text)?,
    };
    checked(entries)
}

fn checked(entries: Vec<Entry>) -> Result<Vec<Entry>, Complaint> {
    if entries.is_empty() {
        return Err("there is no key in the file".to_owned());
    }
    if entries.len() > STEPS_MAX {
        return Err(format!(
            "the file has {} keys; {STEPS_MAX} can be imported at a time",
            entries.len()
        ));
    }
    if entries.iter().any(|entry| entry.key.is_empty()) {
        return Err("there is an empty key in the file".to_owned());
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: &[u8], flags: u64) -> Entry {
        Entry {
            key: key.to_owned(),
            value: value.to_vec(),
            flags,
        }
    }

    fn odd() -> Vec<Entry> {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut entries = vec![
            entry("a/bytes", &bytes, u64::MAX),
            entry("a/", b"", 3),
            entry("a//b", b"x", 0),
            entry("/lead", b"x", 0),
            entry("..", b"x", 0),
            entry("a/../b", b"x", 0),
            entry(".", b"", 0),
            entry("%2F", b"x", 0),
            entry("a", b"a key beside its folder", 0),
            entry("\u{202e}\u{0}\n", b"x", 0),
            entry("con", b"x", 0),
            entry("中文/\u{1f600}", "值".as_bytes(), 0),
        ];
        entries.push(entry(&"k".repeat(4000), b"x", 0));
        entries
    }

    #[test]
    fn every_key_and_byte_survives() {
        for shape in [Shape::Consul, Shape::Zip] {
            let file = write(shape, &odd()).unwrap();
            assert_eq!(read(&file).unwrap(), odd(), "{shape:?}");
        }
    }

    #[test]
    fn pieces_are_the_whole() {
        let entries = odd();
        let mut file = CONSUL_ENDS.0.as_bytes().to_vec();
        for (at, some) in entries.chunks(5).enumerate() {
            file.extend(consul_piece(some, at == 0));
        }
        file.extend(CONSUL_ENDS.1.as_bytes());
        assert_eq!(file, write(Shape::Consul, &entries).unwrap());
    }

    #[test]
    fn texts_survive_in_a_tree() {
        let mut entries: Vec<Entry> = [
            "",
            "one line",
            "logger:\n  level: 3\n",
            "no end",
            "two\n\nends\n\n",
            "\nbegins with a break\n",
            "  indented\nless\n",
            "tab\there\n\tindented",
            "carriage\r\nreturn\r\n",
            "trailing spaces  \nnext",
            "a # comment: {not} [one]",
            "null",
            "012",
            "~",
            "\u{1b}[31m \u{85} \u{2028} \u{feff} \u{7f}\nx",
            "\"quoted\" \\ back",
            "值\n二",
            "---\n...\n",
        ]
        .iter()
        .enumerate()
        .map(|(number, text)| entry(&format!("t/{number:02}"), text.as_bytes(), 0))
        .collect();
        entries.push(entry("t/sub/", b"", 0));
        entries.push(entry("x//y", b"1", 0));
        entries.push(entry("y: #", b"1", 0));
        for shape in [Shape::Json, Shape::Yaml] {
            let file = write(shape, &entries).unwrap();
            let read = read(&file).unwrap_or_else(|error| {
                panic!("{shape:?} {error}\n{}", String::from_utf8_lossy(&file))
            });
            assert_eq!(read, entries, "{shape:?}");
        }
    }

    #[test]
    fn what_does_not_fit_in_a_tree_is_named() {
        for (entries, name) in [
            (vec![entry("a", b"\xff", 0)], "a"),
            (vec![entry("flagged", b"x", 7)], "flagged"),
            (
                vec![entry("both", b"x", 0), entry("both/c", b"x", 0)],
                "both",
            ),
        ] {
            for shape in [Shape::Json, Shape::Yaml] {
                let complaint = write(shape, &entries).unwrap_err();
                assert!(complaint.contains(name), "{complaint}");
            }
        }
    }

    #[test]
    fn files_are_known_by_what_they_hold() {
        let consul = "\u{feff}[\r\n\t{\r\n\t\t\"key\": \"a\",\r\n\t\t\"flags\": 1,\r\n\t\t\"value\": \"eA==\"\r\n\t}\r\n]\r\n";
        assert_eq!(read(consul.as_bytes()).unwrap(), [entry("a", b"x", 1)]);
        assert_eq!(read(b"a:\r\n  b: x\r\n").unwrap(), [entry("a/b", b"x", 0)]);
        assert_eq!(
            read(br#"{"a":{"b":"x"}}"#).unwrap(),
            [entry("a/b", b"x", 0)]
        );
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b" \n", "empty"),
            (b"<!doctype html>", "HTML"),
            (b"\xff\xfea\0", "UTF-16"),
            (b"\x89PNG\r\n\x1a\n\xff", "UTF-8"),
            (b"[]", "no key"),
            (b"{}", "no key"),
            (b"[{\"key\":\"a\",\"value\":\"?\"}]", "base64"),
            (b"[{\"value\":\"\"}]", "key"),
            (b"[1]", "1"),
            (br#"{"a":3}"#, "a"),
            (br#"{"a":["x"]}"#, "a"),
            (br#"{"a":"1","a":"2"}"#, "twice"),
            (b"a: 3\n", "a"),
            (b"a: x\na: y\n", "duplicate"),
            (b"just a text", "text"),
            (b"PK\x03\x04 broken", "archive"),
            (br#"{"":"x"}"#, "empty key"),
        ] {
            let complaint = read(bytes).unwrap_err();
            assert!(
                complaint.to_lowercase().contains(&word.to_lowercase()),
                "{word}: {complaint}"
            );
        }
    }
}
