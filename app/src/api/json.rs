//! Reads JSON into the types of `wire`.
//!
//! serde_json does more than the browser needs, and compiles all of it into each type: with its
//! tables for floats it was a tenth of the WASM. Here numbers are whole and exact up to `u64`.

use std::{fmt, vec};

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

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

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn unexpected(&self) -> Unreadable {
        Unreadable(match self.peek() {
            Some(_) => format!("unexpected text at byte {}", self.at),
            None => "the text ends too early".to_owned(),
        })
    }

    fn value(&mut self) -> Result<Json, Unreadable> {
        self.skip_spaces();
        match self.peek() {
            Some(b'{') => {
                let mut members = Vec::new();
                self.object(|reader, name| {
                    members.push((name, reader.value()?));
                    Ok(())
                })?;
                Ok(Json::Object(members))
            }
            Some(b'[') => self.list(),
            Some(b'"') => self.string().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in [
                    ("null", Json::Null),
                    ("true", Json::Bool(true)),
                    ("false", Json::Bool(false)),
                ] {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                Err(self.unexpected())
            }
        }
    }

    fn deeper(&mut self) -> Result<(), Unreadable> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Unreadable("too deep".to_owned()));
        }
        Ok(())
    }

    fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, String) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        self.skip_spaces();
        self.expect(b'{')?;
        self.deeper()?;
        self.skip_spaces();
        if !self.take(b'}') {
            loop {
                self.skip_spaces();
                let name = self.string()?;
                self.skip_spaces();
                self.expect(b':')?;
                member(self, name)?;
                self.skip_spaces();
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self) -> Result<Json, Unreadable> {
        self.expect(b'[')?;
        self.deeper()?;
        let mut items = Vec::new();
        self.skip_spaces();
        if !self.take(b']') {
            loop {
                items.push(self.value()?);
                self.skip_spaces();
                if self.take(b']') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.depth -= 1;
        Ok(Json::List(items))
    }

    fn number(&mut self) -> Result<Json, Unreadable> {
        let start = self.at;
        let negative = self.take(b'-');
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Err(Unreadable(format!("not a whole number at byte {start}")));
        }
        let digits = &self.text[start..self.at];
        let number = if negative {
            digits.parse().map(Json::Negative)
        } else {
            digits.parse().map(Json::Number)
        };
        number.map_err(|_| Unreadable(format!("not a number that fits at byte {start}")))
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=31)) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            if self.take(b'"') {
                return Ok(out);
            }
            self.expect(b'\\')?;
            out.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Result<char, Unreadable> {
        let plain = match self.peek() {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'u') => {
                self.at += 1;
                return self.escaped_number();
            }
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(plain)
    }

    /// After `\u`: one unit of UTF-16, or the two of a character above U+FFFF.
    fn escaped_number(&mut self) -> Result<char, Unreadable> {
        let first = self.unit()?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            units.push(self.unit()?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(Unreadable(format!("half a character at byte {}", self.at))),
        }
    }

    fn unit(&mut self) -> Result<u16, Unreadable> {
        let unit = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.unexpected())?;
        self.at += 4;
        Ok(unit)
    }
}

/// What a type wants and the text is not.
#[cold]
fn other(visitor: &dyn de::Expected) -> Unreadable {
    de::Error::invalid_type(de::Unexpected::Other(""), visitor)
}

macro_rules! same_as {
    ($way:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            self.$way(visitor)
        })*
    };
}

impl Json {
    fn whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Number(number) => visitor.visit_u64(number),
            Self::Negative(number) => visitor.visit_i64(number),
            _ => Err(other(&visitor)),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            _ => Err(other(&visitor)),
        }
    }

    fn items<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::List(items) => visitor.visit_seq(Items(items.into_iter())),
            _ => Err(other(&visitor)),
        }
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = Unreadable;

    same_as!(whole: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_f32 deserialize_f64);
    same_as!(text: deserialize_char deserialize_str deserialize_string deserialize_identifier
        deserialize_bytes deserialize_byte_buf);
    same_as!(items: deserialize_seq);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(_) => self.deserialize_bool(visitor),
            Self::Number(_) | Self::Negative(_) => self.whole(visitor),
            Self::Text(_) => self.text(visitor),
            Self::List(_) => self.items(visitor),
            Self::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Null => visitor.visit_unit(),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Self::Object(members) => visitor.visit_map(Members {
                rest: members.into_iter(),
                value: Self::Null,
            }),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self {
            Self::Text(variant) => visitor.visit_enum(variant.into_deserializer()),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }
}

struct Items(vec::IntoIter<Json>);

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

struct Members {
    rest: vec::IntoIter<(String, Json)>,
    value: Json,
}

impl<'de> de::MapAccess<'de> for Members {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(Json::Text(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(std::mem::replace(&mut self.value, Json::Null))
    }
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
