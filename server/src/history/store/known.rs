//! What is known of keys as they were seen last.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Row as _};

use super::{
    Db, Store,
    write::{BASELINE, NOTE_UNWATCHED},
};

/// A key as it was seen last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownKey {
    pub(crate) size_bytes: Option<u64>,
    pub(crate) flags: u64,
    pub(crate) modify_index: u64,
    /// A session held it.
    pub(crate) locked: bool,
    /// When its last change was seen, in milliseconds since 1970; none where nobody looked then.
    pub(crate) changed: Option<u64>,
}

impl Store {
    /// Those of these keys that are known and there, by name.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn known(
        &self,
        datacenter: &str,
        names: &[String],
    ) -> Result<HashMap<String, KnownKey>, sqlx::Error> {
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let mut query = QueryBuilder::<Db>::new(
            "SELECT k.name AS name, k.modify_index AS modify_index, k.flags AS flags, \
             k.locked AS locked, c.size AS size, r.seen AS seen, r.kind AS kind, r.notes AS notes \
             FROM keys k LEFT JOIN contents c ON c.id = k.content \
             LEFT JOIN records r ON r.id = k.last WHERE k.present = 1 AND k.datacenter = ",
        );
        query.push_bind(datacenter).push(" AND k.name IN (");
        let mut list = query.separated(", ");
        for name in names {
            list.push_bind(name);
        }
        query.push(")");
        let rows = query.build().fetch_all(&self.0.reader).await?;
        rows.iter()
            .map(|row| {
                let bits = |number: i64| u64::from_ne_bytes(number.to_ne_bytes());
                let (kind, notes): (Option<i64>, Option<i64>) =
                    (row.try_get("kind")?, row.try_get("notes")?);
                let was_seen = kind.is_some_and(|kind| kind != BASELINE)
                    && notes.is_some_and(|notes| notes & NOTE_UNWATCHED == 0);
                let size: Option<i64> = row.try_get("size")?;
                let seen: Option<i64> = row.try_get("seen")?;
                let known = KnownKey {
                    size_bytes: size.map(bits),
                    flags: bits(row.try_get("flags")?),
                    modify_index: bits(row.try_get("modify_index")?),
                    locked: row.try_get::<i64, _>("locked")? != 0,
                    changed: seen.filter(|_| was_seen).map(bits),
                };
                Ok((row.try_get("name")?, known))
            })
            .collect()
    }
}
