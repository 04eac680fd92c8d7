//! Reading what was recorded. Every question is answered from an index, newest first.

use base64::{Engine, engine::general_purpose::STANDARD};
use sqlx::{QueryBuilder, Row, sqlite::SqliteRow};
use wire::history::{DeletedKeys, Kind, Note, Record, RecordDetail, Records, TOTAL_MAX, Who};

use super::{
    Db, Range, Store,
    write::{
        BASELINE, CREATED, DELETED, NOTE_LOCK, NOTE_MAY_HAVE_MISSED, NOTE_RECREATED, NOTE_SAME,
        NOTE_SECRET, NOTE_UNWATCHED, UPDATED, signed,
    },
};

/// Who did it through waggle where there was no token.
pub(super) const NAMELESS: &str = "waggle";

/// How many of the latest changes are looked through for those below a prefix, before the names'
/// index is asked.
const LOOKED_THROUGH: i64 = 10_000;

const COLUMNS: &str = "r.id AS id, r.datacenter AS datacenter, r.name AS name, r.seen AS seen, \
    r.kind AS kind, r.index_before AS index_before, r.index_after AS index_after, \
    r.flags_before AS flags_before, r.flags_after AS flags_after, r.who AS who, \
    r.notes AS notes, b.size AS size_before, a.size AS size_after, b.hash AS hash_before, \
    a.hash AS hash_after, b.bytes IS NULL AS bare_before, a.bytes IS NULL AS bare_after, \
    p.name AS person";

const JOINS: &str = " LEFT JOIN contents b ON b.id = r.content_before \
    LEFT JOIN contents a ON a.id = r.content_after LEFT JOIN people p ON p.accessor = r.who ";

/// Which changes are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
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

/// Numbers of records: from the first on, before the second.
type Span = (i64, i64);

/// By which index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Time,
    Name,
}

impl Store {
    /// The wanted changes. Of a single key also that it was there when recording began.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn records(&self, wanted: &Wanted) -> Result<Records, sqlx::Error> {
        let span = self.span(wanted).await?;
        let (by, span_to_read) = match &wanted.range {
            Some(Range::Exactly(_)) => (By::Name, span),
            None => (By::Time, span),
            Some(Range::Below(_)) => self.way(wanted, span).await?,
        };
        let items = self.page(wanted, by, span_to_read).await?;
        let total = self.count(wanted, span).await?;
        Ok(Records {
            items,
            total: total.min(TOTAL_MAX),
            more: total > TOTAL_MAX,
            offset: wanted.offset,
            people: self.people().await?,
        })
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

    /// How to find those below a prefix: among the latest changes, by name where they are few,
    /// else among all changes.
    async fn way(&self, wanted: &Wanted, span: Span) -> Result<(By, Span), sqlx::Error> {
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
            return Ok((By::Time, span));
        };
        let near = (span.0.max(row.try_get("id")?), span.1);
        if near.0 == span.0 {
            return Ok((By::Time, span));
        }
        let enough = wanted.offset + wanted.limit;
        if self.ids(wanted, By::Time, near, enough).await? >= enough {
            return Ok((By::Time, near));
        }
        let few = usize::try_from(LOOKED_THROUGH).unwrap_or_default();
        if self.ids(wanted, By::Name, span, few + 1).await? <= few {
            return Ok((By::Name, span));
        }
        Ok((By::Time, span))
    }

    async fn count(&self, wanted: &Wanted, span: Span) -> Result<usize, sqlx::Error> {
        let by = match wanted.range {
            Some(_) => By::Name,
            None => By::Time,
        };
        self.ids(wanted, by, span, TOTAL_MAX + 1).await
    }

    /// How many there are, at most `limit`.
    async fn ids(
        &self,
        wanted: &Wanted,
        by: By,
        span: Span,
        limit: usize,
    ) -> Result<usize, sqlx::Error> {
        let mut query =
            QueryBuilder::<Db>::new("SELECT COUNT(*) AS n FROM (SELECT 1 FROM records r");
        conditions(&mut query, wanted, by, span);
        query.push(" LIMIT ");
        query.push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
        query.push(") AS found");
        let row = query.build().fetch_one(&self.0.reader).await?;
        Ok(usize::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default())
    }

    async fn page(&self, wanted: &Wanted, by: By, span: Span) -> Result<Vec<Record>, sqlx::Error> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query.push(COLUMNS).push(" FROM records r").push(JOINS);
        conditions(&mut query, wanted, by, span);
        order(&mut query, wanted, by);
        let rows = query.build().fetch_all(&self.0.reader).await?;
        rows.iter().map(record).collect()
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

    /// The keys that are gone, by their deletions.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn deleted(&self, wanted: &Wanted) -> Result<DeletedKeys, sqlx::Error> {
        let from = |query: &mut QueryBuilder<Db>| {
            query.push(" WHERE k.present = 0 AND k.datacenter = ");
            query.push_bind(wanted.datacenter.clone());
            named(query, "k.name", wanted.range.as_ref());
        };
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM keys k JOIN records r ON r.id = k.last")
            .push(JOINS);
        from(&mut query);
        query.push(" ORDER BY r.id DESC LIMIT ");
        query.push_bind(i64::try_from(wanted.limit).unwrap_or(i64::MAX));
        query.push(" OFFSET ");
        query.push_bind(i64::try_from(wanted.offset).unwrap_or(i64::MAX));
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

