//! A row of the database as a record.

use sqlx::{Row, sqlite::SqliteRow};
use wire::history::{Kind, Note, Record, Who};

use super::{
    read::NAMELESS,
    write::{
        BASELINE, CREATED, DELETED, NOTE_LOCK, NOTE_MAY_HAVE_MISSED, NOTE_RECREATED, NOTE_SAME,
        NOTE_SECRET, NOTE_UNWATCHED, UPDATED,
    },
};

/// A row of the columns that `read` names.
pub(super) fn record(row: &SqliteRow) -> Result<Record, sqlx::Error> {
    let unsigned = |column: &str| -> Result<Option<u64>, sqlx::Error> {
        let number: Option<i64> = row.try_get(column)?;
        Ok(number.map(|number| u64::from_ne_bytes(number.to_ne_bytes())))
    };
    let notes: i64 = row.try_get("notes")?;
    let hash_before: Option<String> = row.try_get("hash_before")?;
    let hash_after: Option<String> = row.try_get("hash_after")?;
    let secret = notes & NOTE_SECRET != 0;
    let bare = |hash: &Option<String>, column: &str| -> Result<bool, sqlx::Error> {
        Ok(hash.is_some() && row.try_get::<bool, _>(column)?)
    };
    let (bare_before, bare_after) = (
        bare(&hash_before, "bare_before")?,
        bare(&hash_after, "bare_after")?,
    );
    let who: String = row.try_get("who")?;
    let kinds = [
        (BASELINE, Kind::Baseline),
        (CREATED, Kind::Created),
        (UPDATED, Kind::Updated),
        (DELETED, Kind::Deleted),
    ];
    let kind: i64 = row.try_get("kind")?;
    let all_notes = [
        (NOTE_UNWATCHED, Note::Unwatched),
        (NOTE_MAY_HAVE_MISSED, Note::MayHaveMissed),
        (NOTE_RECREATED, Note::Recreated),
        (NOTE_SAME, Note::Same),
        (NOTE_LOCK, Note::Lock),
    ];
    // 128 bits of it are enough to tell two from each other
    let short = |hash: String| match hash.split_once(':') {
        Some((kind, hex)) => format!("{kind}:{}", hex.get(..32).unwrap_or(hex)),
        None => hash,
    };
    Ok(Record {
        id: unsigned("id")?.unwrap_or_default(),
        datacenter: row.try_get("datacenter")?,
        key: row.try_get("name")?,
        seen: unsigned("seen")?.unwrap_or_default(),
        kind: kinds
            .into_iter()
            .find(|(number, _)| *number == kind)
            .map_or(Kind::Updated, |(_, kind)| kind),
        index_before: unsigned("index_before")?,
        index_after: unsigned("index_after")?,
        flags_before: unsigned("flags_before")?,
        flags_after: unsigned("flags_after")?,
        size_before: unsigned("size_before")?,
        size_after: unsigned("size_after")?,
        notes: all_notes
            .into_iter()
            .filter(|(bit, _)| notes & bit != 0)
            .map(|(_, note)| note)
            .collect(),
        secret,
        truncated: !secret && (bare_before || bare_after),
        hash_before: hash_before.filter(|_| bare_before).map(short),
        hash_after: hash_after.filter(|_| bare_after).map(short),
        who: Who {
            through_waggle: !who.is_empty(),
            name: row
                .try_get::<Option<String>, _>("person")?
                .unwrap_or_default(),
            accessor_id: if who == NAMELESS { String::new() } else { who },
        },
    })
}
