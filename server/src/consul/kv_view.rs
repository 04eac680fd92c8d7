//! Many keys looked at one after the other, without ever holding them as a whole.

use std::{borrow::Cow, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, SeqAccess, Visitor},
};
use wire::kv::KvPair;

use super::{Error, Kv, Query, kv, transport::Call};

/// A key as it stands in an answer.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KvView<'a> {
    /// The whole key.
    #[serde(borrow)]
    pub key: Cow<'a, str>,
    /// What it holds, in base64; none for no bytes.
    #[serde(borrow, default)]
    value: Option<Text<'a>>,
    /// The user's own number.
    #[serde(default)]
    pub flags: u64,
    /// Raft index of its last change.
    #[serde(default)]
    pub modify_index: u64,
    /// The session that holds it.
    #[serde(borrow, default)]
    session: Option<Text<'a>>,
}

/// Inside an option serde borrows only what has a type of its own.
#[derive(Debug, Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl KvView<'_> {
    /// What it holds, into `bytes`, whose content goes; false where it is no base64.
    pub fn read_value(&self, bytes: &mut Vec<u8>) -> bool {
        bytes.clear();
        match &self.value {
            None => true,
            Some(Text(text)) => STANDARD.decode_vec(text.as_bytes(), bytes).is_ok(),
        }
    }

    /// The session that holds it; empty for none.
    #[must_use]
    pub fn session(&self) -> &str {
        self.session.as_ref().map_or("", |Text(text)| text)
    }
}

impl<'a> From<&'a KvPair> for KvView<'a> {
    fn from(pair: &'a KvPair) -> Self {
        Self {
            key: Cow::Borrowed(&pair.key),
            value: pair.value.as_deref().map(|text| Text(text.into())),
            flags: pair.flags,
            modify_index: pair.modify_index,
            session: pair.session.as_deref().map(|text| Text(text.into())),
        }
    }
}

/// What looks at keys, one after the other.
pub trait LookAt: Send + 'static {
    /// Looks at one.
    fn look_at(&mut self, pair: &KvView<'_>);
}

/// Reads a list of pairs, of which only one is held at a time.
struct Each<'a, L>(&'a mut L);

impl<'de, L: LookAt> DeserializeSeed<'de> for Each<'_, L> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, L: LookAt> Visitor<'de> for Each<'_, L> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of keys")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<(), A::Error> {
        while let Some(pair) = pairs.next_element::<KvView<'de>>()? {
            self.0.look_at(&pair);
        }
        Ok(())
    }
}

impl Kv<'_> {
    /// Shows every key that begins with `prefix` to `looks`, in the order of their names; gives
    /// it back with the size of the answer in bytes, none where that is above `limit_bytes`. The
    /// answer travels uncompressed: agents are near, and packing values costs them more than
    /// sending them.
    ///
    /// # Errors
    /// Any.
    pub async fn look_at_each<L: LookAt>(
        &self,
        prefix: &str,
        limit_bytes: usize,
        mut looks: L,
        query: &Query,
    ) -> Result<Option<(L, usize)>, Error> {
        if kv::is_listed_by_path(prefix) {
            let mut call = Call::get(kv::path(prefix), query);
            call.parameters.flag("recurse");
            call.limit_bytes = Some(limit_bytes);
            call.uncompressed = true;
            let reply = match self.client.send(call, &[404]).await {
                Err(error) if kv::is_unprintable(&error) => None,
                Err(Error::AnswerTooLarge { .. }) => return Ok(None),
                reply => Some(reply?),
            };
            if let Some(reply) = reply {
                if reply.status == 404 {
                    return Ok(Some((looks, 0)));
                }
                let bytes = reply.body.len();
                let looks = self
                    .client
                    .read_aside(reply, move |client, body| {
                        client.parse_with(Each(&mut looks), body)?;
                        Ok(looks)
                    })
                    .await?;
                return Ok(Some((looks, bytes)));
            }
        }
        match self.list(prefix, query).await {
            Err(Error::AnswerTooLarge { .. }) => Ok(None),
            pairs => Ok(Some(look_at_pairs(looks, &pairs?.value))),
        }
    }

    /// The same for one key; where it does not exist, `looks` sees nothing.
    ///
    /// # Errors
    /// Any.
    pub async fn look_at_one<L: LookAt>(
        &self,
        key: &str,
        looks: L,
        query: &Query,
    ) -> Result<(L, usize), Error> {
        let pair = self.get(key, query).await?.value;
        Ok(look_at_pairs(looks, pair.as_slice()))
    }
}

fn look_at_pairs<L: LookAt>(mut looks: L, pairs: &[KvPair]) -> (L, usize) {
    let mut bytes = 0;
    for pair in pairs {
        bytes += pair.key.len() + pair.value.as_ref().map_or(0, String::len);
        looks.look_at(&KvView::from(pair));
    }
    (looks, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(Vec<(String, Vec<u8>, String)>);

    impl LookAt for Seen {
        fn look_at(&mut self, pair: &KvView<'_>) {
            let mut bytes = Vec::new();
            assert!(pair.read_value(&mut bytes));
            self.0
                .push((pair.key.to_string(), bytes, pair.session().to_owned()));
        }
    }

    fn seen(text: &str) -> Vec<(String, Vec<u8>, String)> {
        let mut seen = Seen::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        Each(&mut seen).deserialize(&mut reader).unwrap();
        seen.0
    }

    #[test]
    fn keys_are_seen_one_by_one() {
        let text = r#"[{"LockIndex":1,"Key":"a\u0026b","Flags":0,"Value":"eA==","Session":"s",
            "ModifyIndex":18446744073709551615},{"Key":"c","Value":null}]"#;
        let row = |key: &str, value: &[u8], session: &str| {
            (key.to_owned(), value.to_vec(), session.to_owned())
        };
        assert_eq!(seen(text), [row("a&b", b"x", "s"), row("c", b"", "")]);
        assert!(seen("null").is_empty());
    }

    #[test]
    fn what_has_no_escapes_is_not_copied() {
        let view: KvView<'_> = serde_json::from_str(r#"{"Key":"a","Value":"eA=="}"#).unwrap();
        assert!(matches!(view.key, Cow::Borrowed("a")));
        assert!(matches!(view.value, Some(Text(Cow::Borrowed("eA==")))));
    }
}