impl Store {
    /// The prefixes that were read whole before.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn covered(&self, datacenter: &str) -> Result<Vec<String>, sqlx::Error> {
        let rows = sqlx::query("SELECT prefix FROM covered WHERE datacenter = $1")
            .bind(datacenter)
            .fetch_all(&self.0.reader)
            .await?;
        rows.iter().map(|row| row.try_get("prefix")).collect()
    }

    /// A prefix was read whole.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn cover(&self, datacenter: &str, prefix: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO covered (datacenter, prefix) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(datacenter)
        .bind(prefix)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }
}

fn conditions(query: &mut QueryBuilder<Db>, wanted: &Wanted, by: By, (from, until): Span) {
    query.push(" WHERE r.datacenter = ");
    query.push_bind(wanted.datacenter.clone());
    let of_one_key = matches!(wanted.range, Some(Range::Exactly(_)));
    // a baseline is no change, but the first thing that is known of a key
    if !of_one_key {
        query.push(" AND r.kind > 0");
    }
    match &wanted.who {
        None => {}
        Some(who) if who == "outside" => {
            query.push(" AND r.who = ''");
        }
        Some(who) => {
            query.push(" AND r.who = ");
            query.push_bind(who.clone());
        }
    }
    // an expression in place of a column keeps the index of the column out of it
    let (name, id) = match by {
        By::Time => ("r.name || ''", "r.id"),
        By::Name if of_one_key => ("r.name", "r.id"),
        By::Name => ("r.name", "r.id + 0"),
    };
    named(query, name, wanted.range.as_ref());
    if from > 0 {
        query.push(" AND ").push(id).push(" >= ");
        query.push_bind(from);
    }
    if until < i64::MAX {
        query.push(" AND ").push(id).push(" < ");
        query.push_bind(until);
    }
}

fn named(query: &mut QueryBuilder<Db>, column: &'static str, range: Option<&Range>) {
    match range {
        None => {}
        Some(Range::Exactly(key)) => {
            query.push(" AND ").push(column).push(" = ");
            query.push_bind(key.clone());
        }
        Some(below @ Range::Below(_)) => {
            let (from, until) = below.bounds();
            if !from.is_empty() {
                query.push(" AND ").push(column).push(" >= ");
                query.push_bind(from);
            }
            if let Some(until) = until {
                query.push(" AND ").push(column).push(" < ");
                query.push_bind(until);
            }
        }
    }
}

fn order(query: &mut QueryBuilder<Db>, wanted: &Wanted, by: By) {
    let below = matches!(wanted.range, Some(Range::Below(_)));
    query.push(if by == By::Name && below {
        " ORDER BY r.id + 0 DESC LIMIT "
    } else {
        " ORDER BY r.id DESC LIMIT "
    });
    query.push_bind(i64::try_from(wanted.limit).unwrap_or(i64::MAX));
    query.push(" OFFSET ");
    query.push_bind(i64::try_from(wanted.offset).unwrap_or(i64::MAX));
}

fn record(row: &SqliteRow) -> Result<Record, sqlx::Error> {
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
    // enough to tell two from each other
    let short = |hash: String| hash.chars().take("hmac:".len() + 16).collect();
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
