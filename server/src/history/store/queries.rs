//! The words of the questions. What keeps an index in or out of one stands here.

use sqlx::QueryBuilder;

use super::{Db, Range, read::Wanted};

/// Of a record with both its values and who did it: `r`, `b`, `a`, `p`.
pub(super) const COLUMNS: &str = "r.id AS id, r.datacenter AS datacenter, r.name AS name, r.seen AS seen, \
    r.kind AS kind, r.index_before AS index_before, r.index_after AS index_after, \
    r.flags_before AS flags_before, r.flags_after AS flags_after, r.who AS who, \
    r.notes AS notes, b.size AS size_before, a.size AS size_after, b.hash AS hash_before, \
    a.hash AS hash_after, b.bytes IS NULL AS bare_before, a.bytes IS NULL AS bare_after, \
    p.name AS person";

/// The tables of those columns beside `records r`.
pub(super) const JOINS: &str = " LEFT JOIN contents b ON b.id = r.content_before \
    LEFT JOIN contents a ON a.id = r.content_after LEFT JOIN people p ON p.accessor = r.who ";

/// Numbers of records: from the first on, before the second.
pub(super) type Span = (i64, i64);

/// By which index: of names, or of numbers (of those who did it, where that is asked for).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Time,
    Name,
}

/// How many there are, at most `limit`.
pub(super) fn push_ids(
    query: &mut QueryBuilder<Db>,
    wanted: &Wanted,
    by: By,
    span: Span,
    limit: usize,
) {
    query.push("SELECT COUNT(*) AS n FROM (SELECT 1 FROM records r");
    conditions(query, wanted, by, span);
    if by == By::Time {
        // the order keeps the index of names out of it, which would be read as a whole
        query.push(" ORDER BY r.id DESC");
    }
    query.push(" LIMIT ");
    query.push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    query.push(") AS found");
}

/// A page of them; what is left out by an offset is not joined.
pub(super) fn push_page(query: &mut QueryBuilder<Db>, wanted: &Wanted, by: By, span: Span) {
    query.push("SELECT ").push(COLUMNS);
    query.push(" FROM (SELECT r.id AS id FROM records r");
    conditions(query, wanted, by, span);
    order(query, wanted, by);
    query.push(") AS page JOIN records r ON r.id = page.id");
    query.push(JOINS).push(" ORDER BY r.id DESC");
}

/// Which records are wanted.
pub(super) fn conditions(
    query: &mut QueryBuilder<Db>,
    wanted: &Wanted,
    by: By,
    (from, until): Span,
) {
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

/// Which names are wanted.
pub(super) fn named(query: &mut QueryBuilder<Db>, column: &'static str, range: Option<&Range>) {
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
