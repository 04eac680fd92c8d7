//! Values, each kept once, for as long as a row names it.

use sha2::{Digest, Sha256};
use sqlx::{Row, Transaction};

use super::{Db, Numbers, Store};

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Store {
    /// The row of a value; without its bytes where they are secret, too many, or there is no room.
    pub(super) async fn content(
        &self,
        tx: &mut Transaction<'_, Db>,
        numbers: &mut Numbers,
        bytes: &[u8],
        secret: bool,
    ) -> Result<i64, sqlx::Error> {
        let hash = if secret {
            format!("hmac:{}", self.0.key.hash(bytes))
        } else {
            format!("sha256:{}", hex(&Sha256::digest(bytes)))
        };
        let kept = !secret && bytes.len() <= self.0.settings.max_value_bytes && !numbers.full;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        find_or_add(tx, numbers, &hash, size, kept.then_some(bytes)).await
    }
}

/// The row with this hash, which gets the bytes where it has none.
pub(super) async fn find_or_add(
    tx: &mut Transaction<'_, Db>,
    numbers: &mut Numbers,
    hash: &str,
    size: i64,
    bytes: Option<&[u8]>,
) -> Result<i64, sqlx::Error> {
    let found = sqlx::query("SELECT id, bytes IS NULL AS bare FROM contents WHERE hash = $1")
        .bind(hash)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(row) = found {
        let id: i64 = row.try_get("id")?;
        if let Some(bytes) = bytes
            && row.try_get::<bool, _>("bare")?
        {
            numbers.grown = numbers.grown.saturating_add(bytes.len() as u64);
            sqlx::query("UPDATE contents SET bytes = $1 WHERE id = $2")
                .bind(bytes)
                .bind(id)
                .execute(&mut **tx)
                .await?;
        }
        return Ok(id);
    }
    numbers.content += 1;
    numbers.grown = numbers
        .grown
        .saturating_add(bytes.map_or(0, |bytes| bytes.len() as u64));
    sqlx::query("INSERT INTO contents (id, hash, size, bytes, refs) VALUES ($1, $2, $3, $4, 0)")
        .bind(numbers.content)
        .bind(hash)
        .bind(size)
        .bind(bytes)
        .execute(&mut **tx)
        .await?;
    Ok(numbers.content)
}

/// So many rows more name it, or fewer.
pub(super) async fn refer(
    tx: &mut Transaction<'_, Db>,
    content: i64,
    more: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE contents SET refs = refs + $1 WHERE id = $2")
        .bind(more)
        .bind(content)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn drop_unused(
    tx: &mut Transaction<'_, Db>,
    content: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM contents WHERE id = $1 AND refs <= 0")
        .bind(content)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
