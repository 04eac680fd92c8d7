//! The statements that write a record, and what is known of its key.

use std::collections::HashMap;

use sqlx::Transaction;
use wire::kv::KvPair;

use super::{
    Db, Numbers, Range,
    write::{Known, New, signed},
};

pub(super) async fn known_in(
    tx: &mut Transaction<'_, Db>,
    datacenter: &str,
    range: &Range,
) -> Result<HashMap<String, Known>, sqlx::Error> {
    let (from, until) = range.bounds();
    let rows = match until {
        Some(until) => {
            sqlx::query("SELECT * FROM keys WHERE datacenter = $1 AND name >= $2 AND name < $3")
                .bind(datacenter)
                .bind(from)
                .bind(until)
                .fetch_all(&mut **tx)
                .await?
        }
        None => {
            sqlx::query("SELECT * FROM keys WHERE datacenter = $1 AND name >= $2")
                .bind(datacenter)
                .bind(from)
                .fetch_all(&mut **tx)
                .await?
        }
    };
    rows.iter().map(Known::read).collect()
}

pub(super) async fn insert(
    tx: &mut Transaction<'_, Db>,
    numbers: &mut Numbers,
    new: &New<'_>,
) -> Result<(), sqlx::Error> {
    numbers.record += 1;
    // about what a row and its lines in the indexes take
    numbers.grown = numbers
        .grown
        .saturating_add(200 + 4 * new.name.len() as u64);
    sqlx::query(
        "INSERT INTO records (id, datacenter, name, seen, kind, index_before, index_after, \
         flags_before, flags_after, content_before, content_after, who, notes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(numbers.record)
    .bind(new.datacenter)
    .bind(new.name)
    .bind(numbers.seen)
    .bind(new.kind)
    .bind(new.before.map(|known| known.modify_index))
    .bind(new.after.map(|(pair, _)| signed(pair.modify_index)))
    .bind(new.before.map(|known| known.flags))
    .bind(new.after.map(|(pair, _)| signed(pair.flags)))
    .bind(new.before.and_then(|known| known.content))
    .bind(new.after.map(|(_, content)| content))
    .bind(&new.who)
    .bind(new.notes)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn keep_key(
    tx: &mut Transaction<'_, Db>,
    last: i64,
    datacenter: &str,
    pair: &KvPair,
    content: i64,
    secret: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO keys (datacenter, name, present, modify_index, create_index, lock_index, \
         locked, flags, content, secret, last) \
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (datacenter, name) DO UPDATE SET present = excluded.present, \
         modify_index = excluded.modify_index, create_index = excluded.create_index, \
         lock_index = excluded.lock_index, locked = excluded.locked, flags = excluded.flags, \
         content = excluded.content, secret = excluded.secret, last = excluded.last",
    )
    .bind(datacenter)
    .bind(&pair.key)
    .bind(signed(pair.modify_index))
    .bind(signed(pair.create_index))
    .bind(signed(pair.lock_index))
    .bind(i64::from(pair.session.is_some()))
    .bind(signed(pair.flags))
    .bind(content)
    .bind(i64::from(secret))
    .bind(last)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
