//! Taking in what was seen: compared with what was there when it was seen last, in one
//! transaction, so that what is kept is always one of the states that were seen.

use base64::{Engine, engine::general_purpose::STANDARD};
use sqlx::{Row, Transaction, sqlite::SqliteRow};
use wire::kv::{KvPair, is_secret};

use super::{
    Db, Numbers, Store, contents,
    notes::{notes_of, notes_of_gone},
    rows::{insert, keep_key, known_in},
};
use crate::history::attribution::Attributions;

pub(super) const NOTE_UNWATCHED: i64 = 1;
pub(super) const NOTE_MAY_HAVE_MISSED: i64 = 2;
pub(super) const NOTE_RECREATED: i64 = 4;
pub(super) const NOTE_SAME: i64 = 8;
pub(super) const NOTE_LOCK: i64 = 16;
/// The highest: see `hide` in `secret`.
pub(super) const NOTE_SECRET: i64 = 32;

pub(super) const BASELINE: i64 = 0;
pub(super) const CREATED: i64 = 1;
pub(super) const UPDATED: i64 = 2;
pub(super) const DELETED: i64 = 3;

/// Which keys something is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// Those that begin so.
    Below(String),
    /// This one.
    Exactly(String),
}

impl Range {
    /// From this name on, and up to but without that one.
    pub(super) fn bounds(&self) -> (String, Option<String>) {
        match self {
            Self::Below(prefix) => (prefix.clone(), end_of(prefix)),
            Self::Exactly(key) => (key.clone(), Some(format!("{key}\0"))),
        }
    }
}

/// The first name behind all that begin with `prefix`; none where there is none.
pub(super) fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        let mut next = u32::from(last) + 1;
        if next == 0xd800 {
            next = 0xe000;
        }
        if let Some(next) = char::from_u32(next) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// What there was to see at one moment, all of a range.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) datacenter: String,
    pub(crate) range: Range,
    /// Every key of the range that is recorded.
    pub(crate) pairs: Vec<KvPair>,
    /// Patterns of keys of the range that are not recorded: nothing is known of them.
    pub(crate) exclude: Vec<String>,
    /// The range was never read before: what is there was there.
    pub(crate) baseline: bool,
    /// Nobody looked since the range was read last.
    pub(crate) unwatched: bool,
    /// Changes up to this index were told one by one; none where they were not.
    pub(crate) told_to: Option<u64>,
    /// The index of the last change in the range when it was read before; 0 where it is not known.
    pub(crate) index_before: u64,
    /// The same by now, deletions counted.
    pub(crate) index: u64,
    /// When, in milliseconds since 1970.
    pub(crate) now: u64,
}

/// What was new in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The keys that have a new record which tells of a change.
    pub(crate) changed: Vec<String>,
    /// The number of the last record.
    pub(crate) last: u64,
}

/// A key as it was seen last.
pub(super) struct Known {
    pub(super) present: bool,
    pub(super) modify_index: i64,
    pub(super) create_index: i64,
    pub(super) lock_index: i64,
    pub(super) locked: bool,
    pub(super) flags: i64,
    pub(super) content: Option<i64>,
}

impl Known {
    pub(super) fn read(row: &SqliteRow) -> Result<(String, Self), sqlx::Error> {
        let known = Self {
            present: row.try_get::<i64, _>("present")? != 0,
            modify_index: row.try_get("modify_index")?,
            create_index: row.try_get("create_index")?,
            lock_index: row.try_get("lock_index")?,
            locked: row.try_get::<i64, _>("locked")? != 0,
            flags: row.try_get("flags")?,
            content: row.try_get("content")?,
        };
        Ok((row.try_get("name")?, known))
    }
}

/// A record to be.
pub(super) struct New<'a> {
    pub(super) datacenter: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: i64,
    pub(super) before: Option<&'a Known>,
    pub(super) after: Option<(&'a KvPair, i64)>,
    pub(super) who: String,
    pub(super) notes: i64,
}

/// A key that is there no more.
struct Gone<'a> {
    name: &'a str,
    /// As it was seen last.
    before: &'a Known,
    notes: i64,
}

