//! How large the store is, and what goes when it is too large or too old.

use std::collections::HashMap;

use sqlx::Row;

use super::{Numbers, Store, contents};

/// Records that go in one transaction, so that writes do not wait long.
const CHUNK: i64 = 500;

/// The size is looked at when so much of the limit may have come in.
const LOOK_PART: u64 = 50;

/// Where it is full, so much of the limit is made free.
const FREE_PART: u64 = 10;

/// So many records are kept in any case.
const KEPT: i64 = 1_000;

const MILLISECONDS_A_DAY: u64 = 24 * 60 * 60 * 1000;

impl Store {
    /// How many bytes are in use.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn bytes(&self) -> Result<u64, sqlx::Error> {
        let mut used = 0_i64;
        let mut size = 0_i64;
        for (statement, sign) in [
            ("PRAGMA page_count", 1),
            ("PRAGMA freelist_count", -1),
            ("PRAGMA page_size", 0),
        ] {
            let row = sqlx::query(statement).fetch_one(&self.0.reader).await?;
            let number: i64 = row.try_get(0)?;
            used += sign * number;
            if sign == 0 {
                size = number;
            }
        }
        Ok(u64::try_from(used.saturating_mul(size)).unwrap_or_default())
    }

    /// Lets go what is older than is wanted, and the oldest where it is too much.
    ///
    /// # Errors
    /// The database's; what went before that is gone.
    pub(crate) async fn make_room(&self, now: u64) -> Result<(), sqlx::Error> {
        let age = u64::from(self.0.settings.keep_days) * MILLISECONDS_A_DAY;
        let oldest = i64::try_from(now.saturating_sub(age)).unwrap_or_default();
        while self.forget(Some(oldest)).await? {}
        let max = self.0.settings.max_bytes;
        if self.bytes().await? > max {
            let enough = max - max / FREE_PART;
            while self.bytes().await? > enough {
                if !self.forget(None).await? {
                    break;
                }
            }
        }
        let full = self.bytes().await? > max;
        let mut numbers = self.0.numbers.lock().await;
        if full && !numbers.full {
            tracing::warn!("the history is full of what keys hold now: values are not kept");
        }
        (numbers.full, numbers.grown) = (full, 0);
        drop(numbers);
        sqlx::query("PRAGMA incremental_vacuum(2000)")
            .execute(&self.0.writer)
            .await?;
        Ok(())
    }

    /// So much came in that the size is worth a look.
    pub(crate) async fn may_be_full(&self) -> bool {
        let max = self.0.settings.max_bytes;
        self.0.numbers.lock().await.grown > max / LOOK_PART
    }

    /// Lets go some of the oldest records; false where none may go.
    async fn forget(&self, seen_before: Option<i64>) -> Result<bool, sqlx::Error> {
        let numbers = self.0.numbers.lock().await;
        let mut tx = self.begin().await?;
        let rows = match seen_before {
            Some(time) => {
                sqlx::query(
                    "SELECT id, content_before, content_after FROM records WHERE seen < $1 \
                     ORDER BY seen, id LIMIT $2",
                )
                .bind(time)
                .bind(CHUNK)
                .fetch_all(&mut *tx)
                .await?
            }
            None => {
                sqlx::query(
                    "SELECT id, content_before, content_after FROM records WHERE id <= $1 \
                     ORDER BY id LIMIT $2",
                )
                .bind(last_to_go(&numbers))
                .bind(CHUNK)
                .fetch_all(&mut *tx)
                .await?
            }
        };
        let Some(last) = rows.last() else {
            return Ok(false);
        };
        let last: i64 = last.try_get("id")?;
        let mut named: HashMap<i64, i64> = HashMap::new();
        for row in &rows {
            for column in ["content_before", "content_after"] {
                if let Some(content) = row.try_get::<Option<i64>, _>(column)? {
                    *named.entry(content).or_default() += 1;
                }
            }
        }
        for statement in [
            "DELETE FROM records WHERE id <= $1",
            "DELETE FROM keys WHERE present = 0 AND last <= $1",
        ] {
            sqlx::query(statement).bind(last).execute(&mut *tx).await?;
        }
        for (content, times) in named {
            contents::refer(&mut tx, content, -times).await?;
            contents::drop_unused(&mut tx, content).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// What was committed goes from the log into the file, and the log is emptied.
    pub(crate) async fn flush(&self) -> Result<(), sqlx::Error> {
        if self.0.file.is_some() {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&self.0.writer)
                .await?;
        }
        Ok(())
    }
}

/// Numbers have gaps where a transaction did not come to its end, so this is only about so many.
fn last_to_go(numbers: &Numbers) -> i64 {
    numbers.record - KEPT
}
