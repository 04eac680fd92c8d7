//! A long list read as it arrives: each element is made something of once it is whole, so that an
//! answer of 36 MB is never held.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::{
    Answer, Client, Error,
    transport::{Call, Chunks, aside},
};

/// How large an answer may be of which nothing is held but an element at a time: 30 times what
/// 5,000 nodes with 20,000 instances are.
pub(super) const STREAMED_MAX_BYTES: usize = 1024 * 1024 * 1024;

/// So many pieces of an answer may have arrived that are not read yet.
const PIECES_MAX: usize = 8;

impl Client {
    /// Sends `call`, and gives what `make` makes of each element of the list that is answered;
    /// `null` is an empty one. An element is no larger than another whole answer may be, however
    /// large the call lets the list be.
    pub(crate) async fn elements<T, R>(
        &self,
        call: Call,
        make: impl FnMut(T) -> R + Send + 'static,
    ) -> Result<Answer<Vec<R>>, Error>
    where
        T: DeserializeOwned,
        R: Send + 'static,
    {
        let limit_bytes = self.limit_bytes(call.limit_bytes);
        let opened = self.open(call, &[]).await?;
        let mut meta = opened.meta.clone();
        let (sender, receiver) = mpsc::channel(PIECES_MAX);
        let fed = self.feed(opened.chunks, limit_bytes, sender);
        let client = self.clone();
        let made = aside(move || client.read_elements(receiver, make));
        let (fed, made) = futures::join!(fed, made);
        if let Err(error) = &fed {
            self.inner.traffic.failed(error);
        }
        meta.body_bytes = fed?;
        Ok(Answer { value: made?, meta })
    }

    /// Hands on what arrives, and counts it.
    async fn feed(
        &self,
        mut chunks: Chunks,
        limit_bytes: usize,
        sender: mpsc::Sender<Bytes>,
    ) -> Result<usize, Error> {
        let mut bytes = 0;
        while let Some(chunk) = chunks.next(self).await? {
            bytes += chunk.len();
            if bytes > limit_bytes {
                return Err(Error::AnswerTooLarge {
                    agent: self.address(),
                    limit_bytes,
                });
            }
            // who reads has found a fault, and says which
            if sender.send(chunk).await.is_err() {
                break;
            }
        }
        Ok(bytes)
    }

    fn read_elements<T: DeserializeOwned, R>(
        &self,
        mut receiver: mpsc::Receiver<Bytes>,
        mut make: impl FnMut(T) -> R,
    ) -> Result<Vec<R>, Error> {
        let mut elements = Elements::default();
        let mut made = Vec::new();
        let (limit_bytes, mut since_last) = (self.limit_bytes(None), 0);
        while let Some(chunk) = receiver.blocking_recv() {
            let before = made.len();
            elements.take(&chunk, &mut |element| {
                made.push(make(self.parse(element)?));
                Ok::<_, Error>(())
            })?;
            since_last = if made.len() > before {
                0
            } else {
                since_last + chunk.len()
            };
            if since_last > limit_bytes {
                return Err(Error::AnswerTooLarge {
                    agent: self.address(),
                    limit_bytes,
                });
            }
        }
        match elements.rest() {
            None => Ok(made),
            // no list, or its end is missing: says what it is instead
            Some(rest) => match self.parse::<Option<Vec<T>>>(rest)? {
                None => Ok(made),
                Some(_) => Err(self.not_consul("a list without an end")),
            },
        }
    }
}

/// Finds the elements of a list of JSON in what arrives piece by piece.
#[derive(Default)]
struct Elements {
    /// What has arrived of the element under way.
    held: Vec<u8>,
    /// How much of that was looked at.
    looked: usize,
    /// Brackets and braces that are open in it.
    depth: usize,
    in_text: bool,
    escaped: bool,
    place: Place,
    /// Elements that were whole.
    count: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Before,
    Inside,
    After,
    /// It is no list.
    Elsewhere,
}

