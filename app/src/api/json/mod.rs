//! Reads JSON into the types of `wire`.
//!
//! serde_json does more than the browser needs, and compiles all of it into each type: with its
//! tables for floats it was a tenth of the WASM. Here numbers are whole and exact up to `u64`.

mod decode;
mod reader;

use std::fmt;

use serde::de::{self, DeserializeOwned};

use reader::Reader;

/// Deeper texts are refused: each level takes some of the stack.
const DEPTH_MAX: u32 = 120;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    // serde's own text can show floats, which takes long tables
    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }
}

/// Reads `text` as a `T`.
///
/// # Errors
/// Where it is no JSON, holds a number that is not whole, or says something else than a `T`.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(parse(text)?)
}

/// The members of an object, each with its value as the text that stands there.
///
/// # Errors
/// Where it is no JSON object.
pub fn members(text: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let mut reader = Reader::new(text);
    let mut members = Vec::new();
    reader.object(|reader, name| {
        reader.skip_spaces();
        let start = reader.at;
        reader.value()?;
        members.push((name, text[start..reader.at].to_owned()));
        Ok(())
    })?;
    Ok(members)
}

fn parse(text: &str) -> Result<Json, Unreadable> {
    let mut reader = Reader::new(text);
    let value = reader.value()?;
    reader.skip_spaces();
    if reader.at == text.len() {
        Ok(value)
    } else {
        Err(reader.unexpected())
    }
}

enum Json {
    Null,
    Bool(bool),
    Number(u64),
    Negative(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use wire::{kv::KvPair, problem::Problem};

    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        for text in [r#" "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 é😀" "#, r#""""#] {
            let expected: String = serde_json::from_str(text).unwrap();
            assert_eq!(read::<String>(text).unwrap(), expected, "{text}");
        }
        let text = r#" { "a" : [ 1 , 2 ] , "b" : [ ] } "#;
        let expected: BTreeMap<String, Vec<u64>> = serde_json::from_str(text).unwrap();
        assert_eq!(read::<BTreeMap<String, Vec<u64>>>(text).unwrap(), expected);
    }

    #[test]
    fn numbers_are_exact() {
        assert_eq!(read("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(read("null"), Ok(None::<u64>));
        for text in ["18446744073709551616", "1.5", "1e3", "-", "256"] {
            assert!(read::<u8>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn types_of_wire_come_back_as_they_were() {
        let pair = KvPair {
            key: "a/\u{7f}\"".into(),
            value: Some("YQ==".into()),
            flags: u64::MAX,
            ..KvPair::default()
        };
        let problem = Problem {
            status: 409,
            current: Some(pair.clone()),
            ..Problem::default()
        };
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(read::<Problem>(&text), Ok(problem));
        let text = r#"{"Key":"k","New":{"x":[true,null]},"ModifyIndex":3}"#;
        let pair: KvPair = serde_json::from_str(text).unwrap();
        assert_eq!(read::<KvPair>(text), Ok(pair));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "\"a",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\n\"",
            "tru",
            "1 2",
            &deep,
        ] {
            assert!(parse(text).is_err(), "{text:.20}");
        }
    }

    #[test]
    fn members_keep_their_text() {
        assert_eq!(
            members(r#"{"a": {"n":18446744073709551615} ,"b":[1, 2]}"#),
            Ok(vec![
                ("a".into(), r#"{"n":18446744073709551615}"#.into()),
                ("b".into(), "[1, 2]".into()),
            ])
        );
        assert!(members("[]").is_err());
    }
}
