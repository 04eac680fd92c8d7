//! Reading what was recorded. Every question is answered from an index, newest first.

use base64::{Engine, engine::general_purpose::STANDARD};
use sqlx::{QueryBuilder, Row, sqlite::SqliteRow};
use wire::history::{DeletedKeys, Record, RecordDetail, Records, TOTAL_MAX, Who};

use super::{
    Db, Range, Store,
    queries::{By, COLUMNS, JOINS, Span, conditions, named, push_ids, push_page},
    row::record,
    write::signed,
};

/// Who did it through waggle where there was no token.
pub(super) const NAMELESS: &str = "waggle";

/// So many are few enough to be read and sorted; of so many of the latest changes some are looked
/// for below a prefix that has more.
const LOOKED_THROUGH: i64 = 10_000;

/// Which changes are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Or `@all`.
    pub(crate) datacenter: String,
    /// None for all keys.
    pub(crate) range: Option<Range>,
    /// `outside`, `waggle`, or an accessor id; none for all.
    pub(crate) who: Option<String>,
    /// Not before, in milliseconds since 1970.
    pub(crate) since: Option<u64>,
    /// Before.
    pub(crate) until: Option<u64>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

/// How a page is found, and all that it is out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    page: By,
    /// Where to look for the page.
    span: Span,
    all: By,
}

