//! Who made a change: said with its record, or once it is known.

use sqlx::{Row, Transaction};
use wire::history::Who;

use super::{Db, Store, Written, read::NAMELESS, write::signed};

impl Store {
    /// What a record says of who did it.
    pub(super) async fn person(
        &self,
        tx: &mut Transaction<'_, Db>,
        who: Option<Who>,
    ) -> Result<String, sqlx::Error> {
        let Some(who) = who.filter(|who| who.through_waggle) else {
            return Ok(String::new());
        };
        if who.accessor_id.is_empty() {
            return Ok(NAMELESS.to_owned());
        }
        sqlx::query(
            "INSERT INTO people (accessor, name) VALUES ($1, $2) \
             ON CONFLICT (accessor) DO UPDATE SET name = excluded.name",
        )
        .bind(&who.accessor_id)
        .bind(&who.name)
        .execute(&mut **tx)
        .await?;
        Ok(who.accessor_id)
    }

    /// Says who made changes that were recorded before it was known: of each key the last one, if
    /// it has this index, or is a deletion (none) since `since` (milliseconds since 1970).
    ///
    /// # Errors
    /// The database's; nothing was said then.
    pub(crate) async fn attribute(
        &self,
        datacenter: &str,
        changes: &[(String, Option<u64>)],
        since: u64,
        who: &Who,
    ) -> Result<Written, sqlx::Error> {
        let mut tx = self.begin().await?;
        let person = self.person(&mut tx, Some(who.clone())).await?;
        let mut said = Written::default();
        for (name, index) in changes {
            let found = unsaid(&mut tx, datacenter, name, *index, since, &person).await?;
            let Some(id) = found else {
                continue;
            };
            sqlx::query("UPDATE records SET who = $1 WHERE id = $2")
                .bind(&person)
                .bind(id)
                .execute(&mut *tx)
                .await?;
            said.last = u64::try_from(id).unwrap_or_default();
            said.changed.push(name.clone());
        }
        tx.commit().await?;
        Ok(said)
    }
}

/// The record of a change of which nobody said who made it, or only that it was waggle.
async fn unsaid(
    tx: &mut Transaction<'_, Db>,
    datacenter: &str,
    name: &str,
    index: Option<u64>,
    since: u64,
    person: &str,
) -> Result<Option<i64>, sqlx::Error> {
    let query = match index {
        Some(index) => sqlx::query(
            "SELECT id FROM records WHERE datacenter = $1 AND name = $2 \
             AND index_after = $3 AND kind > 0 AND who IN ('', 'waggle') AND who <> $4 \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(datacenter)
        .bind(name)
        .bind(signed(index)),
        // an earlier deletion, after which the key was there again, was somebody else's
        None => sqlx::query(
            "SELECT r.id AS id FROM keys k JOIN records r ON r.id = k.last \
             WHERE k.datacenter = $1 AND k.name = $2 \
             AND r.kind = 3 AND r.seen >= $3 AND r.who IN ('', 'waggle') AND r.who <> $4",
        )
        .bind(datacenter)
        .bind(name)
        .bind(signed(since)),
    };
    let found = query.bind(person).fetch_optional(&mut **tx).await?;
    found.map(|row| row.try_get("id")).transpose()
}