impl Elements {
    /// Takes in a piece; `each` is given every element that is whole by now.
    fn take<E>(
        &mut self,
        bytes: &[u8],
        each: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.held.extend_from_slice(bytes);
        let mut begin = 0;
        while self.looked < self.held.len() && self.place != Place::Elsewhere {
            let at = self.looked;
            self.looked += 1;
            match (self.place, self.held[at]) {
                (Place::Before | Place::After, byte) if byte.is_ascii_whitespace() => {
                    begin = self.looked;
                }
                (Place::Before, b'[') => {
                    self.place = Place::Inside;
                    begin = self.looked;
                }
                (Place::Inside, byte) => {
                    let Some(is_last) = self.ends(byte) else {
                        continue;
                    };
                    let element = self.held[begin..at].trim_ascii();
                    begin = self.looked;
                    // only an empty list has an empty place
                    if !(element.is_empty() && is_last && self.count == 0) {
                        each(element)?;
                    }
                    self.count += 1;
                    if is_last {
                        self.place = Place::After;
                    }
                }
                _ => self.place = Place::Elsewhere,
            }
        }
        self.held.drain(..begin);
        self.looked -= begin;
        Ok(())
    }

    /// Whether an element ends before this byte of the list, and whether it is the last one.
    fn ends(&mut self, byte: u8) -> Option<bool> {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b']' if self.depth == 0 => return Some(true),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 0 => return Some(false),
            _ => {}
        }
        None
    }

    /// What is no element of a whole list; none where there was one and nothing else.
    fn rest(&self) -> Option<&[u8]> {
        (self.place != Place::After).then_some(&self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consul::{
        Query,
        fake::{Act, FakeAgent, response},
    };

    /// The elements that come when `text` arrives in pieces of `size` bytes, and the rest.
    fn elements(text: &str, size: usize) -> (Vec<String>, Option<String>) {
        let mut found = Vec::new();
        let mut elements = Elements::default();
        for piece in text.as_bytes().chunks(size) {
            let taken = elements.take(piece, &mut |element| {
                found.push(String::from_utf8(element.to_vec()).unwrap());
                Ok::<_, ()>(())
            });
            taken.unwrap();
        }
        let rest = elements.rest().map(<[u8]>::to_vec);
        (found, rest.map(|rest| String::from_utf8(rest).unwrap()))
    }

    #[test]
    fn elements_are_found_however_they_arrive() {
        for (text, expected) in [
            ("[]", &[][..]),
            (" [ ] \n", &[]),
            ("[1]", &["1"]),
            ("[1,2 , 3]", &["1", "2", "3"]),
            (
                r#"[{"a":"],[\"}"}, {"b":[1,[2]],"c":"\\"}]"#,
                &[r#"{"a":"],[\"}"}"#, r#"{"b":[1,[2]],"c":"\\"}"#],
            ),
            ("[1,]", &["1", ""]),
        ] {
            for size in 1..=text.len() {
                let (found, rest) = elements(text, size);
                assert_eq!(found, expected, "{text} by {size}");
                assert_eq!(rest, None, "{text} by {size}");
            }
        }
    }

    #[test]
    fn what_is_no_list_is_left() {
        for (text, expected) in [
            ("", ""),
            ("null", "null"),
            (" {}", "{}"),
            ("<html>", "<html>"),
            ("[1,{\"a", "{\"a"),
            ("[1] x", "x"),
        ] {
            for size in 1..=text.len().max(1) {
                let (_, rest) = elements(text, size);
                assert_eq!(rest.as_deref(), Some(expected), "{text} by {size}");
            }
        }
    }

    #[tokio::test]
    async fn a_list_may_be_large_and_its_elements_may_not() {
        let nodes: Vec<String> = (0..5_000)
            .map(|number| format!(r#"{{"Node":"n-{number}","Address":"10.0.0.1"}}"#))
            .collect();
        let body = format!("[{}]", nodes.join(","));
        let agent = FakeAgent::always(response(200, "X-Consul-Index: 7", &body)).await;
        let client = agent.client();
        assert!(body.len() > client.limit_bytes(None));
        let found = client.internal().nodes(&Query::default()).await.unwrap();
        assert_eq!(
            (found.value.len(), found.meta.body_bytes),
            (5_000, body.len())
        );
        // one that never ends, and blanks that never do
        for endless in ["[", " "] {
            let agent = FakeAgent::start(move |_| Act::Endless(endless.repeat(500).into())).await;
            let client = agent.client();
            let error = client
                .internal()
                .nodes(&Query::default())
                .await
                .unwrap_err();
            let is_told = matches!(error, Error::AnswerTooLarge { .. });
            assert!(is_told, "{endless}: {error:?}");
        }
    }
}
