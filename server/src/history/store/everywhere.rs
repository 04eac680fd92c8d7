//! One datacenter, or all of them together: numbers of records are given in the order of time, over
//! all datacenters.

use std::cmp::Reverse;

use sqlx::Row;
use wire::{
    datacenters::ALL,
    history::{DeletedKeys, Record, RecordDetail, Records, TOTAL_MAX},
};

use super::{Store, Wanted};

impl Store {
    /// Every datacenter of which something was recorded, by name.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn datacenters(&self) -> Result<Vec<String>, sqlx::Error> {
        // from name to name: there are few, of many keys each
        let rows = sqlx::query(
            "WITH RECURSIVE places(name) AS (SELECT MIN(datacenter) FROM keys UNION ALL \
             SELECT (SELECT MIN(datacenter) FROM keys WHERE datacenter > places.name) \
             FROM places WHERE places.name IS NOT NULL) \
             SELECT name FROM places WHERE name IS NOT NULL",
        )
        .fetch_all(&self.0.reader)
        .await?;
        rows.iter().map(|row| row.try_get("name")).collect()
    }

    /// The wanted changes, newest first. Of a single key also that it was there when recording
    /// began.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn records(&self, wanted: &Wanted) -> Result<Records, sqlx::Error> {
        if wanted.datacenter != ALL {
            return self.records_in(wanted).await;
        }
        let mut all = Records {
            offset: wanted.offset,
            ..Records::default()
        };
        for part in self.parts(wanted).await? {
            let mut found = self.records_in(&part).await?;
            all.items.append(&mut found.items);
            all.total += found.total;
            all.more |= found.more;
            all.people = found.people;
        }
        all.more |= all.total > TOTAL_MAX;
        all.total = all.total.min(TOTAL_MAX);
        all.items = window(all.items, wanted);
        Ok(all)
    }

    /// The keys that are gone, by their deletions, newest first.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn deleted(&self, wanted: &Wanted) -> Result<DeletedKeys, sqlx::Error> {
        if wanted.datacenter != ALL {
            return self.deleted_in(wanted).await;
        }
        let mut all = DeletedKeys {
            offset: wanted.offset,
            ..DeletedKeys::default()
        };
        for part in self.parts(wanted).await? {
            let mut found = self.deleted_in(&part).await?;
            all.items.append(&mut found.items);
            all.total += found.total;
            all.more |= found.more;
        }
        all.more |= all.total > TOTAL_MAX;
        all.total = all.total.min(TOTAL_MAX);
        all.items = window(all.items, wanted);
        Ok(all)
    }

    /// The records that follow `after`, oldest first: a part of an export.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn export(
        &self,
        wanted: &Wanted,
        after: u64,
        limit: usize,
    ) -> Result<Vec<RecordDetail>, sqlx::Error> {
        if wanted.datacenter != ALL {
            return self.export_in(wanted, after, limit).await;
        }
        let mut all = Vec::new();
        for part in self.parts(wanted).await? {
            all.append(&mut self.export_in(&part, after, limit).await?);
        }
        all.sort_by_key(|detail| detail.record.id);
        all.truncate(limit);
        Ok(all)
    }

    /// The same question to each datacenter, for all that may stand in the window.
    async fn parts(&self, wanted: &Wanted) -> Result<Vec<Wanted>, sqlx::Error> {
        let datacenters = self.datacenters().await?.into_iter();
        let parts = datacenters.map(|datacenter| Wanted {
            datacenter,
            offset: 0,
            limit: wanted.offset + wanted.limit,
            ..wanted.clone()
        });
        Ok(parts.collect())
    }
}

fn window(mut items: Vec<Record>, wanted: &Wanted) -> Vec<Record> {
    items.sort_by_key(|record| Reverse(record.id));
    items
        .into_iter()
        .skip(wanted.offset)
        .take(wanted.limit)
        .collect()
}