/// Consul's numbers by their bits: all that is signed in the database is only stored.
pub(super) fn signed(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

impl Store {
    /// Records what differs from what was seen before.
    ///
    /// # Errors
    /// The database's; nothing was recorded then.
    pub(crate) async fn take_in(
        &self,
        seen: &Seen,
        attributions: &Attributions,
    ) -> Result<Written, sqlx::Error> {
        let mut numbers = self.0.numbers.lock().await;
        let mut tx = self.begin().await?;
        let mut known = known_in(&mut tx, &seen.datacenter, &seen.range).await?;
        // never less than the record before, so that the order by number is the one by time
        numbers.seen = numbers.seen.max(signed(seen.now));
        let mut written = Written::default();
        // something changed at another index than the last
        let mut others = false;
        for pair in &seen.pairs {
            let before = known.remove(&pair.key);
            let unchanged =
                |known: &Known| known.present && known.modify_index == signed(pair.modify_index);
            if before.as_ref().is_some_and(unchanged) {
                continue;
            }
            others |= pair.modify_index != seen.index;
            let kind = self
                .changed(&mut tx, &mut numbers, seen, pair, before, attributions)
                .await?;
            if kind != BASELINE {
                written.changed.push(pair.key.clone());
            }
        }
        let notes = notes_of_gone(seen, others);
        for (name, before) in known {
            if !before.present || is_secret(&seen.exclude, &name) {
                continue;
            }
            let new = Gone {
                name: &name,
                before: &before,
                notes,
            };
            self.gone(&mut tx, &mut numbers, &seen.datacenter, &new, attributions)
                .await?;
            written.changed.push(name);
        }
        written.last = u64::try_from(numbers.record).unwrap_or_default();
        tx.commit().await?;
        Ok(written)
    }

    /// A key is another than before, or was not there.
    async fn changed(
        &self,
        tx: &mut Transaction<'_, Db>,
        numbers: &mut Numbers,
        seen: &Seen,
        pair: &KvPair,
        before: Option<Known>,
        attributions: &Attributions,
    ) -> Result<i64, sqlx::Error> {
        let secret = is_secret(&self.0.settings.secret_keys, &pair.key);
        let bytes = bytes_of(pair);
        let content = self.content(tx, numbers, &bytes, secret).await?;
        let is_known = before.is_some();
        let there = before.filter(|known| known.present);
        let kind = match &there {
            Some(_) => UPDATED,
            // one that was seen going was not there all the time
            None if seen.baseline && !is_known => BASELINE,
            None => CREATED,
        };
        let mut notes = notes_of(seen, pair, there.as_ref(), content);
        if kind == BASELINE {
            notes = 0;
        }
        if secret {
            notes += NOTE_SECRET;
        }
        if notes & NOTE_RECREATED != 0 {
            attributions.forget_deletion(&seen.datacenter, &pair.key);
        }
        let who = attributions
            .of_write(&seen.datacenter, &pair.key, pair.modify_index)
            .filter(|_| kind != BASELINE);
        let new = New {
            datacenter: &seen.datacenter,
            name: &pair.key,
            kind,
            before: there.as_ref(),
            after: Some((pair, content)),
            who: self.person(tx, who).await?,
            notes,
        };
        insert(tx, numbers, &new).await?;
        // the record and the key name what is new; what was before is named by the record now
        // where the key named it
        contents::refer(tx, content, 2).await?;
        keep_key(tx, numbers.record, &seen.datacenter, pair, content, secret).await?;
        Ok(kind)
    }

    /// A key is there no more.
    async fn gone(
        &self,
        tx: &mut Transaction<'_, Db>,
        numbers: &mut Numbers,
        datacenter: &str,
        gone: &Gone<'_>,
        attributions: &Attributions,
    ) -> Result<(), sqlx::Error> {
        let (name, mut notes) = (gone.name, gone.notes);
        if is_secret(&self.0.settings.secret_keys, name) {
            notes += NOTE_SECRET;
        }
        let who = attributions.of_deletion(datacenter, name);
        let new = New {
            datacenter,
            name,
            kind: DELETED,
            before: Some(gone.before),
            after: None,
            who: self.person(tx, who).await?,
            notes,
        };
        insert(tx, numbers, &new).await?;
        sqlx::query(
            "UPDATE keys SET present = 0, content = NULL, last = $1 \
             WHERE datacenter = $2 AND name = $3",
        )
        .bind(numbers.record)
        .bind(datacenter)
        .bind(name)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

/// A pair's bytes; what is not base64 counts as its own bytes.
fn bytes_of(pair: &KvPair) -> Vec<u8> {
    let text = pair.value.as_deref().unwrap_or_default();
    STANDARD
        .decode(text)
        .unwrap_or_else(|_| text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_name() {
        for (prefix, end) in [
            ("a", Some("b")),
            ("a/", Some("a0")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(end_of(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
