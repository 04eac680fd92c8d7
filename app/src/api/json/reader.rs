//! From text to values.

use super::{DEPTH_MAX, Json, Unreadable};

pub(super) struct Reader<'a> {
    text: &'a str,
    pub(super) at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
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

    pub(super) fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    pub(super) fn unexpected(&self) -> Unreadable {
        Unreadable(match self.peek() {
            Some(_) => format!("unexpected text at byte {}", self.at),
            None => "the text ends too early".to_owned(),
        })
    }

    pub(super) fn value(&mut self) -> Result<Json, Unreadable> {
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

    pub(super) fn object(
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