impl Store {
    /// The wanted changes of one datacenter.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn records_in(&self, wanted: &Wanted) -> Result<Records, sqlx::Error> {
        let span = self.span(wanted).await?;
        let way = self.way(wanted, span).await?;
        let items = self.page(wanted, way.page, way.span).await?;
        let total = self.ids(wanted, way.all, span, TOTAL_MAX + 1).await?;
        Ok(Records {
            items,
            total: total.min(TOTAL_MAX),
            more: total > TOTAL_MAX,
            offset: wanted.offset,
            people: self.people().await?,
        })
    }

    /// The first page of them alone, of all keys.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn latest(&self, wanted: &Wanted) -> Result<Vec<Record>, sqlx::Error> {
        self.page(wanted, By::Time, (0, i64::MAX)).await
    }

    /// The numbers that records of the wanted time have.
    async fn span(&self, wanted: &Wanted) -> Result<Span, sqlx::Error> {
        Ok((
            self.first_since(wanted.since).await?.unwrap_or_default(),
            self.first_since(wanted.until).await?.unwrap_or(i64::MAX),
        ))
    }

    /// The first record that was not seen before `time`; none for no time.
    async fn first_since(&self, time: Option<u64>) -> Result<Option<i64>, sqlx::Error> {
        let Some(time) = time else {
            return Ok(None);
        };
        let found =
            sqlx::query("SELECT id FROM records WHERE seen >= $1 ORDER BY seen, id LIMIT 1")
                .bind(signed(time.min(u64::MAX / 2)))
                .fetch_optional(&self.0.reader)
                .await?;
        Ok(Some(match found {
            Some(row) => row.try_get("id")?,
            None => i64::MAX,
        }))
    }

    /// How to find what is wanted without reading much else.
    async fn way(&self, wanted: &Wanted, span: Span) -> Result<Way, sqlx::Error> {
        let all_by = |by| Way {
            page: by,
            span,
            all: by,
        };
        match &wanted.range {
            Some(Range::Exactly(_)) => return Ok(all_by(By::Name)),
            None => return Ok(all_by(By::Time)),
            Some(Range::Below(_)) => {}
        }
        let few = usize::try_from(LOOKED_THROUGH).unwrap_or_default();
        let anybody = Wanted {
            who: None,
            ..wanted.clone()
        };
        if self.ids(&anybody, By::Name, span, few + 1).await? <= few {
            return Ok(all_by(By::Name));
        }
        if wanted.who.is_some() {
            let anywhere = Wanted {
                range: None,
                ..wanted.clone()
            };
            let theirs = self.ids(&anywhere, By::Time, span, few + 1).await?;
            let all = if theirs <= few { By::Time } else { By::Name };
            return Ok(Way {
                all,
                ..all_by(By::Time)
            });
        }
        // many: the latest of all changes have enough of them, mostly
        Ok(Way {
            span: self.near(wanted, span).await?,
            all: By::Name,
            page: By::Time,
        })
    }

    /// The numbers among which there are enough below a prefix for the page: the latest, or all.
    async fn near(&self, wanted: &Wanted, span: Span) -> Result<Span, sqlx::Error> {
        let floor = sqlx::query(
            "SELECT id FROM records WHERE datacenter = $1 AND kind > 0 AND id < $2 \
             ORDER BY id DESC LIMIT 1 OFFSET $3",
        )
        .bind(&wanted.datacenter)
        .bind(span.1)
        .bind(LOOKED_THROUGH)
        .fetch_optional(&self.0.reader)
        .await?;
        let Some(row) = floor else {
            return Ok(span);
        };
        let near = (span.0.max(row.try_get("id")?), span.1);
        let enough = wanted.offset + wanted.limit;
        let is_enough = self.ids(wanted, By::Time, near, enough).await? >= enough;
        Ok(if is_enough { near } else { span })
    }

    /// How many there are, at most `limit`.
    async fn ids(
        &self,
        wanted: &Wanted,
        by: By,
        span: Span,
        limit: usize,
    ) -> Result<usize, sqlx::Error> {
        let mut query = QueryBuilder::<Db>::new("");
        push_ids(&mut query, wanted, by, span, limit);
        let row = query.build().fetch_one(&self.0.reader).await?;
        Ok(usize::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default())
    }

    async fn page(&self, wanted: &Wanted, by: By, span: Span) -> Result<Vec<Record>, sqlx::Error> {
        let mut query = QueryBuilder::<Db>::new("");
        push_page(&mut query, wanted, by, span);
        let rows = query.build().fetch_all(&self.0.reader).await?;
        rows.iter().map(record).collect()
    }

    /// How the database means to find a page and how many there are.
    #[cfg(test)]
    pub(super) async fn plans(&self, wanted: &Wanted) -> Result<Vec<String>, sqlx::Error> {
        let span = self.span(wanted).await?;
        let way = self.way(wanted, span).await?;
        let explain = || QueryBuilder::<Db>::new("EXPLAIN QUERY PLAN ");
        let (mut page, mut all) = (explain(), explain());
        push_page(&mut page, wanted, way.page, way.span);
        push_ids(&mut all, wanted, way.all, span, TOTAL_MAX + 1);
        let mut plans = Vec::new();
        for mut query in [page, all] {
            let rows = query.build().fetch_all(&self.0.reader).await?;
            let steps: Result<Vec<String>, _> =
                rows.iter().map(|row| row.try_get("detail")).collect();
            plans.push(steps?.join("; "));
        }
        Ok(plans)
    }

    /// One change with its values; none where there is no such record.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn record(&self, id: u64) -> Result<Option<RecordDetail>, sqlx::Error> {
        let mut query = QueryBuilder::<Db>::new("SELECT b.bytes AS before, a.bytes AS after, ");
        query.push(COLUMNS).push(" FROM records r").push(JOINS);
        query.push(" WHERE r.id = ");
        query.push_bind(signed(id));
        let Some(row) = query.build().fetch_optional(&self.0.reader).await? else {
            return Ok(None);
        };
        let bytes = |column: &str| -> Result<Option<String>, sqlx::Error> {
            let bytes: Option<Vec<u8>> = row.try_get(column)?;
            Ok(bytes.map(|bytes| STANDARD.encode(bytes)))
        };
        Ok(Some(RecordDetail {
            record: record(&row)?,
            before: bytes("before")?,
            after: bytes("after")?,
        }))
    }

    /// The keys of one datacenter that are gone.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn deleted_in(&self, wanted: &Wanted) -> Result<DeletedKeys, sqlx::Error> {
        let from = |query: &mut QueryBuilder<Db>| {
            query.push(" WHERE k.present = 0 AND k.datacenter = ");
            query.push_bind(wanted.datacenter.clone());
            named(query, "k.name", wanted.range.as_ref());
        };
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM (SELECT k.last AS last FROM keys k");
        from(&mut query);
        query.push(" ORDER BY k.last DESC LIMIT ");
        query.push_bind(i64::try_from(wanted.limit).unwrap_or(i64::MAX));
        query.push(" OFFSET ");
        query.push_bind(i64::try_from(wanted.offset).unwrap_or(i64::MAX));
        query
            .push(") AS gone JOIN records r ON r.id = gone.last")
            .push(JOINS);
        query.push(" ORDER BY r.id DESC");
        let rows = query.build().fetch_all(&self.0.reader).await?;
        let mut query = QueryBuilder::<Db>::new("SELECT COUNT(*) AS n FROM (SELECT 1 FROM keys k");
        from(&mut query);
        query.push(" LIMIT ");
        query.push_bind(i64::try_from(TOTAL_MAX + 1).unwrap_or(i64::MAX));
        query.push(") AS found");
        let row = query.build().fetch_one(&self.0.reader).await?;
        let total = usize::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default();
        Ok(DeletedKeys {
            items: rows.iter().map(record).collect::<Result<_, _>>()?,
            total: total.min(TOTAL_MAX),
            more: total > TOTAL_MAX,
            offset: wanted.offset,
        })
    }

    /// The records of one datacenter that follow `after`, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn export_in(
        &self,
        wanted: &Wanted,
        after: u64,
        limit: usize,
    ) -> Result<Vec<RecordDetail>, sqlx::Error> {
        let (from, until) = self.span(wanted).await?;
        let mut query = QueryBuilder::<Db>::new("SELECT b.bytes AS before, a.bytes AS after, ");
        query.push(COLUMNS).push(" FROM records r").push(JOINS);
        let by = match wanted.range {
            Some(Range::Exactly(_)) => By::Name,
            _ => By::Time,
        };
        conditions(&mut query, wanted, by, (from.max(signed(after) + 1), until));
        query.push(" ORDER BY r.id LIMIT ");
        query.push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = query.build().fetch_all(&self.0.reader).await?;
        let detail = |row: &SqliteRow| -> Result<RecordDetail, sqlx::Error> {
            let bytes = |column: &str| -> Result<Option<String>, sqlx::Error> {
                let bytes: Option<Vec<u8>> = row.try_get(column)?;
                Ok(bytes.map(|bytes| STANDARD.encode(bytes)))
            };
            Ok(RecordDetail {
                record: record(row)?,
                before: bytes("before")?,
                after: bytes("after")?,
            })
        };
        rows.iter().map(detail).collect()
    }

    async fn people(&self) -> Result<Vec<Who>, sqlx::Error> {
        let rows =
            sqlx::query("SELECT accessor, name FROM people ORDER BY name, accessor LIMIT 50")
                .fetch_all(&self.0.reader)
                .await?;
        rows.iter()
            .map(|row| {
                Ok(Who {
                    through_waggle: true,
                    accessor_id: row.try_get("accessor")?,
                    name: row.try_get("name")?,
                })
            })
            .collect()
    }

    /// When the oldest record was seen, in milliseconds since 1970.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn oldest(&self) -> Result<Option<u64>, sqlx::Error> {
        let row = sqlx::query("SELECT MIN(seen) AS seen FROM records")
            .fetch_one(&self.0.reader)
            .await?;
        let seen: Option<i64> = row.try_get("seen")?;
        Ok(seen.and_then(|seen| u64::try_from(seen).ok()))
    }
}
